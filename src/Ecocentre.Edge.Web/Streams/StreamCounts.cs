namespace Ecocentre.Edge.Web.Streams;

/// <summary>How many clients listen to streams, and what they missed. Any thread.</summary>
internal sealed class StreamCounts
{
    /// <summary>Streams at once. Each costs a socket and some tens of kilobytes; a centre has a booking system, dashboards and displays at doors.</summary>
    internal const int StreamsMax = 512;

    private long _open, _missed, _resyncs, _events;

    /// <summary>Streams open now.</summary>
    internal long Open => Volatile.Read(ref _open);

    /// <summary>Changes that were passed over for clients too slow for them.</summary>
    internal long Missed => Volatile.Read(ref _missed);

    /// <summary>Times a client was told to begin anew.</summary>
    internal long Resyncs => Volatile.Read(ref _resyncs);

    /// <summary>Changes written to clients.</summary>
    internal long Events => Volatile.Read(ref _events);

    /// <returns>False when there is no room for another.</returns>
    internal bool TryOpen()
    {
        if (Interlocked.Increment(ref _open) <= StreamsMax) return true;
        Close();
        return false;
    }

    internal void Close() => Interlocked.Decrement(ref _open);

    internal void Count(long events) => Interlocked.Add(ref _events, events);

    internal void Miss(long changes)
    {
        Interlocked.Add(ref _missed, changes);
        Interlocked.Increment(ref _resyncs);
    }
}
