namespace Ecocentre.Edge.Web.Tests;

/// <summary>The system's time, which a test can set forward.</summary>
internal sealed class TestTime : TimeProvider
{
    private long _skippedTicks;

    internal void Skip(TimeSpan time) => Interlocked.Add(ref _skippedTicks, time.Ticks);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _skippedTicks));

    public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Volatile.Read(ref _skippedTicks);
}
