using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using static Ecocentre.Edge.Core.Tests.Machine;
using static Ecocentre.Edge.Core.Tests.Occupancy.Office;

namespace Ecocentre.Edge.Core.Tests.Occupancy;

/// <summary>Desks of one sensor, which confirms its level every ten seconds and speaks for 25 s: held after a minute, free after ten.</summary>
public sealed class DeskBoardTests
{
    [Fact]
    public void Desk_is_unknown_until_its_sensor_speaks_and_free_only_after_the_hold_time()
    {
        var office = new Office(Desk(DeskRules.Default, 0)).Settle(0);
        Assert.Equal((DeskState.Unknown, T(0), T(0), 0.0, 0L), (office.State, office[0].Since, office[0].ValidUntil, office[0].Confidence, office[0].Sequence));
        office.Keep(5, 595, 0);
        Assert.Equal(DeskState.Unknown, office.State);
        office.Keep(605, 615, 0);
        Assert.Equal((DeskState.Free, T(605), T(615), T(640), 1.0, 1L),
            (office.State, office[0].Since, office[0].ObservedAt, office[0].ValidUntil, office[0].Confidence, office[0].Sequence));
    }

    [Fact]
    public void Somebody_comes_leaves_and_the_desk_is_held_before_it_is_free()
    {
        var office = new Office(Desk(DeskRules.Default, 0)).Keep(0, 600, 0).Keep(603, 703, 1).Keep(707, 1400, 0);
        Assert.Equal([DeskState.Free, DeskState.Occupied, DeskState.Held, DeskState.Free], office.Changes.Select(c => c.State));
        Assert.Equal([T(600), T(603), T(767), T(1307)], office.Changes.Select(c => c.Since));
        Assert.Equal([1, 2, 3, 4], office.Changes.Select(c => c.Sequence));
        Assert.Equal([1, 1, 0.5, 1], office.Changes.Select(c => c.Confidence));
    }

    [Fact]
    public void Silent_sensor_is_unknown_when_its_reading_runs_out_and_not_a_moment_later()
    {
        var office = new Office(Desk(DeskRules.Default, 0)).Keep(0, 600, 0);
        Assert.Equal(T(625), office.Gateway.DesksDueAt);
        Assert.Equal(T(625), office[0].ValidUntil);
        office.Settle(624.999);
        Assert.Equal(DeskState.Free, office.State);
        office.Settle(625);
        Assert.Equal((DeskState.Unknown, T(625), 0.0), (office.State, office[0].Since, office[0].Confidence));
    }

    [Theory]
    [InlineData(Quality.Missing, DeskState.Occupied)]
    [InlineData(Quality.Invalid, DeskState.Occupied)]
    [InlineData(Quality.Questionable, DeskState.Unknown)]
    public void Lost_reading_lets_the_last_one_run_out_and_warming_up_ends_it(Quality quality, DeskState expected)
    {
        var office = new Office(Desk(DeskRules.Default, 0)).Keep(0, 20, 1).Read(30, 0, quality: quality).Settle(30);
        Assert.Equal(expected, office.State);
        office.Settle(45);
        Assert.Equal(DeskState.Unknown, office.State);
    }

    [Fact]
    public void Flicker_of_a_sensor_is_not_told()
    {
        var office = new Office(Desk(DeskRules.Default, 0)).Keep(0, 600, 0);
        for (var at = 610; at < 1200; at += 3) office.Read(at, at % 2).Settle(at);
        Assert.Equal([DeskState.Free, DeskState.Occupied], office.Changes.Select(c => c.State));
        office.Keep(1201, 1271, 0).Read(1275, 1).Settle(1275);
        Assert.Equal([DeskState.Held, DeskState.Occupied], office.Changes.Skip(2).Select(c => c.State));
        Assert.Equal(T(1275), office[0].Since);
    }

    [Fact]
    public void Passer_by_does_not_take_a_desk_with_an_on_delay_and_who_stays_does()
    {
        var office = new Office(Desk(DeskRules.Default with { OnDelay = TimeSpan.FromSeconds(20) }, 0)).Keep(0, 600, 0);
        office.Read(603, 1).Settle(603).Read(606, 0).Settle(606).Keep(610, 640, 0);
        // Nor do two of them who come apart.
        office.Read(645, 1).Settle(645).Read(648, 0).Keep(650, 690, 0);
        Assert.Equal([DeskState.Free], office.Changes.Select(c => c.State));
        // Somebody flickers on and off until the delay is over.
        for (var at = 700; at <= 718; at += 2) office.Read(at, at / 2 % 2 == 0 ? 1 : 0).Settle(at);
        Assert.Equal(DeskState.Free, office.State);
        office.Read(720, 1).Settle(720);
        Assert.Equal((DeskState.Occupied, T(720)), (office.State, office[0].Since));
    }

    [Fact]
    public void Who_is_seen_without_a_break_takes_the_desk_when_the_on_delay_is_over_without_another_reading()
    {
        var office = new Office(Desk(DeskRules.Default with { OnDelay = TimeSpan.FromSeconds(15) }, 0)).Keep(0, 600, 0).Read(605, 1).Settle(605);
        Assert.Equal(DeskState.Free, office.State);
        Assert.Equal(T(620), office.Gateway.DesksDueAt);
        office.Pass(620);
        Assert.Equal((DeskState.Occupied, T(620), T(630)), (office.State, office[0].Since, office[0].ValidUntil));
    }

    [Fact]
    public void Stuck_sensor_is_a_fault_and_is_not_believed_when_it_comes_loose()
    {
        var office = new Office(Desk(DeskRules.Default with { StuckAfter = TimeSpan.FromMinutes(30) }, 0)).Keep(0, 1790, 1);
        Assert.Equal(DeskState.Occupied, office.State);
        office.Keep(1800, 2000, 1);
        Assert.Equal((DeskState.Fault, T(1800), 0.0), (office.State, office[0].Since, office[0].Confidence));
        office.Keep(2010, 2600, 0);
        Assert.Equal(DeskState.Unknown, office.State);
        office.Keep(2610, 2620, 0);
        Assert.Equal((DeskState.Free, T(2610)), (office.State, office[0].Since));
        var told = office.Gateway.Step(T(2621)).Incidents.Select(i => (i.Kind, i.Subject));
        Assert.Equal([(IncidentKind.SensorStuck, "pir-0.presence"), (IncidentKind.SensorFreed, "pir-0.presence")], told);
    }

    [Fact]
    public void Loose_contact_is_a_fault_until_it_has_been_calm_for_a_while()
    {
        var office = new Office(Desk(DeskRules.Default, 0)).Keep(0, 600, 0);
        // Twice as many changes as a minute may bring.
        var at = 600.0;
        for (var i = 0; i < 700; i++) office.Read(at += 0.1, i % 2 == 0 ? 1 : 0).Settle(at);
        Assert.Equal(DeskState.Fault, office.State);
        Assert.InRange(office[0].Since - T(600), TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(65));
        office.Keep(Math.Ceiling(at), at + 100, 0);
        Assert.Equal(DeskState.Held, office.State);
    }

    [Fact]
    public void Late_readings_change_nothing_but_that_somebody_was_seen()
    {
        var office = new Office(Desk(DeskRules.Default, 0)).Keep(0, 700, 0);
        Assert.Equal(DeskState.Free, office.State);
        office.Read(650, 0).Read(655, 0, quality: Quality.Questionable).Settle(700.5);
        Assert.Equal(DeskState.Free, office.State);
        office.Read(690, 1).Settle(701);
        Assert.Equal((DeskState.Occupied, T(690)), (office.State, office[0].Since));
        office.Keep(710, 1289, 0);
        Assert.Equal(DeskState.Held, office.State);
        office.Keep(1290, 1300, 0);
        Assert.Equal((DeskState.Free, T(1290)), (office.State, office[0].Since));
    }

    [Fact]
    public void Order_of_arrival_does_not_matter_for_what_a_desk_is()
    {
        const int seed = 7;
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var readings = Enumerable.Range(0, 12).Select(i => (At: 600.0 + 7 * i, On: random.Next(2))).ToArray();
            var inOrder = new Office(Desk(DeskRules.Default, 0)).Keep(0, 590, 0);
            var shuffled = new Office(Desk(DeskRules.Default, 0)).Keep(0, 590, 0);
            foreach (var (at, on) in readings) inOrder.Read(at, on);
            // The newest is there; the others come in any order.
            shuffled.Read(readings[^1].At, readings[^1].On);
            foreach (var (at, on) in readings[..^1].OrderBy(_ => random.Next())) shuffled.Read(at, on);
            foreach (var after in new[] { 0.0, 15, 24.9, 25 })
            {
                inOrder.Settle(677 + after);
                shuffled.Settle(677 + after);
                // How long somebody was seen before the next reading is known less exactly, and so when occupied becomes held.
                Assert.True(IsTaken(inOrder) == IsTaken(shuffled) && IsUnknown(inOrder) == IsUnknown(shuffled),
                    $"seed {seed}, round {round}: {inOrder[0]} and {shuffled[0]}");
            }
        }

        static bool IsTaken(Office office) => office.State is DeskState.Occupied or DeskState.Held;

        static bool IsUnknown(Office office) => office.State == DeskState.Unknown;
    }

    [Fact]
    public void Reading_ahead_of_the_clock_is_refused_and_told()
    {
        var office = new Office(Desk(DeskRules.Default, 0)).Keep(0, 600, 0);
        office.Gateway.Accept([new Reading(new PointId(0), T(90_000), 1, Quality.Good)], T(601));
        office.Read(605, 0).Settle(605);
        Assert.Equal(DeskState.Free, office.State);
        Assert.Equal((IncidentKind.FromFuture, 1.0), office.Gateway.Step(T(606)).Incidents.Select(i => (i.Kind, i.Value)).Single());
    }

    [Theory]
    [InlineData(-7200)]
    [InlineData(-40)]
    [InlineData(40)]
    [InlineData(86_400)]
    public void Clock_that_is_set_neither_frees_a_desk_nor_keeps_it(double step)
    {
        var office = new Office(Desk(DeskRules.Default, 0)).Keep(0, 600, 0).Keep(610, 700, 1).Read(705, 0).Settle(705);
        office.Gateway.Reanchor(new ClockStep(T(706), T(706 + step), 1));
        office.Settle(706 + step);
        Assert.Equal((DeskState.Occupied, T(610 + step), T(705 + step)), (office.State, office[0].Since, office[0].ObservedAt));
        Assert.Equal(2, office[0].Sequence);
        office.Keep(710 + step, 760 + step, 0);
        Assert.Equal(DeskState.Occupied, office.State);
        office.Keep(770 + step, 1300 + step, 0);
        Assert.Equal((DeskState.Held, T(765 + step)), (office.State, office[0].Since));
        office.Keep(1305 + step, 1310 + step, 0);
        Assert.Equal((DeskState.Free, T(1305 + step)), (office.State, office[0].Since));
        Assert.Equal([DeskState.Free, DeskState.Occupied, DeskState.Held, DeskState.Free], office.Changes.Select(c => c.State));
    }

    [Fact]
    public void Restart_goes_on_with_the_numbers_and_tells_what_is_no_longer_known()
    {
        var first = new Office(Desk(DeskRules.Default, 0), Desk(DeskRules.Default, 1), Desk(DeskRules.Default, 2));
        first.Keep(5, 25, 1, sensor: 1).Keep(30, 640, 0);
        Assert.Equal([DeskState.Free, DeskState.Unknown, DeskState.Unknown], Enumerable.Range(0, 3).Select(i => first[i].State));
        var second = new Office(Desk(DeskRules.Default, 0), Desk(DeskRules.Default, 1), Desk(DeskRules.Default, 2));
        // Of the last desk nothing was stored: it was never told.
        second.Gateway.RestoreDesks([first[0], first[1]], first.Changes[^1].Sequence);
        second.Settle(645);
        var last = first.Changes[^1].Sequence;
        Assert.Equal([(0, DeskState.Unknown, last + 1), (2, DeskState.Unknown, last + 2)], second.Changes.Select(c => (c.Desk, c.State, c.Sequence)));
        Assert.Equal(T(645), second[0].Since);
        Assert.Equal((first[1].State, first[1].Since, first[1].Sequence), (second[1].State, second[1].Since, second[1].Sequence));
    }

    [Fact]
    public void One_sensor_may_watch_two_desks_by_the_rules_of_each()
    {
        var office = new Office(Desk(DeskRules.Default, 0), Desk(DeskRules.Default with { Hold = TimeSpan.FromMinutes(2) }, 0)).Keep(0, 30, 1).Keep(40, 160, 0);
        Assert.Equal([DeskState.Held, DeskState.Free], [office[0].State, office[1].State]);
    }

    [Fact]
    public void Desk_without_sensors_is_always_unknown() =>
        Assert.Equal(DeskState.Unknown, new Office(Desk(DeskRules.Default)).Settle(0).Settle(1e6).State);

    [Fact]
    public void Taking_a_reading_that_changes_nothing_allocates_nothing()
    {
        var office = new Office([.. Enumerable.Range(0, 128).Select(i => Desk(DeskRules.Default, i))]);
        var readings = new Reading[128];
        office.Settle(0);
        var allocated = 0L;
        for (var at = 1; at < 900; at += 10)
        {
            for (ushort i = 0; i < 128; i++) readings[i] = new Reading(new PointId(i), T(at + i / 1000.0), i % 2, Quality.Good);
            var before = GC.GetAllocatedBytesForCurrentThread();
            office.Gateway.Accept(readings, T(at + 1));
            var changes = office.Gateway.SettleDesks(T(at + 1));
            if (changes.IsEmpty && at > 100) allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.Equal(0, allocated);
        Assert.Equal([DeskState.Free, DeskState.Occupied], [office[0].State, office[1].State]);
    }
}
