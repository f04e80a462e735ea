using Ecocentre.Edge.Core.Tests.Windows;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;
using static Ecocentre.Edge.Core.Tests.Machine;

namespace Ecocentre.Edge.Core.Tests;

/// <summary>The clock is set while meters go on counting. A small world: real time passes, the gateway's clock shows what it shows, and readings bear
/// the time it showed when they were read.</summary>
public sealed class GatewayReanchorTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    [InlineData(3_600)]
    [InlineData(86_400)]
    [InlineData(31_536_000)]
    [InlineData(-3)]
    [InlineData(-40)]
    [InlineData(-3_600)]
    [InlineData(-86_400)]
    [InlineData(-31_536_000)]
    public void A_step_loses_no_energy_and_no_reading(double seconds)
    {
        // At each place of the minute, its first seconds (in the grace of the one before) included.
        foreach (var place in new[] { 0.5, 1.9, 2.5, 20, 39.5, 41, 58.9 })
        {
            var world = new World(new Random(1));
            world.Live(310 + place);
            world.Set(seconds);
            world.Live(1200);
            if (seconds < 0) world.Set(-seconds + 60);
            world.Live(400);
            world.Check($"{seconds} s at {place}");
        }
    }

    [Fact]
    public void Any_steps_lose_no_energy_and_no_reading()
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var world = new World(random);
            // The first register is a beginning; were it replaced by a step, the count would begin later.
            world.Live(130);
            for (var i = random.Next(1, 9); i >= 0; i--)
            {
                world.Live(random.Next(4) switch { 0 => random.Next(10), 1 => random.Next(100), _ => random.Next(1500) } + random.NextDouble());
                var size = random.Next(5) switch { 0 => 10, 1 => 100, 2 => 1000, 3 => 10_000, _ => 100_000_000 };
                var seconds = Math.Round((random.NextDouble() - 0.5) * size, 3);
                if (Math.Abs(seconds) > GatewayLimits.Default.ClockDifferenceMax.TotalSeconds) world.Set(seconds);
            }
            // In the end beyond everything that was ever lived.
            world.SetTo(world.Newest + TimeSpan.FromMinutes(random.Next(1, 100)));
            world.Live(600);
            world.Check($"seed {seed}");
        }
    }

    [Fact]
    public void A_start_in_1970_that_is_set_right_keeps_both_lives()
    {
        var world = new World(new Random(1), new Instant(0));
        world.Machine.Gateway.ClockTrusted = false;
        world.Live(130);
        world.SetTo(Zero + TimeSpan.FromSeconds(20));
        world.Machine.Gateway.ClockTrusted = true;
        world.Live(400);
        world.Check("1970");
        Assert.Equal(0, world.Machine.Window(WindowKind.Minute, new Instant(0)).Coverage);
        Assert.True(world.Machine.Window(WindowKind.Minute, new Instant(0)).Count > 0);
        // From second 20 of its minute on.
        Assert.InRange(world.Machine.Window(WindowKind.Minute, Zero).Coverage, 0.4, 2 / 3.0);
        Assert.True(world.Machine.Minute(2).Coverage > 0.9);
    }

    [Fact]
    public void A_step_forward_closes_the_open_minute_with_the_coverage_it_has_and_leaves_out_what_was_not_lived()
    {
        var machine = Steady(until: 90);
        machine.Set(90, 400, 1);
        machine.Step(T(400));
        Assert.Equal(0.5, machine.Minute(1).Coverage);
        Assert.All(Enumerable.Range(2, 4), minute => Assert.False(machine.Has(WindowKind.Minute, T(60 * minute))));
        machine.Read(400, 5).Read(410, 5).Run(T(500));
        Assert.Equal(20 / 60.0, machine.Minute(6).Coverage, 1e-12);
        var told = Assert.Single(machine.Told(IncidentKind.ClockStep));
        Assert.Equal((T(400), "gateway", 310.0), (told.At, told.Subject, told.Value));
        Assert.Equal("The clock was set from 2026-11-21T10:01:30.000Z to 2026-11-21T10:06:40.000Z.", told.Text);
    }

    [Fact]
    public void A_step_forward_within_a_minute_leaves_a_hole_of_its_size()
    {
        foreach (var (before, after) in new[] { (70, 73), (61, 64), (63, 103) })
        {
            var machine = Steady(until: before);
            machine.Set(before, after, 1);
            for (var at = after; at < 180; at += 5) machine.Step(at).Read(at, 5);
            machine.Run(T(200));
            Assert.Equal(1, machine.Minute(0).Coverage);
            Assert.Equal(1 - (after - before) / 60.0, machine.Minute(1).Coverage, 1e-12);
            Assert.Equal(1, machine.Minute(2).Coverage);
        }
    }

    [Fact]
    public void A_step_back_within_the_minute_replaces_its_seconds_and_counts_what_is_replaced()
    {
        var machine = Steady(until: 100);
        machine.Set(101, 81, 1);
        for (var at = 81; at < 120; at += 10) machine.Step(at).Read(at, 9);
        machine.Run(T(122));
        // 60 to 81 at 5, then at 9.
        Assert.Equal((5 * 21 + 9 * 39) / 60.0, machine.Minute(1).Mean, 1e-9);
        Assert.Equal(1, machine.Minute(1).Coverage);
        Assert.Equal([-20.0, 3], machine.Told(IncidentKind.ClockStep).Select(i => i.Value));
    }

    [Fact]
    public void A_step_back_over_stored_minutes_stores_none_of_them_twice()
    {
        var machine = Steady(until: 600);
        machine.Set(601, 301, 1);
        for (var at = 301; at < 800; at += 5) machine.Run(T(at)).Read(at, 9);
        machine.Run(T(900));
        var minutes = machine.Highest(WindowKind.Minute).ToArray();
        Assert.Equal(14, minutes.Length);
        Assert.All(minutes.Take(10), m => Assert.Equal((0, 5.0), (m.Revision, m.Mean)));
        Assert.All(minutes.Skip(11).Take(2), m => Assert.Equal((0, 9.0), (m.Revision, m.Mean)));
        // 301 to 660 was lived again: 72 readings.
        Assert.Equal([-300.0, 72], machine.Told(IncidentKind.ClockStep).Select(i => i.Value));
    }

    [Fact]
    public void A_counter_near_its_largest_rate_loses_nothing_when_seconds_are_lived_twice()
    {
        // 90 kWh an hour of at most 100; 40 s are lived twice: the next register brings 50 s of growth in 10 s by the clock.
        var machine = new Machine(Counter(rate: 100, resolution: 0.001)).StartAt(T(0));
        for (var at = 0; at <= 50; at += 10) machine.Step(at).Read(at, 100 + at * 0.025);
        machine.Set(51, 11, 1);
        for (var at = 20; at <= 200; at += 10) machine.Step(at).Read(at, 101 + at * 0.025);
        machine.Run(T(400));
        Assert.Equal(1 + 200 * 0.025, machine.Energy(), 1e-9);
        Assert.Empty(machine.Told(IncidentKind.RateImplausible));
    }

    [Fact]
    public void A_leap_after_a_step_forward_is_judged_by_the_time_that_passed()
    {
        foreach (var step in new[] { 30, 3600, 31_536_000 })
        {
            var machine = new Machine(Counter(rate: 100)).StartAt(T(0)).Read(0, 100).Step(10).Read(10, 100.1);
            machine.Set(12, 12 + step, 1);
            machine.Step(T(20 + step)).Read(18 + step, 101.5).Read(20 + step, 101.6).Run(T(300 + step));
            Assert.Equal(0.2, machine.Energy(), 1e-9);
            Assert.Single(machine.Told(IncidentKind.RateImplausible));
        }
    }

    [Fact]
    public void A_longer_window_goes_on_when_the_clock_comes_back_to_it()
    {
        // Seven minutes, two hours ahead for five minutes by mistake, and back.
        var machine = Steady(until: 450);
        machine.Set(450, 7650, 1);
        for (var at = 7650; at < 7950; at += 5) machine.Run(T(at)).Read(at, 50);
        machine.Set(7950, 750, 2);
        for (var at = 750; at < 12_000; at += 5) machine.Run(T(at)).Read(at, 7);
        var minutes = machine.Highest(WindowKind.Minute).ToArray();
        foreach (var kind in new[] { WindowKind.QuarterHour, WindowKind.Hour })
            foreach (var window in machine.Highest(kind))
                AssertNear(LongWindowsTests.Merged(minutes, kind, window.Window), window, "");
        Assert.Equal(1, machine.Window(WindowKind.QuarterHour, T(0)).Revision);
        Assert.Equal(1, machine.Window(WindowKind.QuarterHour, T(7200)).Revision);
        Assert.Equal((5.0, 50.0), (machine.Window(WindowKind.Hour, T(0)).Min, machine.Window(WindowKind.Hour, T(7200)).Max));
    }

    [Fact]
    public void A_late_reading_before_relived_minutes_still_counts_its_growth_once()
    {
        // Began in minute 6, set back to minute 5: that one is new, 6 to 10 are lived again.
        var machine = new Machine(Counter()).StartAt(T(360));
        for (var at = 360; at <= 610; at += 10) machine.Run(T(at)).Read(at, 100 + at / 1000.0);
        machine.Set(615, 310, 1);
        machine.Step(T(350)).Read(315, 100.7).Run(T(425));
        machine.Read(340, 100.8).Run(T(430)).Read(425, 100.9).Run(T(660)).Read(665, 101).Run(T(800));
        Assert.Equal(101 - 100.36, machine.Energy(), 1e-9);
    }

    [Fact]
    public void A_late_reading_of_a_relived_minute_is_told_too()
    {
        var machine = Steady(until: 600);
        machine.Set(601, 301, 1);
        machine.Run(T(450)).Read(380, 5).Run(T(900));
        Assert.Equal([-300.0, 1], machine.Told(IncidentKind.ClockStep).Select(i => i.Value));
    }

    [Fact]
    public void Readings_of_the_other_side_of_a_step_that_were_still_on_their_way_are_told()
    {
        var forward = Steady(until: 90);
        forward.Set(91, 4000, 1);
        forward.Read(90.5, 6).Step(T(4000));
        Assert.Equal(1, Assert.Single(forward.Told(IncidentKind.TooLate)).Value);
        var back = Steady(until: 4000);
        back.Set(4001, 91, 1);
        back.Read(4000.5, 6).Step(T(91));
        Assert.Equal(1, Assert.Single(back.Told(IncidentKind.FromFuture)).Value);
    }

    [Fact]
    public void A_reading_that_holds_long_does_not_hold_over_a_step()
    {
        var machine = new Machine(Gauge(period: 900)).StartAt(T(0)).Read(0, 5).Run(T(90));
        machine.Set(90, 400, 1);
        machine.Run(T(700));
        Assert.Equal(0.5, machine.Minute(1).Coverage);
        Assert.Equal(0, machine.Minute(6).Coverage);
        Assert.Equal(0, machine.Minute(8).Coverage);
    }

    [Fact]
    public void A_swap_stays_known_over_a_step_whether_its_register_was_read_or_not()
    {
        foreach (var read in new[] { false, true })
            foreach (var to in new[] { 21, 35, -3000, 5000 })
            {
                var machine = new Machine(Counter(resolution: 0.01)).StartAt(T(0)).Step(30).Read(10, 100).Read(20, 100.1);
                machine.Gateway.AnnounceSwap(new PointId(0), T(32));
                if (read) machine.Step(40).Read(35, 7);
                machine.Set(40, to, 1);
                for (var at = to + 1; at < to + 100; at += 10) machine.Run(T(at)).Read(at, 7.2);
                // Far beyond all that was lived.
                machine.Set(to + 100, 20_000, 2);
                machine.Step(T(20_002)).Read(20_001, 7.3).Run(T(20_100));
                Assert.True(Math.Abs(machine.Energy() - (read && to is not (21 or 35) ? 0.4 : 0.2)) < 1e-9, $"{to}, {read}: {machine.Energy()}");
                Assert.Empty(machine.Told(IncidentKind.Reset));
                Assert.Single(machine.Told(IncidentKind.Swap));
            }
    }

    [Fact]
    public void A_glitch_at_the_same_time_of_a_second_life_is_another_glitch()
    {
        var machine = new Machine(Counter()).StartAt(T(0)).Step(90).Read(0, 100).Read(70, 3).Read(80, 100).Run(T(300)).Set(300, 0);
        machine.Run(T(90)).Read(70, 3).Read(80, 100).Run(T(400));
        Assert.Equal([T(70), T(70)], machine.Told(IncidentKind.Glitch).Select(i => i.At));
    }

    [Fact]
    public void What_is_owed_bears_a_time_that_goes_with_the_clock()
    {
        var machine = new Machine(Counter()).StartAt(T(0));
        for (var at = 0; at <= 300; at += 10) machine.Step(at).Read(at, 100 + at / 100.0);
        machine.Set(301, 1);
        for (var at = 11; at <= 101; at += 10) machine.Step(at).Read(at, 103.01 + at / 100.0);
        machine.Step(150).Set(150, 40_000, 2);
        // 103 was read 151 seconds before, of which 1 in the first life.
        var carry = Assert.Single(machine.Gateway.Carries());
        Assert.Equal((103.0, T(40_000 - 150)), (Math.Round(carry.Register, 9), carry.At));
    }

    [Fact]
    public void Live_windows_begin_anew()
    {
        var machine = Steady(until: 600);
        machine.Set(601, 301, 3);
        machine.Run(T(305)).Read(305, 8).Run(T(311));
        var snapshot = machine.Gateway.TakeSnapshot(machine.Now);
        Assert.Equal(3, snapshot.Era);
        Assert.Equal((T(300), 8.0, 1), (snapshot.Live[0].Window.Start, snapshot.Live[0].Mean, snapshot.Live[0].Count));
    }

    /// <summary>A gauge of 5, read every five seconds.</summary>
    private static Machine Steady(double until)
    {
        var machine = new Machine(Gauge()).StartAt(T(0));
        for (var at = 0; at < until; at += 5) machine.Run(T(at)).Read(at, 5);
        return machine.Run(T(until));
    }

    private static void AssertNear(Aggregate expected, Aggregate actual, string what)
    {
        var (a, b) = (Values(expected), Values(actual));
        for (var i = 0; i < a.Length; i++)
            Assert.True(a[i].Equals(b[i]) || Math.Abs(a[i] - b[i]) < 1e-9 * Math.Max(1, Math.Abs(a[i])), $"{what}: {expected} was due, {actual} came");
    }

    private static double[] Values(Aggregate w) => [w.Count, w.Min, w.Max, w.Mean, w.Last, w.Delta, w.Coverage];

    /// <summary>A gauge and a counter that is always near its largest rate, polled every few seconds.</summary>
    private sealed class World
    {
        private const double RatePerHour = 100;

        private readonly Random _random;
        private double _register = 5000, _first = double.NaN, _last;
        private readonly Queue<Reading> _onTheirWay = new();
        private int _readings, _era;

        public World(Random random, Instant? start = null)
        {
            _random = random;
            Machine = new Machine(
                [Gauge(period: 2), Counter(period: 2, rate: RatePerHour, resolution: 0.001)], new GatewayLimits { IncidentsPerStepMax = 1_000 });
            Clock = Newest = start ?? Zero;
            Machine.StartAt(Clock);
        }

        public Machine Machine { get; }

        public Instant Newest { get; private set; }

        private Instant Clock { get; set; }

        public void Live(double seconds)
        {
            for (var left = (int)(1000 * seconds); left > 0;)
            {
                var milliseconds = Math.Min(left, _random.Next(200, 3200));
                left -= milliseconds;
                Clock += TimeSpan.FromMilliseconds(milliseconds);
                _register += milliseconds * RatePerHour * 0.97 / 3_600_000;
                if (_random.Next(3) > 0) Read(1, _last = _register);
                if (double.IsNaN(_first) && _last > 0) _first = _last;
                if (_random.Next(3) > 0) Read(0, _random.Next(100));
                if (_random.Next(9) == 0) _onTheirWay.Enqueue(new Reading(new PointId(0), Clock + TimeSpan.FromMilliseconds(1), 50, Quality.Good));
                while (_onTheirWay.Count > 0 && _random.Next(3) == 0) Read(_onTheirWay.Dequeue());
                Machine.Step(Clock);
                if (Clock > Newest) Newest = Clock;
            }
        }

        public void Set(double seconds) => SetTo(Clock + TimeSpan.FromSeconds(seconds));

        public void SetTo(Instant after)
        {
            Machine.Gateway.Reanchor(new ClockStep(Clock, after, ++_era));
            Clock = after;
            Machine.Step(Clock);
        }

        public void Check(string what)
        {
            Machine.Run(Clock + TimeSpan.FromMinutes(4));
            // Two days on, so that every window that was ever begun closes.
            Clock = Machine.Now;
            SetTo((Newest > Clock ? Newest : Clock) + TimeSpan.FromDays(2));
            Machine.Run(Clock + TimeSpan.FromMinutes(4));
            var grown = _last - _first;
            Assert.True(Math.Abs(grown - Machine.Energy(1)) < 1e-6, $"{what}: {grown} grew, {Machine.Energy(1)} stored");
            var strange = Machine.Incidents.Find(i =>
                i.Kind is not (IncidentKind.ClockStep or IncidentKind.Gap or IncidentKind.TooLate or IncidentKind.FromFuture or IncidentKind.Crowded));
            Assert.True(strange is null, $"{what}: {strange}");
            var counted = Machine.Highest(WindowKind.Minute).Sum(m => m.Count) + Machine.Highest(WindowKind.Minute, 1).Sum(m => m.Count);
            var told = Machine.Incidents.Where(i => i.Kind != IncidentKind.Gap
                && !i.Text.StartsWith("The clock was set", StringComparison.Ordinal)).Sum(i => i.Value);
            // What ends the hold at a step may itself be replaced by the next step: at most one for each point and step is told too many.
            Assert.True(_readings <= counted + told && counted + told <= _readings + 2 * _era,
                $"{what}: {_readings} readings, {counted} in windows, {told} told");
            for (var point = 0; point < 2; point++)
            {
                var minutes = Machine.Highest(WindowKind.Minute, point).ToArray();
                foreach (var kind in new[] { WindowKind.QuarterHour, WindowKind.Hour, WindowKind.Day })
                    foreach (var window in Machine.Highest(kind, point)) AssertNear(LongWindowsTests.Merged(minutes, kind, window.Window), window, what);
            }
        }

        private void Read(int point, double value) => Read(new Reading(new PointId((ushort)point), Clock, value, Quality.Good));

        private void Read(Reading reading)
        {
            Machine.Read(reading.Point.Value, reading.At, reading.Value);
            _readings++;
        }
    }
}
