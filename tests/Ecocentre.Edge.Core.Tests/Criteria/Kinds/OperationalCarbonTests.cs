using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

public sealed class OperationalCarbonTests
{
    private static readonly FactorTable Carbon = new("carbon", "kg/kWh",
    [
        new DatedFactor("electricity", new DateOnly(2025, 1, 1), 0.1, CriteriaBench.Source), new DatedFactor("electricity", new DateOnly(2026, 7, 1), 0.05, CriteriaBench.Source),
    ]);

    private static CriteriaBench Bench() => new CriteriaBench { Zone = TimeZoneInfo.Utc }.Space("room", 100).Point("m.energy", "energy.active.import", null, _ => 1).Role("main", "m.energy")
        .Factor(Carbon).Criterion(new Criterion
        {
            Id = "EN-8", Title = "carbon", Kind = new OperationalCarbon(), Step = TimeSpan.FromHours(1), CoverageMin = 0.9, SlotCoverageMin = 0.75,
            Inputs = CriteriaBench.Inputs(("electricity", "main"), ("gas", "gas"), ("reference", "carbonReference")),
            Limits = CriteriaBench.Limits(("reductionMin", "1", double.NaN, 0.2, 0.4)),
        });

    /// <summary>1 kW: 181 days at 0.1 and 184 at 0.05 kg/kWh are 434.4 + 220.8 = 655.2 kg, 6.552 kg/m².</summary>
    [Theory]
    [InlineData(6.552 / 0.6, VerdictLevel.Level3)]
    [InlineData(6.552 / 0.8, VerdictLevel.Level2)]
    [InlineData(6.552 / 0.9, VerdictLevel.Level1)]
    public void Each_day_has_the_factor_of_its_date(double reference, VerdictLevel level)
    {
        var verdict = Bench().Fact("carbonReference", reference + 1e-9).Live("2026-01-01", "2026-12-31").Verdict("2026");
        Assert.Equal(level, verdict.Level);
        Assert.Equal(6.552, verdict.Finding.Value, 9);
        Assert.Equal("electricity 0.05 since 2026-07-01 (test)", Assert.Single(verdict.Finding.Factors));
    }

    [Fact]
    public void Without_a_reference_it_is_reported()
    {
        var verdict = Bench().Live("2026-11-01", "2026-11-30").Verdict("2026-11");
        Assert.Equal(VerdictLevel.Level1, verdict.Level);
        Assert.Equal((verdict.Finding.Value, "kg/m²"), (verdict.Finding.Levels[0].Value, verdict.Finding.Levels[0].Unit));
        Assert.Equal("1", verdict.Finding.Levels[1].Unit);
    }

    [Fact]
    public void Without_a_factor_nothing_is_valid() => Assert.Equal(VerdictLevel.Undetermined, Bench().Live("2024-11-01", "2024-11-30").Verdict("2024-11").Level);
}
