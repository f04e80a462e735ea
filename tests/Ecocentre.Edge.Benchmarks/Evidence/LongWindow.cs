using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Benchmarks.Evidence;

/// <summary>A longer window, merged from minutes.</summary>
internal struct LongWindow
{
    private double _weight, _weighted, _covered, _delta, _last, _min, _max;
    private int _count, _minutes;

    internal void Add(in Aggregate minute)
    {
        _min = _minutes == 0 ? minute.Min : Math.Min(_min, minute.Min);
        _max = _minutes == 0 ? minute.Max : Math.Max(_max, minute.Max);
        _weight += minute.Coverage;
        _weighted += minute.Coverage * minute.Mean;
        _covered += minute.Coverage * 60_000;
        _delta += minute.Delta;
        _count += minute.Count;
        _last = minute.Last;
        _minutes++;
    }

    internal Aggregate Close(WindowKind kind, Window window)
    {
        var closed = new Aggregate(
            default, kind, window, 0, _count, _min, _max, _weighted / _weight, _last, _delta, Math.Min(1,
                _covered / window.Length.TotalMilliseconds));
        this = default;
        return closed;
    }
}
