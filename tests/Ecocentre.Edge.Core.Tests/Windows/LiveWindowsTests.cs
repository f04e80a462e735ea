using Ecocentre.Edge.Windows;
using static Ecocentre.Edge.Core.Tests.Machine;

namespace Ecocentre.Edge.Core.Tests.Windows;

public sealed class LiveWindowsTests
{
    [Fact]
    public void Ten_seconds_are_shown_a_second_after_their_end_and_never_stored()
    {
        var machine = new Machine(Gauge(period: 2), Counter(period: 2), State(period: 2)).StartAt(T(1));
        for (var at = 0; at < 10; at += 2) machine.Read(0, T(at), at).Read(1, T(at), 100 + at / 10.0).Read(2, T(at), at % 4 == 0 ? 1 : 0);
        Assert.Empty(machine.Step(10.9).Gateway.TakeSnapshot(machine.Now).Live);
        var live = machine.Step(11).Gateway.TakeSnapshot(machine.Now).Live;
        Assert.All(live, w => Assert.Equal((WindowKind.Live, new Window(T(0), TimeSpan.FromSeconds(10)), 1.0), (w.Kind, w.Window, w.Coverage)));
        Assert.Equal((4, 8, 5), (live[0].Mean, live[0].Last, live[0].Count));
        Assert.Equal((0.8, 100.8), (Math.Round(live[1].Delta, 9), live[1].Last));
        Assert.Equal(6, live[2].Delta);
        Assert.Empty(machine.Windows);
    }

    [Fact]
    public void Growth_since_the_last_reading_before_is_shown()
    {
        var machine = new Machine(Counter()).StartAt(T(0)).Read(5, 100).Step(11).Read(12, 100.1).Step(21);
        Assert.Equal(0.1, machine.Gateway.TakeSnapshot(T(21)).Live[0].Delta, 1e-9);
    }

    [Fact]
    public void After_a_pause_only_the_newest_is_shown_and_a_snapshot_once_taken_stays()
    {
        var machine = new Machine(Gauge()).StartAt(T(0)).Read(5, 1).Step(11);
        var earlier = machine.Gateway.TakeSnapshot(T(11)).Live;
        var live = machine.Step(45).Gateway.TakeSnapshot(T(45)).Live;
        Assert.Equal(T(30), live[0].Window.Start);
        Assert.Equal((T(0), 1.0), (earlier[0].Window.Start, earlier[0].Mean));
    }
}
