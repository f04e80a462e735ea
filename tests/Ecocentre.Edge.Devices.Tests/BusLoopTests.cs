using System.Collections.Immutable;
using System.Threading.Channels;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Tests.Meters;
using Ecocentre.Edge.Devices.Tests.Modbus;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests;

public sealed class BusLoopTests
{
    private static readonly MeterModel Model = MadeModel.Of(ReadLimits.Protocol, ("power.active", 0), ("voltage.l1", 1), ("frequency", 2));

    private readonly VirtualTime _time = new();
    private readonly MemoryBank _bank = new();
    private readonly BankTransport _line;
    private readonly Channel<Reading> _readings = Channel.CreateUnbounded<Reading>();
    private readonly Channel<Incident> _incidents = Channel.CreateUnbounded<Incident>();

    public BusLoopTests() => _line = new BankTransport(_bank, _time)
    {
        LateMax = new RtuTiming().LateMax,
        // A 9600 baud line: what its cost model says, as a real exchange takes.
        Takes = r => TimeSpan.FromMilliseconds(MeterBench.Cost.Milliseconds(r.Count)),
    };

    /// <summary>Goal: one dead and one slow unit on a serial line take nothing from the others. Method: ten meters, polled once a second on
    /// a line of which they take about a third; unit 3 is dead and costs a timeout of 500 ms, unit 4 needs 200 ms to answer.</summary>
    [Fact]
    public void One_dead_and_one_slow_unit_leave_the_others_their_periods()
    {
        var devices = Enumerable.Range(1, 10).Select(unit => (IDevice)NewMeter((byte)unit)).ToArray();
        _bank.Dead.Add(3);
        var usual = _line.Takes;
        _line.Takes = r => r.Unit == 4 ? TimeSpan.FromMilliseconds(200) : usual(r);
        var health = Run(devices, TimeSpan.FromMinutes(10));

        var byDevice = Take(_readings).GroupBy(r => r.Point.Value / 10).ToDictionary(g => g.Key, g => g.ToArray());
        foreach (var unit in new[] { 1, 2, 4, 5, 6, 7, 8, 9, 10 })
        {
            var times = byDevice[unit].Where(r => r.Point.Value % 10 == 0 && r.Quality == Quality.Good).Select(r => r.At.UnixMilliseconds).ToArray();
            // 600 periods; each of the dead unit's timeouts (3, then at most one in 2, 4, 6 … s) may cost a beat and no more.
            Assert.InRange(times.Length, 590, 602);
            Assert.True(times.Zip(times.Skip(1), (a, b) => b - a).Max() < 2000, $"unit {unit}");
        }
        Assert.All(byDevice[3], r => Assert.Equal(Quality.Missing, r.Quality));
        Assert.InRange(byDevice[3].Count(r => r.Point.Value % 10 == 0), 560, 602);
        Assert.InRange(_line.Log.Count(r => r.Request.Unit == 3), 15, 30);

        var lost = Assert.Single(Take(_incidents));
        Assert.Equal((IncidentKind.DeviceLost, "meter-3"), (lost.Kind, lost.Subject));
        Assert.Equal([.. Enumerable.Range(1, 10).Select(u => u != 3)], health.Devices.Select(d => d.IsAlive));
        Assert.InRange(health.Devices[3].LatencyMilliseconds, 199, 201);
        Assert.True(health.Devices[2].Faults[FaultKind.HeldBack] > health.Devices[2].Faults[FaultKind.NoAnswer]);
        Assert.InRange(health.UseShare, 0.3, 0.7);
    }

    [Fact]
    public void A_lost_device_is_said_once_and_once_when_it_is_back()
    {
        _time.CreateTimer(_ => _bank.Dead.Add(1), null, TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan);
        _time.CreateTimer(_ => _bank.Dead.Clear(), null, TimeSpan.FromSeconds(100), Timeout.InfiniteTimeSpan);
        var health = Run([NewMeter(1)], TimeSpan.FromMinutes(4));
        Assert.Equal([IncidentKind.DeviceLost, IncidentKind.DeviceBack], Take(_incidents).Select(i => i.Kind));
        Assert.True(health.Devices[0].IsAlive);
    }

    [Fact]
    public void A_refused_point_is_one_incident()
    {
        var meter = NewMeter(1);
        _bank.Remove(1, RegisterTable.Holding, 1);
        Run([meter], TimeSpan.FromMinutes(3));
        var refused = Assert.Single(Take(_incidents));
        Assert.Equal(IncidentKind.RequestRefused, refused.Kind);
        Assert.Contains("voltage.l1", refused.Text);
    }

    [Fact]
    public void A_device_that_throws_is_paused_and_the_others_go_on()
    {
        var broken = new Broken();
        var health = Run([broken, NewMeter(1)], TimeSpan.FromMinutes(1));
        Assert.InRange(broken.Polls, 5, 12);
        var readings = Take(_readings).ToArray();
        Assert.InRange(readings.Count(r => r.Point.Value == 10 && r.Quality == Quality.Good), 59, 62);
        Assert.Equal(broken.Polls, readings.Count(r => r.Point == Broken.Point.Id && r.Quality == Quality.Missing));
        Assert.Contains("BUG in broken: InvalidOperationException: by design", health.Devices[0].LastFault);
        Assert.Equal(broken.Polls, health.Devices[0].Faults[FaultKind.Defect]);
    }

    [Fact]
    public void The_loop_waits_when_nobody_takes_its_readings_and_goes_on_after()
    {
        var full = Channel.CreateBounded<Reading>(2);
        var loop = new BusLoop("bus", [NewMeter(1)], new BusOutlets(full.Writer, _incidents.Writer), _time, Now);
        _time.Run(async () =>
        {
            using var stop = new CancellationTokenSource();
            var run = loop.RunAsync(stop.Token);
            await Task.Delay(TimeSpan.FromSeconds(30), _time);
            Assert.Single(_line.Log);
            for (var i = 0; i < 9; i++) await full.Reader.ReadAsync();
            await Task.Delay(TimeSpan.FromSeconds(5), _time);
            Assert.InRange(_line.Log.Count, 3, 5);
            stop.Cancel();
            await run;
        });
    }

    [Fact]
    public void On_a_connection_that_bears_it_devices_are_polled_together()
    {
        var line = new BankTransport(_bank, _time, outstandingMax: 8) { Takes = _ => TimeSpan.FromMilliseconds(100) };
        var devices = Enumerable.Range(1, 30).Select(unit => (IDevice)NewMeter((byte)unit, line)).ToArray();
        Run(devices, TimeSpan.FromSeconds(30), pollsMax: 8);
        // One after another they would need 3 s a round.
        Assert.InRange(line.Log.Count, 30 * 29, 30 * 31);
        Assert.InRange(line.OutstandingSeen, 4, 8);
    }

    [Fact]
    public void An_overfull_bus_serves_all_alike_and_shows_it()
    {
        // 60 meters need 1.6 s a round.
        var devices = Enumerable.Range(1, 60).Select(unit => (IDevice)NewMeter((byte)unit)).ToArray();
        var health = Run(devices, TimeSpan.FromMinutes(5));
        var counts = Take(_readings).GroupBy(r => r.Point.Value / 10).Select(g => g.Count()).ToArray();
        Assert.InRange(counts.Min(), counts.Max() * 0.8, counts.Max());
        Assert.InRange(health.UseShare, 0.99, 1);
        Assert.All(health.Devices, d => Assert.InRange(d.DelayMilliseconds, 100, 2000));
    }

    [Fact]
    public void Cancelling_ends_the_loop_after_the_poll_on_its_way()
    {
        _line.Takes = _ => TimeSpan.FromHours(1);
        var run = Run([NewMeter(1)], TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(3), _time.Elapsed);
        Assert.Equal(1, run.Devices[0].Faults[FaultKind.Cancelled]);
    }

    [Fact]
    public void A_device_that_is_lent_out_is_not_polled_meanwhile_and_the_others_are()
    {
        var loop = new BusLoop("bus", [NewMeter(1), NewMeter(2)], new BusOutlets(_readings.Writer, _incidents.Writer), _time, Now);
        _time.Run(async () =>
        {
            using var stop = new CancellationTokenSource();
            var run = loop.RunAsync(stop.Token);
            await Task.Delay(TimeSpan.FromMilliseconds(10_010), _time);
            // Half-way through a poll: it is lent when that has ended.
            var asked = _line.Log.Count;
            Assert.Equal("meter-1", await loop.BorrowAsync("meter-1", async device =>
            {
                await Assert.ThrowsAsync<InvalidOperationException>(() => loop.BorrowAsync("meter-3", _ => Task.FromResult(0), default));
                await Task.Delay(TimeSpan.FromSeconds(60), _time);
                return device.Name;
            }, default));
            var during = _line.Log.Skip(asked + 1).ToArray();
            Assert.DoesNotContain(during, r => r.Request.Unit == 1);
            Assert.InRange(during.Count(r => r.Request.Unit == 2), 58, 62);
            await Assert.ThrowsAsync<TimeoutException>(() => loop.BorrowAsync<int>("meter-2", _ => throw new TimeoutException(), default));
            asked = _line.Log.Count;
            await Task.Delay(TimeSpan.FromSeconds(10), _time);
            Assert.InRange(_line.Log.Skip(asked).Count(r => r.Request.Unit == 1), 9, 11);
            Assert.InRange(_line.Log.Skip(asked).Count(r => r.Request.Unit == 2), 9, 11);
            stop.Cancel();
            await run;
        });
    }

    [Fact]
    public void A_loop_without_devices_waits_to_be_stopped()
    {
        Assert.Empty(Run([], TimeSpan.FromSeconds(3)).Devices);
    }

    private Meter NewMeter(byte unit, BankTransport? line = null)
    {
        for (var register = 0; register < 3; register++) _bank[unit, RegisterTable.Holding, register] = unit;
        var options = MeterBench.Everything(Model) with { Name = $"meter-{unit}", Unit = unit };
        var setup = MeterSetup.Make(Model, options, new PointId((ushort)(unit * 10)), MeterBench.Cost);
        return new Meter(setup, line ?? _line, _time, Now);
    }

    private Instant Now() => Instant.From(_time.GetUtcNow());

    private BusHealth Run(IEnumerable<IDevice> devices, TimeSpan span, int pollsMax = 1)
    {
        var loop = new BusLoop("bus", devices, new BusOutlets(_readings.Writer, _incidents.Writer), _time, Now) { PollsMax = pollsMax };
        BusHealth? health = null;
        _time.Run(async () =>
        {
            using var stop = new CancellationTokenSource();
            var run = loop.RunAsync(stop.Token);
            await Task.Delay(span, _time);
            health = loop.Health;
            stop.Cancel();
            await run;
            health = span < TimeSpan.FromSeconds(5) ? loop.Health : health;
            await loop.DisposeAsync();
        });
        return health!;
    }

    private static IEnumerable<T> Take<T>(Channel<T> channel)
    {
        var taken = new List<T>();
        while (channel.Reader.TryRead(out var item)) taken.Add(item);
        return taken;
    }

    private sealed class Broken : IDevice
    {
        public static Point Point { get; } = new()
        {
            Id = new PointId(5000), Name = "broken.co2", Quantity = Quantity.All.First(q => q.Name == "co2"), Device = "broken",
            Period = TimeSpan.FromSeconds(1),
        };

        public string Name => "broken";

        public ImmutableArray<Point> Points => [Point];

        public long DueAt => 0;

        public int Polls { get; private set; }

        public ValueTask<PollResult> PollAsync(Memory<Reading> destination, CancellationToken cancellation)
        {
            Polls++;
            throw new InvalidOperationException("by design");
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
