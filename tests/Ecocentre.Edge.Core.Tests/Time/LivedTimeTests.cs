using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;
using static Ecocentre.Edge.Core.Tests.Machine;

namespace Ecocentre.Edge.Core.Tests.Time;

public sealed class LivedTimeTests
{
    [Fact]
    public void A_window_that_touches_a_stretch_only_at_its_border_does_not_overlap()
    {
        var lived = new LivedTime(4);
        lived.Add(T(60), T(120));
        Assert.False(lived.Overlaps(Minute(0)));
        Assert.True(lived.Overlaps(Minute(1)));
        Assert.False(lived.Overlaps(Minute(2)));
        lived.Add(T(179.999), T(180));
        Assert.True(lived.Overlaps(Minute(2)));
        Assert.False(lived.Overlaps(Minute(3)));
    }

    [Fact]
    public void Empty_stretches_are_nothing_and_the_oldest_is_forgotten()
    {
        var lived = new LivedTime(2);
        lived.Add(T(30), T(30));
        Assert.False(lived.Overlaps(Minute(0)));
        lived.Add(T(0), T(60));
        lived.Add(T(120), T(180));
        lived.Add(T(240), T(300));
        Assert.Equal([false, false, true, false, true], Enumerable.Range(0, 5).Select(m => lived.Overlaps(Minute(m))));
    }

    [Fact]
    public void Minutes_in_a_row_are_one_stretch()
    {
        var lived = new LivedTime(2);
        lived.Add(T(-600), T(-540));
        for (var minute = 0; minute < 100; minute++) lived.Add(Minute(minute).Start, Minute(minute).End);
        Assert.True(lived.Overlaps(Minute(-10)));
        Assert.True(Enumerable.Range(0, 100).All(m => lived.Overlaps(Minute(m))));
    }

    private static Window Minute(int minute) => new(T(60 * minute), TimeSpan.FromMinutes(1));
}
