using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria;

/// <summary>A requirement that can be judged, as a label profile states it: every number with its source. Immutable.</summary>
/// <remarks>What <see cref="Limits"/>, <see cref="Settings"/> and <see cref="Inputs"/> may hold is declared by <see cref="Kind"/>; the loader has
/// checked it, so that a kind may ask for what it declared without looking.</remarks>
public sealed record Criterion
{
    private static readonly double[] NoLimits = [double.NaN, double.NaN, double.NaN];

    /// <summary>Unique in the profile; stands in topics and addresses, as in <c>AQ-1</c>.</summary>
    public required string Id { get; init; }

    public required string Title { get; init; }

    public required CriterionKind Kind { get; init; }

    /// <summary>The worst mandatory criterion caps the label; of the others only a share must be met.</summary>
    public bool Mandatory { get; init; }

    public Scope Scope { get; init; } = Scope.Centre;

    public When When { get; init; } = When.Always;

    /// <summary>Length of the slots a day is judged in; divides an hour.</summary>
    public TimeSpan Step { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The periods it is judged over.</summary>
    public ImmutableArray<PeriodKind> Periods { get; init; } = [];

    /// <summary>Share of the expected slots that must be valid, 0 to 1; below it nothing is decided.</summary>
    public double CoverageMin { get; init; }

    /// <summary>Coverage a slot's window must have to be valid, 0 to 1.</summary>
    public double SlotCoverageMin { get; init; }

    /// <summary>By the kind's name for it: a quantity that each space has, a role that the site gives to points, or a declared fact.</summary>
    public ImmutableDictionary<string, string> Inputs { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableDictionary<string, Limit> Limits { get; init; } = ImmutableDictionary<string, Limit>.Empty;

    /// <summary>Numbers of the method that are no limits: a share of floor area, a length of an event.</summary>
    public ImmutableDictionary<string, Setting> Settings { get; init; } = ImmutableDictionary<string, Setting>.Empty;

    /// <summary>Uncertainty of the instruments the decision is taken with, or null where the profile says nothing.</summary>
    public InstrumentUncertainty? Uncertainty { get; init; }

    /// <summary>How the uncertainty enters the decision, in words for the verdict, as in <c>simple acceptance</c>.</summary>
    public string DecisionRule { get; init; } = "simple acceptance";

    /// <summary>The limit of a level (1 to 3), NaN where that level has none.</summary>
    public double LimitOf(string name, int level) => Limits.TryGetValue(name, out var limit) ? limit.Levels[level - 1] : double.NaN;

    /// <summary>The limits of level 1, 2, 3; NaN where there is none. For loops over slots.</summary>
    internal ReadOnlySpan<double> LimitsOf(string name) => Limits.TryGetValue(name, out var limit) ? limit.Levels.AsSpan() : NoLimits;

    /// <summary>A setting the kind declared.</summary>
    public double SettingOf(string name) => Settings[name].Value;
}

/// <summary>What a criterion is judged for: each space by itself, or the centre as one.</summary>
public enum Scope : byte { Centre, Spaces }

/// <summary>The time a criterion looks at.</summary>
public enum When : byte
{
    Always,

    /// <summary>Measured presence where it is known, else opening hours.</summary>
    Occupied,

    /// <summary>The rest of it.</summary>
    Unoccupied,

    /// <summary>The declared opening hours.</summary>
    Open,
}

/// <summary>A number of each level with its unit and where it comes from.</summary>
/// <param name="Name">Ends in <c>Max</c> or <c>Min</c>: which side of it is met.</param>
/// <param name="Levels">Of level 1, 2, 3; NaN where a level asks nothing.</param>
/// <param name="Sources">Of level 1, 2, 3.</param>
public sealed record Limit(string Name, string Unit, ImmutableArray<double> Levels, ImmutableArray<NumberSource> Sources)
{
    public bool IsMax => Name.EndsWith("Max", StringComparison.Ordinal);
}

/// <summary>A number of a method with its unit and where it comes from.</summary>
public sealed record Setting(string Name, string Unit, double Value, NumberSource Source);

/// <summary>Where a number comes from.</summary>
/// <param name="Sure">A: read in the official text. B: read in a secondary source. C: general knowledge, not confirmed. D: computed. ours: the
/// label's own proposal.</param>
public sealed record NumberSource(string Id, string Title, string Sure);

/// <summary>What an instrument may be wrong by: a part in the unit of the value, and a share of the value.</summary>
public sealed record InstrumentUncertainty(double Absolute, double Relative, string Unit, NumberSource Source)
{
    public double At(double value) => Absolute + Relative * Math.Abs(value);
}
