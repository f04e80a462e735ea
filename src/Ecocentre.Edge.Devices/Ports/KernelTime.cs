using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>The system's time with timers that one wait in the kernel serves (timerfd_create(2)): what is due in the same millisecond is one wake-up, and
/// its callback runs on the thread that was woken.</summary>
/// <remarks>
/// <para>The runtime's own timers wake a thread of theirs, which wakes one of the pool, which has a third look after it twice a second: five wake-ups for
/// a beat of one second, and more time in the scheduler than in the work of a bus that is polled.</para>
/// <para>Callbacks may take as long as they like: while one does, another thread is there for what falls due. Timers never come early. They do not carry
/// the execution context of whoever made them. Any thread.</para>
/// </remarks>
public sealed class KernelTime : TimeProvider
{
    /// <summary>Threads at most. Each beyond the second is there because all others were in callbacks at once.</summary>
    public const int ThreadsMax = 64;

    // TFD_CLOEXEC is O_CLOEXEC; TFD_TIMER_ABSTIME (linux/timerfd.h).
    private const int AbsoluteTime = 1;

    // EPOLL_CLOEXEC is O_CLOEXEC; EPOLL_CTL_ADD, EPOLLIN and EPOLLET (linux/eventpoll.h).
    private const int Add = 1;
    private const uint EachExpiry = 1 | 1u << 31;

    // struct epoll_event, 12 bytes on x86-64 and 16 elsewhere.
    private const int HappeningBytes = 16;

    private const long Never = long.MaxValue;

    // Stopwatch counts nanoseconds of CLOCK_MONOTONIC on Linux, and so does the timer.
    private const long Millisecond = 1_000_000;

    // Of several timers that are due together the next one waits so long for the one before; then another thread takes it.
    private const long Patience = 5 * Millisecond;

    private readonly Lock _gate = new();
    private readonly List<KernelTimer> _running = [];
    private int _file = -1, _watch = -1;
    private int _threads, _waiting;
    private long _armedAt = Never;

    /// <summary>On Linux this time, elsewhere the runtime's own.</summary>
    /// <param name="usual">The runtime's.</param>
    public static TimeProvider Or(TimeProvider usual) =>
        OperatingSystem.IsLinux() && usual.TimestampFrequency == 1_000 * Millisecond ? new KernelTime() : usual;

    /// <exception cref="IOException">The kernel has no timer for us.</exception>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        lock (_gate) Open();
        var timer = new KernelTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private static long NanosecondsOf(TimeSpan span)
    {
        if (span == Timeout.InfiniteTimeSpan) return Never;
        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero);
        // A hundred years: nobody waits for it, and sums of it stay in range.
        return Math.Min(span.Ticks, 36_500 * TimeSpan.TicksPerDay) * TimeSpan.NanosecondsPerTick;
    }

    /// <summary>Requires: the lock is held.</summary>
    private unsafe void Open()
    {
        if (_threads > 0) return;
        _file = Libc.TimerFile(Libc.Monotonic, Libc.CloseOnExec);
        if (_file < 0) throw new IOException($"timerfd_create: {Marshal.GetLastPInvokeErrorMessage()}");
        // Of those who read the timer itself the kernel would wake all; of those who wait for what happens to it, one.
        _watch = Libc.WatchFile(Libc.CloseOnExec);
        var happening = stackalloc byte[HappeningBytes];
        new Span<byte>(happening, HappeningBytes).Clear();
        *(uint*)happening = EachExpiry;
        if (_watch < 0 || Libc.Watch(_watch, Add, _file, happening) < 0)
            throw new IOException($"epoll: {Marshal.GetLastPInvokeErrorMessage()}");
        StartThread();
    }

    /// <summary>Requires: the lock is held.</summary>
    private void StartThread()
    {
        _threads++;
        _waiting++;
        new Thread(Serve) { IsBackground = true, Name = "time" }.Start();
    }

    private unsafe void Serve()
    {
        var happening = stackalloc byte[HappeningBytes];
        while (true)
        {
            // An interrupted wait is one more look. The timer need not be read: setting it anew does that.
            _ = Libc.WaitWatching(_watch, happening, 1, -1);
            lock (_gate)
            {
                _armedAt = Never;
                if (--_waiting == 0 && _threads < ThreadsMax) StartThread();
            }
            while (TakeDue() is { } due) due.Run();
        }
    }

    /// <summary>The timer that is due longest, with the kernel told when to wake somebody for the next; or null, with this thread waiting again.</summary>
    private KernelTimer? TakeDue()
    {
        lock (_gate)
        {
            var now = GetTimestamp();
            var first = Earliest(out var second);
            if (first is null || first.DueAt > now)
            {
                _waiting++;
                if (first is not null) Arm(first.DueAt);
                return null;
            }
            var again = first.Period == Never ? Never : Math.Max(first.DueAt, now - first.Period) + first.Period;
            Schedule(first, again);
            var next = Math.Min(second, again);
            if (next != Never) Arm(Math.Max(next, now + Patience));
            first.Runs++;
            return first;
        }
    }

    /// <summary>Requires: the lock is held.</summary>
    private KernelTimer? Earliest(out long second)
    {
        KernelTimer? first = null;
        second = Never;
        foreach (var timer in _running)
            if (first is null || timer.DueAt < first.DueAt) (second, first) = (first?.DueAt ?? Never, timer);
            else if (timer.DueAt < second) second = timer.DueAt;
        return first;
    }

    /// <summary>Requires: the lock is held.</summary>
    private void Schedule(KernelTimer timer, long dueAt)
    {
        var was = timer.DueAt;
        timer.DueAt = dueAt;
        if (was == Never && dueAt != Never)
        {
            timer.Place = _running.Count;
            _running.Add(timer);
        }
        else if (was != Never && dueAt == Never)
        {
            var last = _running[^1];
            _running[timer.Place] = last;
            last.Place = timer.Place;
            _running.RemoveAt(_running.Count - 1);
        }
    }

    /// <summary>Requires: the lock is held.</summary>
    private unsafe void Arm(long at)
    {
        if (at == _armedAt) return;
        _armedAt = at;
        var setting = stackalloc Libc.TimeSpec[2];
        // The interval: once.
        setting[0] = default;
        setting[1] = new Libc.TimeSpec { Seconds = at / (1_000 * Millisecond), Nanoseconds = at % (1_000 * Millisecond) };
        if (Libc.SetTimer(_file, AbsoluteTime, setting, null) < 0)
            throw new InvalidOperationException($"BUG: timerfd_settime: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private sealed class KernelTimer(KernelTime time, TimerCallback callback, object? state) : ITimer
    {
        private TaskCompletionSource? _ended;
        private bool _isDisposed;

        /// <summary>In nanoseconds of the monotonic clock, a whole millisecond; <see cref="Never"/> while it does not run. Guarded, as all here, by the lock
        /// of the time.</summary>
        internal long DueAt { get; set; } = Never;

        internal long Period { get; private set; } = Never;

        /// <summary>Index among those that run.</summary>
        internal int Place { get; set; }

        /// <summary>Callbacks under way.</summary>
        internal int Runs { get; set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var (ahead, every) = (NanosecondsOf(dueTime), NanosecondsOf(period));
            lock (time._gate)
            {
                if (_isDisposed) return false;
                // A period of zero is none, as with the runtime's timers.
                Period = every == 0 ? Never : every;
                var now = time.GetTimestamp();
                var at = ahead switch
                {
                    Never => Never,
                    0 => now,
                    _ => (now + ahead + Millisecond - 1) / Millisecond * Millisecond,
                };
                time.Schedule(this, at);
                // A later one is seen when the present one has come.
                if (at < time._armedAt) time.Arm(at);
                return true;
            }
        }

        public void Dispose()
        {
            lock (time._gate)
            {
                _isDisposed = true;
                time.Schedule(this, Never);
            }
        }

        /// <summary>Completes when no callback is under way.</summary>
        public ValueTask DisposeAsync()
        {
            Dispose();
            lock (time._gate)
                return Runs == 0 ? ValueTask.CompletedTask
                    : new ValueTask((_ended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task);
        }

        internal void Run()
        {
            callback(state);
            TaskCompletionSource? ended;
            lock (time._gate) ended = --Runs == 0 && _isDisposed ? _ended : null;
            ended?.TrySetResult();
        }
    }
}
