using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Criteria;

/// <summary>One local day as a kind sees it: its criterion's points on equal slots from local midnight (23, 24 or 25 hours), and which slots
/// count.</summary>
/// <remarks>Valid during <see cref="CriterionKind.Measure"/> only.</remarks>
public sealed class CriterionInput
{
    private readonly DayTracks _day;
    private readonly DayHistory _history;
    private readonly OccupiedSlots[] _slots;

    internal CriterionInput(BoundCriterion bound, DayTracks day, DayHistory history, int elapsedMinutes)
    {
        (Bound, _day, _history) = (bound, day, history);
        SlotCount = day.SlotCount(bound.SlotMinutes);
        IsWhole = elapsedMinutes >= (int)day.Window.Length.TotalMinutes;
        ElapsedCount = IsWhole ? SlotCount : Math.Clamp(elapsedMinutes / bound.SlotMinutes, 0, SlotCount);
        _slots = [.. bound.Cells.Select(cell => day.Occupied.Of(cell.Space?.Id, bound.SlotMinutes))];
    }

    public BoundCriterion Bound { get; }

    public Criterion Criterion => Bound.Criterion;

    public DateOnly Date => _day.Date;

    public Window Window => _day.Window;

    /// <summary>Slots of the whole day.</summary>
    public int SlotCount { get; }

    /// <summary>Slots that have ended; only these are expected.</summary>
    public int ElapsedCount { get; }

    /// <summary>The day has ended.</summary>
    public bool IsWhole { get; }

    public double SlotHours => Criterion.Step.TotalHours;

    /// <summary>An input's points in a cell as one: those of a quantity averaged, those of a role summed (counters) or averaged (gauges). Null when
    /// there is no such point or nothing came of it.</summary>
    public DaySeries? Series(string input, int cell = 0)
    {
        var tracks = Bound.Tracks(input, cell);
        if (tracks.IsEmpty) return null;
        var minutes = Bound.SlotMinutes;
        if (tracks.Length == 1) return _day.Series(tracks[0], minutes);
        var series = new DaySeries[tracks.Length];
        var isSum = _history.IsCounter(tracks[0]);
        var count = 0;
        foreach (var track in tracks)
            if (_day.Series(track, minutes) is { } one) series[count++] = one;
            else if (isSum) series[count++] = new DaySeries(SlotCount);
        if (count == 0) return null;
        return isSum ? DaySeries.Summed(series.AsSpan(0, count)) : DaySeries.Averaged(series.AsSpan(0, count));
    }

    /// <summary>An input's points added up: people, desks. Null when there is no such point or nothing came of any.</summary>
    public DaySeries? Total(string input, int cell = 0)
    {
        DaySeries[] series = [.. Bound.Tracks(input, cell).Select(track => _day.Series(track, Bound.SlotMinutes)).OfType<DaySeries>()];
        return series.Length == 0 ? null : DaySeries.Summed(series);
    }

    /// <summary>Each point of an input by itself, with its name; null series where nothing came.</summary>
    public IEnumerable<(string Point, DaySeries? Series)> Each(string input, int cell = 0) =>
        Bound.Tracks(input, cell).Select(track => (_history.NameOf(track), _day.Series(track, Bound.SlotMinutes)));

    /// <summary>Every point that any criterion looks at, as it was fed, with the slots that have ended.</summary>
    public IEnumerable<(DaySeries? Series, int Elapsed, int Count)> Everything()
    {
        for (var track = 0; track < _history.TrackCount; track++)
        {
            var minutes = _history.FeedMinutes(track);
            yield return (_day.Fed(track), Math.Min(_day.SlotCount(minutes), ElapsedCount * Bound.SlotMinutes / minutes), _day.SlotCount(minutes));
        }
    }

    /// <summary>Whether the criterion looks at a slot in a cell (<see cref="Criterion.When"/>).</summary>
    public bool Applies(int cell, int slot) => Criterion.When switch
    {
        When.Occupied => _slots[cell].IsOccupied[slot],
        When.Unoccupied => !_slots[cell].IsOccupied[slot],
        When.Open => _slots[cell].IsOpen[slot],
        _ => true,
    };

    /// <summary>Whether somebody was in the cell, whatever the criterion looks at.</summary>
    public bool IsOccupied(int cell, int slot) => _slots[cell].IsOccupied[slot];

    public bool IsOpen(int cell, int slot) => _slots[cell].IsOpen[slot];

    /// <summary>Whether occupancy of the slot was measured.</summary>
    public bool IsByPresence(int cell, int slot) => _slots[cell].ByPresence[slot];

    /// <summary>Local time at which a slot begins.</summary>
    public TimeOnly LocalTime(int slot) => _day.LocalTimes(Bound.SlotMinutes)[slot];

    /// <summary>Counts a slot as expected if the criterion looks at it, and as valid or excluded.</summary>
    /// <returns>True when it is valid: the kind may use it.</returns>
    public bool TryTake(CellPart part, int cell, DaySeries? series, int slot)
    {
        if (!Applies(cell, slot)) return false;
        part.Expected++;
        if (_slots[cell].ByPresence[slot]) part.ByPresence++;
        if (series is null || series.Coverage[slot] <= 0) part.Excluded[(int)Exclusion.NoWindow]++;
        else if (series.Coverage[slot] < Criterion.SlotCoverageMin) part.Excluded[(int)Exclusion.LowCoverage]++;
        else
        {
            part.Valid++;
            return true;
        }
        return false;
    }

    /// <summary>Takes back a slot that <see cref="TryTake"/> found valid: something else it needs is not known.</summary>
    public static void Exclude(CellPart part, Exclusion reason)
    {
        part.Valid--;
        part.Excluded[(int)reason]++;
    }

    /// <summary>Mean of an input over the local day that lies so many days back; NaN when it is not known. 1: yesterday.</summary>
    public double EarlierMean(string input, int daysBack, int cell = 0)
    {
        var (sum, count) = (0.0, 0);
        foreach (var track in Bound.Tracks(input, cell))
            if (_history.Mean(Date.AddDays(-daysBack), track) is var mean && !double.IsNaN(mean)) (sum, count) = (sum + mean, count + 1);
        return count == 0 ? double.NaN : sum / count;
    }
}
