namespace Ecocentre.Edge.Devices.Simulated.Chips;

/// <summary>The air around a simulated chip at one moment. The default is nobody's air: name the three.</summary>
/// <param name="Co2">In ppm.</param>
/// <param name="Temperature">In °C.</param>
/// <param name="Humidity">Relative, in %.</param>
public readonly record struct SimulatedAir(double Co2, double Temperature, double Humidity)
{
    /// <summary>At the place itself, in hPa.</summary>
    public double Pressure { get; init; } = 1013.25;

    /// <summary>Mass of particles up to 1, 2.5, 4 and 10 µm, in µg/m³.</summary>
    public double Pm1 { get; init; } = 4;

    /// <inheritdoc cref="Pm1"/>
    public double Pm25 { get; init; } = 6;

    /// <inheritdoc cref="Pm1"/>
    public double Pm4 { get; init; } = 7;

    /// <inheritdoc cref="Pm1"/>
    public double Pm10 { get; init; } = 8;

    /// <summary>1 to 500; 100 is this room's usual.</summary>
    public double VocIndex { get; init; } = 100;

    /// <summary>1 to 500; 1 is this room's usual.</summary>
    public double NoxIndex { get; init; } = 1;

    /// <summary>Light on the chip, in lx.</summary>
    public double Illuminance { get; init; } = 400;
}
