using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Share of the energy that is used while nobody is in the centre.</summary>
/// <remarks>Sums: energy, of this while nobody was there. Values of a day: the same two, to name the worst day. The growth over a gap in the meter's
/// readings stands where it became known.</remarks>
public sealed class OutOfHoursShare : CriterionKind
{
    public override string Name => "out-of-hours";

    public override ImmutableArray<NumberShape> Limits => [new("shareMax", "1")];

    public override ImmutableArray<InputShape> Inputs => [new("energy", InputSort.Role)];

    public override bool AsksForPeople => true;

    public override int SumCount => 2;

    public override void Measure(CriterionInput day, DayPart part)
    {
        var (counts, energy) = (part.Cells[0], day.Series("energy"));
        for (var slot = 0; slot < day.ElapsedCount; slot++)
        {
            day.TryTake(counts, 0, energy, slot);
            if (energy is null || double.IsNaN(energy.Delta[slot])) continue;
            counts.Sums[0] += energy.Delta[slot];
            if (!day.IsOccupied(0, slot)) counts.Sums[1] += energy.Delta[slot];
        }
    }

    public override Finding Judge(CriterionPeriod period)
    {
        var sums = period.Cells[0].Sums;
        var share = sums[0] > 0 ? sums[1] / sums[0] : double.NaN;
        var worst = period.Days.MaxBy(d => d.Cells[0].Sums[1]);
        return Whole(period, share, "1", level => Compare(
            period.Criterion, "shareMax", level, share, period.Criterion.LimitOf("shareMax", level) * period.Extrapolate(sums[0]) - sums[1], "kWh")) with
        {
            Cause = worst is not null && worst.Cells[0].Sums[1] > 0 ? Say($"{worst.Date:yyyy-MM-dd}") : null,
            Text = Say($"{sums[1]:0.#} of {sums[0]:0.#} kWh while nobody was there."),
        };
    }
}
