using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

/// <summary>Vectors computed from the published formula (scale 0 to 5), see the profile for its source.</summary>
public sealed class IconeTests
{
    private static readonly Criterion Stuffiness = new()
    {
        Id = "AQ-2", Title = "ICONE", Kind = new Icone(), Scope = Scope.Spaces, When = When.Occupied, Step = TimeSpan.FromMinutes(10),
        CoverageMin = 0.75, SlotCoverageMin = 0.5, Inputs = CriteriaBench.Inputs(("value", "co2")),
        Limits = CriteriaBench.Limits(("iconeMax", "1", 3, 2, 1)),
        Settings = CriteriaBench.Settings(
            ("mediumMark", "ppm", 1000), ("highMark", "ppm", 1700), ("weekHoursMin", "h", 20), ("weeksShareMin", "1", 0.9), ("areaShareMin", "1", 1)),
    };

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0.2, 0, 0.658)]
    [InlineData(0.5, 0, 1.462)]
    [InlineData(1, 0, 2.5)]
    [InlineData(0.3, 0.1, 1.695)]
    [InlineData(0.5, 0.5, 3.962)]
    [InlineData(0, 1, 5)]
    public void The_index_is_the_published_one(double medium, double high, double index) => Assert.Equal(index, Icone.Index(medium, high), 3);

    /// <summary>Where the rounded index changes: x = f1 + 3 f2 at 0.1487, 0.5157, 1, 1.6390, 2.4822.</summary>
    [Theory]
    [InlineData(0.1486, 0)]
    [InlineData(0.1488, 1)]
    [InlineData(0.5156, 1)]
    [InlineData(0.5158, 2)]
    [InlineData(0.9999, 2)]
    [InlineData(1.0001, 3)]
    [InlineData(1.6389, 3)]
    [InlineData(1.6391, 4)]
    [InlineData(2.4821, 4)]
    [InlineData(2.4823, 5)]
    public void Classes_change_where_the_index_is_half(double x, double rounded) =>
        Assert.Equal(rounded, Math.Round(Icone.Index(x, 0), MidpointRounding.AwayFromZero));

    /// <summary>Ten weeks of 50 occupied hours. One bad week (all above 1700: 5) is within the tenth that may be worse; two are not.</summary>
    [Theory]
    [InlineData(0, VerdictLevel.Level3, 0)]
    [InlineData(1, VerdictLevel.Level3, 0)]
    [InlineData(2, VerdictLevel.NotMet, 5)]
    public void A_tenth_of_the_weeks_may_be_worse(int bad, VerdictLevel level, double icone)
    {
        var first = new DateTime(2026, 1, 5);
        var bench = new CriteriaBench { Opening = CriteriaBench.Hours("08:00", "18:00") }.Space("room")
            .Point("a.co2", "co2", "room", at => (at - first).Days / 7 < bad ? 1800 : 1000).Criterion(Stuffiness)
            .Live("2026-01-05", "2026-03-15");
        var verdict = bench.Verdict("2026");
        Assert.Equal((level, icone), (verdict.Level, verdict.Finding.Value));
    }

    /// <summary>Monday stuffy all day of a week of five equal days: f2 = 0.2, x = 0.6, 1.695 → 2.</summary>
    [Fact]
    public void A_week_is_judged_as_a_whole()
    {
        var bench = new CriteriaBench { Opening = CriteriaBench.Hours("08:00", "18:00") }.Space("room")
            .Point("a.co2", "co2", "room", at => at.DayOfWeek == DayOfWeek.Monday ? 1701 : 800).Criterion(Stuffiness).Live("2026-11-16", "2026-11-22");
        Assert.Equal((VerdictLevel.Level2, 2), (bench.Verdict("2026-W47").Level, bench.Verdict("2026-W47").Finding.Value));
        Assert.Equal((VerdictLevel.NotMet, 5), (bench.Verdict("2026-11-16").Level, bench.Verdict("2026-11-16").Finding.Value));
    }
}
