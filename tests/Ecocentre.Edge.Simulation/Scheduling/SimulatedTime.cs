namespace Ecocentre.Edge.Simulation.Scheduling;

/// <summary>The time a simulated process is handed: timestamps and timers follow true time, the wall clock whatever the world says.</summary>
public sealed class SimulatedTime : TimeProvider
{
    private readonly Agenda _agenda;
    private readonly SimulatedProcess _process;
    private readonly Func<long, DateTimeOffset> _wall;

    internal SimulatedTime(Agenda agenda, SimulatedProcess process, Func<long, DateTimeOffset> wall)
    {
        _agenda = agenda;
        _process = process;
        _wall = wall;
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long GetTimestamp() => _agenda.Now;

    public override DateTimeOffset GetUtcNow() => _wall(_agenda.Now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class SimulatedTimer(SimulatedTime time, Action callback) : ITimer
    {
        // Each change makes what was entered before void.
        private long _version;
        private bool _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (_disposed) return false;
            var version = ++_version;
            if (dueTime != Timeout.InfiniteTimeSpan) Enter(dueTime, period, version);
            return true;
        }

        public void Dispose()
        {
            _disposed = true;
            _version++;
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        private void Enter(TimeSpan dueTime, TimeSpan period, long version) => time._agenda.Enter(
            time._agenda.Now + dueTime.Ticks,
            () =>
            {
                if (version != _version) return;
                if (period > TimeSpan.Zero) Enter(period, period, version);
                callback();
            },
            time._process);
    }
}
