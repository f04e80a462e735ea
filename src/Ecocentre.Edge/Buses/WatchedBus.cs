using System.Collections.Immutable;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Buses;

/// <summary>One bus at work: the way to its devices, a loop for what is polled and one for what is listened to. When a poll does not end, the bus is
/// connected anew and what hangs is left behind; the other buses never notice.</summary>
/// <remarks>Every device bounds its polls by itself, so this is for what no timeout sees: a driver of the kernel that does not return, a defect of ours.
/// Made once, run once, then disposed. <see cref="Loops"/> and <see cref="Sensors"/> may be read from any thread.</remarks>
internal sealed class WatchedBus : IAsyncDisposable
{
    // The slowest poll there is (a meter of twenty requests, each tried three times for a second) ends within one minute.
    internal static readonly TimeSpan StuckAfterUsually = TimeSpan.FromMinutes(3);

    private readonly string _name;
    private readonly Func<ConnectedBus> _connect;
    private readonly BusOutlets _outlets;
    private readonly TimeProvider _time;
    private readonly Func<Instant> _now;
    private Connection _connection;
    private volatile bool _isAbandoned;

    /// <param name="connect">Makes the devices and the way to them; called again after the bus hung.</param>
    internal WatchedBus(string name, Func<ConnectedBus> connect, BusOutlets outlets, TimeProvider time, Func<Instant> now)
    {
        (_name, _connect, _outlets, _time, _now) = (name, connect, outlets, time, now);
        _connection = Connect();
        if (_connection.Way.Reset?.Trouble is { } trouble)
            outlets.Incidents.TryWrite(new Incident(now(), IncidentKind.RequestRefused, name, $"The multiplexers of {name} cannot be reset: {trouble}"));
    }

    /// <summary>How long a poll may take before the bus counts as stuck.</summary>
    internal TimeSpan StuckAfter { get; init; } = StuckAfterUsually;

    internal ImmutableArray<BusLoop> Loops => Volatile.Read(ref _connection).Loops;

    /// <summary>Sensors that can say something of themselves.</summary>
    internal IEnumerable<Sensor> Sensors => Volatile.Read(ref _connection).Way.Devices.OfType<Sensor>();

    /// <summary>Polls until cancelled; returns when the polls on their way have ended.</summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var running = Task.WhenAll(_connection.Loops.Select(loop => loop.RunAsync(ending.Token)));
            if (await IsStuckAsync(running, cancellation) is not { } stuckFor)
            {
                await running;
                return;
            }
            var left = _connection;
            foreach (var loop in left.Loops) loop.Abandon();
            ending.Cancel();
            left.LetGo();
            Volatile.Write(ref _connection, Connect());
            _outlets.Incidents.TryWrite(new Incident(_now(), IncidentKind.BusRestarted, _name,
                $"A poll on {_name} had not ended after {stuckFor.TotalSeconds:0} s: the bus was connected anew.", stuckFor.TotalSeconds));
        }
    }

    /// <summary>What hangs is waited for no longer: <see cref="RunAsync"/>, cancelled already, returns, and disposing leaves it behind.</summary>
    internal void Abandon()
    {
        _isAbandoned = true;
        foreach (var loop in Loops) loop.Abandon();
    }

    public ValueTask DisposeAsync()
    {
        if (!_isAbandoned) return _connection.DisposeAsync();
        _connection.LetGo();
        return ValueTask.CompletedTask;
    }

    /// <returns>For how long a poll hangs; null when the loops ended, as they were told to.</returns>
    private async Task<TimeSpan?> IsStuckAsync(Task running, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(StuckAfter / 3, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                if (running.IsCompleted) return null;
                var longest = _connection.Loops.Max(loop => loop.LongestPoll);
                if (longest > StuckAfter) return longest;
            }
        }
        catch (OperationCanceledException)
        {
            // The loops end by themselves now.
        }
        return null;
    }

    private Connection Connect()
    {
        var way = _connect();
        var loops = ImmutableArray.CreateBuilder<BusLoop>();
        if (way.Devices.Count > 0) loops.Add(new BusLoop(_name, way.Devices, _outlets, _time, _now)
            {
                PollsMax = way.PollsMax, Gather = way is { PollsMax: > 1, Way: ModbusTransport transport } ? transport.Gather : null,
            });
        // What waits for something to happen would keep the others waiting.
        if (way.Listeners is { Count: > 0 } listeners)
            loops.Add(new BusLoop(way.Devices.Count > 0 ? $"{_name} lines" : _name, listeners, _outlets, _time, _now)
            {
                PollsMax = listeners.Count, IsListening = true,
            });
        return new Connection(way, loops.ToImmutable());
    }

    private sealed record Connection(ConnectedBus Way, ImmutableArray<BusLoop> Loops) : IAsyncDisposable
    {
        /// <summary>Frees what can be freed, on a thread of its own: closing what hangs may hang too, and then that thread is all it costs.</summary>
        internal void LetGo()
        {
            Way.Reset?.Dispose();
            new Thread(() => _ = FreeAsync()) { IsBackground = true, Name = "bus left behind" }.Start();
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var loop in Loops) await loop.DisposeAsync();
            await Way.DisposeAsync();
        }

        private async Task FreeAsync()
        {
            try
            {
                // The way first: without it, what hangs in it comes back.
                await Way.DisposeAsync();
                foreach (var loop in Loops) await loop.DisposeAsync();
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // Nobody waits for it any more.
            }
        }
    }
}
