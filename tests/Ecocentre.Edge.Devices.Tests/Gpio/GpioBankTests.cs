using System.Threading.Channels;
using Ecocentre.Edge.Devices.Gpio;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests.Gpio;

public sealed class GpioBankTests : DeviceContract
{
    private protected override (IDevice Device, VirtualTime Time) Make(Wire wire, int seed)
    {
        var bench = new GpioBench();
        bench.AddContact();
        bench.AddPulse();
        bench.AddContact(activeLow: true);
        if (wire == Wire.Dead) bench.Chip.IsPresent = false;
        if (wire == Wire.Flaky)
        {
            var random = new Random(seed);
            bench.Time.CreateTimer(_ => bench.Chip.IsPresent = random.Next(4) != 0, null, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(7));
            bench.Time.CreateTimer(_ => bench.Chip.Drive(random.Next(3), random.Next(2) == 0), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(0.7));
        }
        return (bench.Bank, bench.Time);
    }

    [Fact]
    public void Lines_that_did_not_change_are_told_in_every_confirm_time()
    {
        var bench = new GpioBench();
        var (still, low) = (bench.AddContact(), bench.AddContact(activeLow: true));
        bench.Chip.Drive(low, false);
        bench.Run(TimeSpan.FromSeconds(21));
        Assert.Equal([0, 0, 0, 0, 0], bench.Of(still).Select(r => r.Value));
        Assert.Equal([1, 1, 1, 1, 1], bench.Of(low).Select(r => r.Value));
        Assert.All(bench.Readings, r => Assert.Equal(Quality.Good, r.Quality));
        Assert.Empty(bench.Faults);
    }

    /// <summary>Goal: no timer lies between an edge and its reading. Method: a bus loop in virtual time, in which only timers let time
    /// pass.</summary>
    [Fact]
    public void An_edge_is_a_reading_in_the_queue_before_any_time_passes()
    {
        var bench = new GpioBench();
        var line = bench.AddContact();
        var readings = Channel.CreateUnbounded<Reading>();
        var outlets = new BusOutlets(readings.Writer, Channel.CreateUnbounded<Incident>().Writer);
        bench.Time.Run(async () =>
        {
            await using var loop = new BusLoop("gpio", [bench.Bank], outlets, bench.Time, () => Instant.From(bench.Time.GetUtcNow())) { IsListening = true };
            using var stop = new CancellationTokenSource();
            var running = loop.RunAsync(stop.Token);
            Assert.Equal(0, (await readings.Reader.ReadAsync()).Value);
            for (var i = 0; i < 20; i++)
            {
                await bench.Pass(1.237);
                while (readings.Reader.TryRead(out _))
                {
                }
                var driven = bench.Time.GetTimestamp();
                bench.Chip.Drive(line, i % 2 == 0);
                var reading = await readings.Reader.ReadAsync();
                Assert.Equal(driven, bench.Time.GetTimestamp());
                Assert.Equal((i % 2 == 0 ? 1 : 0, Instant.From(bench.Time.GetUtcNow())), (reading.Value, reading.At));
            }
            Assert.Equal(0, loop.Health.UseShare);
            stop.Cancel();
            await running;
        });
    }

    [Fact]
    public void A_reading_bears_the_time_at_which_the_change_was_accepted()
    {
        var bench = new GpioBench();
        var line = bench.AddContact(debounce: TimeSpan.FromMilliseconds(50));
        Instant driven = default;
        bench.Run(async () =>
        {
            await bench.Pass(1);
            driven = Instant.From(bench.Time.GetUtcNow());
            bench.Chip.Drive(line, true);
            await bench.Pass(1);
        });
        Assert.Equal(driven + TimeSpan.FromMilliseconds(50), bench.Of(line)[^1].At);
    }

    [Fact]
    public void Two_changes_in_one_millisecond_get_two_instants_and_the_last_wins()
    {
        var bench = new GpioBench();
        var line = bench.AddContact();
        bench.Run(async () =>
        {
            await bench.Pass(1);
            bench.Chip.Drive(line, true);
            bench.Chip.Drive(line, false);
            bench.Chip.Drive(line, true);
            bench.Chip.Drive(line, false);
            await bench.Pass(1);
        });
        Assert.Equal([0, 1, 0, 1, 0], bench.Of(line).Select(r => r.Value));
        Assert.Distinct(bench.Of(line).Select(r => r.At));
        Assert.Equal(bench.Of(line).OrderBy(r => r.At), bench.Of(line));
    }

    [Fact]
    public void Power_on_is_questionable_and_the_first_sure_level_does_not_wait()
    {
        var bench = new GpioBench();
        var line = bench.AddContact(warmUp: TimeSpan.FromSeconds(32));
        bench.Chip.Drive(line, true);
        bench.Run(async () =>
        {
            await bench.Pass(10);
            bench.Chip.Drive(line, false);
            await bench.Pass(30);
        });
        var start = bench.Of(line)[0].At;
        Assert.All(bench.Of(line), r => Assert.Equal(r.At - start < TimeSpan.FromSeconds(32) ? Quality.Questionable : Quality.Good, r.Quality));
        Assert.Contains(bench.Of(line), r => r.At - start == TimeSpan.FromSeconds(32));
    }

    [Fact]
    public void A_loose_wire_is_told_once_takes_nobody_elses_time_and_its_level_stays_true()
    {
        var bench = new GpioBench();
        var (loose, other) = (bench.AddContact(), bench.AddContact());
        bench.Run(async () =>
        {
            await bench.Pass(1);
            for (var i = 0; i < 12_000; i++)
            {
                bench.Chip.Drive(loose, i % 2 == 0);
                await bench.Pass(0.001);
                if (i == 6_000) bench.Chip.Drive(other, true);
            }
            bench.Chip.Drive(loose, true);
            await bench.Pass(6);
        });
        Assert.Single(bench.Faults, f => f.Text.Contains("loose wire"));
        Assert.InRange(bench.Of(loose).Count, 60, 150);
        Assert.Equal(1, bench.Of(loose)[^1].Value);
        Assert.Contains(bench.Of(other), r => r.Value == 1);
    }

    [Fact]
    public void Changes_that_were_lost_are_told_and_all_levels_are_read_again()
    {
        var bench = new GpioBench();
        var (chatty, other) = (bench.AddContact(), bench.AddContact());
        bench.Run(TimeSpan.FromSeconds(1));
        // Nobody polls: the kernel's room for two lines is 32 edges.
        bench.Chip.Drive(other, true);
        for (var i = 0; i < 101; i++)
        {
            bench.Time.Pass(TimeSpan.FromMilliseconds(2));
            bench.Chip.Drive(chatty, i % 2 == 0);
        }
        var before = bench.Readings.Count;
        bench.Run(TimeSpan.FromSeconds(0.1));
        Assert.Equal((1, 1), (bench.Of(chatty)[^1].Value, bench.Of(other)[^1].Value));
        Assert.True(bench.Readings.Count - before >= 2);
        Assert.Contains(bench.Faults, f => f.Kind == FaultKind.EdgesLost && f.Text.Contains("lost 70 changes"));
    }

    [Fact]
    public void A_wire_that_stays_loose_is_told_once_a_minute_with_all_that_was_lost()
    {
        var bench = new GpioBench();
        var line = bench.AddContact();
        bench.Run(TimeSpan.FromSeconds(1));
        var driven = 0;
        for (var second = 0; second < 600; second++)
        {
            for (var i = 0; i < 100; i++, driven++) bench.Chip.Drive(line, driven % 2 == 0);
            bench.Run(TimeSpan.FromSeconds(1));
        }
        bench.Run(TimeSpan.FromSeconds(70));
        var lost = bench.Faults.Where(f => f.Text.Contains("lost")).ToList();
        Assert.InRange(lost.Count, 9, 13);
        Assert.Equal(600 * (100 - 16), lost.Sum(f => int.Parse(f.Text.Split("lost ")[1].Split(' ')[0])));
    }

    [Fact]
    public void What_was_lost_is_an_incident_and_the_device_is_not_lost_by_it()
    {
        var bench = new GpioBench();
        var line = bench.AddContact();
        var incidents = Channel.CreateUnbounded<Incident>();
        var outlets = new BusOutlets(Channel.CreateUnbounded<Reading>().Writer, incidents.Writer);
        bench.Run(TimeSpan.FromSeconds(1));
        // The kernel keeps 16 edges of one line; more than 32 would be a loose wire, too.
        for (var i = 0; i < 25; i++)
        {
            bench.Time.Pass(TimeSpan.FromMilliseconds(2));
            bench.Chip.Drive(line, i % 2 == 0);
        }
        bench.Time.Run(async () =>
        {
            var loop = new BusLoop("gpio", [bench.Bank], outlets, bench.Time, () => Instant.From(bench.Time.GetUtcNow())) { IsListening = true };
            using var stop = new CancellationTokenSource();
            var running = loop.RunAsync(stop.Token);
            await bench.Pass(30);
            stop.Cancel();
            await running;
            Assert.True(loop.Health.Devices[0].IsAlive);
        });
        Assert.True(incidents.Reader.TryRead(out var incident));
        Assert.Equal((IncidentKind.EdgesLost, "gpio"), (incident.Kind, incident.Subject));
        Assert.False(incidents.Reader.TryRead(out _));
    }

    [Fact]
    public void A_chip_that_is_away_makes_its_points_missing_and_is_found_again()
    {
        var bench = new GpioBench();
        var (contact, pulse) = (bench.AddContact(warmUp: TimeSpan.FromSeconds(10)), bench.AddPulse());
        bench.Run(async () =>
        {
            await bench.Pass(11);
            bench.Chip.IsPresent = false;
            await bench.Pass(21);
            bench.Chip.IsPresent = true;
            await bench.Pass(30);
        });
        Assert.Contains(bench.Of(contact), r => r.Quality == Quality.Missing);
        Assert.Contains(bench.Of(pulse), r => r.Quality == Quality.Missing);
        Assert.Contains(bench.Faults, f => f.Kind == FaultKind.NoBus);
        Assert.Contains(bench.Faults, f => f.Kind == FaultKind.EdgesLost && f.Text.Contains("was away"));
        var back = bench.Of(contact).SkipWhile(r => r.Quality != Quality.Missing).SkipWhile(r => r.Quality == Quality.Missing).ToList();
        Assert.Equal(Quality.Questionable, back[0].Quality);
        Assert.Equal(Quality.Good, back[^1].Quality);
        Assert.Equal((100.0, Quality.Good), (bench.Of(pulse)[^1].Value, bench.Of(pulse)[^1].Quality));
    }

    [Fact]
    public void A_request_holds_one_to_sixty_four_lines() => Assert.Throws<ArgumentException>(() => new GpioBench().Bank);
}
