namespace Ecocentre.Edge.Plant;

/// <summary>One named quantity at one place, as declared by the site. Immutable; shared by every thread.</summary>
/// <remarks><see cref="Name"/> is stable over the years (<c>main.energy.active.import</c>: device, then quantity), made of
/// <c>a-z 0-9 . -</c>, and stands in MQTT topics and database tags. The unit is part of its identity: the log refuses a change of it.</remarks>
public sealed record Point
{
    public required PointId Id { get; init; }
    public required string Name { get; init; }
    public required Quantity Quantity { get; init; }

    /// <summary>Name of the device that reads it.</summary>
    public required string Device { get; init; }

    /// <summary>Id of the space or zone it belongs to, or null for the whole centre.</summary>
    public string? Place { get; init; }

    /// <summary>Time between two polls, over zero.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>Smallest and largest plausible value in the canonical unit, both included; outside is <see cref="Readings.Quality.Invalid"/>.</summary>
    public double Min { get; init; } = double.NegativeInfinity;

    /// <inheritdoc cref="Min"/>
    public double Max { get; init; } = double.PositiveInfinity;

    /// <summary>Counters: the fastest plausible growth in canonical units an hour (kWh an hour is kW); a faster one is invalid.</summary>
    public double RateMaxPerHour { get; init; } = double.PositiveInfinity;

    /// <summary>Counters: the value at which the register starts again at zero, in the canonical unit, or null when it never does.</summary>
    public double? RolloverAt { get; init; }

    /// <summary>Counters: smallest step of the register in the canonical unit. A difference is never more exact than this.</summary>
    public double Resolution { get; init; }

    /// <summary>Computed from other points instead of measured by a register of its own.</summary>
    public bool Derived { get; init; }

    /// <summary>Tells of one desk: it feeds the desk's state and nothing else. Never in a window, the log, a topic or an answer (privacy).</summary>
    public bool Private { get; init; }
}
