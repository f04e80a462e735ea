namespace Ecocentre.Edge.Devices.Ports;

/// <summary>The system's time with timers that one wait in the kernel serves: what is due in the same millisecond is one wake-up, and
/// its callback runs on the thread that was woken.</summary>
/// <remarks>
/// <para>The runtime's own timers wake a thread of theirs, which wakes one of the pool, which has a third look after it twice a second: five wake-ups for
/// a beat of one second, and more time in the scheduler than in the work of a bus that is polled.</para>
/// <para>Callbacks may take as long as they like: while one does, another thread is there for what falls due. Timers never come early. They do not carry
/// the execution context of whoever made them. Any thread.</para>
/// </remarks>
public sealed class KernelTime : TimeProvider
{
    // Stopwatch counts nanoseconds of CLOCK_MONOTONIC on Linux, and so does the timer.
    private const long Second = 1_000_000_000;

    /// <summary>On Linux this time, elsewhere the runtime's own.</summary>
    /// <param name="usual">The runtime's.</param>
    public static TimeProvider Or(TimeProvider usual) => OperatingSystem.IsLinux() && usual.TimestampFrequency == Second ? new KernelTime() : usual;

    /// <exception cref="IOException">The kernel has no timer for us.</exception>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new KernelTimer(KernelWait.Shared, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }
}
