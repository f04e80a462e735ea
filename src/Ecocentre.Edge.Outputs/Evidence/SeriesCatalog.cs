using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>The series the log knows, by the small number its pages use for them. Immutable; a number never changes its meaning, and one that
/// damage took is not given again.</summary>
internal sealed class SeriesCatalog
{
    /// <summary>Far more than points a site can have (65,536) and places they can move to.</summary>
    public const int NumberMax = 1 << 24;

    private readonly ImmutableDictionary<int, Series> _byNumber;
    private readonly ImmutableDictionary<Series, int> _numbers;
    private readonly ImmutableDictionary<string, int> _newestByName;

    private SeriesCatalog(
        int count, ImmutableDictionary<int, Series> byNumber, ImmutableDictionary<Series, int> numbers,
        ImmutableDictionary<string, int> newestByName)
    {
        Count = count;
        _byNumber = byNumber;
        _numbers = numbers;
        _newestByName = newestByName;
    }

    public static SeriesCatalog Empty { get; } = new(
        0, ImmutableDictionary<int, Series>.Empty, ImmutableDictionary<Series, int>.Empty, ImmutableDictionary<string, int>.Empty);

    /// <summary>The highest number given.</summary>
    public int Count { get; }

    /// <summary>Names of all points.</summary>
    public IEnumerable<string> Names => _newestByName.Keys;

    public Series? this[int number] => _byNumber.GetValueOrDefault(number);

    /// <summary>Number of exactly this series, 0 when it is new.</summary>
    public int NumberOf(Series series) => _numbers.GetValueOrDefault(series);

    /// <summary>Number of the newest series of that name, 0 when there is none.</summary>
    public int NumberOf(string name) => _newestByName.GetValueOrDefault(name);

    /// <summary>With a new series under the next number.</summary>
    public SeriesCatalog With(Series series) => With(Count + 1, series);

    public SeriesCatalog With(int number, Series series) => new(
        Math.Max(Count, number), _byNumber.SetItem(number, series), _numbers.SetItem(series, number),
        _newestByName.GetValueOrDefault(series.Name) > number ? _newestByName : _newestByName.SetItem(series.Name, number));

    /// <summary>Why the log cannot take this series, or null. A point may move to another device or place; what its numbers mean may not change.</summary>
    public string? Conflict(Series series)
    {
        if (this[NumberOf(series.Name)] is not { } known) return null;
        if (known.Unit == series.Unit && known.Quantity == series.Quantity && known.Kind == series.Kind) return null;
        return $"Point {series.Name} is known to the log as {Words(known)} and comes now as {Words(series)}. "
            + "What was stored would be misread: give the new point another name.";
    }

    private static string Words(Series series) => $"{series.Quantity} in {series.Unit} ({series.Kind.ToString().ToLowerInvariant()})";
}
