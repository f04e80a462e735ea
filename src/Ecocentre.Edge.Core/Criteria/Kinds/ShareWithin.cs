using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Share of time for which a quantity of each space stays within a range, or within so much above outdoor air; met where the spaces that
/// hold it stand for enough floor area (percentage outside range, EN 15251:2007 annex G; TR 16798-2).</summary>
/// <remarks>Sums: valid slots within the range of level 1, 2, 3. Outdoor air is a point, else a declared number, else the profile's default.
/// Sources of the numbers stand in the profile.</remarks>
public sealed class ShareWithin : CriterionKind
{
    private const string Value = "value", Outdoor = "outdoor", OutdoorDeclared = "outdoorDeclared";

    public override string Name => "share-within";

    public override ImmutableArray<NumberShape> Limits =>
        [new("shareMin", "1"), new("valueMax", "*", Required: false), new("valueMin", "*", Required: false), new("aboveOutdoorMax", "*", Required: false)];

    public override ImmutableArray<NumberShape> Settings => [new("areaShareMin", "1"), new("outdoorDefault", "*", Required: false)];

    public override ImmutableArray<InputShape> Inputs =>
        [new(Value, InputSort.BySpace), new(Outdoor, InputSort.Role, Required: false), new(OutdoorDeclared, InputSort.Fact, Required: false)];

    public override int SumCount => 3;

    public override void Measure(CriterionInput day, DayPart part)
    {
        var (criterion, outdoor) = (day.Criterion, day.Series(Outdoor));
        var isRelative = criterion.Limits.ContainsKey("aboveOutdoorMax");
        for (var cell = 0; cell < part.Cells.Length; cell++)
        {
            var (counts, series) = (part.Cells[cell], day.Series(Value, cell));
            for (var slot = 0; slot < day.ElapsedCount; slot++)
            {
                if (!day.TryTake(counts, cell, series, slot)) continue;
                var value = series!.Mean[slot];
                var reference = isRelative ? OutdoorAt(day, outdoor, slot) : 0;
                if (double.IsNaN(reference))
                {
                    CriterionInput.Exclude(counts, Exclusion.NoReference);
                    continue;
                }
                for (var level = 1; level <= 3; level++)
                    if (IsWithin(criterion, level, value, value - reference)) counts.Sums[level - 1]++;
            }
        }
    }

    public override Finding Judge(CriterionPeriod period) => BySpace.Shares(period, "shareMin", (cell, level) => cell.Sums[level - 1]);

    private static double OutdoorAt(CriterionInput day, DaySeries? outdoor, int slot)
    {
        if (outdoor is not null && outdoor.Coverage[slot] > 0 && !double.IsNaN(outdoor.Mean[slot])) return outdoor.Mean[slot];
        // A gap in a measured outdoor air is a gap: falling back to a number would mix two conventions in one verdict.
        if (day.Bound.Has(Outdoor)) return double.NaN;
        var declared = day.Bound.Fact(OutdoorDeclared);
        if (!double.IsNaN(declared)) return declared;
        return day.Criterion.Settings.TryGetValue("outdoorDefault", out var setting) ? setting.Value : double.NaN;
    }

    private static bool IsWithin(Criterion criterion, int level, double value, double above) =>
        !(value > criterion.LimitOf("valueMax", level)) && !(value < criterion.LimitOf("valueMin", level))
        && !(above > criterion.LimitOf("aboveOutdoorMax", level));
}
