namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>What goes wrong with one transfer on a simulated I2C bus. The default does nothing wrong.</summary>
/// <param name="At">For <see cref="I2cFaultKind.FlippedRead"/> and <see cref="I2cFaultKind.FlippedWrite"/> which bit turns, modulo their number.</param>
public readonly record struct I2cFault(I2cFaultKind Kind, int At = 0);

/// <summary>The ways a transfer can go wrong on its wire.</summary>
public enum I2cFaultKind : byte
{
    None,

    /// <summary>Nobody is asked, nobody acknowledges.</summary>
    Nack,

    /// <summary>The controller gives up; nobody is asked.</summary>
    Stuck,

    /// <summary>The bus is not there.</summary>
    NoBus,

    /// <summary>A bit of what the chip said turns on its way.</summary>
    FlippedRead,

    /// <summary>A bit of what was written turns on its way to the chip.</summary>
    FlippedWrite,
}
