using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria;

/// <summary>What a criterion found in one local day, by cell. Filled by <see cref="CriterionKind.Measure"/>, then only read
/// until the day is measured anew.</summary>
public sealed class DayPart
{
    public DayPart(DateOnly date, int cellCount, int sumCount)
    {
        Date = date;
        Cells = [.. Enumerable.Range(0, cellCount).Select(_ => new CellPart(sumCount))];
    }

    public DateOnly Date { get; }

    /// <summary>By index of the cell in <see cref="BoundCriterion.Cells"/>.</summary>
    public ImmutableArray<CellPart> Cells { get; }

    /// <summary>Empty again, to be filled anew.</summary>
    internal void Clear()
    {
        foreach (var cell in Cells) cell.Clear();
    }
}

/// <summary>Counts and sums of one cell; over a day, or added up over the days of a period in their order.</summary>
public sealed class CellPart(int sumCount)
{
    private static readonly int ReasonCount = Enum.GetValues<Exclusion>().Length;

    /// <summary>Slots that should be known.</summary>
    public long Expected { get; set; }

    /// <summary>Of these, known well enough.</summary>
    public long Valid { get; set; }

    /// <summary>Of the valid or expected ones, those whose occupancy was measured; the others went by opening hours.</summary>
    public long ByPresence { get; set; }

    /// <summary>By <see cref="Exclusion"/>.</summary>
    public long[] Excluded { get; } = new long[ReasonCount];

    /// <summary>What the kind adds up.</summary>
    public double[] Sums { get; } = new double[sumCount];

    /// <summary>What the kind must keep one by one (a day's mean, the nights); not carried into totals.</summary>
    public double[] Values { get; set; } = [];

    /// <summary>0 to 1; 1 where nothing was expected.</summary>
    public double Coverage => Expected == 0 ? 1 : (double)Valid / Expected;

    internal void Clear()
    {
        (Expected, Valid, ByPresence, Values) = (0, 0, 0, []);
        Array.Clear(Excluded);
        Array.Clear(Sums);
    }

    internal void Add(CellPart day)
    {
        Expected += day.Expected;
        Valid += day.Valid;
        ByPresence += day.ByPresence;
        for (var i = 0; i < Excluded.Length; i++) Excluded[i] += day.Excluded[i];
        for (var i = 0; i < Sums.Length; i++) Sums[i] += day.Sums[i];
    }
}
