using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests.Gpio;

public sealed class PulseInputTests
{
    [Fact]
    public void Each_pulse_adds_its_worth_to_the_register()
    {
        var bench = new GpioBench();
        var line = bench.AddPulse(perPulse: 0.001, register: 1234.5);
        bench.Run(async () =>
        {
            await bench.Pass(1);
            for (var i = 0; i < 250; i++) await bench.Pulse(line);
            await bench.Pass(11);
        });
        Assert.Equal(1234.5, bench.Of(line)[0].Value);
        Assert.Equal(1234.75, bench.Of(line)[^1].Value);
        Assert.All(bench.Of(line), r => Assert.Equal(Quality.Good, r.Quality));
        Assert.Equal(bench.Of(line).OrderBy(r => r.Value), bench.Of(line));
        Assert.Empty(bench.Faults);
    }

    [Fact]
    public void No_error_grows_with_the_pulses()
    {
        var bench = new GpioBench();
        var line = bench.AddPulse(perPulse: 0.1, register: 0);
        bench.Run(async () =>
        {
            for (var i = 0; i < 30_000; i++) await bench.Pulse(line);
            await bench.Pass(11);
        });
        Assert.Equal(3000.0, bench.Of(line)[^1].Value);
    }

    [Fact]
    public void Bouncing_contacts_count_once()
    {
        var bench = new GpioBench();
        var line = bench.AddPulse(perPulse: 1, register: 0);
        bench.Run(async () =>
        {
            await bench.Pass(1);
            for (var i = 0; i < 50; i++)
            {
                // IEC 62053-31: transitions with their bounce last under 5 ms.
                foreach (var isHigh in new[] { true, false, true, false, true })
                {
                    bench.Chip.Drive(line, isHigh);
                    await bench.Pass(0.001);
                }
                await bench.Pass(0.03);
                foreach (var isHigh in new[] { false, true, false })
                {
                    bench.Chip.Drive(line, isHigh);
                    await bench.Pass(0.001);
                }
                await bench.Pass(0.04);
            }
            await bench.Pass(11);
        });
        Assert.Equal(50, bench.Of(line)[^1].Value);
        Assert.Empty(bench.Faults);
    }

    [Fact]
    public void Pulses_nearer_than_a_meter_makes_them_are_noise_told_once_and_questionable()
    {
        var bench = new GpioBench();
        var line = bench.AddPulse(perPulse: 1, register: 0);
        bench.Run(async () =>
        {
            await bench.Pass(1);
            for (var i = 0; i < 2000; i++)
            {
                // 11 ms outlast the debounce, but no meter pulses every 22 ms.
                bench.Chip.Drive(line, true);
                await bench.Pass(0.011);
                bench.Chip.Drive(line, false);
                await bench.Pass(0.011);
            }
            await bench.Pass(20);
        });
        Assert.InRange(bench.Of(line)[^1].Value, 600, 800);
        Assert.Contains(bench.Of(line), r => r.Quality == Quality.Questionable);
        Assert.Equal(Quality.Good, bench.Of(line)[^1].Quality);
        Assert.Single(bench.Faults, f => f.Kind == FaultKind.EdgesLost && f.Text.Contains("noise"));
    }

    [Fact]
    public void The_register_of_the_log_goes_on_and_says_that_nobody_counted_meanwhile()
    {
        var bench = new GpioBench();
        var carry = new CounterCarry("s0-0.energy.active.import", 512.5, new Instant(1_577_836_000_000));
        var line = bench.AddPulse(perPulse: 0.5, register: 100, carry);
        bench.Run(async () =>
        {
            await bench.Pass(1);
            await bench.Pulse(line);
            await bench.Pass(12);
        });
        Assert.Equal((512.5, Quality.Questionable), (bench.Of(line)[0].Value, bench.Of(line)[0].Quality));
        Assert.Equal((513.0, Quality.Good), (bench.Of(line)[^1].Value, bench.Of(line)[^1].Quality));
        Assert.Contains("512.5 kWh, stored at 2019-12-31T23:46:40.000Z", Assert.Single(bench.Faults).Text);
    }

    [Fact]
    public void A_run_goes_on_from_the_newest_register_and_not_from_that_of_the_newest_stored_minute()
    {
        var bench = new GpioBench();
        var line = bench.AddPulse(perPulse: 0.5, register: 100, new CounterCarry("s0-0.energy.active.import", 512.5, new Instant(1_577_836_000_000), 520));
        bench.Run(() => bench.Pass(1));
        Assert.Equal(520, bench.Of(line)[0].Value);
    }

    [Fact]
    public void What_was_counted_since_it_was_told_last_is_told_when_the_gateway_stops()
    {
        var bench = new GpioBench();
        var (line, idle) = (bench.AddPulse(perPulse: 0.5, register: 100), bench.AddPulse(perPulse: 1, register: 7));
        bench.Run(async () =>
        {
            await bench.Pass(1);
            for (var i = 0; i < 3; i++) await bench.Pulse(line);
        });
        Assert.Equal([100, 101.5], bench.Of(line).Select(r => r.Value));
        Assert.Equal(7, Assert.Single(bench.Of(idle)).Value);
    }

    [Fact]
    public void A_line_that_is_active_from_the_start_is_no_pulse()
    {
        var bench = new GpioBench();
        var line = bench.AddPulse(perPulse: 1, register: 7);
        bench.Chip.Drive(line, true);
        bench.Run(async () =>
        {
            await bench.Pass(1);
            bench.Chip.Drive(line, false);
            await bench.Pass(20);
        });
        Assert.Equal(7, bench.Of(line)[^1].Value);
    }

    [Fact]
    public void Pulses_of_a_time_in_which_nobody_polled_are_counted_and_questionable()
    {
        var bench = new GpioBench();
        var line = bench.AddPulse(perPulse: 1, register: 0);
        bench.Run(TimeSpan.FromSeconds(1));
        // 100 pulses are 200 edges; the kernel keeps 16 of one line.
        bench.Time.Run(async () =>
        {
            for (var i = 0; i < 100; i++) await bench.Pulse(line);
        });
        bench.Run(TimeSpan.FromSeconds(21));
        Assert.Equal((100.0, Quality.Good), (bench.Of(line)[^1].Value, bench.Of(line)[^1].Quality));
        Assert.Contains(bench.Of(line), r => r.Quality == Quality.Questionable);
        Assert.Contains(bench.Faults, f => f.Kind == FaultKind.EdgesLost);
    }
}
