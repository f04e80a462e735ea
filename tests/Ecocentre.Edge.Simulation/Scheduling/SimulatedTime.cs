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
        var timer = new SimulatedTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class SimulatedTimer(SimulatedTime time, TimerCallback callback, object? state) : ITimer, Agenda.ITimed
    {
        // Each change makes what was entered before void.
        private long _version;
        private TimeSpan _period;
        private bool _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (_disposed) return false;
            _version++;
            _period = period;
            if (dueTime != Timeout.InfiniteTimeSpan) Enter(dueTime);
            return true;
        }

        public bool IsDue(long version) => version == _version;

        public void Fall()
        {
            if (_period > TimeSpan.Zero) Enter(_period);
            callback(state);
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

        private void Enter(TimeSpan due) => time._agenda.Enter(time._agenda.Now + due.Ticks, this, _version, time._process);
    }
}
