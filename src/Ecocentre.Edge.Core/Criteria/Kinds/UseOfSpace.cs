using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>How much of what is offered is used: occupied desk-hours against offered desk-hours within opening hours.</summary>
/// <remarks>Sums: occupied desk-hours, offered desk-hours. Desks whose state is not known are not offered (<c>offered</c>); without such points all
/// declared desks are.</remarks>
public sealed class UseOfSpace : CriterionKind
{
    public override string Name => "use-of-space";

    public override ImmutableArray<NumberShape> Limits => [new("useMin", "1")];

    public override ImmutableArray<InputShape> Inputs => [new("occupied", InputSort.BySpace), new("offered", InputSort.BySpace, Required: false)];

    public override int SumCount => 2;

    public override void Measure(CriterionInput day, DayPart part)
    {
        var (counts, occupied, offered) = (part.Cells[0], day.Total("occupied"), day.Total("offered"));
        for (var slot = 0; slot < day.ElapsedCount; slot++)
        {
            if (!day.TryTake(counts, 0, occupied, slot)) continue;
            var desks = offered is null ? day.Bound.Centre.Desks.Length : offered.Mean[slot];
            if (double.IsNaN(desks) || double.IsNaN(occupied!.Mean[slot]))
            {
                CriterionInput.Exclude(counts, Exclusion.NoReference);
                continue;
            }
            counts.Sums[0] += occupied.Mean[slot] * day.SlotHours;
            counts.Sums[1] += desks * day.SlotHours;
        }
    }

    public override Finding Judge(CriterionPeriod period)
    {
        var sums = period.Cells[0].Sums;
        var use = sums[1] > 0 ? sums[0] / sums[1] : double.NaN;
        return Whole(period, use, "1", level => Compare(period.Criterion, "useMin", level, use)) with
        {
            Text = Say($"{sums[0]:0.#} of {sums[1]:0.#} desk-hours."),
        };
    }
}
