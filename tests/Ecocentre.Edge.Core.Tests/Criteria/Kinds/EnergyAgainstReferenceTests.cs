using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

public sealed class EnergyAgainstReferenceTests
{
    internal static readonly (string, string, double)[] Grid =
    [
        ("dayCoverageMin", "1", 0.5), ("heatingBalanceFrom", "°C", 10), ("heatingBalanceTo", "°C", 20), ("coolingBalanceFrom", "°C", 18),
        ("coolingBalanceTo", "°C", 26), ("balanceStep", "K", 1),
    ];

    private static readonly Criterion Energy = new()
    {
        Id = "EN-1", Title = "energy", Kind = new EnergyAgainstReference(), Step = TimeSpan.FromHours(1), CoverageMin = 0.9, SlotCoverageMin = 0.75,
        Inputs = CriteriaBench.Inputs(
            ("energy", "main"), ("outdoor", "outdoorTemperature"), ("reference", "energyReference"), ("referenceYear", "energyReferenceYear"),
            ("heatingDegreeDays", "heatingDegreeDays")),
        Limits = CriteriaBench.Limits(("savingMin", "1", double.NaN, 0.4, 0.5)),
        Settings = CriteriaBench.Settings([("lineSaving", "1", 0.4), ("lineYear", "a", 2030), .. Grid]),
    };

    /// <summary>A year of 1 kWh an hour is 8760 kWh. The line from 2020 asks for 0.4 × 6 / 10 = 24 % in 2026.</summary>
    [Theory]
    [InlineData(8760 / 0.5, VerdictLevel.Level3)]
    [InlineData(8760 / 0.6, VerdictLevel.Level2)]
    [InlineData(8760 / 0.75, VerdictLevel.Level1)]
    [InlineData(8760 / 0.77, VerdictLevel.NotMet)]
    public void A_saving_is_held_against_the_line_and_the_targets(double reference, VerdictLevel level)
    {
        var bench = new CriteriaBench().Point("m.energy", "energy.active.import", null, _ => 1).Role("main", "m.energy").Fact("energyReference", reference + 1e-6)
            .Fact("energyReferenceYear", 2020).Criterion(Energy).Live("2026-01-01", "2026-12-31");
        var verdict = bench.Verdict("2026");
        Assert.Equal((true, level), (verdict.IsFinal, verdict.Level));
        Assert.Equal(0.24, verdict.Finding.Levels[0].Limit, 9);
        Assert.Contains("Not adjusted to climate: no outdoor temperature.", verdict.Finding.Text);
    }

    /// <summary>1 kWh an hour and 2 kWh for each degree-day below 15 °C, days of 5 °C from January to June and 20 °C after it: 181 days × 10 K = 1810
    /// degree-days, 3620 kWh. At the reference's 2000 it would be 380 kWh more: 8760 + 4000 = 12760.</summary>
    [Fact]
    public void A_mild_year_is_no_merit()
    {
        static double Outdoor(DateTime at) => at.Month <= 6 ? 5 : 20;
        // Two kinds of day fit any balance temperature from 10 to 20 alike; days at 14 pin it to 15.
        static double Weather(DateTime at) => at.Month <= 6 && at.Day == 1 ? 14 : Outdoor(at);
        var bench = new CriteriaBench { Zone = TimeZoneInfo.Utc }.Point("m.energy", "energy.active.import", null, at => 1 + 2 * Math.Max(0, 15 - Weather(at)) / 24)
            .Point("roof.temperature", "temperature", null, Weather).Role("main", "m.energy").Role("outdoorTemperature", "roof.temperature")
            .Fact("energyReference", 25520).Fact("heatingDegreeDays", 2000).Criterion(Energy).Live("2026-01-01", "2026-12-31");
        var verdict = bench.Verdict("2026");
        Assert.Equal(1 - 12760.0 / 25520, verdict.Finding.Value, 3);
        Assert.Contains("Heating 2 kWh per degree-day below 15 °C", verdict.Finding.Text);
    }

    [Fact]
    public void Too_few_days_decide_nothing()
    {
        var bench = new CriteriaBench().Point("m.energy", "energy.active.import", null, at => at.Month is 3 or 4 ? double.NaN : 1).Role("main", "m.energy")
            .Fact("energyReference", 20000).Criterion(Energy).Live("2026-01-01", "2026-12-31");
        Assert.Equal(VerdictLevel.Undetermined, bench.Verdict("2026").Level);
    }
}
