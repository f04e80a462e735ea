namespace Ecocentre.Edge.Commands;

/// <summary>Time that runs a number of times as fast as the one underneath, from an instant of its own. Timers come as much earlier.</summary>
/// <param name="speed">1 to 60.</param>
internal sealed class ScaledTime(TimeProvider under, DateTimeOffset start, double speed) : TimeProvider
{
    // Finer than a 60th of the finest clock there is, so that nothing is lost in scaling; and far from the end of a long.
    private const long Frequency = 10_000_000;

    private readonly long _startTimestamp = under.GetTimestamp();

    public override long TimestampFrequency => Frequency;

    public override TimeZoneInfo LocalTimeZone => under.LocalTimeZone;

    public override long GetTimestamp() => (long)(under.GetElapsedTime(_startTimestamp).Ticks * speed);

    public override DateTimeOffset GetUtcNow() => start + TimeSpan.FromTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(under.CreateTimer(callback, state, Real(dueTime, speed), Real(period, speed)), speed);

    /// <summary>Rounded up, because timers cut off below a millisecond: a chip asked a tenth of one too early does not answer.</summary>
    private static TimeSpan Real(TimeSpan time, double speed) =>
        time == Timeout.InfiniteTimeSpan ? time : TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds / speed));

    private sealed class ScaledTimer(ITimer under, double speed) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => under.Change(Real(dueTime, speed), Real(period, speed));

        public void Dispose() => under.Dispose();

        public ValueTask DisposeAsync() => under.DisposeAsync();
    }
}
