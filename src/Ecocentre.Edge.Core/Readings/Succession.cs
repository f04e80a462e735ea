using System.Collections.Immutable;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Readings;

/// <summary>Which series of a changed plan go on from which of the plan before, by their numbers. The same name with the same quantity goes on; what
/// became private, or is so no longer, begins anew, because nothing of one may be known of the other.</summary>
internal sealed class Succession
{
    private const int None = -1;

    private readonly int[] _before;

    internal Succession(ImmutableArray<Point> before, ImmutableArray<Point> now)
    {
        var known = before.ToDictionary(point => point.Name, StringComparer.Ordinal);
        _before = [.. now.Select(point => known.TryGetValue(point.Name, out var same) && IsSame(same, point) ? same.Id.Value : None)];
        var kept = _before.ToHashSet();
        Ended = [.. before.Select(point => (int)point.Id.Value).Where(series => !kept.Contains(series))];
    }

    /// <summary>Series of before that do not go on, in order.</summary>
    internal ImmutableArray<int> Ended { get; }

    /// <summary>Series that begin, in order.</summary>
    internal IEnumerable<int> Begun => _before.Index().Where(pair => pair.Item == None).Select(pair => pair.Index);

    /// <summary>Series that go on, in order, each with its number before.</summary>
    internal IEnumerable<(int Now, int Before)> Kept => _before.Index().Where(pair => pair.Item != None);

    /// <summary>Takes over what stands by series, <paramref name="width"/> places for each.</summary>
    internal void Take<T>(T[] before, T[] now, int width = 1)
    {
        foreach (var (to, from) in Kept) Array.Copy(before, from * width, now, to * width, width);
    }

    private static bool IsSame(Point before, Point now) =>
        before.Quantity == now.Quantity && before.Private == now.Private && before.Derived == now.Derived;
}
