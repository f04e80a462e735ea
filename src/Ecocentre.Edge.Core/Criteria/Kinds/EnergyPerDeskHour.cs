using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Energy for each hour that somebody sat at a desk. Levels may ask for less than in a declared earlier year.</summary>
/// <remarks>Sums: kWh, occupied desk-hours.</remarks>
public sealed class EnergyPerDeskHour : CriterionKind
{
    private const string Intensity = "kWh/h";

    public override string Name => "energy-per-desk-hour";

    public override ImmutableArray<NumberShape> Limits => [new("reductionMin", "1")];

    public override ImmutableArray<InputShape> Inputs =>
        [new("energy", InputSort.Role), new("occupied", InputSort.BySpace), new("reference", InputSort.Fact, Required: false)];

    public override int SumCount => 2;

    public override void Measure(CriterionInput day, DayPart part)
    {
        var (counts, energy, desks) = (part.Cells[0], day.Series("energy"), day.Total("occupied"));
        for (var slot = 0; slot < day.ElapsedCount; slot++)
        {
            var isTaken = day.TryTake(counts, 0, energy, slot);
            var isKnown = desks is not null && desks.Coverage[slot] >= day.Criterion.SlotCoverageMin && !double.IsNaN(desks.Mean[slot]);
            if (isTaken && !isKnown) CriterionInput.Exclude(counts, Exclusion.NoReference);
            if (energy is not null && !double.IsNaN(energy.Delta[slot])) counts.Sums[0] += energy.Delta[slot];
            if (isKnown) counts.Sums[1] += desks!.Mean[slot] * day.SlotHours;
        }
    }

    public override Finding Judge(CriterionPeriod period)
    {
        var sums = period.Cells[0].Sums;
        var value = sums[1] > 0 ? sums[0] / sums[1] : double.NaN;
        var reduction = 1 - value / period.Bound.Fact("reference");
        return Whole(period, value, Intensity, level => double.IsNaN(period.Criterion.LimitOf("reductionMin", level))
            ? Compare(period.Criterion, "reductionMin", level, value) with { Unit = Intensity }
            : Compare(period.Criterion, "reductionMin", level, reduction)) with
        {
            Text = Say($"{sums[0]:0.#} kWh for {sums[1]:0.#} occupied desk-hours."),
        };
    }
}
