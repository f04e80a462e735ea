using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Windows;

/// <summary>Adds the minute windows of a series up to a longer one. What comes out depends on the minutes' aggregates alone, so that merging
/// stored minutes again gives the same bits.</summary>
internal struct Merge
{
    private double _weight, _weighted, _covered, _delta, _last, _min, _max;
    private int _count;
    private bool _anyLevel, _anyDelta;
    private long _lastOf;

    /// <summary>Adds the next minute.</summary>
    internal void Add(in Aggregate minute)
    {
        var milliseconds = minute.Window.Length.TotalMilliseconds;
        _covered += minute.Coverage * milliseconds;
        _count += minute.Count;
        if (!double.IsNaN(minute.Mean))
        {
            // A minute with a mean but no coverage held questionable readings only: it counts once, against minutes that count by their coverage.
            var weight = minute.Coverage > 0 ? minute.Coverage : 1;
            _weight += weight;
            _weighted += weight * minute.Mean;
            _min = _anyLevel ? Math.Min(_min, minute.Min) : minute.Min;
            _max = _anyLevel ? Math.Max(_max, minute.Max) : minute.Max;
            _anyLevel = true;
        }
        if (!double.IsNaN(minute.Delta)) (_delta, _anyDelta) = (_delta + minute.Delta, true);
        // A clock that was set back brings earlier minutes after later ones.
        var end = minute.Window.End.UnixMilliseconds;
        if (!double.IsNaN(minute.Last) && end > _lastOf) (_last, _lastOf) = (minute.Last, end);
    }

    /// <summary>The longer window so far.</summary>
    internal readonly Aggregate Close(PointId point, WindowKind kind, Window window) => new(
        point, kind, window, 0, _count,
        _anyLevel ? _min : double.NaN, _anyLevel ? _max : double.NaN, _anyLevel ? Math.Clamp(_weighted / _weight, _min, _max) : double.NaN,
        _lastOf > 0 ? _last : double.NaN, _anyDelta ? _delta : double.NaN, Math.Min(1, _covered / window.Length.TotalMilliseconds));
}
