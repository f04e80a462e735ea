using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>A metered amount for each day that a person spent in the centre.</summary>
/// <remarks>Sums: amount in the point's unit, person-hours. A person-day is <c>personDayHours</c> of them. <c>factor</c> turns the point's unit into that
/// of the limit (1000 l in a m³).</remarks>
public sealed class PerPersonDay : CriterionKind
{
    public override string Name => "per-person-day";

    public override ImmutableArray<NumberShape> Limits => [new("perPersonDayMax", "*")];

    public override ImmutableArray<NumberShape> Settings => [new("personDayHours", "h"), new("factor", "*")];

    public override ImmutableArray<InputShape> Inputs => [new("amount", InputSort.Role), new("people", InputSort.BySpace)];

    public override int SumCount => 2;

    public override void Measure(CriterionInput day, DayPart part)
    {
        var (counts, amount, people) = (part.Cells[0], day.Series("amount"), day.Total("people"));
        for (var slot = 0; slot < day.ElapsedCount; slot++)
        {
            var isTaken = day.TryTake(counts, 0, amount, slot);
            var isKnown = people is not null && people.Coverage[slot] >= day.Criterion.SlotCoverageMin && !double.IsNaN(people.Mean[slot]);
            if (isTaken && !isKnown) CriterionInput.Exclude(counts, Exclusion.NoReference);
            if (amount is not null && !double.IsNaN(amount.Delta[slot])) counts.Sums[0] += amount.Delta[slot];
            if (isKnown) counts.Sums[1] += people!.Mean[slot] * day.SlotHours;
        }
    }

    public override Finding Judge(CriterionPeriod period)
    {
        var sums = period.Cells[0].Sums;
        var (amount, personDays) = (sums[0] * period.Criterion.SettingOf("factor"), sums[1] / period.Criterion.SettingOf("personDayHours"));
        var value = personDays > 0 ? amount / personDays : double.NaN;
        var unit = period.Criterion.Limits["perPersonDayMax"].Unit;
        return Whole(period, value, unit, level =>
        {
            var max = period.Criterion.LimitOf("perPersonDayMax", level);
            return Compare(period.Criterion, "perPersonDayMax", level, value, max * period.Extrapolate(personDays) - amount, unit);
        }) with { Text = Say($"{amount:0.#} for {personDays:0.#} person-days.") };
    }
}
