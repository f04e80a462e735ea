using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Ecocentre.Edge.Devices.Meters;

/// <summary>How one meter is built into this centre: everything about it that is not the same for all of its model.</summary>
public sealed record MeterOptions
{
    /// <summary>As the site names it; the first part of its points' names.</summary>
    public required string Name { get; init; }

    /// <summary>Unit id on its bus, 0 to 255; 1 to 247 on a serial line.</summary>
    public required byte Unit { get; init; }

    /// <summary>Time between two polls of a point for which nothing else is said.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Periods of single quantities, by name; they win over the model's and over <see cref="Period"/>.</summary>
    public FrozenDictionary<string, TimeSpan> Periods { get; init; } = FrozenDictionary<string, TimeSpan>.Empty;

    /// <summary>The meter is mounted with its arrow out of the centre: import and export change places, active and reactive power their
    /// sign.</summary>
    public bool Reversed { get; init; }

    /// <summary>Primary over secondary current where the meter itself does not know its current transformers: currents, powers and energies
    /// are multiplied with it. Over zero.</summary>
    public double TransformerRatio { get; init; } = 1;

    /// <summary>Names of the quantities wanted; empty for a sensible choice.</summary>
    public ImmutableArray<string> Quantities { get; init; } = [];

    /// <summary>Id of the space or zone it measures, or null for the whole centre.</summary>
    public string? Place { get; init; }

    /// <summary>Places of single quantities, by name.</summary>
    public FrozenDictionary<string, string> Places { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Fastest plausible growth of single counters in canonical units an hour, by name; without one it follows from the model's
    /// largest power.</summary>
    public FrozenDictionary<string, double> RatesMaxPerHour { get; init; } = FrozenDictionary<string, double>.Empty;
}
