using System.Collections.Immutable;
using System.Threading.Channels;
using Ecocentre.Edge.Buses;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Tests.Buses;

public sealed class WatchedBusTests
{
    private readonly Channel<Reading> _readings = Channel.CreateUnbounded<Reading>();
    private readonly Channel<Incident> _incidents = Channel.CreateUnbounded<Incident>();
    private readonly List<Gauge> _connected = [];

    [Fact]
    public async Task Bus_with_a_poll_that_never_ends_is_connected_anew_and_reads_on()
    {
        var (bus, ending) = (Watch(hangsFrom: 3), new CancellationTokenSource());
        var running = bus.RunAsync(ending.Token);
        var told = await _incidents.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal((IncidentKind.BusRestarted, "bus"), (told.Kind, told.Subject));
        Assert.True(told.Value >= bus.StuckAfter.TotalSeconds);
        // The second one hangs too, later: found again.
        Assert.Equal(IncidentKind.BusRestarted, (await _incidents.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60))).Kind);
        Assert.True(_connected.Count >= 3);
        Assert.True(bus.Loops.Single().Health.Devices.Single().Polls >= 0);

        // What was left behind and comes back late is not handed on: its readings would stand twice, or out of their time.
        while (_readings.Reader.TryRead(out _)) { }
        _connected[0].Release(value: -1);
        ending.Cancel();
        _connected[^1].Release(value: 1);
        await running.WaitAsync(TimeSpan.FromSeconds(60));
        while (_readings.Reader.TryRead(out var reading)) Assert.NotEqual(-1, reading.Value);
        await bus.DisposeAsync();
        Assert.All(_connected, device => Assert.True(device.IsFreed.Wait(TimeSpan.FromSeconds(60)), "A device was not freed."));
    }

    [Fact]
    public async Task Bus_whose_polls_end_is_left_alone()
    {
        var (bus, ending) = (Watch(hangsFrom: int.MaxValue), new CancellationTokenSource());
        var running = bus.RunAsync(ending.Token);
        for (var count = 0; count < 50; count++) await _readings.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        ending.Cancel();
        await running.WaitAsync(TimeSpan.FromSeconds(60));
        await bus.DisposeAsync();
        Assert.Single(_connected);
        Assert.False(_incidents.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Bus_that_hangs_when_it_is_told_to_end_is_left_behind()
    {
        var (bus, ending) = (Watch(hangsFrom: 1), new CancellationTokenSource());
        var running = bus.RunAsync(ending.Token);
        Assert.True(SpinWait.SpinUntil(() => bus.Loops.Single().LongestPoll > TimeSpan.Zero, TimeSpan.FromSeconds(60)), "It did not begin to poll.");
        ending.Cancel();
        Assert.NotSame(running, await Task.WhenAny(running, Task.Delay(100)));
        bus.Abandon();
        await running.WaitAsync(TimeSpan.FromSeconds(60));
        await bus.DisposeAsync();
        foreach (var device in _connected) device.Release(value: 1);
        Assert.All(_connected, device => Assert.True(device.IsFreed.Wait(TimeSpan.FromSeconds(60)), "A device was not freed."));
        Assert.False(_readings.Reader.TryRead(out _));
    }

    private WatchedBus Watch(int hangsFrom) => new("bus", () =>
    {
        _connected.Add(new Gauge(hangsFrom));
        return new ConnectedBus([_connected[^1]], 1);
    }, new BusOutlets(_readings.Writer, _incidents.Writer), TimeProvider.System, () => Instant.From(TimeProvider.System.GetUtcNow()))
    {
        // Ten polls' worth, and far under the patience of the test.
        StuckAfter = TimeSpan.FromMilliseconds(300),
    };

    /// <summary>A device that answers every 30 ms, until from some poll on it answers only when it is released.</summary>
    private sealed class Gauge(int hangsFrom) : IDevice
    {
        private readonly TaskCompletionSource<double> _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _polls;

        public ManualResetEventSlim IsFreed { get; } = new();

        public string Name => "gauge";

        public ImmutableArray<Point> Points { get; } =
        [
            new Point
            {
                Id = new PointId(0), Name = "gauge.frequency", Device = "gauge", Period = TimeSpan.FromMilliseconds(30),
                Quantity = new Quantity("frequency", "Hz", PointKind.Gauge),
            },
        ];

        public long DueAt { get; private set; } = TimeProvider.System.GetTimestamp();

        public void Release(double value) => _released.TrySetResult(value);

        public async ValueTask<PollResult> PollAsync(Memory<Reading> readings, CancellationToken cancellation)
        {
            var value = ++_polls < hangsFrom ? 0 : await _released.Task;
            DueAt = TimeProvider.System.GetTimestamp() + TimeProvider.System.TimestampFrequency * 30 / 1000;
            readings.Span[0] = new Reading(Points[0].Id, Instant.From(TimeProvider.System.GetUtcNow()), value, Quality.Good);
            return new PollResult(1, null);
        }

        public ValueTask DisposeAsync()
        {
            IsFreed.Set();
            return ValueTask.CompletedTask;
        }
    }
}
