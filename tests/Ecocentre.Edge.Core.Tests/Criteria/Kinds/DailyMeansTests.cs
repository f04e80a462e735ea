using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

public sealed class DailyMeansTests
{
    private static readonly Criterion Particles = new()
    {
        Id = "AQ-4", Title = "PM2.5", Kind = new DailyMeans(), Scope = Scope.Spaces, Step = TimeSpan.FromHours(1), CoverageMin = 0.75, SlotCoverageMin = 0.75,
        Inputs = CriteriaBench.Inputs(("value", "pm.2-5")),
        Limits = CriteriaBench.Limits(
            ("valueMax", "µg/m³", 35, 15, 15), ("dayShareMin", "1", 0.5, 0.9, 0.9), ("periodMeanMax", "µg/m³", double.NaN, double.NaN, 5)),
        Settings = CriteriaBench.Settings(("areaShareMin", "1", 1), ("dayCoverageMin", "1", 0.75)),
    };

    /// <summary>A month of 30 days; so many of them at 20 µg/m³, the others at the usual value.</summary>
    [Theory]
    [InlineData(4, 0, VerdictLevel.Level3)]
    [InlineData(6, 0, VerdictLevel.Level2)]
    [InlineData(4, 1, VerdictLevel.Level3)]
    [InlineData(4, 3, VerdictLevel.Level2)]
    [InlineData(4, 4, VerdictLevel.Level1)]
    public void Days_count_one_by_one_and_the_mean_of_all(double usual, int bad, VerdictLevel level)
    {
        // 29 × 4 + 20 = 136 / 30 = 4.5; 27 × 4 + 60 = 168 / 30 = 5.6.
        var bench = new CriteriaBench().Space("room").Point("a.pm", "pm.2-5", "room", at => at.Day <= bad ? 20 : usual).Criterion(Particles)
            .Live("2026-06-01", "2026-06-30");
        Assert.Equal(level, bench.Verdict("2026-06").Level);
    }

    /// <summary>Eighteen hours make a day, seventeen do not (2008/50/EC annex VII: 75 %).</summary>
    [Theory]
    [InlineData(18, VerdictLevel.Level3)]
    [InlineData(17, VerdictLevel.Undetermined)]
    public void A_day_needs_three_quarters_of_its_hours(int hours, VerdictLevel level)
    {
        var bench = new CriteriaBench().Space("room").Point("a.pm", "pm.2-5", "room", at => at.Hour < hours ? 4 : double.NaN).Criterion(Particles)
            .Live("2026-06-01", "2026-06-01");
        Assert.Equal(level, bench.Verdict("2026-06-01").Level);
    }
}
