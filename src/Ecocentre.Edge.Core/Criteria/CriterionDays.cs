using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria;

/// <summary>The measured days of one criterion, in order, and their running totals.</summary>
internal sealed class CriterionDays(BoundCriterion bound)
{
    private readonly SortedList<DateOnly, DayPart> _days = [];
    private readonly Dictionary<DateOnly, DayPart> _nothing = [];

    // Totals over the days from a date on, which only ever grow at their end; the running day is added to a copy.
    private readonly Dictionary<DateOnly, (DateOnly Last, ImmutableArray<CellPart> Cells)> _totals = [];

    // A period is judged before the next one is added up.
    private readonly ImmutableArray<CellPart> _sum = Empty(bound);

    internal BoundCriterion Bound => bound;

    /// <summary>The part of a day, emptied to be measured anew; totals that hold the day are given up.</summary>
    internal DayPart Renew(DateOnly date)
    {
        foreach (var (from, totals) in _totals)
            if (date >= from && date <= totals.Last) _totals.Remove(from);
        if (_days.TryGetValue(date, out var known)) known.Clear();
        else _days[date] = known = NewPart(date);
        return known;
    }

    internal DayPart NewPart(DateOnly date) => new(date, bound.Cells.Length, bound.Criterion.Kind.SumCount);

    /// <summary>The days of a stretch; those never measured as <paramref name="nothing"/> makes them.</summary>
    internal List<DayPart> Between(DateOnly first, DateOnly last, Func<DateOnly, DayPart> nothing)
    {
        var parts = new List<DayPart>(Math.Max(0, last.DayNumber - first.DayNumber + 1));
        for (var date = first; date <= last; date = date.AddDays(1))
        {
            if (!_days.TryGetValue(date, out var part) && !_nothing.TryGetValue(date, out part)) _nothing[date] = part = nothing(date);
            parts.Add(part);
        }
        return parts;
    }

    /// <summary>The parts added up, always from the first on and one after the other, so that sums have the same bits however often days were
    /// added.</summary>
    /// <param name="lastRuns">The last part may still change.</param>
    /// <returns>Valid until the next call.</returns>
    internal ImmutableArray<CellPart> Fold(DateOnly from, List<DayPart> parts, bool lastRuns)
    {
        var stable = lastRuns ? parts.Count - 1 : parts.Count;
        foreach (var cell in _sum) cell.Clear();
        if (stable > 0)
        {
            var (cells, done) = _totals.TryGetValue(from, out var known) && known.Last < from.AddDays(stable)
                ? (known.Cells, known.Last.DayNumber - from.DayNumber + 1) : (Empty(bound), 0);
            for (; done < stable; done++) Add(cells, parts[done]);
            if (parts[0].Date == from) _totals[from] = (parts[stable - 1].Date, cells);
            for (var i = 0; i < cells.Length; i++) _sum[i].Add(cells[i]);
        }
        if (stable >= 0 && stable < parts.Count) Add(_sum, parts[stable]);
        return _sum;
    }

    internal void ForgetBefore(DateOnly date)
    {
        while (_days.Count > 0 && _days.GetKeyAtIndex(0) < date) _days.RemoveAt(0);
        foreach (var known in _nothing.Keys)
            if (known < date) _nothing.Remove(known);
        // Rolling months begin on another day each day: their totals are of no use tomorrow.
        if (_totals.Count > TotalsMax) _totals.Clear();
    }

    // Day, week, month, year, and a few days of twelve months.
    private const int TotalsMax = 16;

    private static ImmutableArray<CellPart> Empty(BoundCriterion bound) => [.. bound.Cells.Select(_ => new CellPart(bound.Criterion.Kind.SumCount))];

    private static void Add(ImmutableArray<CellPart> cells, DayPart day)
    {
        for (var i = 0; i < cells.Length; i++) cells[i].Add(day.Cells[i]);
    }
}
