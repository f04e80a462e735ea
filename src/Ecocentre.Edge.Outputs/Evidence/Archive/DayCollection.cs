using System.Runtime.InteropServices;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Evidence.Archive;

/// <summary>Gathers the windows of some points for a seal and makes their blocks, over and over in the same memory.</summary>
/// <remarks>One thread. Memory grows with the points it is asked to take at once, which is why a seal takes some at a time.</remarks>
internal sealed class DayCollection
{
    private readonly Dictionary<string, Gathered> _points = new(StringComparer.Ordinal);
    private readonly Stack<List<Aggregate>> _spare = new();
    private readonly List<Aggregate> _exact = [], _rounded = [];

    /// <summary>Forgets what was gathered and goes on with other points.</summary>
    internal void Begin(IEnumerable<string> points)
    {
        foreach (var windows in _points.Values.SelectMany(gathered => gathered.Days.Values))
        {
            windows.Clear();
            _spare.Push(windows);
        }
        _points.Clear();
        foreach (var name in points) _points.Add(name, new Gathered());
    }

    internal void Take(WindowFact fact, DateOnly day)
    {
        if (!_points.TryGetValue(fact.Series.Name, out var gathered)) return;
        gathered.Series = fact.Series;
        if (!gathered.Days.TryGetValue(day, out var windows))
        {
            if (!_spare.TryPop(out windows)) windows = [];
            gathered.Days.Add(day, windows);
        }
        windows.Add(fact.Aggregate);
    }

    /// <summary>Writes the blocks of the points, by point and day.</summary>
    /// <param name="part">Which part of that point and day it is.</param>
    /// <param name="isExact">Whether the minutes of a series are kept bit for bit.</param>
    internal void Write(DayWriter writer, Func<string, DateOnly, int> part, Func<Series, bool> isExact)
    {
        foreach (var (name, gathered) in _points.OrderBy(point => point.Key, StringComparer.Ordinal))
            foreach (var (day, windows) in gathered.Days)
                Write(writer, gathered.Series!, day, part(name, day), windows, isExact(gathered.Series!));
    }

    private void Write(DayWriter writer, Series series, DateOnly day, int part, List<Aggregate> windows, bool exact)
    {
        var start = SealedDay.Start(day);
        Part(windows, window => !exact && MinuteColumns.Holds(window, start));
        var resolution = _rounded.Count == 0 ? null : Resolution.Of(series, _rounded);
        // What no resolution fits is kept as it is.
        if (resolution is null && _rounded.Count > 0) Part(windows, _ => false);
        ReadOnlySpan<Aggregate> exactRows = CollectionsMarshal.AsSpan(_exact), minutes = CollectionsMarshal.AsSpan(_rounded);
        var minuteBytes = resolution is { } known ? MinuteColumns.Encode(start, known, minutes) : null;
        writer.Add(
            new BlockLeaf(day, part, series,
                exactRows.IsEmpty ? null : new BlockDigest(exactRows.Length, DayReader.DigestOf(exactRows)),
                minuteBytes is null ? null : new BlockDigest(minutes.Length, TreeHash.Of(minuteBytes))),
            exactRows.IsEmpty ? null : WindowColumns.Encode(start, exactRows), minuteBytes);
    }

    /// <summary>Parts windows into those kept bit for bit and those rounded, each in the order of the lines; of a revised window the highest revision,
    /// and of the same one twice the later.</summary>
    private void Part(List<Aggregate> windows, Func<Aggregate, bool> isRounded)
    {
        _exact.Clear();
        _rounded.Clear();
        var order = new int[windows.Count];
        for (var at = 0; at < order.Length; at++) order[at] = at;
        Array.Sort(order, (left, right) =>
        {
            var byLine = WindowText.Order(windows[left], windows[right]);
            return byLine != 0 ? byLine : left.CompareTo(right);
        });
        Aggregate? newest = null;
        foreach (var at in order)
        {
            var window = windows[at];
            if (newest is { } before && WindowText.Order(before, window) == 0)
            {
                if (window.Revision >= before.Revision) newest = window;
                continue;
            }
            Keep(newest);
            newest = window;
        }
        Keep(newest);

        void Keep(Aggregate? window)
        {
            if (window is { } kept) (isRounded(kept) ? _rounded : _exact).Add(kept);
        }
    }

    private sealed class Gathered
    {
        internal Series? Series;

        internal readonly SortedDictionary<DateOnly, List<Aggregate>> Days = [];
    }
}
