using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;
using static Ecocentre.Edge.Core.Tests.Machine;

namespace Ecocentre.Edge.Core.Tests;

/// <summary>Counters while the clock, set back by more than the open minute, comes through stored minutes a second time: those are not stored
/// again, and yet nothing that was counted in them may be lost.</summary>
public sealed class GatewayRelivedTests
{
    [Fact]
    public void Growth_in_relived_minutes_stands_in_the_first_minute_after_them()
    {
        var machine = LiveTwice();
        for (var second = 60; second < 360; second += 10) machine.Read(second, 103 + (second - 60) / 100.0).Run(second + 5);
        machine.Run(362);
        Assert.Equal(5.9, machine.Energy(), 1e-9);
        // Minute 4 was begun before the clock was set back, and stored with what it had.
        Assert.Equal(2.9, machine.Minute(5).Delta, 1e-9);
    }

    [Fact]
    public void A_reset_in_a_relived_minute_costs_only_what_lies_between_two_readings()
    {
        var machine = LiveTwice();
        // 103.0 to 104.1 before the reset, 0.2 to 1.9 after it.
        for (var second = 60; second < 180; second += 10) machine.Read(second, 103 + (second - 60) / 100.0).Run(second + 5);
        for (var second = 180; second < 360; second += 10) machine.Read(second, 0.2 + (second - 180) / 100.0).Run(second + 5);
        machine.Run(362);
        Assert.Equal(3 + 1.1 + 1.7, machine.Energy(), 1e-9);
        Assert.Single(machine.Told(IncidentKind.Reset));
    }

    [Fact]
    public void A_clock_set_back_exactly_at_the_end_of_a_minute_stores_nothing_of_the_next()
    {
        var machine = new Machine(Counter(resolution: 0.01)).StartAt(T(0));
        for (var second = 0; second < 240; second += 10) machine.Read(second, 100 + second / 80.0).Run(second + 9);
        machine.Gateway.Reanchor(new ClockStep(T(240), T(60), 1));
        machine.Step(T(60));
        Assert.False(machine.Has(WindowKind.Minute, T(240)));
        for (var second = 60; second < 300; second += 10) machine.Read(second, 104).Run(second + 5);
        machine.Run(302);
        Assert.Equal(6, machine.Minute(4).Count);
    }

    [Fact]
    public void What_is_owed_survives_a_restart()
    {
        var machine = LiveTwice();
        for (var second = 60; second < 120; second += 10) machine.Read(second, 103 + (second - 60) / 100.0).Run(second + 5);
        for (var second = 120; second < 180; second += 10) machine.Read(second, 0.2 + (second - 120) / 100.0).Run(second + 5);
        machine.Run(185);
        var next = new Machine(machine.Points, log: machine);
        next.Gateway.Restore(machine.Stored(T(0)), machine.Gateway.Carries(), T(300));
        for (var second = 300; second < 360; second += 10) next.Read(second, 1.9).Run(second + 5);
        next.Step(T(362));
        // 3 before the clock was set back; 0.5 and 1.7 in the time lived twice and the time away.
        Assert.Equal(3 + 0.5 + 1.7, next.Energy(), 1e-9);
    }

    /// <summary>Counts from 100 to 103 in four minutes and is then set back to the end of the first.</summary>
    private static Machine LiveTwice()
    {
        var machine = new Machine(Counter(resolution: 0.01)).StartAt(T(0));
        for (var second = 0; second <= 240; second += 10) machine.Read(second, 100 + second / 80.0).Run(second + 5);
        machine.Gateway.Reanchor(new ClockStep(T(245), T(60), 1));
        return machine.Step(T(60));
    }
}
