using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Carbon of the energy used, by floor area: each day's energy by the factor that is in force that day.</summary>
/// <remarks>Sums: kg CO2e, kWh of electricity, kWh of gas. The factor table is named <c>carbon</c>, its carriers <c>electricity</c> and <c>gas</c>. A
/// level that asks for a reduction needs the declared value of a reference year.</remarks>
public sealed class OperationalCarbon : CriterionKind
{
    private const string Intensity = "kg/m²";

    private static readonly (string Input, string Carrier)[] Carriers = [("electricity", "electricity"), ("gas", "gas")];

    public override string Name => "operational-carbon";

    public override ImmutableArray<NumberShape> Limits => [new("reductionMin", "1")];

    public override ImmutableArray<InputShape> Inputs =>
        [new("electricity", InputSort.Role), new("gas", InputSort.Role, Required: false), new("reference", InputSort.Fact, Required: false)];

    public override int SumCount => 3;

    public override void Measure(CriterionInput day, DayPart part)
    {
        var counts = part.Cells[0];
        for (var i = 0; i < Carriers.Length; i++)
        {
            var energy = day.Series(Carriers[i].Input);
            var factor = FactorOf(day.Bound, Carriers[i].Carrier, day.Date);
            for (var slot = 0; slot < day.ElapsedCount; slot++)
            {
                if (i == 0 && day.TryTake(counts, 0, energy, slot) && factor is null) CriterionInput.Exclude(counts, Exclusion.NoReference);
                if (energy is null || double.IsNaN(energy.Delta[slot])) continue;
                counts.Sums[1 + i] += energy.Delta[slot];
                counts.Sums[0] += energy.Delta[slot] * (factor?.Value ?? 0);
            }
        }
    }

    public override Finding Judge(CriterionPeriod period)
    {
        var sums = period.Cells[0].Sums;
        var area = period.Centre.AreaSquareMetres;
        var yearShare = (double)period.Days.Count / Period.Containing(PeriodKind.Rolling, period.Period.Last).DayCount;
        var value = sums[0] / area / yearShare;
        var reduction = 1 - value / period.Bound.Fact("reference");
        return Whole(period, value, Intensity, level => double.IsNaN(period.Criterion.LimitOf("reductionMin", level))
            ? Compare(period.Criterion, "reductionMin", level, value) with { Unit = Intensity }
            : Compare(period.Criterion, "reductionMin", level, reduction)) with
        {
            Text = Say($"{sums[0]:0.#} kg CO2e of {sums[1]:0.#} kWh electricity and {sums[2]:0.#} kWh gas."),
            Factors =
            [
                .. Carriers.Select(c => FactorOf(period.Bound, c.Carrier, period.Period.Last)).OfType<DatedFactor>()
                    .Select(f => Say($"{f.Carrier} {f.Value} since {f.Since:yyyy-MM-dd} ({f.Source.Id})")),
            ],
        };
    }

    private static DatedFactor? FactorOf(BoundCriterion bound, string carrier, DateOnly date) =>
        bound.Profile.Factors.GetValueOrDefault("carbon")?.On(carrier, date);
}
