using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

public sealed class DegreeHoursTests
{
    private static readonly Criterion Overheating = new()
    {
        Id = "TH-2", Title = "DH", Kind = new DegreeHours(), Scope = Scope.Spaces, Step = TimeSpan.FromHours(1), CoverageMin = 0.9, SlotCoverageMin = 0.75,
        Inputs = CriteriaBench.Inputs(("value", "temperature"), ("outdoor", "outdoorTemperature")),
        Limits = CriteriaBench.Limits(("degreeHoursMax", "K·h", 100, 50, 20)),
        Settings = CriteriaBench.Settings(
            ("areaShareMin", "1", 1), ("comfortFrom", "°C", 26), ("comfortTo", "°C", 28), ("comfortAbove", "K", 2), ("nightFrom", "h", 22), ("nightTo", "h", 7),
            ("seasonFrom", "mmdd", 601), ("seasonTo", "mmdd", 930), ("adaptiveSlope", "1", 0.33), ("adaptiveIntercept", "°C", 18.8),
            ("runningMeanAlpha", "1", 0.8), ("runningMeanDays", "d", 2)),
    };

    /// <summary>Weights of EN 15251:2007 annex F for a range of 23 to 26 °C.</summary>
    [Theory]
    [InlineData(20, 3)]
    [InlineData(21, 2)]
    [InlineData(22, 1)]
    [InlineData(23, 0)]
    [InlineData(26, 0)]
    [InlineData(27, 1)]
    [InlineData(28, 2)]
    [InlineData(29, 3)]
    public void Weights_are_those_of_the_annex(double temperature, double weight) => Assert.Equal(weight, DegreeHours.Weight(temperature, 23, 26));

    /// <summary>29 °C all day. Outdoor 30: comfort 0.33 × 30 + 18.8 + 2 = 30.7, held at 28 by day; 15 h × 1 K + 9 h at night × 3 K = 42. Outdoor 15:
    /// 25.75, held at 26: 24 h × 3 K = 72. Outdoor 20: 27.4: 15 × 1.6 + 27 = 51.</summary>
    [Theory]
    [InlineData(30, 42, VerdictLevel.Level2)]
    [InlineData(15, 72, VerdictLevel.Level1)]
    [InlineData(20, 51, VerdictLevel.Level1)]
    public void Hours_count_by_how_far_they_lie_above_comfort(double outdoor, double expected, VerdictLevel level)
    {
        // The days before are cool inside.
        var verdict = Bench(at => at.Day == 15 ? 29 : 20, outdoor).Live("2026-07-13", "2026-07-15").Verdict("2026-07-15");
        Assert.Equal(level, verdict.Level);
        Assert.Equal(expected, verdict.Finding.Value, 9);
        Assert.Equal(100 - expected, verdict.Finding.Levels[0].Headroom, 9);
    }

    [Fact]
    public void Outside_of_the_season_nothing_is_asked()
    {
        var verdict = Bench(_ => 35, 20).Live("2026-05-30", "2026-05-31").Verdict("2026-05");
        Assert.Equal((VerdictLevel.Level3, 0), (verdict.Level, verdict.Coverage.Expected));
    }

    private static CriteriaBench Bench(Func<DateTime, double> indoor, double outdoor) => new CriteriaBench().Space("room")
        .Point("a.temperature", "temperature", "room", indoor).Point("roof.temperature", "temperature", null, _ => outdoor)
        .Role("outdoorTemperature", "roof.temperature").Criterion(Overheating);
}
