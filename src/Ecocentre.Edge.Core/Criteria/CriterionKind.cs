using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria;

/// <summary>A way of judging. One file each in <c>Kinds</c>, stateless, one instance for all criteria of it; no limit value stands in it.</summary>
/// <remarks>
/// <para>Judging has two halves. <see cref="Measure"/> turns the windows of one local day into a <see cref="DayPart"/>: counts and sums by cell (a
/// cell is a space, or the centre). It is pure: the same windows give the same bits. <see cref="Judge"/> turns the parts of a period, which the
/// engine adds up in the order of the days, into a <see cref="Finding"/>; records (hand entries, calibrations, instruments) enter here. So a late
/// window costs one day, and any period is made of the same days.</para>
/// <para>How a kind is written: declare names, take each slot with <see cref="CriterionInput.TryTake"/>, which counts expected, valid and excluded;
/// add to <see cref="CellPart.Sums"/>; in Judge read <see cref="CriterionPeriod.Cells"/> and let <c>BySpace</c> or <see cref="Compare"/> decide.</para>
/// </remarks>
public abstract class CriterionKind
{
    /// <summary>As a profile names it.</summary>
    public abstract string Name { get; }

    /// <summary>The limits it reads; a profile must give those that are required and may give no others.</summary>
    public abstract ImmutableArray<NumberShape> Limits { get; }

    /// <summary>The settings it reads, likewise.</summary>
    public virtual ImmutableArray<NumberShape> Settings => [];

    /// <summary>The inputs it reads, likewise.</summary>
    public abstract ImmutableArray<InputShape> Inputs { get; }

    /// <summary>Length of <see cref="CellPart.Sums"/>.</summary>
    public abstract int SumCount { get; }

    /// <summary>It asks whether somebody was there even where it looks at all times; the verdict then says how that was known.</summary>
    public virtual bool AsksForPeople => false;

    /// <summary>The input of which measuring a day looks at the means of earlier days, and how many days back at most; null where it looks at none.</summary>
    public virtual (string Input, int Days)? LookBack(Criterion criterion) => null;

    /// <summary>Measures a day that has ended or still runs; slots that have not ended are not expected.</summary>
    /// <param name="part">Empty, of the right shape; filled here.</param>
    public abstract void Measure(CriterionInput day, DayPart part);

    /// <summary>Judges a period from its days.</summary>
    public abstract Finding Judge(CriterionPeriod period);

    /// <summary>Holds a value against a limit of the criterion at a level. A level without that limit is met by being reported.</summary>
    /// <param name="headroom">NaN where there is none.</param>
    protected static LevelFinding Compare(
        Criterion criterion, string limit, int level, double value, double headroom = double.NaN, string headroomUnit = "")
    {
        var bound = criterion.LimitOf(limit, level);
        var unit = criterion.Limits.TryGetValue(limit, out var declared) ? declared.Unit : "";
        var outcome = double.IsNaN(value) ? Outcome.Undetermined
            : double.IsNaN(bound) || (declared!.IsMax ? value <= bound : value >= bound) ? Outcome.Met
            : Outcome.NotMet;
        return new LevelFinding(outcome, value, bound, limit, unit, headroom, headroomUnit);
    }

    /// <summary>A level that asks for several things: not met when one is not, undetermined when one is, and told by the first that decides.</summary>
    protected static LevelFinding All(params ReadOnlySpan<LevelFinding> findings)
    {
        var worst = findings[0];
        foreach (var finding in findings)
            if (finding.Outcome == Outcome.NotMet && worst.Outcome != Outcome.NotMet || finding.Outcome < worst.Outcome && worst.Outcome == Outcome.Met)
                worst = finding;
        return worst;
    }

    /// <summary>A finding of the centre as a whole.</summary>
    /// <param name="level">Level 1, 2, 3.</param>
    protected static Finding Whole(CriterionPeriod period, double value, string unit, Func<int, LevelFinding> level) =>
        new(value, unit, [level(1), level(2), level(3)]) { Projection = value, Assumption = period.Assumption };

    /// <summary>Invariant text; a number that there is none of is called unknown.</summary>
    protected static string Say(FormattableString text)
    {
        var arguments = text.GetArguments();
        for (var i = 0; i < arguments.Length; i++)
            if (arguments[i] is double number && !double.IsFinite(number)) arguments[i] = "unknown";
        return string.Format(System.Globalization.CultureInfo.InvariantCulture, text.Format, arguments);
    }
}

/// <summary>A number that a kind reads.</summary>
/// <param name="Name">Limits end in <c>Max</c> or <c>Min</c>.</param>
/// <param name="Unit">The unit a profile must state.</param>
public readonly record struct NumberShape(string Name, string Unit, bool Required = true);

/// <summary>Something that a kind reads besides numbers.</summary>
public readonly record struct InputShape(string Name, InputSort Sort, bool Required = true);

/// <summary>What an input is bound to.</summary>
public enum InputSort : byte
{
    /// <summary>Points of that quantity in each space.</summary>
    BySpace,

    /// <summary>Points that the site gives a role (<c>main</c>, <c>pv</c>, <c>heating</c>), summed or averaged.</summary>
    Role,

    /// <summary>A number that the site declares, with unit and origin.</summary>
    Fact,

    /// <summary>Amounts entered by hand or records of that name in the log.</summary>
    Records,
}
