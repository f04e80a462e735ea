namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>The kinds of bus a sensor sits on.</summary>
public enum SensorWire : byte
{
    I2c,

    /// <summary>A serial line of its own (UART).</summary>
    Serial,
}
