using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

public sealed class NightLoadTests
{
    [Theory]
    [InlineData(2, VerdictLevel.Level3)]
    [InlineData(3.5, VerdictLevel.Level2)]
    [InlineData(5, VerdictLevel.Level1)]
    [InlineData(5.1, VerdictLevel.NotMet)]
    public void Medians_are_compared(double night, VerdictLevel level)
    {
        // 10 kW by day; a spike at night and a pause by day do not move a median.
        var bench = new CriteriaBench { Opening = CriteriaBench.Hours("08:00", "18:00") }.Space("room")
            .Point("m.energy", "energy.active.import", null, at => at.Hour == 3 ? 50 : at.Hour < 8 ? night : at.Hour == 12 ? 0 : 10).Role("main", "m.energy")
            .Criterion(new Criterion
            {
                Id = "EN-5", Title = "night", Kind = new NightLoad(), CoverageMin = 0.75, SlotCoverageMin = 0.75, Inputs = CriteriaBench.Inputs(("energy", "main")),
                Limits = CriteriaBench.Limits(("ratioMax", "1", 0.5, 0.35, 0.2)), Settings = CriteriaBench.Settings(("nightFrom", "h", 0), ("nightTo", "h", 5)),
            }).Live("2026-11-16", "2026-11-20");
        var verdict = bench.Verdict("2026-W47");
        Assert.Equal((level, night / 10), (verdict.Level, Math.Round(verdict.Finding.Value, 9)));
    }
}
