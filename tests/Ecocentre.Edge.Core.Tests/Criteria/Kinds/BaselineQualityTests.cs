using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

public sealed class BaselineQualityTests
{
    private static Verdict Year(Func<DateTime, double> energy) => Live(energy, "2026-01-01", "2026-12-31").Verdict("2026");

    private static CriteriaBench Live(Func<DateTime, double> energy, string from, string to)
    {
        static double Weather(DateTime at) => 12 - 10 * Math.Cos(2 * Math.PI * at.DayOfYear / 365);
        return new CriteriaBench().Point("m.energy", "energy.active.import", null, at => energy(at) + 0.2 * Math.Max(0, 15 - Weather(at)))
            .Point("roof.temperature", "temperature", null, Weather).Role("main", "m.energy").Role("outdoorTemperature", "roof.temperature")
            .Criterion(new Criterion
            {
                Id = "EN-3", Title = "model", Kind = new BaselineQuality(), Step = TimeSpan.FromHours(1), CoverageMin = 0.9, SlotCoverageMin = 0.75,
                Inputs = CriteriaBench.Inputs(("energy", "main"), ("outdoor", "outdoorTemperature")),
                Limits = CriteriaBench.Limits(
                    ("monthlyCvMax", "1", 0.25, 0.15, 0.15), ("monthlyBiasMax", "1", 0.1, 0.05, 0.05),
                    ("hourlyCvMax", "1", double.NaN, double.NaN, 0.3), ("hourlyBiasMax", "1", double.NaN, double.NaN, 0.1)),
                Settings = CriteriaBench.Settings([.. EnergyAgainstReferenceTests.Grid, ("temperaturePieces", "1", 6)]),
            }).Live(from, to);
    }

    [Fact]
    public void Energy_that_follows_the_weather_is_described() => Assert.Equal(VerdictLevel.Level3, Year(_ => 2).Level);

    /// <summary>Every other day is twice as high: months stay even, days spread by far over 30 %.</summary>
    [Fact]
    public void Days_that_jump_cost_the_highest_level() => Assert.Equal(VerdictLevel.Level2, Year(at => at.DayOfYear % 2 == 0 ? 8 : 0.1).Level);

    /// <summary>Nights take a tenth of the days, each weekday its own: an hour's spread around the day's mean is far over 30 %, around its hour of the week
    /// it is nothing.</summary>
    [Fact]
    public void Hours_that_follow_the_week_are_described() =>
        Assert.Equal(VerdictLevel.Level3, Year(at => at.Hour is >= 8 and < 18 ? 10 + (int)at.DayOfWeek : 1).Level);

    /// <summary>The same energy a day, but at hours that follow nothing: days and months are even, hours are not.</summary>
    [Fact]
    public void Hours_that_jump_cost_the_highest_level()
    {
        var verdict = Year(at => at.Hour == at.DayOfYear * 7 % 24 ? 24 : 1);
        Assert.Equal(VerdictLevel.Level2, verdict.Level);
        Assert.Equal("hourlyCvMax", verdict.Finding.Levels[2].LimitName);
    }

    /// <summary>Of one month of days there is a model and no spread of months: said in words, not as a number that is none.</summary>
    [Fact]
    public void A_spread_that_there_is_none_of_is_said_in_words()
    {
        var verdict = Live(_ => 2, "2026-03-01", "2026-03-31").Verdict("2026-03");
        Assert.Equal(VerdictLevel.Undetermined, verdict.Level);
        Assert.Contains("Too few months (1) for their spread.", verdict.Finding.Text);
        Assert.DoesNotContain("NaN", verdict.Finding.Text);
    }

    [Fact]
    public void Months_that_jump_are_not_described() => Assert.Equal(VerdictLevel.NotMet, Year(at => at.Month % 2 == 0 ? 8 : 1).Level);
}
