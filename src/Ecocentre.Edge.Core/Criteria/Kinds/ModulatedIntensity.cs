using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Final energy by floor area against a target that follows how much the place is used (decree "tertiaire": Cabs = CVC + USE, USE modulated by
/// occupancy rate, workplaces and hours). Only where there is no reference year to hold energy against.</summary>
/// <remarks>Sums: energy in kWh, occupied desk-hours, offered desk-hours, opening hours. Measured presence at the desks gives the occupancy rate, area and
/// desks the area of a workplace, opening hours the hours of the year.</remarks>
public sealed class ModulatedIntensity : CriterionKind
{
    private const int Energy = 0, Occupied = 1, Offered = 2, Open = 3;

    public override string Name => "modulated-intensity";

    public override ImmutableArray<NumberShape> Limits => [new("ratioMax", "1")];

    public override ImmutableArray<NumberShape> Settings =>
        [new("useFixed", "1"), new("useByPresence", "1"), new("useByHours", "1")];

    public override ImmutableArray<InputShape> Inputs =>
    [
        new("energy", InputSort.Role), new("occupied", InputSort.BySpace), new("reference", InputSort.Fact, Required: false),
        new("cvc", InputSort.Fact), new("use", InputSort.Fact), new("standardOccupancy", InputSort.Fact),
        new("standardDeskArea", InputSort.Fact), new("standardHours", InputSort.Fact),
    ];

    public override int SumCount => 4;

    /// <summary>The modulated USE component.</summary>
    /// <param name="occupancy">Occupancy rate against the standard one.</param>
    /// <param name="density">Standard area of a workplace against the real one.</param>
    /// <param name="hours">Opened hours against the standard ones.</param>
    public static double Use(double standard, (double Fixed, double Presence, double Hours) weights, double occupancy, double density, double hours) =>
        standard * (weights.Fixed + weights.Presence * occupancy * density * hours + weights.Hours * (hours - 1));

    public override void Measure(CriterionInput day, DayPart part)
    {
        var (counts, energy, desks) = (part.Cells[0], day.Series("energy"), day.Total("occupied"));
        for (var slot = 0; slot < day.ElapsedCount; slot++)
        {
            day.TryTake(counts, 0, energy, slot);
            if (energy is not null && !double.IsNaN(energy.Delta[slot])) counts.Sums[Energy] += energy.Delta[slot];
            if (!day.IsOpen(0, slot)) continue;
            counts.Sums[Open] += day.SlotHours;
            if (desks is null || double.IsNaN(desks.Mean[slot])) continue;
            counts.Sums[Occupied] += desks.Mean[slot] * day.SlotHours;
            counts.Sums[Offered] += day.Bound.Centre.Desks.Length * day.SlotHours;
        }
    }

    public override Finding Judge(CriterionPeriod period)
    {
        if (!double.IsNaN(period.Bound.Fact("reference"))) return Finding.NotApplicable("The centre has a reference year, against which its energy is held.");
        var (bound, sums, criterion) = (period.Bound, period.Cells[0].Sums, period.Criterion);
        var (area, desks) = (period.Centre.AreaSquareMetres, period.Centre.Desks.Length);
        if (double.IsNaN(area) || desks == 0) return Finding.NotApplicable("No floor area or no desks are declared.");
        var yearShare = (double)period.Days.Count / Period.Containing(PeriodKind.Rolling, period.Period.Last).DayCount;
        var intensity = sums[Energy] / area / yearShare;
        var occupancy = sums[Offered] > 0 ? sums[Occupied] / sums[Offered] : double.NaN;
        var use = Use(
            bound.Fact("use"), (criterion.SettingOf("useFixed"), criterion.SettingOf("useByPresence"), criterion.SettingOf("useByHours")),
            occupancy / bound.Fact("standardOccupancy"), bound.Fact("standardDeskArea") / (area / desks),
            sums[Open] / yearShare / bound.Fact("standardHours"));
        var target = bound.Fact("cvc") + use;
        var ratio = intensity / target;
        return Whole(period, ratio, "1", level => Compare(
            criterion, "ratioMax", level, ratio, (criterion.LimitOf("ratioMax", level) * target - intensity) * area * yearShare, "kWh")) with
        {
            Text = Say($"{intensity:0.#} kWh/m² a year against {target:0.#}: {use:0.#} for use at an occupancy of {100 * occupancy:0.#} %."),
        };
    }
}
