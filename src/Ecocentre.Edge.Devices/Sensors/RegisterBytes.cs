namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>A chip as a row of byte registers: write a register number and its new value, or a number and read on from there.</summary>
/// <remarks>Such chips send no checksum. What must not be wrong is therefore read twice, or read back after it was written.</remarks>
internal sealed class RegisterBytes(I2cChip chip)
{
    // A bit that turns on the wire is rare: two equal readings in a row come at once, or the wire is no wire.
    private const int ReadsMax = 6;

    // The longest block of trimming parameters has 26.
    private const int LengthMax = 32;

    /// <exception cref="SensorFaultException">The wire said no.</exception>
    public void Read(byte register, Span<byte> bytes) => chip.WriteRead([register], bytes);

    /// <exception cref="SensorFaultException">The wire said no.</exception>
    public byte Read(byte register)
    {
        Span<byte> value = stackalloc byte[1];
        chip.WriteRead([register], value);
        return value[0];
    }

    /// <exception cref="SensorFaultException">The wire said no.</exception>
    public void Write(byte register, byte value) => chip.Write([register, value]);

    /// <summary>Reads until two readings in a row are alike. For registers that hold still.</summary>
    /// <param name="bytes">At most 32.</param>
    /// <exception cref="SensorFaultException">The wire said no, or never the same twice.</exception>
    public void ReadSurely(byte register, Span<byte> bytes)
    {
        Span<byte> before = stackalloc byte[LengthMax];
        before = before[..bytes.Length];
        chip.WriteRead([register], before);
        for (var read = 1; read < ReadsMax; read++)
        {
            chip.WriteRead([register], bytes);
            if (bytes.SequenceEqual(before)) return;
            bytes.CopyTo(before);
        }
        throw chip.Garbled($"registers 0x{register:X2} to 0x{register + bytes.Length - 1:X2} never read the same twice.");
    }

    /// <inheritdoc cref="ReadSurely(byte, Span{byte})"/>
    public byte[] ReadSurely(byte register, int length)
    {
        var bytes = new byte[length];
        ReadSurely(register, bytes);
        return bytes;
    }

    /// <summary>Writes and reads back.</summary>
    /// <param name="mask">Bits that keep what is written.</param>
    /// <exception cref="SensorFaultException">The wire said no, or the chip did not take it.</exception>
    public void WriteSurely(byte register, byte value, byte mask = 0xFF)
    {
        for (var attempt = 1; ; attempt++)
        {
            Write(register, value);
            var has = Read(register);
            if ((has & mask) == (value & mask)) return;
            if (attempt == ReadsMax) throw chip.Garbled($"register 0x{register:X2} was set to 0x{value:X2} and has 0x{has:X2}.");
        }
    }
}
