using Ecocentre.Edge.Reports.Figures;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Tests.Reports.Figures;

public sealed class HourGridTests
{
    private static readonly DateOnly Spring = new(2026, 3, 29), Autumn = new(2026, 10, 25);

    [Fact]
    public void The_hour_that_spring_leaves_out_is_no_gap()
    {
        var grid = Grid(Spring, hours: 23);
        Assert.True(grid.IsLeftOut(0, 2));
        Assert.True(double.IsNaN(grid[0, 2]));
        // Hours are numbered as they were lived: the third is three o'clock.
        Assert.Equal((1.0, 2.0, 22.0), (grid[0, 1], grid[0, 3], grid[0, 23]));
        Assert.Equal(1, grid.KnownShare);
    }

    [Fact]
    public void The_hour_that_comes_twice_is_the_mean_of_both()
    {
        var grid = Grid(Autumn, hours: 25);
        Assert.Equal((1.0, 2.5, 4.0, 24.0), (grid[0, 1], grid[0, 2], grid[0, 3], grid[0, 23]));
        Assert.Equal(1, grid.KnownShare);
    }

    [Fact]
    public void Hours_with_too_little_coverage_and_of_other_days_are_gaps()
    {
        var start = LocalDay.Of(new DateOnly(2026, 6, 1), CentreTruth.Zone).Start;
        Aggregate[] hours = [Hour(start, 5, 0.5), Hour(start + TimeSpan.FromHours(1), 7, 0.8), Hour(start + TimeSpan.FromDays(3), 9, 1),
            Hour(start + TimeSpan.FromHours(2), double.NaN, 1)];
        var grid = HourGrid.Of(hours, new DateOnly(2026, 6, 1), new DateOnly(2026, 6, 2), CentreTruth.Zone, 0.75);
        Assert.Equal([7.0], grid.Known);
        Assert.Equal(1.0 / 48, grid.KnownShare);
        Assert.True(double.IsNaN(grid[0, 0]) && double.IsNaN(grid[0, 2]));
    }

    internal static HourGrid Grid(DateOnly date, int hours, Func<int, double>? value = null)
    {
        var start = LocalDay.Of(date, CentreTruth.Zone).Start;
        return HourGrid.Of(
            Enumerable.Range(0, hours).Select(h => Hour(start + TimeSpan.FromHours(h), value?.Invoke(h) ?? h, 1)), date,
            date.AddDays((hours - 1) / 24 - (hours == 25 ? 1 : 0)), CentreTruth.Zone, 0.75);
    }

    private static Aggregate Hour(Instant start, double value, double coverage) => ReportBench.Window(start, WindowKind.Hour, TimeSpan.FromHours(1), value,
        coverage);
}
