namespace Ecocentre.Edge.Devices;

/// <summary>Durations in the ticks of <see cref="TimeProvider.GetTimestamp"/>.</summary>
internal static class TimeSpanTicks
{
    public static long Of(TimeSpan span, TimeProvider time) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
