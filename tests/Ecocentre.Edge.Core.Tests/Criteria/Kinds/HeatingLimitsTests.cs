using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

/// <summary>Open Monday to Friday 8 to 18: the week-end is an absence of 62 hours from Friday 18:00.</summary>
public sealed class HeatingLimitsTests
{
    private static readonly Criterion Heating = new()
    {
        Id = "EN-6", Title = "heating", Kind = new HeatingLimits(), Scope = Scope.Spaces, Step = TimeSpan.FromHours(1), CoverageMin = 0.75, SlotCoverageMin = 0.75,
        Inputs = CriteriaBench.Inputs(("value", "temperature"), ("heating", "heating")),
        Limits = CriteriaBench.Limits(("meanMax", "°C", 19.5, 19, 19), ("setbackShareMin", "1", 0.5, 1, 1)),
        Settings = CriteriaBench.Settings(
            ("heatingFrom", "mmdd", 1001), ("heatingTo", "mmdd", 520), ("shortAbsenceHours", "h", 24), ("longAbsenceHours", "h", 48), ("shortMark", "°C", 16),
            ("longMark", "°C", 8), ("offShareMin", "1", 0.9), ("heatingOnMin", "1", 0.1)),
    };

    private static bool IsWeekEnd(DateTime at) =>
        at.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || at.DayOfWeek == DayOfWeek.Friday && at.Hour >= 18
        || at.DayOfWeek == DayOfWeek.Monday && at.Hour < 8;

    private static CriteriaBench Bench(
        Func<DateTime, double> large, Func<DateTime, double> small, Func<DateTime, double>? heating = null, params string[] holidays)
    {
        var bench = new CriteriaBench { Opening = CriteriaBench.Hours("08:00", "18:00", holidays) }.Space("hall", 90, 3).Space("nook", 30, 3)
            .Point("a.temperature", "temperature", "hall", large).Point("b.temperature", "temperature", "nook", small).Criterion(Heating);
        return heating is null ? bench : bench.Point("h.contact", "contact", "plant", heating).Role("heating", "h.contact");
    }

    /// <summary>90 m² at 19 and 30 m² at 21 are 19.5 by volume; at night it is colder and does not count.</summary>
    [Theory]
    [InlineData(19, 21, 19.5, VerdictLevel.Level1)]
    [InlineData(18.5, 20.5, 19.0, VerdictLevel.Level3)]
    [InlineData(19, 21.1, 19.525, VerdictLevel.NotMet)]
    public void Rooms_weigh_by_volume_while_somebody_is_there(double hall, double nook, double mean, VerdictLevel level)
    {
        var verdict = Bench(at => at.Hour is >= 8 and < 18 ? hall : 15, at => at.Hour is >= 8 and < 18 ? nook : 15).Live("2026-01-12", "2026-01-14")
            .Verdict("2026-01");
        Assert.Equal(mean, verdict.Finding.Value, 9);
        Assert.Equal(level, verdict.Level);
    }

    /// <summary>Two week-ends of over 48 h: cooled to 8 °C, or with the heating off for 90 % of them, or neither.</summary>
    [Theory]
    [InlineData(8, 1, 1, VerdictLevel.Level3)]
    [InlineData(8.1, 1, 1, VerdictLevel.NotMet)]
    [InlineData(12, 0, 0, VerdictLevel.Level3)]
    [InlineData(12, 0, 1, VerdictLevel.Level1)]
    public void Long_absences_cool_down_or_rest(double coldest, double firstHeating, double secondHeating, VerdictLevel level)
    {
        var bench = Bench(
            at => IsWeekEnd(at) ? coldest : 18.5, at => IsWeekEnd(at) ? coldest : 18.5,
            at => IsWeekEnd(at) ? at.Day < 20 ? firstHeating : secondHeating : 1).Live("2026-01-12", "2026-01-27");
        Assert.Equal(level, bench.Verdict("2026-01").Level);
    }

    /// <summary>A single holiday on a Wednesday: Tuesday 18:00 to Thursday 8:00 are 38 h, the short mark of 16 °C holds.</summary>
    [Theory]
    [InlineData(16, VerdictLevel.Level3)]
    [InlineData(16.1, VerdictLevel.NotMet)]
    public void Absences_between_a_day_and_two_have_a_mark_of_their_own(double coldest, VerdictLevel level)
    {
        var bench = Bench(at => at.Day == 14 ? coldest : 18.5, at => at.Day == 14 ? coldest : 18.5, null, "2026-01-14").Live("2026-01-12", "2026-01-15");
        Assert.Equal(level, bench.Verdict("2026-01").Level);
    }

    [Fact]
    public void In_summer_it_does_not_apply() =>
        Assert.Equal(VerdictLevel.NotApplicable, Bench(_ => 25, _ => 25).Live("2026-07-01", "2026-07-31").Verdict("2026-07").Level);
}
