using System.Collections.Immutable;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>A type of sensor the gateway can read: what a site may say about it. Immutable; one line of
/// <see cref="SensorCatalogue"/>.</summary>
/// <param name="Word">As a site names it: <c>scd41</c>.</param>
/// <param name="Title">Maker and type, for people.</param>
/// <param name="Wire">The bus it sits on.</param>
/// <param name="Quantities">What it yields, in the order of its points.</param>
public sealed record SensorType(string Word, string Title, SensorWire Wire, ImmutableArray<SensorQuantity> Quantities)
{
    /// <summary>I2C addresses it can have, the usual one first; empty on another bus.</summary>
    public ImmutableArray<byte> Addresses { get; init; } = [];

    /// <summary>Speed of its serial line in baud, 8N1; 0 on another bus.</summary>
    public int Baud { get; init; }

    /// <summary>It has nothing new more often than this; a shorter period is refused.</summary>
    public required TimeSpan PeriodMin { get; init; }

    /// <summary>Period where a site names none.</summary>
    public TimeSpan PeriodUsual { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A longer period is refused: a gauge's value would have to stand for too long.</summary>
    public TimeSpan PeriodMax { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Measures CO2 and can be told the true value (<c>device calibrate</c>), between these in ppm; null where it
    /// cannot.</summary>
    public (double Min, double Max)? CalibrationPpm { get; init; }

    /// <summary>Has a self-calibration of its CO2 that can be switched on and off.</summary>
    public bool HasSelfCalibration { get; init; }

    /// <summary>Has a radio for its maker's telephone application, which a site may want to be silent.</summary>
    public bool HasBluetooth { get; init; }

    internal Func<SensorSetup, SensorWires, Sensor> Make { get; init; } =
        static (setup, _) => throw new InvalidOperationException($"BUG: nobody makes a {setup.Type.Title}.");
}
