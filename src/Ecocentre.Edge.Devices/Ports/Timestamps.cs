namespace Ecocentre.Edge.Devices.Ports;

/// <summary>Arithmetic on the timestamps of a <see cref="TimeProvider"/>.</summary>
internal static class Timestamps
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    /// <summary>The timestamp that lies <paramref name="span"/> after <paramref name="timestamp"/>.</summary>
    public static long After(this TimeProvider time, long timestamp, TimeSpan span) =>
        timestamp + (long)(span.Ticks * ((double)time.TimestampFrequency / TimeSpan.TicksPerSecond));

    /// <summary>What is left until <paramref name="timestamp"/>; negative when it has passed.</summary>
    public static TimeSpan Until(this TimeProvider time, long timestamp) => time.GetElapsedTime(time.GetTimestamp(), timestamp);

    /// <summary>Waits until <paramref name="timestamp"/> has been reached, never less. Task.Delay would cut off the part of a millisecond that
    /// silences on a serial line are made of.</summary>
    public static async Task WaitUntilAsync(this TimeProvider time, long timestamp, CancellationToken cancellation)
    {
        var left = time.Until(timestamp);
        while (left > TimeSpan.Zero)
        {
            var reached = new TaskCompletionSource();
            using (time.CreateTimer(static state => ((TaskCompletionSource)state!).TrySetResult(), reached, left, Timeout.InfiniteTimeSpan))
            using (cancellation.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), reached))
                await reached.Task;
            left = time.Until(timestamp);
            // A timer of the system counts whole milliseconds and was early: less than one would be waited for in circles.
            if (left > TimeSpan.Zero && left < Millisecond)
                left = Millisecond;
        }
    }
}
