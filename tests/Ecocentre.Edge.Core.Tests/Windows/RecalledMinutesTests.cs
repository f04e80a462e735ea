using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Windows;
using static Ecocentre.Edge.Core.Tests.Machine;

namespace Ecocentre.Edge.Core.Tests.Windows;

public sealed class RecalledMinutesTests
{
    private readonly List<string> _passed = [];
    private readonly RecalledMinutes _minutes;

    public RecalledMinutesTests() => _minutes = new RecalledMinutes(TimeSpan.FromMinutes(2), (minute, aggregates) =>
        _passed.Add($"{(minute.Start - Zero).TotalMinutes}: {string.Join(", ", aggregates.Select(a => $"{a.Key} r{a.Value.Revision}"))}"));

    [Fact]
    public void Each_minute_passes_once_with_the_highest_revision_of_each_series_in_order_of_the_series()
    {
        Add(0, 1, 0);
        Add(0, 0, 0);
        Add(1, 0, 0);
        Add(0, 1, 1);
        Add(0, 1, 2);
        Add(1, 1, 0);
        _minutes.End();
        Assert.Equal(["0: 0 r0, 1 r2", "1: 0 r0, 1 r0"], _passed);
    }

    [Fact]
    public void No_more_are_held_than_can_be_revised_and_a_clock_that_went_back_changes_no_order()
    {
        foreach (var minute in new[] { 10, 11, 12, 13 }) Add(minute, 0, 0);
        Assert.Empty(_passed);
        Add(5, 0, 0);
        Add(6, 0, 0);
        Assert.Equal(["10: 0 r0", "11: 0 r0"], _passed);
        _minutes.End();
        Assert.Equal(["10: 0 r0", "11: 0 r0", "12: 0 r0", "13: 0 r0", "5: 0 r0", "6: 0 r0"], _passed);
    }

    private void Add(int minute, int series, int revision) =>
        _minutes.Add(series, new Aggregate
        {
            Point = new PointId((ushort)series), Window = new Window(T(60 * minute), TimeSpan.FromMinutes(1)), Revision = revision,
        });
}
