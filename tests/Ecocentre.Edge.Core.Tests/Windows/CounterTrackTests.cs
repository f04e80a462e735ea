using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using static Ecocentre.Edge.Core.Tests.Machine;

namespace Ecocentre.Edge.Core.Tests.Windows;

/// <summary>What a counter's register may do, as sequences of readings ten seconds apart, and what comes of them.</summary>
public sealed class CounterTrackTests
{
    private static readonly IncidentKind[] OfCounters =
        [IncidentKind.Glitch, IncidentKind.Rollover, IncidentKind.Reset, IncidentKind.Swap, IncidentKind.RateImplausible, IncidentKind.Gap];

    /// <summary>Columns: registers read (NaN: the meter did not answer), growth that counts, incidents in order. The point may grow by 100 kWh an
    /// hour, which is 0.28 in ten seconds; its steps are 0.1; it rolls over at 1000.</summary>
    public static TheoryData<string, double[], double, IncidentKind[]> Sequences => new()
    {
        { "steady", [215.7, 215.8, 215.8, 216.0], 0.3, [] },
        { "the first register is a beginning, not a growth", [215.7], 0, [] },
        { "glitch to zero", [215.7, 0, 215.7], 0, [IncidentKind.Glitch] },
        { "glitch to zero between growth", [215.7, 215.8, 0, 215.9], 0.2, [IncidentKind.Glitch] },
        { "two glitches apart", [215.7, 0, 215.7, 3, 215.8], 0.1, [IncidentKind.Glitch, IncidentKind.Glitch] },
        { "two different glitches in a row", [215.7, 0, 90, 215.8], 0.1, [IncidentKind.Glitch, IncidentKind.Glitch] },
        { "glitch upwards", [215.7, 9000, 215.8], 0.1, [IncidentKind.RateImplausible] },
        { "glitch downwards then upwards", [215.7, 0, 9000, 215.8], 0.1, [IncidentKind.Glitch, IncidentKind.RateImplausible] },
        { "glitch with a missing answer inside", [215.7, 0, double.NaN, 215.8], 0.1, [IncidentKind.Glitch] },
        { "a leap that stays is a new beginning", [215.7, 900, 900.1, 900.2], 0.2, [IncidentKind.RateImplausible] },
        { "zero for a while, as a meter that starts", [215.7, 0, 0, 0, 215.8, 215.9], 0.2, [IncidentKind.Reset, IncidentKind.Glitch] },
        { "zero twice, a while each", [215.7, 0, 0, 215.8, 0, 0, 215.9], 0.2,
            [IncidentKind.Reset, IncidentKind.Glitch, IncidentKind.Reset, IncidentKind.Glitch] },
        { "reset, and a leap after it has grown", [215.7, 0, 0, 0.1, 215.8, 215.8], 0.1, [IncidentKind.Reset, IncidentKind.RateImplausible] },
        { "reset", [715.7, 0, 0.1, 0.2], 0.2, [IncidentKind.Reset] },
        { "reset to a value that does not move", [715.7, 0, 0], 0, [IncidentKind.Reset] },
        { "reset late in the range is no rollover if its growth would be too fast", [990, 0, 0.1], 0.1, [IncidentKind.Reset] },
        { "rollover", [999.8, 999.9, 0, 0.1], 0.3, [IncidentKind.Rollover] },
        { "rollover with a missing answer inside", [999.9, double.NaN, 0, double.NaN, 0.1], 0.2, [IncidentKind.Rollover] },
        { "glitch just before the rollover", [999.9, 0, 999.9, 0, 0.1], 0.2, [IncidentKind.Glitch, IncidentKind.Rollover] },
        { "a register that is one step lower did not fall", [215.7, 215.6, 215.7, 215.8], 0.1, [] },
        { "nor one that wavers by a step for ever", [215.7, 215.6, 215.7, 215.6, 215.7, 215.6], 0, [] },
        { "a coarse step is not too fast", [215.7, 215.8, 215.8, 215.9], 0.2, [] },
        { "nothing confirms a last odd reading", [215.7, 215.8, 0], 0.1, [] },
    };

    [Theory]
    [MemberData(nameof(Sequences))]
    public void Register_sequences(string name, double[] registers, double growth, IncidentKind[] incidents)
    {
        var machine = new Machine(Counter(rate: 100, rollover: 1000, resolution: 0.1)).StartAt(T(0));
        Feed(machine, registers);
        machine.Run(T(10 * registers.Length + 200));
        Assert.True(Math.Abs(machine.Energy() - growth) < 1e-9, $"{name}: {machine.Energy()}");
        Assert.Equal(incidents, machine.Incidents.Select(i => i.Kind).Where(OfCounters.Contains));
    }

    [Fact]
    public void A_way_back_that_the_largest_rate_would_allow_is_no_growth()
    {
        // Meters behind transformers declare a gigawatt: 215 kWh in ten seconds would be plausible.
        var machine = new Machine(Counter(rate: 1e6)).StartAt(T(0));
        Feed(machine, [215.7, 0, 0, 0, 215.8, 215.9]);
        Assert.Equal(0.2, machine.Run(T(260)).Energy(), 1e-9);
    }

    [Fact]
    public void A_restart_between_zero_and_the_way_back_changes_nothing()
    {
        var machine = new Machine(Counter(rate: 1e6)).StartAt(T(0));
        Feed(machine, [215.7, 215.8, 0, 0, 0, 0, 0]);
        machine.Run(T(63));
        var next = new Machine(machine.Points, log: machine);
        next.Gateway.Restore(machine.Stored(T(0)), machine.Gateway.Carries(), T(120));
        next.StartAt(T(120)).Run(125).Read(125, 0).Run(135).Read(135, 0).Run(145).Read(145, 215.9).Run(260);
        Assert.Equal(0.2, next.Energy(), 1e-9);
    }

    [Fact]
    public void A_small_register_that_was_reset_long_ago_may_pass_the_place_where_it_stood()
    {
        var machine = new Machine(Counter(rate: 100)).StartAt(T(0));
        Feed(machine, [2, 0, 0, 0]);
        machine.Run(1500).Read(1500, 2.5).Run(1510).Read(1510, 2.6).Run(1700);
        Assert.Equal(2.6, machine.Energy(), 1e-9);
    }

    [Theory]
    [MemberData(nameof(Sequences))]
    public void Window_borders_change_nothing(string name, double[] registers, double growth, IncidentKind[] incidents)
    {
        // The first register falls on each place of the minute in turn, so that a border lies between each two of them once.
        for (var offset = 0; offset < 60; offset += 10)
        {
            var machine = new Machine(Counter(rate: 100, rollover: 1000, resolution: 0.1)).StartAt(T(0));
            Feed(machine, registers, offset);
            machine.Run(T(10 * registers.Length + 260));
            Assert.True(Math.Abs(machine.Energy() - growth) < 1e-9, $"{name}, {offset} s: {machine.Energy()}");
            Assert.Equal(incidents, machine.Incidents.Select(i => i.Kind).Where(OfCounters.Contains));
        }
    }

    [Theory]
    [MemberData(nameof(Sequences))]
    public void Steps_with_every_reading_and_one_step_for_all_say_the_same(string name, double[] registers, double growth, IncidentKind[] incidents)
    {
        _ = (growth, incidents);
        var each = new Machine(Counter(rate: 100, rollover: 1000, resolution: 0.1)).StartAt(T(0));
        Feed(each, registers);
        var once = new Machine(Counter(rate: 100, rollover: 1000, resolution: 0.1)).StartAt(T(0));
        for (var i = 0; i < registers.Length; i++) once.Read(10 * i, registers[i], double.IsNaN(registers[i]) ? Quality.Missing : Quality.Good);
        Assert.True(each.Run(T(600)).Windows.SequenceEqual(once.Step(T(10 * registers.Length)).Run(T(600)).Windows), name);
        Assert.Equal(once.Incidents, each.Incidents);
    }

    [Fact]
    public void A_glitch_is_told_at_its_time_with_the_number_refused()
    {
        var machine = new Machine(Counter()).StartAt(T(0)).Read(50, 215.7).Read(58, 0).Step(62).Read(68, 215.7);
        Assert.Empty(machine.Told(IncidentKind.Glitch));
        var glitch = Assert.Single(machine.Run(T(300)).Told(IncidentKind.Glitch));
        Assert.Equal((T(58), 0.0, "main.energy.active.import"), (glitch.At, glitch.Value, glitch.Subject));
        Assert.Equal("A single reading of 0 kWh does not fit the register of 215.7 around it; it is not counted.", glitch.Text);
    }

    [Fact]
    public void An_odd_reading_that_waits_is_not_the_register_of_its_window()
    {
        var machine = new Machine(Counter()).StartAt(T(0)).Read(50, 215.7).Read(58, 0).Step(62).Read(68, 0).Step(122);
        Assert.Equal((215.7, 0.0), (machine.Minute(0).Last, machine.Minute(0).Delta));
        Assert.Equal((0.0, 0.0), (machine.Minute(1).Last, machine.Minute(1).Delta));
    }

    [Fact]
    public void An_announced_exchange_counts_from_the_new_meters_first_register_and_no_leap_is_told()
    {
        foreach (var first in new[] { 0.0, 7.3, 215.9, 88_000 })
        {
            var machine = new Machine(Counter()).StartAt(T(0)).Read(10, 215.6).Read(20, 215.7);
            machine.Gateway.AnnounceSwap(new PointId(0), T(25));
            machine.Step(40).Read(30, first).Read(40, first + 0.1).Run(T(300));
            Assert.Equal(0.2, machine.Energy(), 1e-9);
            var swap = Assert.Single(machine.Incidents, i => OfCounters.Contains(i.Kind));
            Assert.Equal((IncidentKind.Swap, T(30), first), (swap.Kind, swap.At, swap.Value));
        }
    }

    [Fact]
    public void An_exchange_stays_announced_when_a_late_reading_revises_the_minute_before()
    {
        var machine = new Machine(Counter()).StartAt(T(0)).Read(10, 215.6).Step(62).Read(62, 215.7);
        machine.Gateway.AnnounceSwap(new PointId(0), T(65));
        machine.Read(40, 215.6).Step(80).Read(70, 3).Read(80, 3.1).Run(T(300));
        Assert.Equal(0.2, machine.Energy(), 1e-9);
        Assert.Single(machine.Told(IncidentKind.Swap));
        Assert.Empty(machine.Told(IncidentKind.Reset));
    }

    [Fact]
    public void An_exchange_announced_after_its_minute_closed_is_seen_in_that_minute()
    {
        var machine = new Machine(Counter()).StartAt(T(0)).Read(10, 215.6).Read(40, 3).Read(50, 3.1).Step(62);
        machine.Gateway.AnnounceSwap(new PointId(0), T(35));
        machine.Run(T(300));
        Assert.Equal(0.1, machine.Energy(), 1e-9);
        Assert.Single(machine.Told(IncidentKind.Swap));
    }

    [Fact]
    public void An_exchange_announced_ahead_waits_for_its_time()
    {
        var machine = new Machine(Counter()).StartAt(T(0)).Read(10, 215.6);
        machine.Gateway.AnnounceSwap(new PointId(0), T(100));
        machine.Read(20, 215.7).Step(62).Read(90, 215.9).Step(122).Step(140).Read(130, 0).Read(140, 0.1).Run(T(400));
        Assert.Equal(0.4, machine.Energy(), 1e-9);
        Assert.Equal(T(130), Assert.Single(machine.Told(IncidentKind.Swap)).At);
    }

    [Fact]
    public void Growth_after_a_silence_is_told_with_its_amount_and_stands_where_it_was_read()
    {
        // Three minutes without an answer; the first register after them brings 4.3 kWh.
        var machine = new Machine(Counter()).StartAt(T(0)).Read(0, 100);
        for (var at = 10; at < 180; at += 10) machine.Run(T(at)).Missing(at);
        machine.Run(T(190)).Read(180, 104.3).Read(190, 104.4).Run(T(500));
        Assert.Equal([0, double.NaN, double.NaN, 4.4], machine.Highest(Edge.Windows.WindowKind.Minute).Take(4).Select(m => Math.Round(m.Delta, 9)));
        var gap = Assert.Single(machine.Told(IncidentKind.Gap));
        Assert.Equal((T(180), 4.3), (gap.At, Math.Round(gap.Value, 9)));
    }

    [Fact]
    public void A_silence_without_growth_is_no_gap()
    {
        var machine = new Machine(Counter()).StartAt(T(0)).Read(0, 100).Run(T(600)).Read(600, 100).Run(T(900));
        Assert.Empty(machine.Told(IncidentKind.Gap));
    }

    [Fact]
    public void The_coarse_steps_of_a_float32_register_are_not_too_fast()
    {
        // Above 2^24 Wh a float32 register moves in steps of 2 Wh, above 2^27 in steps of 16. At 1 kW and one reading a second that is 57 times the
        // point's largest rate in the second of the step.
        var (wattHours, seen) = (134_217_728.0, 0.0);
        var point = Counter(period: 1, rate: 1, resolution: 0.001);
        var machine = new Machine(point).StartAt(T(0));
        var first = (float)wattHours / 1000.0;
        for (var at = 0; at < 600; at++)
        {
            machine.Run(T(at));
            wattHours += 1000 / 3600.0;
            seen = (float)wattHours / 1000.0;
            machine.Read(at, seen);
        }
        machine.Run(T(900));
        Assert.Empty(machine.Incidents);
        Assert.Equal(seen - first, machine.Energy(), 1e-6);
        Assert.True(seen - first > 0.15);
    }

    [Fact]
    public void Without_a_largest_rate_a_drop_far_below_the_end_of_the_range_is_a_reset()
    {
        // The point says where it rolls over and not how fast it may grow: 1000 to 0 would be a growth of 999,000.
        var machine = new Machine(Counter(rate: double.PositiveInfinity, rollover: 1_000_000)).StartAt(T(0));
        Feed(machine, [1000, 0, 0.1]);
        Assert.Equal(0.1, machine.Run(T(300)).Energy(), 1e-9);
        Assert.Single(machine.Told(IncidentKind.Reset));
    }

    [Fact]
    public void Without_a_largest_rate_a_drop_from_near_the_end_of_the_range_is_a_rollover()
    {
        var machine = new Machine(Counter(rate: double.PositiveInfinity, rollover: 1_000_000)).StartAt(T(0));
        Feed(machine, [999_000, 500, 500.1]);
        Assert.Equal(1500.1, machine.Run(T(300)).Energy(), 1e-6);
        Assert.Single(machine.Told(IncidentKind.Rollover));
    }

    [Fact]
    public void A_glitch_that_waited_longer_than_minutes_can_change_is_told_once_even_when_its_minute_is_revised()
    {
        var machine = new Machine(Counter()).StartAt(T(0)).Read(0, 215.7).Step(10).Read(10, 0).Run(T(900))
            .Read(900, 215.7).Run(T(1030)).Read(910, 215.7).Run(T(1040));
        Assert.Equal(1, machine.Minute(15).Revision);
        Assert.Single(machine.Told(IncidentKind.Glitch));
    }

    [Fact]
    public void Questionable_registers_count()
    {
        var machine = new Machine(Counter()).StartAt(T(0)).Read(0, 100, Quality.Questionable).Step(10).Read(10, 100.2, Quality.Questionable).Run(T(70));
        Assert.Equal(0.2, machine.Energy(), 1e-9);
        Assert.Equal(0, machine.Minute(0).Coverage);
    }

    private static void Feed(Machine machine, double[] registers, double from = 0)
    {
        for (var i = 0; i < registers.Length; i++)
            machine.Run(T(from + 10 * i)).Read(from + 10 * i, registers[i], double.IsNaN(registers[i]) ? Quality.Missing : Quality.Good);
    }
}
