namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>What a chip says of itself, as read back from it at its last start. Immutable, compared by value. Null: the chip has no such
/// thing, or does not tell.</summary>
/// <param name="Type">Type as the chip names it, else as the site declared it.</param>
public sealed record SensorSelf(string Type)
{
    public string? Serial { get; init; }

    public string? Firmware { get; init; }

    /// <summary>Whether the chip's own CO2 calibration is on.</summary>
    public bool? SelfCalibration { get; init; }

    /// <summary>Altitude it compensates for, in m.</summary>
    public double? AltitudeMetres { get; init; }

    /// <summary>What it takes off its temperature, in K.</summary>
    public double? TemperatureOffset { get; init; }

    /// <summary>Words of its last self-test; null when it was not asked to make one.</summary>
    public string? SelfTest { get; init; }

    /// <summary>Settings that the chip does not have as the site declares them, one sentence each: they could not be set. Null when all is
    /// as declared.</summary>
    public string? Differences { get; init; }
}
