using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Windows;

/// <summary>A stretch of time that includes its start and excludes its end. Windows up to an hour are aligned to the UTC epoch; a day is a
/// local day of the centre and lasts 23, 24 or 25 hours.</summary>
public readonly record struct Window(Instant Start, TimeSpan Length)
{
    public Instant End => Start + Length;

    public bool Contains(Instant at) => at >= Start && at < End;

    /// <summary>The epoch-aligned window of that length which contains the instant.</summary>
    public static Window Containing(Instant at, TimeSpan length)
    {
        var milliseconds = (long)length.TotalMilliseconds;
        var start = at.UnixMilliseconds - (at.UnixMilliseconds % milliseconds + milliseconds) % milliseconds;
        return new Window(new Instant(start), length);
    }
}
