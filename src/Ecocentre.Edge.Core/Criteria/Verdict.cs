using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria;

/// <summary>What judging gave. The names are published in small letters; the numbers order them from worst to best.</summary>
public enum VerdictLevel : sbyte
{
    /// <summary>The centre has nothing this could be judged on, and says so.</summary>
    NotApplicable = -2,

    /// <summary>Too little is known to decide; never counted as met.</summary>
    Undetermined = -1,
    NotMet = 0,
    Level1 = 1,
    Level2 = 2,
    Level3 = 3,
}

/// <summary>Whether a level is held.</summary>
public enum Outcome : byte { Undetermined, NotMet, Met }

/// <summary>One level of a criterion in one period.</summary>
/// <param name="Value">What was held against <paramref name="Limit"/>, in <paramref name="Unit"/>; NaN where nothing could be computed.</param>
/// <param name="Limit">NaN where the level asks for nothing but that it is reported.</param>
/// <param name="LimitName">Ends in <c>Max</c> or <c>Min</c>.</param>
/// <param name="Headroom">How much may still go wrong in this period before the level is lost, in <paramref name="HeadroomUnit"/>; negative: how
/// much too much already went wrong. NaN where the kind has none.</param>
/// <param name="HeadroomUnit">As in <c>min</c>, <c>kWh</c>, <c>days</c>.</param>
public readonly record struct LevelFinding(
    Outcome Outcome, double Value, double Limit, string LimitName, string Unit, double Headroom, string HeadroomUnit);

/// <summary>What a kind found in a period; the engine adds who, when and from what, and makes it a <see cref="Verdict"/>.</summary>
/// <param name="Value">The number that tells most, in <paramref name="Unit"/>.</param>
/// <param name="Levels">Of level 1, 2, 3; empty: not applicable, with the reason in <see cref="Text"/>.</param>
public sealed record Finding(double Value, string Unit, ImmutableArray<LevelFinding> Levels)
{
    /// <summary>The space, device or day that costs most, or null.</summary>
    public string? Cause { get; init; }

    /// <summary>One or two sentences for an auditor, with the numbers.</summary>
    public string Text { get; init; } = "";

    /// <summary>True: the kind has weighed coverage itself (room by room); the engine does not hold the whole against the criterion's coverage.</summary>
    public bool CoverageWeighed { get; init; }

    /// <summary>Where <see cref="Value"/> will stand at the end of the period, NaN where nobody can say.</summary>
    public double Projection { get; init; } = double.NaN;

    /// <summary>What the projection takes for granted.</summary>
    public string Assumption { get; init; } = "";

    /// <summary>Which declared factors or dated tables entered, for the record.</summary>
    public ImmutableArray<string> Factors { get; init; } = [];

    public static Finding NotApplicable(string reason) => new(double.NaN, "", []) { Text = reason };
}

/// <summary>How much of what should have been known was known, in slots.</summary>
/// <param name="Excluded">By <see cref="Exclusion"/>.</param>
public sealed record VerdictCoverage(long Expected, long Valid, ImmutableArray<long> Excluded, double Min)
{
    /// <summary>0 to 1; 1 where nothing was expected.</summary>
    public double Share => Expected == 0 ? 1 : (double)Valid / Expected;
}

/// <summary>Why a slot that was expected does not count. The names are published.</summary>
public enum Exclusion : byte
{
    /// <summary>No window came: gateway off, device silent all the time.</summary>
    NoWindow,

    /// <summary>Too little of the window was backed by good readings.</summary>
    LowCoverage,

    /// <summary>What it is compared with was not known: outdoor air, a running mean.</summary>
    NoReference,

    /// <summary>Readings were there but cannot be believed.</summary>
    Doubtful,
}

/// <summary>What judging a criterion over a period gave, with all that is needed to judge it again. Immutable.</summary>
public sealed record Verdict
{
    /// <summary>Id of the criterion.</summary>
    public required string Criterion { get; init; }

    public required Period Period { get; init; }

    /// <summary>Profile id and version, as in <c>ecocentre-v1 0.2</c>.</summary>
    public required string Profile { get; init; }

    public required VerdictLevel Level { get; init; }

    public required Finding Finding { get; init; }

    public required VerdictCoverage Coverage { get; init; }

    /// <summary>Length of a slot.</summary>
    public required TimeSpan Step { get; init; }

    /// <summary>False while the period runs: the verdict so far.</summary>
    public required bool IsFinal { get; init; }

    /// <summary>0 at first; one more each time late windows or corrections changed it. The highest counts.</summary>
    public int Revision { get; init; }

    /// <summary>What "occupied" meant, with how many slots were known by presence and how many taken from opening hours; empty where it does not
    /// matter.</summary>
    public string Occupied { get; init; } = "";

    /// <summary>Uncertainty of the instrument at the limit of level 1, in the unit of the instrument; NaN where none is declared.</summary>
    public double Uncertainty { get; init; } = double.NaN;

    public string UncertaintyUnit { get; init; } = "";

    public string DecisionRule { get; init; } = "";
}
