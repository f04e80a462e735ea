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
        var declared = DeclaredOutdoor(day);
        var max = criterion.LimitsOf("valueMax");
        var min = criterion.LimitsOf("valueMin");
        var aboveMax = criterion.LimitsOf("aboveOutdoorMax");
        for (var cell = 0; cell < part.Cells.Length; cell++)
        {
            var (counts, series) = (part.Cells[cell], day.Series(Value, cell));
            for (var slot = 0; slot < day.ElapsedCount; slot++)
            {
                if (!day.TryTake(counts, cell, series, slot)) continue;
                var value = series!.Mean[slot];
                var reference = isRelative ? OutdoorAt(outdoor, slot, declared) : 0;
                if (double.IsNaN(reference))
                {
                    CriterionInput.Exclude(counts, Exclusion.NoReference);
                    continue;
                }
                // A limit that is not there is NaN, over and under which nothing lies.
                for (var level = 0; level < 3; level++)
                    if (!(value > max[level]) && !(value < min[level]) && !(value - reference > aboveMax[level])) counts.Sums[level]++;
            }
        }
    }

    public override Finding Judge(CriterionPeriod period) => BySpace.Shares(period, "shareMin", (cell, level) => cell.Sums[level - 1]);

    private static double OutdoorAt(DaySeries? outdoor, int slot, double declared) =>
        outdoor is not null && outdoor.Coverage[slot] > 0 && !double.IsNaN(outdoor.Mean[slot]) ? outdoor.Mean[slot] : declared;

    /// <summary>What stands for outdoor air where it is not measured. NaN where it is: a gap in it is a gap, and falling back to a number would mix two
    /// conventions in one verdict.</summary>
    private static double DeclaredOutdoor(CriterionInput day)
    {
        if (day.Bound.Has(Outdoor)) return double.NaN;
        var declared = day.Bound.Fact(OutdoorDeclared);
        if (!double.IsNaN(declared)) return declared;
        return day.Criterion.Settings.TryGetValue("outdoorDefault", out var setting) ? setting.Value : double.NaN;
    }
}
