using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Events of each space: a quantity above a mark for a while. Judged are the share of occupied days that had one, and how long it took to
/// return below the mark.</summary>
/// <remarks>Sums: days with valid slots, days with an event, events. Values of a day: length of each event in minutes. An event ends with the slot in
/// which the value is back, nobody is there any more or nothing is known; it does not reach over midnight.</remarks>
public sealed class EventsAbove : CriterionKind
{
    public override string Name => "events-above";

    public override ImmutableArray<NumberShape> Limits => [new("dayShareMax", "1"), new("responseMinutesMax", "min", Required: false)];

    public override ImmutableArray<NumberShape> Settings => [new("mark", "*"), new("eventMinutesMin", "min"), new(BySpace.AreaShareMin, "1")];

    public override ImmutableArray<InputShape> Inputs => [new("value", InputSort.BySpace)];

    public override int SumCount => 3;

    public override void Measure(CriterionInput day, DayPart part)
    {
        var (mark, least) = (day.Criterion.SettingOf("mark"), day.Criterion.SettingOf("eventMinutesMin"));
        for (var cell = 0; cell < part.Cells.Length; cell++)
        {
            var (counts, series) = (part.Cells[cell], day.Series("value", cell));
            var events = new List<double>();
            var run = 0;
            for (var slot = 0; slot < day.ElapsedCount; slot++)
            {
                if (day.TryTake(counts, cell, series, slot) && series!.Mean[slot] > mark)
                {
                    run++;
                    continue;
                }
                End();
            }
            End();
            counts.Sums[0] = counts.Valid > 0 ? 1 : 0;
            counts.Sums[1] = events.Count > 0 ? 1 : 0;
            counts.Sums[2] = events.Count;
            counts.Values = [.. events];

            void End()
            {
                var minutes = run * (double)day.Bound.SlotMinutes;
                if (run > 0 && minutes >= least) events.Add(minutes);
                run = 0;
            }
        }
    }

    public override Finding Judge(CriterionPeriod period)
    {
        var longest = new double[period.Cells.Length];
        foreach (var day in period.Days)
            for (var cell = 0; cell < longest.Length; cell++)
                foreach (var minutes in day.Cells[cell].Values) longest[cell] = Math.Max(longest[cell], minutes);
        var finding = BySpace.Judge(period, "dayShareMax", (cell, level) =>
        {
            var sums = period.Cells[cell].Sums;
            var share = sums[1] / sums[0];
            var (max, response) = (period.Criterion.LimitOf("dayShareMax", level), period.Criterion.LimitOf("responseMinutesMax", level));
            return new RoomFinding(
                share, !(share > max) && !(longest[cell] > response), Math.Floor(max * period.Extrapolate(sums[0]) - sums[1]), "days");
        });
        var (events, days) = (period.Cells.Sum(c => c.Sums[2]), period.Cells.Sum(c => c.Sums[1]));
        return finding with { Text = Say($"{events} events on {days} days of rooms; the longest took {longest.DefaultIfEmpty().Max()} min. {finding.Text}") };
    }
}
