using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Nights in which water ran without a pause for a while though nobody was there.</summary>
/// <remarks>Sums: nights with a run, nights known. Values of a day: its longest run in minutes and what ran in it. Nights in which somebody was there do
/// not count in either direction; a run does not reach over midnight.</remarks>
public sealed class LeakNights : CriterionKind
{
    public override string Name => "leak-nights";

    public override ImmutableArray<NumberShape> Limits => [new("nightsMax", "d")];

    public override ImmutableArray<NumberShape> Settings => [new("nightFrom", "h"), new("nightTo", "h"), new("runMinutesMin", "min"), new("flowMin", "*")];

    public override ImmutableArray<InputShape> Inputs => [new("water", InputSort.Role)];

    public override bool AsksForPeople => true;

    public override int SumCount => 2;

    public override void Measure(CriterionInput day, DayPart part)
    {
        var (counts, water) = (part.Cells[0], day.Series("water"));
        var (from, to) = (day.Criterion.SettingOf("nightFrom"), day.Criterion.SettingOf("nightTo"));
        var flowMin = day.Criterion.SettingOf("flowMin");
        var (run, amount, longest, most, anybody) = (0, 0.0, 0, 0.0, false);
        for (var slot = 0; slot < day.ElapsedCount; slot++)
        {
            if (day.LocalTime(slot).Hour is var hour && (hour < from || hour >= to)) continue;
            anybody |= day.IsOccupied(0, slot);
            var flow = day.TryTake(counts, 0, water, slot) ? water!.Delta[slot] / day.SlotHours : double.NaN;
            (run, amount) = flow > flowMin ? (run + 1, amount + water!.Delta[slot]) : (0, 0);
            if (run > longest) (longest, most) = (run, amount);
        }
        if (anybody || counts.Valid == 0) return;
        counts.Sums[1] = 1;
        var minutes = longest * day.Bound.SlotMinutes;
        if (minutes >= day.Criterion.SettingOf("runMinutesMin")) counts.Sums[0] = 1;
        counts.Values = [minutes, most];
    }

    public override Finding Judge(CriterionPeriod period)
    {
        var nights = period.Cells[0].Sums[0];
        var worst = period.Days.Where(d => d.Cells[0].Sums[0] > 0).MaxBy(d => d.Cells[0].Values[1]);
        // The limit is for a year: a shorter period is allowed its share, and at least what it says when that is nothing.
        var yearShare = (double)period.Period.DayCount / Period.Containing(PeriodKind.Rolling, period.Period.Last).DayCount;
        return Whole(period, nights, "d", level =>
        {
            var max = Math.Ceiling(period.Criterion.LimitOf("nightsMax", level) * Math.Min(1, yearShare));
            return Compare(period.Criterion, "nightsMax", level, nights, max - nights, "d") with
            {
                Limit = max, Outcome = nights > max ? Outcome.NotMet : Outcome.Met,
            };
        }) with
        {
            Cause = worst is null ? null : Say($"{worst.Date:yyyy-MM-dd}"),
            Text = Say($"{nights} of {period.Cells[0].Sums[1]} nights."),
        };
    }
}
