using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Power at night against power while people are there: median of the night's slots by median of the occupied slots.</summary>
/// <remarks>Values of a day: number of night slots, then their powers, then those of occupied slots, in kW. Slots that are both count as night.</remarks>
public sealed class NightLoad : CriterionKind
{
    public override string Name => "night-load";

    public override ImmutableArray<NumberShape> Limits => [new("ratioMax", "1")];

    public override ImmutableArray<NumberShape> Settings => [new("nightFrom", "h"), new("nightTo", "h")];

    public override ImmutableArray<InputShape> Inputs => [new("energy", InputSort.Role)];

    public override bool AsksForPeople => true;

    public override int SumCount => 0;

    public override void Measure(CriterionInput day, DayPart part)
    {
        var (counts, energy) = (part.Cells[0], day.Series("energy"));
        var (from, to) = (day.Criterion.SettingOf("nightFrom"), day.Criterion.SettingOf("nightTo"));
        List<double> night = [], occupied = [];
        for (var slot = 0; slot < day.ElapsedCount; slot++)
        {
            if (!day.TryTake(counts, 0, energy, slot) || double.IsNaN(energy!.Delta[slot])) continue;
            var hour = day.LocalTime(slot).Hour;
            if (hour >= from && hour < to) night.Add(energy.Delta[slot] / day.SlotHours);
            else if (day.IsOccupied(0, slot)) occupied.Add(energy.Delta[slot] / day.SlotHours);
        }
        counts.Values = [night.Count, .. night, .. occupied];
    }

    public override Finding Judge(CriterionPeriod period)
    {
        var count = period.Days.Sum(d => d.Cells[0].Values.Length);
        List<double> night = new(count), occupied = new(count);
        foreach (var values in period.Days.Select(d => d.Cells[0].Values))
        {
            if (values.Length == 0) continue;
            var nights = (int)values[0];
            night.AddRange(values.AsSpan(1, nights));
            occupied.AddRange(values.AsSpan(1 + nights));
        }
        var (low, high) = (Median(night), Median(occupied));
        var ratio = low / high;
        return Whole(period, ratio, "1", level => Compare(
            period.Criterion, "ratioMax", level, ratio, period.Criterion.LimitOf("ratioMax", level) * high - low, "kW")) with
        {
            Text = Say($"Median {low:0.###} kW at night, {high:0.###} kW while occupied."),
        };
    }

    /// <summary>The middle value; of two middle ones their mean; NaN of none.</summary>
    internal static double Median(List<double> values)
    {
        if (values.Count == 0) return double.NaN;
        values.Sort();
        var middle = values.Count / 2;
        return values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
