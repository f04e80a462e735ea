using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Heating as the law limits it: the mean temperature of the rooms in occupied time of the heating season, weighed by volume, and whether
/// long absences let the building cool down or the heating rest (code de l'énergie R.241-26 and R.241-27).</summary>
/// <remarks>
/// <para>Sums by room: sum of temperatures in occupied slots, their number. Values of the first cell: by hour of the day, whether somebody was in the
/// building (1, 0), the mean of the rooms, whether the heating was on (1, 0, NaN unknown).</para>
/// <para>An absence of the heating season of at least <c>shortAbsenceHours</c> is held when the rooms' mean came down to the mark of its length or the
/// heating was off for <c>offShareMin</c> of it. One of which neither is known counts in neither direction. Absences are found within the
/// period; one that goes on past its end counts where it ends.</para>
/// </remarks>
public sealed class HeatingLimits : CriterionKind
{
    private const int PerHour = 3;

    public override string Name => "heating-limits";

    public override ImmutableArray<NumberShape> Limits => [new("meanMax", "°C"), new("setbackShareMin", "1")];

    public override ImmutableArray<NumberShape> Settings =>
    [
        new("heatingFrom", "mmdd"), new("heatingTo", "mmdd"), new("shortAbsenceHours", "h"), new("longAbsenceHours", "h"), new("shortMark", "°C"),
        new("longMark", "°C"), new("offShareMin", "1"), new("heatingOnMin", "*"),
    ];

    public override ImmutableArray<InputShape> Inputs => [new("value", InputSort.BySpace), new("heating", InputSort.Role, Required: false)];

    public override bool AsksForPeople => true;

    public override int SumCount => 2;

    public override void Measure(CriterionInput day, DayPart part)
    {
        if (part.Cells.IsEmpty || !Season.Contains(day.Date, day.Criterion.SettingOf("heatingFrom"), day.Criterion.SettingOf("heatingTo"))) return;
        var heating = day.Series("heating");
        var hours = new double[day.ElapsedCount * PerHour];
        var onMin = day.Criterion.SettingOf("heatingOnMin");
        DaySeries?[] rooms = [.. part.Cells.Select((_, cell) => day.Series("value", cell))];
        double[] volumes = [.. part.Cells.Select((_, cell) => WeightOf(day.Bound, cell))];
        for (var slot = 0; slot < day.ElapsedCount; slot++)
        {
            var (anybody, sum, weights) = (false, 0.0, 0.0);
            for (var cell = 0; cell < part.Cells.Length; cell++)
            {
                var (counts, series) = (part.Cells[cell], rooms[cell]);
                var isThere = day.IsOccupied(cell, slot);
                anybody |= isThere;
                if (!day.TryTake(counts, cell, series, slot)) continue;
                (sum, weights) = (sum + volumes[cell] * series!.Mean[slot], weights + volumes[cell]);
                if (!isThere) continue;
                counts.Sums[0] += series.Mean[slot];
                counts.Sums[1]++;
            }
            hours[slot * PerHour] = anybody ? 1 : 0;
            hours[slot * PerHour + 1] = weights > 0 ? sum / weights : double.NaN;
            hours[slot * PerHour + 2] = IsOn(heating, slot, onMin);
        }
        part.Cells[0].Values = hours;
    }

    public override Finding Judge(CriterionPeriod period)
    {
        var (sum, weights) = (0.0, 0.0);
        for (var cell = 0; cell < period.Cells.Length; cell++)
        {
            var sums = period.Cells[cell].Sums;
            if (sums[1] == 0) continue;
            var weight = WeightOf(period.Bound, cell);
            (sum, weights) = (sum + weight * (sums[0] / sums[1]), weights + weight);
        }
        var (held, judged) = Absences(period);
        if (weights == 0 && judged == 0 && period.Cells.All(c => c.Expected == 0))
            return Finding.NotApplicable("No day of the heating season lies in the period.");
        var mean = weights > 0 ? sum / weights : double.NaN;
        var share = judged == 0 ? 1 : (double)held / judged;
        return Whole(period, mean, "°C", level =>
            All(Compare(period.Criterion, "meanMax", level, mean, period.Criterion.LimitOf("meanMax", level) - mean, "K"),
                Compare(period.Criterion, "setbackShareMin", level, share))) with
        {
            Text = Say($"Mean {mean:0.00} °C in occupied time of the heating season; ")
                + Say($"{held} of {judged} long absences let the building cool or the heating rest."),
        };
    }

    private static double WeightOf(BoundCriterion bound, int cell) =>
        bound.Cells.Any(c => double.IsNaN(c.VolumeCubicMetres)) ? 1 : bound.Cells[cell].VolumeCubicMetres;

    private static double IsOn(DaySeries? heating, int slot, double onMin)
    {
        if (heating is null || heating.Coverage[slot] <= 0) return double.NaN;
        var amount = double.IsNaN(heating.Mean[slot]) ? heating.Delta[slot] : heating.Mean[slot];
        return double.IsNaN(amount) ? double.NaN : amount >= onMin ? 1 : 0;
    }

    private static (int Held, int Judged) Absences(CriterionPeriod period)
    {
        var slotHours = period.SlotMinutes / 60;
        var (held, judged) = (0, 0);
        var (length, coldest, off, known) = (0.0, double.NaN, 0.0, 0.0);
        foreach (var day in period.Days)
        {
            if (day.Cells.IsEmpty) continue;
            var hours = day.Cells[0].Values;
            if (hours.Length == 0) End();
            for (var i = 0; i < hours.Length; i += PerHour)
            {
                if (hours[i] != 0)
                {
                    End();
                    continue;
                }
                length += slotHours;
                if (!double.IsNaN(hours[i + 1])) coldest = double.IsNaN(coldest) ? hours[i + 1] : Math.Min(coldest, hours[i + 1]);
                if (double.IsNaN(hours[i + 2])) continue;
                known += slotHours;
                if (hours[i + 2] == 0) off += slotHours;
            }
        }
        if (period.IsOver) End();
        return (held, judged);

        void End()
        {
            var criterion = period.Criterion;
            if (length >= criterion.SettingOf("shortAbsenceHours") && (!double.IsNaN(coldest) || known > 0))
            {
                var mark = criterion.SettingOf(length >= criterion.SettingOf("longAbsenceHours") ? "longMark" : "shortMark");
                judged++;
                if (coldest <= mark || known > 0 && off >= criterion.SettingOf("offShareMin") * known) held++;
            }
            (length, coldest, off, known) = (0, double.NaN, 0, 0);
        }
    }
}
