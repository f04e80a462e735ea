using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>How much of the centre's load its own generation carries, matched slot by slot, never from totals.</summary>
/// <remarks>Sums: generation, export, import, load, own use. Own use of a slot is generation less export, not under zero; load is import and own
/// use.</remarks>
public sealed class SelfConsumption : CriterionKind
{
    public override string Name => "self-consumption";

    public override ImmutableArray<NumberShape> Limits => [new("selfSufficiencyMin", "1")];

    public override ImmutableArray<InputShape> Inputs =>
        [new("generation", InputSort.Role), new("export", InputSort.Role), new("import", InputSort.Role)];

    public override int SumCount => 5;

    public override void Measure(CriterionInput day, DayPart part)
    {
        var (counts, generation, export, import) = (part.Cells[0], day.Series("generation"), day.Series("export"), day.Series("import"));
        for (var slot = 0; slot < day.ElapsedCount; slot++)
        {
            if (!day.TryTake(counts, 0, generation, slot)) continue;
            var (made, sent, taken) = (generation!.Delta[slot], export?.Delta[slot] ?? double.NaN, import?.Delta[slot] ?? double.NaN);
            if (double.IsNaN(made + sent + taken))
            {
                CriterionInput.Exclude(counts, Exclusion.NoReference);
                continue;
            }
            var own = Math.Max(0, made - sent);
            counts.Sums[0] += made;
            counts.Sums[1] += sent;
            counts.Sums[2] += taken;
            counts.Sums[3] += taken + own;
            counts.Sums[4] += own;
        }
    }

    public override Finding Judge(CriterionPeriod period)
    {
        var sums = period.Cells[0].Sums;
        var sufficiency = sums[3] > 0 ? sums[4] / sums[3] : double.NaN;
        return Whole(period, sufficiency, "1", level => Compare(period.Criterion, "selfSufficiencyMin", level, sufficiency)) with
        {
            Text = Say($"{sums[4]:0.#} of {sums[0]:0.#} kWh generated were used here ({100 * sums[4] / sums[0]:0.#} %), of a load of {sums[3]:0.#} kWh."),
        };
    }
}
