using System.Collections.Immutable;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>How one sensor is built into this centre: everything about it that is not the same for all of its type.</summary>
public sealed record SensorOptions
{
    /// <summary>As the site names it; the first part of its points' names.</summary>
    public required string Name { get; init; }

    /// <summary>I2C address; null for the usual one of its type.</summary>
    public byte? Address { get; init; }

    /// <summary>Time between two polls; null for the usual one of its type.</summary>
    public TimeSpan? Period { get; init; }

    /// <summary>Names of the quantities wanted; empty for all it has.</summary>
    public ImmutableArray<string> Quantities { get; init; } = [];

    /// <summary>Id of the space or zone it measures, or null for the whole centre.</summary>
    public string? Place { get; init; }

    /// <summary>Its points tell of one desk (<see cref="Point.Private"/>).</summary>
    public bool Private { get; init; }

    /// <summary>Height of the site above the sea in m, for what compensates for the pressure of the air; null: the chip keeps what it
    /// has.</summary>
    public double? AltitudeMetres { get; init; }

    /// <summary>Name of the device of which the <c>pressure</c> compensates this one; it wins over the altitude while it is
    /// fresh.</summary>
    public string? PressureFrom { get; init; }

    /// <summary>What its own warmth and its housing add to the temperature, in K, to be taken off; null: the chip keeps what it
    /// has.</summary>
    public double? TemperatureOffset { get; init; }

    /// <summary>False: its Bluetooth is switched off at its start, for good. Null: left as it is.</summary>
    public bool? Bluetooth { get; init; }

    /// <summary>What the site declares about it as an instrument.</summary>
    public Instrument? Instrument { get; init; }
}
