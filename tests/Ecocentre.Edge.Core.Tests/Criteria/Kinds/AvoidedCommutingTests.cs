using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

public sealed class AvoidedCommutingTests
{
    /// <summary>Ten people for seven hours are ten person-days; 20 km at 0.2 kg/km are 4 kg each.</summary>
    [Theory]
    [InlineData(20, VerdictLevel.Level3)]
    [InlineData(15, VerdictLevel.Level2)]
    [InlineData(5, VerdictLevel.Level1)]
    public void Person_days_times_distance_times_factor(double kilometres, VerdictLevel level)
    {
        var verdict = new CriteriaBench().Space("room").Point("room.people", "people", "room", at => at.Hour is >= 9 and < 16 ? 10 : 0)
            .Fact("avoidedKilometres", kilometres, "km")
            .Factor(new FactorTable("commuting", "kg/km", [new DatedFactor("mix", new DateOnly(2020, 1, 1), 0.2, CriteriaBench.Source)]))
            .Criterion(new Criterion
            {
                Id = "CO-1", Title = "commuting", Kind = new AvoidedCommuting(), Step = TimeSpan.FromHours(1), CoverageMin = 0.75, SlotCoverageMin = 0.75,
                Inputs = CriteriaBench.Inputs(("people", "people"), ("avoidedKilometres", "avoidedKilometres")),
                Limits = CriteriaBench.Limits(("perPersonDayMin", "kg", 0, 2.5, 4)), Settings = CriteriaBench.Settings(("personDayHours", "h", 7)),
            }).Live("2026-11-16", "2026-11-16").Verdict("2026-11-16");
        Assert.Equal((level, Math.Round(kilometres * 0.2, 9)), (verdict.Level, Math.Round(verdict.Finding.Value, 9)));
        Assert.Contains("10 person-days", verdict.Finding.Text);
    }
}
