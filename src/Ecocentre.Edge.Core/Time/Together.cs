namespace Ecocentre.Edge.Time;

/// <summary>Lets all that happens over and over with the same period happen in the same moment, so that a machine which sleeps in between wakes once for
/// it.</summary>
public static class Together
{
    /// <summary>The time left until the next whole multiple of a period on the monotonic clock, in whole milliseconds, rounded up; a whole period where it
    /// is one now.</summary>
    /// <param name="period">At least a millisecond.</param>
    public static TimeSpan Ahead(TimeProvider time, TimeSpan period)
    {
        var now = time.GetTimestamp();
        // At least one: durations count 100 ns, clocks may count less.
        return TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(time.GetElapsedTime(now, Next(time, period, now)).TotalMilliseconds)));
    }

    /// <summary>The next whole multiple of a period after a moment, all in the provider's ticks.</summary>
    public static long Next(TimeProvider time, TimeSpan period, long now)
    {
        var ticks = (long)(period.TotalSeconds * time.TimestampFrequency);
        return now - now % ticks + ticks;
    }
}
