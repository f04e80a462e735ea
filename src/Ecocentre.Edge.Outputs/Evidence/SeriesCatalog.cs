using Ecocentre.Edge.Evidence;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>The series the log knows, by the small number its pages use for them. Immutable; a number never changes its meaning, and one that
/// damage took is not given again.</summary>
internal sealed class SeriesCatalog
{
    /// <summary>Far more than points a site can have (65,536) and places they can move to.</summary>
    public const int NumberMax = 1 << 24;

    private readonly Dictionary<int, Series> _byNumber;
    private readonly Dictionary<Series, int> _numbers;
    private readonly Dictionary<string, int> _newestByName;

    private SeriesCatalog() => (_byNumber, _numbers, _newestByName) = ([], [], new Dictionary<string, int>(StringComparer.Ordinal));

    private SeriesCatalog(SeriesCatalog known)
    {
        Count = known.Count;
        _byNumber = new Dictionary<int, Series>(known._byNumber);
        _numbers = new Dictionary<Series, int>(known._numbers);
        _newestByName = new Dictionary<string, int>(known._newestByName, StringComparer.Ordinal);
    }

    public static SeriesCatalog Empty { get; } = new();

    /// <summary>The highest number given.</summary>
    public int Count { get; private set; }

    /// <summary>Names of all points.</summary>
    public IEnumerable<string> Names => _newestByName.Keys;

    public Series? this[int number] => _byNumber.GetValueOrDefault(number);

    /// <summary>Number of exactly this series, 0 when it is new.</summary>
    public int NumberOf(Series series) => _numbers.GetValueOrDefault(series);

    /// <summary>Number of the newest series of that name, 0 when there is none.</summary>
    public int NumberOf(string name) => _newestByName.GetValueOrDefault(name);

    /// <summary>With a new series under the next number. It copies the whole: many are taken in by a <see cref="Draft"/>.</summary>
    public SeriesCatalog With(Series series)
    {
        var draft = new Draft(this);
        draft.Add(Count + 1, series);
        return draft.Catalog;
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

    /// <summary>A catalog while many series are taken in. One thread; given away, it takes in nothing more.</summary>
    internal sealed class Draft(SeriesCatalog known)
    {
        private readonly SeriesCatalog _next = new(known);
        private bool _isGiven;

        /// <summary>What was known with everything added.</summary>
        public SeriesCatalog Catalog
        {
            get
            {
                _isGiven = true;
                return _next;
            }
        }

        public Series? this[int number] => _next[number];

        public int Count => _next.Count;

        /// <inheritdoc cref="SeriesCatalog.NumberOf(Series)"/>
        public int NumberOf(Series series) => _next.NumberOf(series);

        /// <inheritdoc cref="SeriesCatalog.Conflict"/>
        public string? Conflict(Series series) => _next.Conflict(series);

        public void Add(int number, Series series)
        {
            if (_isGiven) throw new InvalidOperationException("BUG: a series is added to a catalog that others may read.");
            _next.Count = Math.Max(_next.Count, number);
            _next._byNumber[number] = series;
            _next._numbers[series] = number;
            if (_next.NumberOf(series.Name) <= number) _next._newestByName[series.Name] = number;
        }
    }
}
