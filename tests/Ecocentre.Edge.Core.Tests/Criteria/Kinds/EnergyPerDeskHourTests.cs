using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

public sealed class EnergyPerDeskHourTests
{
    /// <summary>2 kW all day are 48 kWh; six desks for eight hours are 48 desk-hours: 1 kWh each.</summary>
    [Theory]
    [InlineData(1.2, VerdictLevel.Level3)]
    [InlineData(1.06, VerdictLevel.Level2)]
    [InlineData(1.0, VerdictLevel.Level1)]
    [InlineData(double.NaN, VerdictLevel.Level1)]
    public void Less_than_before_is_asked_for(double reference, VerdictLevel level)
    {
        var bench = new CriteriaBench().Space("room", desks: 6).Point("m.energy", "energy.active.import", null, _ => 2)
            .Point("room.desks.occupied", "desks.occupied", "room", at => at.Hour is >= 9 and < 17 ? 6 : 0).Role("main", "m.energy").Criterion(new Criterion
            {
                Id = "EN-10", Title = "desk-hour", Kind = new EnergyPerDeskHour(), Step = TimeSpan.FromHours(1), CoverageMin = 0.9, SlotCoverageMin = 0.75,
                Inputs = CriteriaBench.Inputs(("energy", "main"), ("occupied", "desks.occupied"), ("reference", "before")),
                Limits = CriteriaBench.Limits(("reductionMin", "1", double.NaN, 0.05, 0.1)),
            });
        if (!double.IsNaN(reference)) bench.Fact("before", reference);
        var verdict = bench.Live("2026-11-16", "2026-11-16").Verdict("2026-11-16");
        Assert.Equal((level, 1), (verdict.Level, Math.Round(verdict.Finding.Value, 9)));
        Assert.Equal(["kWh/h", "1", "1"], verdict.Finding.Levels.Select(l => l.Unit));
    }
}
