namespace Ecocentre.Edge.Outputs.Tests;

/// <summary>A clock that stands still until a test moves it, and tells which waits were asked of it. Any thread.</summary>
public sealed class ManualTime(DateTimeOffset? start = null) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<TimeSpan> _asked = [];
    private DateTimeOffset _now = start ?? new DateTimeOffset(2026, 11, 21, 19, 0, 0, TimeSpan.Zero);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Every wait asked for so far, in order, timeouts included.</summary>
    public IReadOnlyList<TimeSpan> Asked
    {
        get { lock (_lock) return [.. _asked]; }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock) return _now;
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock and lets everything due on the way happen, in order.</summary>
    public void Advance(TimeSpan by)
    {
        var end = GetUtcNow() + by;
        while (true)
        {
            ManualTimer? next;
            lock (_lock)
            {
                next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
                _now = next?.Due ?? end;
                if (next is not null) Rearm(next);
            }
            if (next is null) return;
            next.Fire();
        }
    }

    /// <summary>Completes when a wait of at most that length is running.</summary>
    /// <returns>How long it still lasts.</returns>
    public async Task<TimeSpan> WaitForWaitAsync(TimeSpan atMost)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                var first = _timers.Where(timer => timer.Due - _now <= atMost).MinBy(timer => timer.Due);
                if (first is not null) return first.Due - _now;
                changed = _changed.Task;
            }
            await changed.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    /// <summary>Sits out every wait of at most that length until the work is done; longer ones (timeouts) do not happen.</summary>
    public async Task<T> SitOutAsync<T>(Task<T> work, TimeSpan atMost)
    {
        while (!work.IsCompleted)
        {
            var wait = WaitForWaitAsync(atMost);
            if (await Task.WhenAny(work, wait) == wait) Advance(await wait);
        }
        return await work;
    }

    private void Rearm(ManualTimer timer)
    {
        if (timer.Period > TimeSpan.Zero) timer.Due += timer.Period;
        else _timers.Remove(timer);
    }

    private sealed class ManualTimer(ManualTime time, Action fire) : ITimer
    {
        public DateTimeOffset Due { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                Due = time._now + dueTime;
                Period = period == Timeout.InfiniteTimeSpan ? TimeSpan.Zero : period;
                time._timers.Add(this);
                time._asked.Add(dueTime);
                time._changed.TrySetResult();
                time._changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return true;
            }
        }

        public void Dispose()
        {
            lock (time._lock) time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
