namespace Ecocentre.Edge.Devices.Ports;

/// <summary>How a serial port is to be set: always 8 data bits, as Modbus RTU asks (MODBUS over Serial Line V1.02, 2.5.1).</summary>
/// <param name="Baud">Bits a second; any number the hardware can make.</param>
/// <param name="StopBits">1 or 2.</param>
public sealed record SerialSettings(int Baud, Parity Parity = Parity.None, int StopBits = 1)
{
    /// <summary>Who turns an RS-485 line from listening to sending.</summary>
    public LineDirection Direction { get; init; } = LineDirection.Kernel;

    /// <summary>Bits of one character on the wire: start, 8 data, parity, stop.</summary>
    public int CharacterBits => 1 + 8 + (Parity == Parity.None ? 0 : 1) + StopBits;

    /// <summary>How long one character takes.</summary>
    public TimeSpan Character => TimeSpan.FromTicks(TimeSpan.TicksPerSecond * CharacterBits / Baud);

    /// <summary>As people write it: 9600 8N1.</summary>
    public override string ToString() => $"{Baud} 8{Parity.ToString()[0]}{StopBits}";
}

/// <summary>The check bit behind the data bits.</summary>
public enum Parity : byte
{
    None,
    Even,
    Odd,
}

/// <summary>Who turns an RS-485 line from listening to sending.</summary>
public enum LineDirection : byte
{
    /// <summary>The kernel by RTS where its driver can, else the adapter: most USB adapters do it in hardware.</summary>
    Kernel,

    /// <summary>The adapter, or nobody because the line is RS-232 or full duplex: the kernel is not asked.</summary>
    Adapter,
}
