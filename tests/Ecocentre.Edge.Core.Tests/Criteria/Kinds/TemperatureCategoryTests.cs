using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

/// <summary>January lies in the heating season, July does not.</summary>
public sealed class TemperatureCategoryTests
{
    private static readonly Criterion Category = new()
    {
        Id = "TH-1", Title = "T", Kind = new TemperatureCategory(), Scope = Scope.Spaces, When = When.Occupied, Step = TimeSpan.FromHours(1),
        CoverageMin = 0.75, SlotCoverageMin = 0.75,
        Inputs = CriteriaBench.Inputs(("value", "temperature"), ("outdoor", "outdoorTemperature"), ("mechanicalCooling", "mechanicalCooling")),
        Limits = CriteriaBench.Limits(
            ("heatingMin", "°C", 19, 19, 20), ("heatingMax", "°C", 25, 25, 24), ("heatingShareMin", "1", 0.8, 0.9, 0.9), ("coolingMin", "°C", 22, 23, 23),
            ("coolingMax", "°C", 27, 26, 26), ("coolingShareMin", "1", 0.8, 0.9, 0.9), ("adaptiveAboveMax", "K", 4, 3, 2), ("adaptiveBelowMax", "K", 5, 4, 3)),
        Settings = CriteriaBench.Settings(
            ("areaShareMin", "1", 1), ("heatingFrom", "mmdd", 1001), ("heatingTo", "mmdd", 520), ("adaptiveSlope", "1", 0.33),
            ("adaptiveIntercept", "°C", 18.8), ("adaptiveFrom", "°C", 10), ("adaptiveTo", "°C", 30), ("runningMeanAlpha", "1", 0.8), ("runningMeanDays", "d", 2)),
    };

    /// <summary>Ten occupied hours, so many of them at the second temperature.</summary>
    [Theory]
    [InlineData("2026-01-12", 21, 21, 0, VerdictLevel.Level3)]
    [InlineData("2026-01-12", 19.5, 19.5, 0, VerdictLevel.Level2)]
    [InlineData("2026-01-12", 21, 18.9, 1, VerdictLevel.Level3)]
    [InlineData("2026-01-12", 21, 18.9, 2, VerdictLevel.Level1)]
    [InlineData("2026-01-12", 21, 18.9, 3, VerdictLevel.NotMet)]
    [InlineData("2026-07-13", 25, 25, 0, VerdictLevel.Level3)]
    [InlineData("2026-07-13", 26.5, 26.5, 0, VerdictLevel.Level1)]
    [InlineData("2026-07-13", 25, 27.1, 3, VerdictLevel.NotMet)]
    public void A_room_holds_the_range_of_the_season(string date, double usual, double other, int hours, VerdictLevel level)
    {
        var bench = new CriteriaBench { Opening = CriteriaBench.Hours("08:00", "18:00") }.Space("room")
            .Point("a.temperature", "temperature", "room", at => at.Hour >= 8 && at.Hour < 8 + hours ? other : usual).Criterion(Category).Live(date, date);
        Assert.Equal(level, bench.Verdict(date).Level);
    }

    /// <summary>Without cooling: a running mean of 20 gives comfort at 25.4; 28.3 lies within 3 K of it and 29.5 does not lie within 4 K.</summary>
    [Theory]
    [InlineData(27.3, VerdictLevel.Level3)]
    [InlineData(28.3, VerdictLevel.Level2)]
    [InlineData(29.3, VerdictLevel.Level1)]
    [InlineData(29.5, VerdictLevel.NotMet)]
    public void Without_cooling_the_range_follows_the_weather(double indoor, VerdictLevel level)
    {
        var bench = Passive(indoor, _ => 20).Live("2026-07-11", "2026-07-13");
        Assert.Equal(level, bench.Verdict("2026-07-13").Level);
    }

    [Fact]
    public void Without_known_weather_before_nothing_is_decided()
    {
        var verdict = Passive(25, _ => double.NaN).Live("2026-07-11", "2026-07-13").Verdict("2026-07-13");
        Assert.Equal((VerdictLevel.Undetermined, 10), (verdict.Level, verdict.Coverage.Excluded[(int)Exclusion.NoReference]));
    }

    private static CriteriaBench Passive(double indoor, Func<DateTime, double> outdoor) =>
        new CriteriaBench { Opening = CriteriaBench.Hours("08:00", "18:00") }.Space("room").Point("a.temperature", "temperature", "room", _ => indoor)
            .Point("roof.temperature", "temperature", null, outdoor).Role("outdoorTemperature", "roof.temperature").Fact("mechanicalCooling", 0)
            .Criterion(Category);
}
