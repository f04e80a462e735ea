using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>What a sensor is connected to: its bus, time, and what it shares with others. Owned by who made it; a sensor disposes of none
/// but the serial ports it opened itself.</summary>
/// <param name="Time">For what is due when.</param>
/// <param name="Now">The gateway's clock, for the readings.</param>
public sealed record SensorWires(TimeProvider Time, Func<Instant> Now)
{
    /// <summary>The place of an I2C sensor: <c>bus.Segment(setup.Address, branch)</c>.</summary>
    public I2cSegment? I2c { get; init; }

    /// <summary>Opens the serial line of a UART sensor; called again after the line was lost. May throw
    /// <see cref="IOException"/>.</summary>
    public Func<SerialPort>? OpenSerial { get; init; }

    /// <summary>Shared by all sensors of the centre, whatever their bus; null where nothing compensates.</summary>
    public AmbientPressure? Pressure { get; init; }
}
