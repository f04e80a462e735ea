using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

public sealed class DegreeDaysTests
{
    [Theory]
    [InlineData(5, 13)]
    [InlineData(18, 0)]
    [InlineData(22, 0)]
    public void Heating_counts_below_the_balance(double mean, double expected) => Assert.Equal(expected, DegreeDays.Heating(mean, 18));

    [Theory]
    [InlineData(25, 3)]
    [InlineData(22, 0)]
    public void Cooling_counts_above_it(double mean, double expected) => Assert.Equal(expected, DegreeDays.Cooling(mean, 22));

    /// <summary>The weather service: 18 − (Tn + Tx) / 2, not under zero.</summary>
    [Theory]
    [InlineData(2, 10, 12)]
    [InlineData(14, 26, 0)]
    public void The_weather_service_takes_the_middle_of_the_day(double min, double max, double expected) =>
        Assert.Equal(expected, DegreeDays.OfExtremes(min, max, 18), 9);

    /// <summary>The trade: like the weather service while the day stays below; nothing while it stays above; a day from 14 to 26 counts
    /// 4 × (0.08 + 0.42 × 4 / 12) = 0.88.</summary>
    [Theory]
    [InlineData(2, 10, 12)]
    [InlineData(2, 18, 8)]
    [InlineData(18, 30, 0)]
    [InlineData(14, 26, 0.88)]
    public void The_trade_counts_days_that_cross_in_part(double min, double max, double expected) =>
        Assert.Equal(expected, DegreeDays.OfTrade(min, max, 18), 9);

    /// <summary>Eurostat: 18 − Tm if Tm is at most 15.</summary>
    [Theory]
    [InlineData(15, 3)]
    [InlineData(15.1, 0)]
    public void Eurostat_counts_from_a_mark(double mean, double expected) => Assert.Equal(expected, DegreeDays.HeatingFromMark(mean, 18, 15), 9);
}
