using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Web;

/// <summary>How a bus does, for showing.</summary>
/// <param name="UseShare">Share of its time in use, 0 to 1.</param>
public sealed record BusCondition(string Name, double UseShare, IReadOnlyList<DeviceCondition> Devices);

/// <summary>How a device does, for showing. Counts are since start.</summary>
/// <param name="IsAlive">It answered lately.</param>
/// <param name="LastGoodAt">When it last gave a value, or null when it never did.</param>
/// <param name="Faults">Polls that brought less than asked.</param>
/// <param name="LastFault">Words of the latest, or null.</param>
/// <param name="LatencyMilliseconds">Usual time of an answered poll.</param>
/// <param name="DelayMilliseconds">Usual wait for the bus beyond the due time.</param>
public sealed record DeviceCondition(
    string Name, bool IsAlive, Instant? LastGoodAt, long Polls, long Readings, long Faults, string? LastFault, double LatencyMilliseconds,
    double DelayMilliseconds)
{
    /// <summary>Null where the site does not declare it as an instrument.</summary>
    public InstrumentCondition? Instrument { get; init; }
}

/// <summary>What makes a device's readings worth believing, for showing.</summary>
/// <param name="ValidUntil">After it its readings are questionable: a calibration is due; null when it never runs out.</param>
public sealed record InstrumentCondition(string? Maker, string? Type, string? Serial, Instant? ValidUntil);

/// <summary>How the gateway itself does, for showing.</summary>
/// <param name="ClockOffsetSeconds">The machine's clock less the gateway's.</param>
/// <param name="LogBytes">What the log takes, of <paramref name="LogBytesMax"/> it may take.</param>
/// <param name="Undelivered">Entries that the slowest receiver has not taken.</param>
/// <param name="UndeliveredSince">When the oldest of them came, or null.</param>
/// <param name="Dropped">Entries given up since start.</param>
public sealed record GatewayCondition(
    double ClockOffsetSeconds, long LogBytes, long LogBytesMax, long Undelivered, Instant? UndeliveredSince, long Dropped);

/// <summary>How somebody outside who is told does, for showing.</summary>
/// <param name="Behind">Entries, events or changes that wait for it.</param>
/// <param name="BehindSince">When the oldest of them came, or null.</param>
/// <param name="Trouble">Why the last try failed, or null when it did not.</param>
/// <param name="TroubleSince">Since when no try has succeeded, or null.</param>
public sealed record SinkCondition(string Name, long Behind, Instant? BehindSince, string? Trouble, Instant? TroubleSince)
{
    /// <summary>What waits takes about so many bytes; null where nothing is kept for it alone.</summary>
    public long? BehindBytes { get; init; }

    /// <summary>Time until entries it has not taken would be given up, were it to take nothing more at the present rate; null where that is not
    /// known.</summary>
    public TimeSpan? FullIn { get; init; }
}
