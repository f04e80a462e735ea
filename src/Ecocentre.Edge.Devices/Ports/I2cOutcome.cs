namespace Ecocentre.Edge.Devices.Ports;

/// <summary>How an I2C transfer ended.</summary>
public enum I2cOutcome : byte
{
    Done,

    /// <summary>Nobody acknowledged: absent, or present and not ready.</summary>
    NoAnswer,

    /// <summary>A line is held low or the controller gave up: the whole bus is silent until that ends.</summary>
    Stuck,

    /// <summary>The bus itself is not there: no such file, unplugged, no permission.</summary>
    NoBus,
}
