namespace Ecocentre.Edge.Web.Tests;

/// <summary>The system's time, which a test can set forward; timers that are due by then go off.</summary>
internal sealed class TestTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Timer> _timers = [];
    private long _skippedTicks;

    internal void Skip(TimeSpan time)
    {
        Interlocked.Add(ref _skippedTicks, time.Ticks);
        Timer[] timers;
        lock (_gate) timers = [.. _timers];
        foreach (var timer in timers) timer.Bring(time);
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _skippedTicks));

    public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Volatile.Read(ref _skippedTicks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state, dueTime, period);
        lock (_gate) _timers.Add(timer);
        return timer;
    }

    /// <summary>A timer of the system that is set nearer when time is skipped.</summary>
    private sealed class Timer : ITimer
    {
        private readonly TestTime _time;
        private readonly ITimer _inner;
        private readonly TimeSpan _period;
        private long _dueAt;

        internal Timer(TestTime time, TimerCallback callback, object? state, TimeSpan due, TimeSpan period)
        {
            (_time, _period) = (time, period);
            _dueAt = due < TimeSpan.Zero ? long.MaxValue : time.GetTimestamp() + due.Ticks;
            _inner = System.CreateTimer(callback, state, due, period);
        }

        internal void Bring(TimeSpan by)
        {
            var left = Volatile.Read(ref _dueAt) == long.MaxValue ? TimeSpan.MaxValue : TimeSpan.FromTicks(_dueAt - _time.GetTimestamp());
            if (left < TimeSpan.MaxValue && left > -by) _inner.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, _period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Volatile.Write(ref _dueAt, dueTime < TimeSpan.Zero ? long.MaxValue : _time.GetTimestamp() + dueTime.Ticks);
            return _inner.Change(dueTime, period);
        }

        public void Dispose()
        {
            lock (_time._gate) _time._timers.Remove(this);
            _inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
