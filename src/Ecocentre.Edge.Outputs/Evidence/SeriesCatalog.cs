using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>The series the log knows, by the small number its pages use for them. Immutable; numbers are dense from 1 and never change.</summary>
internal sealed class SeriesCatalog
{
    private readonly ImmutableArray<Series> _byNumber;
    private readonly ImmutableDictionary<Series, int> _numbers;
    private readonly ImmutableDictionary<string, int> _newestByName;

    private SeriesCatalog(
        ImmutableArray<Series> byNumber, ImmutableDictionary<Series, int> numbers, ImmutableDictionary<string, int> newestByName)
    {
        _byNumber = byNumber;
        _numbers = numbers;
        _newestByName = newestByName;
    }

    public static SeriesCatalog Empty { get; } = new([], ImmutableDictionary<Series, int>.Empty, ImmutableDictionary<string, int>.Empty);

    public int Count => _byNumber.Length;

    public Series? this[int number] => number >= 1 && number <= _byNumber.Length ? _byNumber[number - 1] : null;

    /// <summary>Number of exactly this series, 0 when it is new.</summary>
    public int NumberOf(Series series) => _numbers.GetValueOrDefault(series);

    /// <summary>Number of the newest series of that name, 0 when there is none.</summary>
    public int NumberOf(string name) => _newestByName.GetValueOrDefault(name);

    public SeriesCatalog With(Series series)
    {
        var number = _byNumber.Length + 1;
        return new SeriesCatalog(_byNumber.Add(series), _numbers.SetItem(series, number), _newestByName.SetItem(series.Name, number));
    }

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
