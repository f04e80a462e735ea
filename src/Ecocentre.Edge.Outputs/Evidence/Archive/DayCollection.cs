using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Evidence.Archive;

/// <summary>Gathers the windows of some points for a seal and makes their blocks.</summary>
/// <remarks>Used once; memory grows with the points it is asked to take, which is why a seal takes some at a time.</remarks>
internal sealed class DayCollection
{
    private readonly Dictionary<string, Gathered> _points;

    internal DayCollection(IEnumerable<string> points) =>
        _points = points.ToDictionary(name => name, _ => new Gathered(), StringComparer.Ordinal);

    internal void Take(WindowFact fact, DateOnly day)
    {
        if (!_points.TryGetValue(fact.Series.Name, out var gathered)) return;
        gathered.Series = fact.Series;
        if (!gathered.Days.TryGetValue(day, out var windows)) gathered.Days.Add(day, windows = []);
        windows.Add(fact.Aggregate);
    }

    /// <summary>Writes the blocks of the points, by point and day.</summary>
    /// <param name="part">Which part of that point and day it is.</param>
    /// <param name="isExact">Whether the minutes of a series are kept bit for bit.</param>
    internal void Write(DayWriter writer, Func<string, DateOnly, int> part, Func<Series, bool> isExact)
    {
        foreach (var (name, gathered) in _points.OrderBy(point => point.Key, StringComparer.Ordinal))
            foreach (var (day, windows) in gathered.Days)
                Write(writer, gathered.Series!, day, part(name, day), Newest(windows), isExact(gathered.Series!));
    }

    private static void Write(DayWriter writer, Series series, DateOnly day, int part, List<Aggregate> windows, bool exact)
    {
        var start = SealedDay.Start(day);
        var minutes = exact ? [] : windows.FindAll(window => MinuteColumns.Holds(window, start));
        var resolution = minutes.Count == 0 ? null : Resolution.Of(series, minutes);
        if (resolution is null) minutes = [];
        else windows.RemoveAll(window => MinuteColumns.Holds(window, start));
        var (exactRows, rounded) = (windows.ToArray(), minutes.ToArray());
        var minuteBytes = resolution is { } known ? MinuteColumns.Encode(start, known, rounded) : null;
        writer.Add(
            new BlockLeaf(day, part, series,
                exactRows.Length == 0 ? null : new BlockDigest(exactRows.Length, DayReader.DigestOf(exactRows)),
                minuteBytes is null ? null : new BlockDigest(rounded.Length, TreeHash.Of(minuteBytes))),
            exactRows.Length == 0 ? null : WindowColumns.Encode(start, exactRows), minuteBytes);
    }

    /// <summary>In the order of the lines; of a revised window the highest revision, and of the same one twice the later.</summary>
    private static List<Aggregate> Newest(List<Aggregate> windows)
    {
        var newest = new List<Aggregate>(windows.Count);
        // OrderBy is stable: what came later comes later.
        foreach (var window in windows.OrderBy(w => w, Comparer<Aggregate>.Create(WindowText.Order)))
        {
            if (newest.Count == 0 || WindowText.Order(newest[^1], window) != 0) newest.Add(window);
            else if (window.Revision >= newest[^1].Revision) newest[^1] = window;
        }
        return newest;
    }

    private sealed class Gathered
    {
        internal Series? Series;

        internal readonly SortedDictionary<DateOnly, List<Aggregate>> Days = [];
    }
}
