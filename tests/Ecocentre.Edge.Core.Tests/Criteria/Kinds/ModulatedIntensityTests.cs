using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

public sealed class ModulatedIntensityTests
{
    /// <summary>At the standard, USE is itself; half of the occupancy alone takes 50 to 50 × (0.05 + 0.475) = 26.25.</summary>
    [Theory]
    [InlineData(1, 1, 1, 50)]
    [InlineData(0.5, 1, 1, 26.25)]
    [InlineData(1, 1, 1.5, 50 * (0.05 + 0.95 * 1.5 + 0.28 * 0.5))]
    public void Use_follows_occupancy_density_and_hours(double occupancy, double density, double hours, double expected) =>
        Assert.Equal(expected, ModulatedIntensity.Use(50, (0.05, 0.95, 0.28), occupancy, density, hours), 9);

    private static CriteriaBench Bench(double kilowatts) => new CriteriaBench { Opening = CriteriaBench.Hours("00:00", "23:59") }.Space("room", 100, desks: 10)
        .Point("m.energy", "energy.active.import", null, _ => kilowatts).Point("centre.desks", "desks.occupied", null, _ => 5).Role("main", "m.energy")
        .Fact("cabsCvc", 40).Fact("cabsUse", 50).Fact("standardOccupancy", 1).Fact("standardDeskArea", 10).Fact("standardHours", 6264)
        .Criterion(new Criterion
        {
            Id = "EN-2", Title = "intensity", Kind = new ModulatedIntensity(), Step = TimeSpan.FromHours(1), CoverageMin = 0.9, SlotCoverageMin = 0.75,
            Inputs = CriteriaBench.Inputs(
                ("energy", "main"), ("occupied", "desks.occupied"), ("reference", "energyReference"), ("cvc", "cabsCvc"), ("use", "cabsUse"),
                ("standardOccupancy", "standardOccupancy"), ("standardDeskArea", "standardDeskArea"), ("standardHours", "standardHours")),
            Limits = CriteriaBench.Limits(("ratioMax", "1", 1.2, 1, 0.8)),
            Settings = CriteriaBench.Settings(("useFixed", "1", 0.05), ("useByPresence", "1", 0.95), ("useByHours", "1", 0.28)),
        });

    /// <summary>100 m², 261 working days of 24 h = 6264 h as the standard, 5 of 10 desks: the target is 40 + 26.25 = 66.25 kWh/m². 0.75 kW all year are
    /// 65.7 kWh/m².</summary>
    [Theory]
    [InlineData(0.75, VerdictLevel.Level2)]
    [InlineData(0.6, VerdictLevel.Level3)]
    [InlineData(0.9, VerdictLevel.Level1)]
    [InlineData(1, VerdictLevel.NotMet)]
    public void Intensity_is_held_against_the_modulated_target(double kilowatts, VerdictLevel level)
    {
        var verdict = Bench(kilowatts).Live("2026-01-01", "2026-12-31").Verdict("2026");
        Assert.Equal(level, verdict.Level);
        Assert.Equal(kilowatts * 87.6 / 66.25, verdict.Finding.Value, 3);
    }

    [Fact]
    public void With_a_reference_year_it_does_not_apply() => Assert.Equal(
        VerdictLevel.NotApplicable, Bench(1).Fact("energyReference", 1000).Live("2026-01-01", "2026-01-02").Verdict("2026").Level);
}
