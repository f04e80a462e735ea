using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria;

/// <summary>The days of a period as a kind judges them.</summary>
public sealed class CriterionPeriod
{
    internal CriterionPeriod(BoundCriterion bound, Period period, IReadOnlyList<DayPart> days, ImmutableArray<CellPart> cells, CriterionRecords records)
    {
        (Bound, Period, Days, Cells, Records) = (bound, period, days, cells, records);
    }

    public BoundCriterion Bound { get; }

    public Criterion Criterion => Bound.Criterion;

    public CentreFacts Centre => Bound.Centre;

    public Period Period { get; }

    /// <summary>In order, without holes; the last may still run.</summary>
    public IReadOnlyList<DayPart> Days { get; }

    /// <summary>The days added up, by cell.</summary>
    public ImmutableArray<CellPart> Cells { get; }

    /// <summary>Records of the log up to now.</summary>
    public CriterionRecords Records { get; }

    /// <summary>Every day of the period has ended and was measured.</summary>
    public required bool IsOver { get; init; }

    /// <summary>Share of the period's days that <see cref="Days"/> holds, 0 to 1.</summary>
    public double ElapsedShare => IsOver ? 1 : Math.Min(1, (double)Days.Count / Period.DayCount);

    public double SlotMinutes => Bound.SlotMinutes;

    /// <summary>Cell by cell: the name of its space.</summary>
    public string NameOf(int cell) => Bound.Cells[cell].Name;

    /// <summary>What a sum over the days so far will be at the end if the rest goes on like it; the sum itself when the period is over.</summary>
    public double Extrapolate(double sum) => ElapsedShare > 0 ? sum / ElapsedShare : double.NaN;

    /// <summary>The assumption of <see cref="Extrapolate"/> in words.</summary>
    public string Assumption => IsOver ? "" : "the rest of the period goes on like the part so far";
}
