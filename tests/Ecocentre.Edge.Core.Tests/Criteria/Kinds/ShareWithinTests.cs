using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

/// <summary>2026-11-16 is a Monday; hours are local (Europe/Paris).</summary>
public sealed class ShareWithinTests
{
    private static Criterion Co2(double coverageMin = 0.75) => new()
    {
        Id = "AQ-1", Title = "CO2", Kind = new ShareWithin(), Scope = Scope.Spaces, When = When.Occupied, Step = TimeSpan.FromMinutes(10),
        CoverageMin = coverageMin, SlotCoverageMin = 0.5,
        Inputs = CriteriaBench.Inputs(("value", "co2"), ("outdoor", "outdoorCo2"), ("outdoorDeclared", "outdoorCo2")),
        Limits = CriteriaBench.Limits(("aboveOutdoorMax", "ppm", 1350, 800, 550), ("shareMin", "1", 0.95, 0.95, 0.95)),
        Settings = CriteriaBench.Settings(("areaShareMin", "1", 0.95), ("outdoorDefault", "ppm", 400)),
        Uncertainty = new InstrumentUncertainty(50, 0.05, "ppm", CriteriaBench.Source),
    };

    private static CriteriaBench Room(Func<DateTime, double> co2, Criterion? criterion = null) =>
        new CriteriaBench { Opening = CriteriaBench.Hours("08:00", "18:00") }.Space("room", 50).Point("air.co2", "co2", "room", co2)
            .Criterion(criterion ?? Co2());

    /// <summary>Ten open hours, 60 slots of 10 minutes; 3 of 60 outside are 5 %.</summary>
    [Theory]
    [InlineData(600, 600, 0, VerdictLevel.Level3, 1)]
    [InlineData(950, 950, 0, VerdictLevel.Level3, 1)]
    [InlineData(951, 951, 0, VerdictLevel.Level2, 1)]
    [InlineData(600, 1201, 3, VerdictLevel.Level3, 1)]
    [InlineData(600, 1201, 4, VerdictLevel.Level1, 1)]
    [InlineData(600, 1751, 4, VerdictLevel.NotMet, 56.0 / 60)]
    public void A_room_holds_the_level_its_share_of_occupied_time_reaches(double usual, double stuffy, int slots, VerdictLevel level, double share)
    {
        var verdict = Room(at => at.Hour == 9 && at.Minute / 10 < slots ? stuffy : usual).Live("2026-11-16", "2026-11-16").Verdict("2026-11-16");
        Assert.Equal((level, 60, 60), (verdict.Level, verdict.Coverage.Expected, verdict.Coverage.Valid));
        Assert.Equal(share, verdict.Finding.Value, 12);
        Assert.Equal("room", verdict.Finding.Cause);
    }

    [Fact]
    public void Silence_for_half_of_the_occupied_time_decides_nothing()
    {
        var verdict = Room(at => at.Hour < 13 ? 600 : double.NaN).Live("2026-11-16", "2026-11-16").Verdict("2026-11-16");
        Assert.Equal((VerdictLevel.Undetermined, 60, 30), (verdict.Level, verdict.Coverage.Expected, verdict.Coverage.Valid));
        Assert.Equal(30, verdict.Coverage.Excluded[(int)Exclusion.NoWindow]);
        Assert.Contains("Too little is known of room", verdict.Finding.Text);
    }

    [Fact]
    public void Measured_presence_goes_before_opening_hours_and_the_verdict_says_so()
    {
        // Present from 20:00 to 22:00 only, when the air is bad; opening hours do not matter.
        var verdict = Room(at => at.Hour >= 20 ? 3000 : 500).Point("room.presence", "presence", "room", at => at.Hour is 20 or 21 ? 1 : 0)
            .Live("2026-11-16", "2026-11-16").Verdict("2026-11-16");
        Assert.Equal((VerdictLevel.NotMet, 12), (verdict.Level, verdict.Coverage.Expected));
        Assert.StartsWith("presence measured in 12 slots", verdict.Occupied);
    }

    /// <summary>Rooms of 95 m² and 5 m²: the small one may fail, 95 % of the area hold; of 90 m² and 10 m² it may not.</summary>
    [Theory]
    [InlineData(95, 5, VerdictLevel.Level3)]
    [InlineData(90, 10, VerdictLevel.NotMet)]
    public void Rooms_weigh_by_their_floor_area(double large, double small, VerdictLevel level)
    {
        var verdict = new CriteriaBench { Opening = CriteriaBench.Hours("08:00", "18:00") }.Space("hall", large).Space("nook", small)
            .Point("a.co2", "co2", "hall", _ => 600).Point("b.co2", "co2", "nook", _ => 2000).Criterion(Co2())
            .Live("2026-11-16", "2026-11-16").Verdict("2026-11-16");
        Assert.Equal((level, "nook"), (verdict.Level, verdict.Finding.Cause));
    }

    [Fact]
    public void A_room_without_a_sensor_is_not_known_rather_than_fine()
    {
        var verdict = new CriteriaBench { Opening = CriteriaBench.Hours("08:00", "18:00") }.Space("hall", 50).Space("nook", 50)
            .Point("a.co2", "co2", "hall", _ => 600).Criterion(Co2()).Live("2026-11-16", "2026-11-16").Verdict("2026-11-16");
        Assert.Equal((VerdictLevel.Undetermined, "nook"), (verdict.Level, verdict.Finding.Cause));
    }

    /// <summary>1000 ppm inside: 600 above an outdoor air of 400, 520 above one of 480.</summary>
    [Fact]
    public void Outdoor_air_is_measured_else_declared_else_the_profiles()
    {
        Assert.Equal(VerdictLevel.Level2, Room(_ => 1000).Live("2026-11-16", "2026-11-16").Verdict("2026-11-16").Level);
        Assert.Equal(VerdictLevel.Level3, Room(_ => 1000).Fact("outdoorCo2", 480, "ppm").Live("2026-11-16", "2026-11-16").Verdict("2026-11-16").Level);
        Assert.Equal(VerdictLevel.Level3, Room(_ => 1000).Point("roof.co2", "co2", null, _ => 480).Role("outdoorCo2", "roof.co2")
            .Live("2026-11-16", "2026-11-16").Verdict("2026-11-16").Level);
        var silent = Room(_ => 1000).Point("roof.co2", "co2", null, _ => double.NaN).Role("outdoorCo2", "roof.co2")
            .Live("2026-11-16", "2026-11-16").Verdict("2026-11-16");
        Assert.Equal((VerdictLevel.Undetermined, 60), (silent.Level, silent.Coverage.Excluded[(int)Exclusion.NoReference]));
    }

    [Fact]
    public void Headroom_is_the_minutes_that_may_still_lie_outside()
    {
        // 60 slots of 10 min: 5 % are 3 slots, 30 min; one is used up.
        var verdict = Room(at => at is { Hour: 9, Minute: < 10 } ? 1900 : 500).Live("2026-11-16", "2026-11-16").Verdict("2026-11-16");
        Assert.Equal((20, "min"), (verdict.Finding.Levels[0].Headroom, verdict.Finding.Levels[0].HeadroomUnit));
    }

    [Fact]
    public void Uncertainty_of_the_instrument_stands_beside_the_decision()
    {
        var verdict = Room(_ => 500).Live("2026-11-16", "2026-11-16").Verdict("2026-11-16");
        Assert.Equal((50 + 0.05 * 1350, "ppm", "simple acceptance"), (verdict.Uncertainty, verdict.UncertaintyUnit, verdict.DecisionRule));
    }

    [Fact]
    public void A_week_is_its_days_and_a_running_one_expects_only_what_has_passed()
    {
        var bench = Room(at => at.DayOfWeek == DayOfWeek.Tuesday ? 1000 : 600).Live("2026-11-16", "2026-11-17");
        var verdict = bench.Verdict("2026-W47");
        Assert.Equal((false, 120, VerdictLevel.Level2), (verdict.IsFinal, verdict.Coverage.Expected, verdict.Level));
        verdict = bench.Live("2026-11-18", "2026-11-22").Verdict("2026-W47");
        Assert.Equal((true, 300, VerdictLevel.Level2), (verdict.IsFinal, verdict.Coverage.Expected, verdict.Level));
    }
}
