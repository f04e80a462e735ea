namespace Ecocentre.Edge.Devices.Tests;

/// <summary>Time that stands still while anything is to be done and jumps to the next timer when nothing is. All work runs on the thread of
/// <see cref="Run"/>, in a fixed order.</summary>
internal sealed class VirtualTime : TimeProvider
{
    private readonly PriorityQueue<Entry, (long Due, long Number)> _timers = new();
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _work = new();
    private readonly long _origin;
    private long _now;
    private long _number;

    public VirtualTime(long start = 123_456_789) => _now = _origin = start;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public TimeSpan Elapsed => TimeSpan.FromTicks(_now - _origin);

    public override long GetTimestamp() => _now;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddYears(50).AddTicks(_now - _origin);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets time pass outside of any work.</summary>
    public void Pass(TimeSpan span) => _now += span.Ticks;

    /// <summary>Runs until the work ends.</summary>
    /// <param name="span">Virtual time after which it is stuck.</param>
    public void Run(Func<Task> work, TimeSpan? span = null)
    {
        var outside = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new Context(this));
        try
        {
            var task = work();
            var end = _now + (span ?? TimeSpan.FromDays(30)).Ticks;
            while (!task.IsCompleted)
            {
                if (_work.TryDequeue(out var item)) item.Callback(item.State);
                else if (_timers.TryDequeue(out var entry, out var order) && order.Due <= end)
                {
                    _now = Math.Max(_now, order.Due);
                    entry.Fire();
                }
                else Assert.Fail($"Stuck after {Elapsed}: nothing to do and no timer left.");
            }
            task.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outside);
        }
    }

    private readonly record struct Entry(Action Fire);

    private sealed class Context(VirtualTime time) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback callback, object? state) => time._work.Enqueue((callback, state));

        public override SynchronizationContext CreateCopy() => this;
    }

    private sealed class VirtualTimer(VirtualTime time, Action callback) : ITimer
    {
        private long _version;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var version = ++_version;
            if (dueTime != Timeout.InfiniteTimeSpan) Enter(dueTime, period, version);
            return true;
        }

        public void Dispose() => _version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        private void Enter(TimeSpan dueTime, TimeSpan period, long version) => time._timers.Enqueue(
            new Entry(() =>
            {
                if (version != _version) return;
                if (period > TimeSpan.Zero) Enter(period, period, version);
                callback();
            }),
            (time._now + dueTime.Ticks, time._number++));
    }
}
