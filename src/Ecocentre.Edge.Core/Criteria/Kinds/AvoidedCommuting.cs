using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Carbon of the commutes that people did not make because they worked here: person-days × declared avoided distance × a dated factor.</summary>
/// <remarks>Sums: person-hours, kg CO2e. The factor table is named <c>commuting</c>, its carrier <c>mix</c>, in kg/km. Judged is the amount for a
/// person-day.</remarks>
public sealed class AvoidedCommuting : CriterionKind
{
    private const string Table = "commuting", Carrier = "mix";

    public override string Name => "avoided-commuting";

    public override ImmutableArray<NumberShape> Limits => [new("perPersonDayMin", "kg")];

    public override ImmutableArray<NumberShape> Settings => [new("personDayHours", "h")];

    public override ImmutableArray<InputShape> Inputs => [new("people", InputSort.BySpace), new("avoidedKilometres", InputSort.Fact)];

    public override int SumCount => 2;

    public override void Measure(CriterionInput day, DayPart part)
    {
        var (counts, people) = (part.Cells[0], day.Total("people"));
        var factor = day.Bound.Profile.Factors.GetValueOrDefault(Table)?.On(Carrier, day.Date);
        for (var slot = 0; slot < day.ElapsedCount; slot++)
        {
            if (!day.TryTake(counts, 0, people, slot)) continue;
            if (factor is null || double.IsNaN(people!.Mean[slot]))
            {
                CriterionInput.Exclude(counts, Exclusion.NoReference);
                continue;
            }
            var hours = people.Mean[slot] * day.SlotHours;
            counts.Sums[0] += hours;
            counts.Sums[1] += hours / day.Criterion.SettingOf("personDayHours") * day.Bound.Fact("avoidedKilometres") * factor.Value;
        }
    }

    public override Finding Judge(CriterionPeriod period)
    {
        var (sums, personDays) = (period.Cells[0].Sums, period.Cells[0].Sums[0] / period.Criterion.SettingOf("personDayHours"));
        var value = personDays > 0 ? sums[1] / personDays : double.NaN;
        var factor = period.Bound.Profile.Factors.GetValueOrDefault(Table)?.On(Carrier, period.Period.Last);
        return Whole(period, value, "kg", level => Compare(period.Criterion, "perPersonDayMin", level, value)) with
        {
            Text = Say($"{sums[1]:0.#} kg CO2e avoided in {personDays:0.#} person-days of {period.Bound.Fact("avoidedKilometres")} km."),
            Projection = period.Extrapolate(sums[1]),
            Factors = factor is null ? [] : [Say($"{Carrier} {factor.Value} since {factor.Since:yyyy-MM-dd} ({factor.Source.Id})")],
        };
    }
}
