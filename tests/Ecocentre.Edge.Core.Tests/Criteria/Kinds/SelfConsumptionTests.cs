using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

public sealed class SelfConsumptionTests
{
    /// <summary>Load 1 kW. Six hours of 2 kW generation: 1 is used, 1 exported; 18 hours of import. Self-sufficiency 6 / 24 = 25 %; of totals it would
    /// be 12 / 24.</summary>
    [Theory]
    [InlineData(6, 0.25, VerdictLevel.Level3)]
    [InlineData(3, 0.125, VerdictLevel.Level2)]
    [InlineData(1, 1 / 24.0, VerdictLevel.Level1)]
    public void Generation_counts_where_it_meets_the_load(int sun, double expected, VerdictLevel level)
    {
        bool Sun(DateTime at) => at.Hour >= 10 && at.Hour < 10 + sun;
        var verdict = new CriteriaBench().Point("pv.energy", "energy.active.export", null, at => Sun(at) ? 2 : 0)
            .Point("m.export", "energy.active.export", null, at => Sun(at) ? 1 : 0).Point("m.import", "energy.active.import", null, at => Sun(at) ? 0 : 1)
            .Role("pv", "pv.energy").Role("export", "m.export").Role("main", "m.import").Criterion(new Criterion
            {
                Id = "EN-9", Title = "pv", Kind = new SelfConsumption(), CoverageMin = 0.95, SlotCoverageMin = 0.75,
                Inputs = CriteriaBench.Inputs(("generation", "pv"), ("export", "export"), ("import", "main")),
                Limits = CriteriaBench.Limits(("selfSufficiencyMin", "1", double.NaN, 0.1, 0.25)),
            }).Live("2026-06-01", "2026-06-01").Verdict("2026-06-01");
        Assert.Equal(expected, verdict.Finding.Value, 9);
        Assert.Equal(level, verdict.Level);
    }
}
