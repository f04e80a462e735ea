namespace Ecocentre.Edge.Fuzzing;

/// <summary>Time that jumps to the next timer whenever nothing else is to be done, all on the caller's thread: what waits for a chip waits for no
/// clock.</summary>
internal sealed class JumpingTime : TimeProvider
{
    // A poll that sets more timers than this, one after the other, never ends.
    private const int TimersMax = 100_000;

    private readonly PriorityQueue<Action, (long Due, long Number)> _timers = new();
    private long _now = 1_000_000_000;
    private long _number;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now;

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero).AddTicks(_now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets time pass until a timestamp.</summary>
    public void PassUntil(long timestamp) => _now = Math.Max(_now, timestamp);

    /// <summary>Runs work to its end.</summary>
    public T Run<T>(ValueTask<T> work)
    {
        for (var fired = 0; !work.IsCompleted; fired++)
        {
            if (fired == TimersMax) throw new InvalidOperationException("It waits again and again, and never ends.");
            if (!_timers.TryDequeue(out var fire, out var order)) throw new InvalidOperationException("It waits for nothing.");
            PassUntil(order.Due);
            fire();
        }
        return work.GetAwaiter().GetResult();
    }

    private sealed class Timer(JumpingTime time, Action callback) : ITimer
    {
        private int _version;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var version = ++_version;
            if (dueTime == Timeout.InfiniteTimeSpan) return true;
            time._timers.Enqueue(() =>
            {
                if (version != _version) return;
                if (period > TimeSpan.Zero) Change(period, period);
                callback();
            }, (time._now + dueTime.Ticks, time._number++));
            return true;
        }

        public void Dispose() => _version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
