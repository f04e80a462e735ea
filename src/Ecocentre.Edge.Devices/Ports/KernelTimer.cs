namespace Ecocentre.Edge.Devices.Ports;

/// <summary>A timer of <see cref="KernelTime"/>.</summary>
/// <remarks>Guarded, but for what it calls, by the lock of the wait that serves it.</remarks>
internal sealed class KernelTimer(KernelWait wait, TimerCallback callback, object? state) : ITimer
{
    private TaskCompletionSource? _ended;
    private bool _isDisposed;

    /// <summary>In nanoseconds of the monotonic clock, a whole millisecond; <see cref="KernelWait.Never"/> while it does not run.</summary>
    internal long DueAt { get; set; } = KernelWait.Never;

    /// <summary>In nanoseconds; <see cref="KernelWait.Never"/> where it comes once.</summary>
    internal long Period { get; private set; } = KernelWait.Never;

    /// <summary>Index among those that run.</summary>
    internal int Place { get; set; }

    /// <summary>Callbacks under way.</summary>
    internal int Runs { get; set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        var (ahead, every) = (NanosecondsOf(dueTime), NanosecondsOf(period));
        lock (wait.Gate)
        {
            if (_isDisposed) return false;
            // A period of zero is none, as with the runtime's timers.
            Period = every == 0 ? KernelWait.Never : every;
            var now = KernelWait.Now;
            wait.Schedule(this, ahead switch
            {
                KernelWait.Never => KernelWait.Never,
                0 => now,
                _ => (now + ahead + KernelWait.Millisecond - 1) / KernelWait.Millisecond * KernelWait.Millisecond,
            });
            return true;
        }
    }

    public void Dispose()
    {
        lock (wait.Gate)
        {
            _isDisposed = true;
            wait.Schedule(this, KernelWait.Never);
        }
    }

    /// <summary>Completes when no callback is under way.</summary>
    public ValueTask DisposeAsync()
    {
        Dispose();
        lock (wait.Gate)
            return Runs == 0 ? ValueTask.CompletedTask
                : new ValueTask((_ended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task);
    }

    internal void Run()
    {
        callback(state);
        TaskCompletionSource? ended;
        lock (wait.Gate) ended = --Runs == 0 && _isDisposed ? _ended : null;
        ended?.TrySetResult();
    }

    private static long NanosecondsOf(TimeSpan span)
    {
        if (span == Timeout.InfiniteTimeSpan) return KernelWait.Never;
        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero);
        // A hundred years: nobody waits for it, and sums of it stay in range.
        return Math.Min(span.Ticks, 36_500 * TimeSpan.TicksPerDay) * TimeSpan.NanosecondsPerTick;
    }
}
