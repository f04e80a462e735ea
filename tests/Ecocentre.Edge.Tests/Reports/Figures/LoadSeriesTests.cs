using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Reports.Figures;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Tests.Reports.Figures;

public sealed class LoadSeriesTests
{
    private static readonly DateOnly Day = new(2026, 6, 1);

    [Fact]
    public void The_first_quarter_after_a_gap_is_left_out_because_it_counts_the_gap()
    {
        // Quarters 10 to 19 are missing; quarter 20 brings what went through in them.
        var load = Load(Day, Enumerable.Range(0, 96).Where(q => q is < 10 or >= 20).Select(q => (q, q == 20 ? 11 * 0.5 : 0.5)));
        Assert.DoesNotContain(load.Quarters, q => q.Quarter is >= 10 and <= 20);
        Assert.Equal(85, load.Quarters.Count);
        Assert.All(load.Quarters, q => Assert.Equal(2, q.Kilowatts));
        Assert.Equal(85.0 / 96, load.KnownShare);
    }

    [Fact]
    public void Days_of_a_clock_change_have_as_many_quarters_as_they_last()
    {
        var autumn = Load(new DateOnly(2026, 10, 25), Enumerable.Range(0, 100).Select(q => (q, 1.0)));
        Assert.Equal((100, 8), (autumn.Quarters.Count, autumn.Quarters.Count(q => q.Quarter is >= 8 and < 12)));
        var spring = Load(new DateOnly(2026, 3, 29), Enumerable.Range(0, 92).Select(q => (q, 1.0)));
        Assert.Equal((92, 0), (spring.Quarters.Count, spring.Quarters.Count(q => q.Quarter is >= 8 and < 12)));
    }

    [Fact]
    public void Of_several_meters_all_must_be_known()
    {
        var start = LocalDay.Of(Day, CentreTruth.Zone).Start;
        Aggregate[] whole = [.. Enumerable.Range(0, 96).Select(q => Quarter(start, q, 1))], half = [.. Enumerable.Range(0, 48)
            .Select(q => Quarter(start, q, 0.5))];
        var load = LoadSeries.Of([whole, half], Day, Day, CentreTruth.Zone, 0.75);
        Assert.Equal(48, load.Quarters.Count);
        Assert.All(load.Quarters, q => Assert.Equal(6, q.Kilowatts));
        Assert.Empty(LoadSeries.Of([], Day, Day, CentreTruth.Zone, 0.75).Quarters);
    }

    [Fact]
    public void Working_days_are_those_the_centre_opens()
    {
        var opening = new OpeningHours([new OpenStretch(DayOfWeek.Saturday, TimeSpan.FromHours(9), TimeSpan.FromHours(12))], [new DateOnly(2026, 6, 13)]);
        Assert.True(LoadSeries.IsWorkingDay(new DateOnly(2026, 6, 6), opening));
        Assert.False(LoadSeries.IsWorkingDay(new DateOnly(2026, 6, 13), opening));
        Assert.False(LoadSeries.IsWorkingDay(new DateOnly(2026, 6, 8), opening));
        Assert.True(LoadSeries.IsWorkingDay(new DateOnly(2026, 6, 8), new OpeningHours([], [])));
    }

    [Fact]
    public void A_signature_day_needs_nine_tenths_of_its_quarters_and_its_outdoor_mean()
    {
        var load = Load(Day, Enumerable.Range(0, 90).Select(q => (q, 1.0)));
        var outdoor = new Dictionary<DateOnly, double> { [Day] = 17 };
        var day = Assert.Single(SignatureDay.Of(load, outdoor, _ => true));
        Assert.Equal(96, day.KilowattHours, 9);
        Assert.Empty(SignatureDay.Of(load, new Dictionary<DateOnly, double>(), _ => true));
        Assert.Empty(SignatureDay.Of(Load(Day, Enumerable.Range(0, 80).Select(q => (q, 1.0))), outdoor, _ => true));
    }

    private static LoadSeries Load(DateOnly date, IEnumerable<(int Quarter, double Growth)> quarters)
    {
        var start = LocalDay.Of(date, CentreTruth.Zone).Start;
        return LoadSeries.Of([quarters.Select(q => Quarter(start, q.Quarter, q.Growth))], date, date, CentreTruth.Zone, 0.75);
    }

    private static Aggregate Quarter(Instant start, int quarter, double growth) => new(
        default, WindowKind.QuarterHour, new Window(start + TimeSpan.FromMinutes(15 * quarter), TimeSpan.FromMinutes(15)), 0, 1, double.NaN, double.NaN,
            double.NaN, 0, growth, 1);
}
