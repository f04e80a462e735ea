using Ecocentre.Edge.Core.Tests.Windows;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;
using static Ecocentre.Edge.Core.Tests.Machine;

namespace Ecocentre.Edge.Core.Tests;

/// <summary>A run is cut and another takes up what it stored. The log is what both have put out; the machine under test refuses any window twice.</summary>
public sealed class GatewayRestoreTests
{
    private const double RatePerHour = 100;

    // Local midnight in the middle of an hour and of what is played: half past ten.
    private static readonly TimeZoneInfo HalfHourZone =
        TimeZoneInfo.CreateCustomTimeZone("half", TimeSpan.FromHours(13.5), "half", "half");

    [Fact]
    public void Cuts_at_any_time_lose_no_energy_and_leave_every_longer_window_whole()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var machine = New();
            machine.StartAt(T(0));
            var meter = new Meter(random);
            // A register that was never stored is a beginning for nobody.
            meter.Live(machine, 130_000);
            foreach (var _ in Enumerable.Range(0, random.Next(1, 6)))
            {
                meter.Live(machine, random.Next(3) switch { 0 => random.Next(5000), 1 => random.Next(200_000), _ => random.Next(2_500_000) });
                var away = random.Next(3) switch { 0 => random.Next(3000), 1 => random.Next(100_000), _ => random.Next(10_000_000) };
                machine = Restart(machine, meter, away);
            }
            meter.Live(machine, 600_000);
            for (var i = 0; i < 26 * 60; i++) machine.Step(machine.Now + TimeSpan.FromMinutes(1));
            Check(machine, meter, $"seed {seed}");
        }
    }

    [Fact]
    public void Exchange_that_was_said_while_nothing_ran_begins_a_new_count()
    {
        var old = new Machine(Counter()).StartAt(T(0));
        for (var second = 1; second <= 200; second += 10) old.Run(second).Read(second, 1000 + second / 100.0);
        old.Run(200);
        var before = old.Energy();
        var next = new Machine(old.Points, log: old);
        next.Gateway.Restore(old.Stored(Zero), old.Gateway.Carries(), T(4000));
        next.Gateway.AnnounceSwap(new PointId(0), T(2000));
        next.StartAt(T(4000));
        for (var second = 4001; second <= 4200; second += 10) next.Run(second).Read(second, 3 + (second - 4001) / 100.0);
        next.Run(4400);
        Assert.Contains("3 kWh after", Assert.Single(next.Told(IncidentKind.Swap)).Text);
        Assert.Empty(next.Told(IncidentKind.Reset));
        // The new one's own growth and nothing else, down to a step of its register.
        Assert.Equal(before + 1.9, next.Energy(), 1);
    }

    [Theory]
    [InlineData(895)]
    [InlineData(901)]
    [InlineData(903)]
    [InlineData(960)]
    [InlineData(1019)]
    [InlineData(1021)]
    [InlineData(1100)]
    public void A_quarter_that_was_whole_but_not_stored_is_stored_by_the_next_run_alone(double cut)
    {
        foreach (var away in new[] { 0.5, 10, 130, 4000 })
        {
            var machine = New().StartAt(T(0));
            var meter = new Meter(new Random(1));
            meter.Live(machine, (int)(1000 * cut));
            machine = Restart(machine, meter, (int)(1000 * away));
            machine.Run(machine.Now + TimeSpan.FromMinutes(20));
            var quarter = machine.Window(WindowKind.QuarterHour, T(0));
            Assert.Equal(0, quarter.Revision);
            Assert.Equal(LongWindowsTests.Merged([.. machine.Highest(WindowKind.Minute)], WindowKind.QuarterHour, quarter.Window), quarter);
        }
    }

    [Fact]
    public void Longer_windows_that_one_step_stored_behind_all_their_minutes_are_not_stored_again()
    {
        // A standstill of five hours: one step stores 300 minutes and, behind them, 20 quarters and 5 hours.
        var machine = New().StartAt(T(0)).Read(0, T(1), 5).Step(5 * 3600 + 130);
        var stored = machine.Windows.Count;
        machine = Restart(machine, T(5 * 3600 + 140)).Run(T(5 * 3600 + 170));
        Assert.Equal(stored, machine.Windows.Count);
        Assert.Equal(0, machine.Run(T(6 * 3600 + 200)).Window(WindowKind.Hour, T(5 * 3600)).Revision);
    }

    [Fact]
    public void Revisions_count_when_a_longer_window_goes_on()
    {
        var machine = New().StartAt(T(0)).Read(0, T(10), 5).Step(62).Read(0, T(30), 7).Step(63).Read(0, T(31), 9).Step(64).Run(T(600));
        machine = Restart(machine, T(610)).Run(T(1100));
        Assert.Equal((3, 9.0), (machine.Window(WindowKind.QuarterHour, T(0)).Count, machine.Window(WindowKind.QuarterHour, T(0)).Max));
    }

    [Fact]
    public void What_a_meter_counted_while_the_gateway_was_away_stands_in_the_first_minute_after_and_is_told()
    {
        var machine = New().StartAt(T(0));
        for (var at = 0; at <= 300; at += 10) machine.Step(at).Read(1, T(at), 100 + at * 0.001);
        machine = Restart(machine, T(3900)).Step(3911).Read(1, T(3901), 130).Read(1, T(3911), 130.01).Run(T(3963));
        Assert.Equal(30.01, machine.Energy(1), 1e-9);
        // The minute that was open is not stored: its growth is counted again, from the last register of the one before.
        Assert.Equal(130.01 - 100.23, machine.Minute(65, 1).Delta, 1e-9);
        var gap = Assert.Single(machine.Told(IncidentKind.Gap));
        Assert.Equal((T(3901), 29.77), (gap.At, Math.Round(gap.Value, 9)));
    }

    [Fact]
    public void The_register_is_that_of_the_newest_stored_minute_so_that_an_open_minute_is_counted_again()
    {
        var machine = New().StartAt(T(0)).Step(61).Read(1, T(10), 100).Read(1, T(50), 101).Read(1, T(60.5), 101.2);
        Assert.Empty(machine.Gateway.Carries());
        machine.Step(62);
        Assert.Equal([new CounterCarry("main.energy.active.import", 101, T(50), Newest: 101.2)], machine.Gateway.Carries());
        machine.Read(1, T(70), 101.3).Step(80);
        Assert.Equal([new CounterCarry("main.energy.active.import", 101, T(50), Newest: 101.3)], machine.Gateway.Carries());
        // A late reading that revises the stored minute moves the register with it.
        machine.Read(1, T(55), 101.1).Step(81);
        Assert.Equal([new CounterCarry("main.energy.active.import", 101.1, T(55), Newest: 101.3)], machine.Gateway.Carries());
    }

    [Fact]
    public void A_pending_odd_reading_is_judged_anew_after_a_restart()
    {
        var machine = New().StartAt(T(0)).Step(70).Read(1, T(10), 215.7).Read(1, T(50), 0).Step(70);
        machine = Restart(machine, T(80)).Read(1, T(81), 215.8).Run(T(400));
        Assert.Equal(0.1, machine.Energy(1), 1e-9);
        machine = New().StartAt(T(0)).Step(70).Read(1, T(10), 215.7).Read(1, T(50), 0).Step(70);
        machine = Restart(machine, T(80)).Step(90).Read(1, T(81), 0).Read(1, T(90), 0.1).Run(T(400));
        Assert.Equal(0.1, machine.Energy(1), 1e-9);
        Assert.Single(machine.Told(IncidentKind.Reset));
    }

    [Fact]
    public void A_meter_that_was_exchanged_for_one_with_a_higher_register_meanwhile_is_not_counted_as_consumption()
    {
        var machine = New().StartAt(T(0)).Read(1, T(10), 100).Step(62);
        machine = Restart(machine, T(3600)).Step(3615).Read(1, T(3601), 9000).Read(1, T(3611), 9000.1).Run(T(3700));
        Assert.Equal(0.1, machine.Energy(1), 1e-9);
        Assert.Single(machine.Told(IncidentKind.RateImplausible));
    }

    [Fact]
    public void A_clock_not_yet_right_after_a_power_cut_costs_no_energy()
    {
        // Ten hours without power; a gateway without battery clock wakes up where it fell asleep, or an hour before.
        foreach (var woken in new[] { 310, -3000 })
        {
            var machine = New().StartAt(T(0));
            for (var at = 0; at <= 300; at += 10) machine.Step(at).Read(1, T(at), 100 + at * 0.001);
            machine = Restart(machine, T(woken));
            machine.Gateway.ClockTrusted = false;
            for (var at = 1; at < 60; at += 10) machine.Step(woken + at).Read(1, T(woken + at), 600 + at * 0.001);
            machine.Set(woken + 60, 36_400);
            machine.Gateway.ClockTrusted = true;
            machine.Step(36_410).Read(1, T(36_401), 600.061).Read(1, T(36_410), 600.07).Run(T(36_600));
            Assert.Equal(500.07, machine.Energy(1), 1e-9);
            Assert.Empty(machine.Told(IncidentKind.RateImplausible));
            Assert.Contains(machine.Told(IncidentKind.Gap), gap => Math.Abs(gap.Value - (600.001 - 100.23)) < 1e-9);
        }
    }

    [Fact]
    public void A_glitch_right_after_a_power_cut_is_no_energy_even_while_the_clock_is_not_right()
    {
        var machine = New().StartAt(T(0)).Read(1, T(10), 100).Step(62);
        machine = Restart(machine, T(70));
        machine.Gateway.ClockTrusted = false;
        machine.Step(100).Read(1, T(71), 77_000).Read(1, T(81), 100.1).Read(1, T(91), 100.2).Run(T(300));
        Assert.Equal(0.2, machine.Energy(1), 1e-9);
    }

    [Fact]
    public void Minutes_that_were_stored_are_not_stored_again_when_the_clock_was_behind_at_start()
    {
        var machine = New().StartAt(T(0));
        for (var at = 0; at <= 700; at += 10) machine.Step(at).Read(0, T(at), 5).Read(1, T(at), 100 + at * 0.001);
        var last = machine.Minute(10).Last;
        machine = Restart(machine, T(400));
        for (var at = 401; at <= 900; at += 10) machine.Step(at).Read(0, T(at), 9).Read(1, T(at), 101 + at * 0.001);
        machine.Run(T(1000));
        Assert.Equal((5.0, 0), (last, machine.Minute(10).Revision));
        Assert.Equal(9, machine.Minute(12).Mean);
        Assert.Equal(1 + 0.891, machine.Energy(1), 1e-9);
        Assert.Contains(machine.Told(IncidentKind.ClockStep), i => i.Text.StartsWith("The clock came a second time", StringComparison.Ordinal));
    }

    [Fact]
    public void Points_that_came_and_went_are_taken_as_they_are()
    {
        var old = New().StartAt(T(0)).Read(0, T(10), 5).Read(1, T(10), 100).Step(62);
        var machine = new Machine([Counter(), State()]);
        machine.Gateway.Restore(old.Stored(Zero), old.Gateway.Carries(), T(70));
        machine.Step(200).Read(0, T(75), 100.1).Read(1, T(75), 1).Run(T(1100));
        Assert.Equal(0.1, machine.Energy(), 1e-9);
        Assert.Equal((2, 1), (machine.Window(WindowKind.QuarterHour, T(0)).Count, machine.Window(WindowKind.QuarterHour, T(0), 1).Count));
    }

    [Fact]
    public void The_log_is_wanted_from_the_start_of_what_may_not_be_stored_yet()
    {
        var paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");
        Assert.Equal(T(-11 * 3600), Gateway.RestoreSince(T(600), paris, GatewayLimits.Default));
        // A minute after midnight yesterday's day is not stored yet.
        Assert.Equal(T(-11 * 3600), Gateway.RestoreSince(T(13 * 3600 + 60), paris, GatewayLimits.Default));
        Assert.Equal(T(13 * 3600), Gateway.RestoreSince(T(13 * 3600 + 120), paris, GatewayLimits.Default));
        // The hour in which a day of a half-hour zone begins.
        Assert.Equal(T(0), Gateway.RestoreSince(T(2000), HalfHourZone, GatewayLimits.Default));
    }

    private static Machine New(Machine? log = null) =>
        new([Gauge(period: 2), Counter(period: 2, rate: RatePerHour, resolution: 0.001)], zone: HalfHourZone, log: log);

    private static Machine Restart(Machine machine, Instant now)
    {
        var next = New(machine);
        var carries = machine.Gateway.Carries();
        if (machine.Highest(WindowKind.Minute).Any())
        {
            var since = Gateway.RestoreSince(machine.Windows.FindLast(w => w.Kind == WindowKind.Minute).Window.Start, HalfHourZone, GatewayLimits.Default);
            next.Gateway.Restore(machine.Stored(since), carries, now, since);
        }
        else next.Gateway.Restore([], carries, now);
        return next.Step(now);
    }

    private static Machine Restart(Machine machine, Meter meter, int awayMilliseconds)
    {
        meter.Grow(awayMilliseconds);
        // Half of the time the last step was not the last moment.
        return Restart(machine, machine.Now + TimeSpan.FromMilliseconds(awayMilliseconds));
    }

    private static void Check(Machine machine, Meter meter, string what)
    {
        Assert.True(Math.Abs(meter.Last - meter.First - machine.Energy(1)) < 1e-6, $"{what}: {meter.Last - meter.First} grew, {machine.Energy(1)} stored");
        for (var point = 0; point < 2; point++)
        {
            var minutes = machine.Highest(WindowKind.Minute, point).ToArray();
            foreach (var kind in new[] { WindowKind.QuarterHour, WindowKind.Hour, WindowKind.Day })
            {
                var windows = machine.Highest(kind, point).ToArray();
                foreach (var window in windows)
                {
                    var merged = LongWindowsTests.Merged(minutes, kind, window.Window) with { Revision = window.Revision };
                    Assert.True(merged == window, $"{what}: {merged} was due, {window} came");
                }
                // Every minute lies in one of them, but for the last hour or day and what may still change.
                var open = minutes.Count(m => !windows.Any(w => w.Window.Contains(m.Window.Start)));
                Assert.True(open <= (kind == WindowKind.Day ? 1443 : 63), $"{what}: {open} minutes are in no {kind}");
            }
        }
    }

    /// <summary>A counter near its largest rate and a gauge, polled every second or two.</summary>
    private sealed class Meter(Random random)
    {
        private double _register = 5000;

        public double First { get; private set; } = double.NaN;

        public double Last { get; private set; }

        public void Grow(int milliseconds) => _register += milliseconds * RatePerHour * 0.97 / 3_600_000;

        public void Live(Machine machine, int milliseconds)
        {
            for (var left = milliseconds; left > 0;)
            {
                var passed = Math.Min(left, random.Next(200, 3200));
                left -= passed;
                Grow(passed);
                var now = machine.Now + TimeSpan.FromMilliseconds(passed);
                if (random.Next(3) > 0)
                {
                    machine.Read(1, now, _register);
                    Last = _register;
                    if (double.IsNaN(First)) First = _register;
                }
                if (random.Next(3) > 0) machine.Read(0, now, random.Next(100));
                machine.Step(now);
            }
        }
    }
}
