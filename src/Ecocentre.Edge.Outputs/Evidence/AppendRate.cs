using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>How fast the log grows: what was appended in the last hour.</summary>
/// <remarks>One thread notes; any may ask.</remarks>
internal sealed class AppendRate
{
    // A mark a minute: quarter hours and hours are in it, and so is their share.
    private const int MarksMax = 60;

    private static readonly TimeSpan Between = TimeSpan.FromMinutes(1);

    // After a start, less says nothing about a day.
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(5);

    private readonly Queue<(Instant At, long Bytes)> _marks = [];
    private Instant _last;
    private long _bytes;
    private double _perSecond = double.NaN;

    /// <summary>Bytes of pages a second; NaN while that is not known.</summary>
    internal double BytesPerSecond => Volatile.Read(ref _perSecond);

    /// <summary>A step was appended.</summary>
    internal void Note(Instant now, long bytes)
    {
        _bytes += bytes;
        // A clock that was set begins anew.
        if (now < _last || now - _last > Between * MarksMax) _marks.Clear();
        else if (now - _last < Between && _marks.Count > 0) return;
        _last = now;
        _marks.Enqueue((now, _bytes));
        if (_marks.Count > MarksMax) _marks.Dequeue();
        var (at, before) = _marks.Peek();
        Volatile.Write(ref _perSecond, now - at < Least ? double.NaN : (_bytes - before) / (now - at).TotalSeconds);
    }
}
