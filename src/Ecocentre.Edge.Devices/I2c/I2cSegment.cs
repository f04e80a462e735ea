using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.I2c;

/// <summary>One chip's place on a bus: its address, and the multiplexer branch it sits behind. What a sensor's code speaks through.</summary>
/// <remarks>Any thread; a transfer blocks its caller until it is over (milliseconds, at most the port's time limit) and never throws for what a wire
/// can do. The branch is opened for the transfer, and no other is open during it. A transfer may be repeated; a chip may be asked by several
/// transfers in a row, between which other chips are asked.</remarks>
public sealed class I2cSegment
{
    private readonly I2cBus _bus;

    internal I2cSegment(I2cBus bus, byte address, MuxBranch? branch)
    {
        _bus = bus;
        Address = address;
        Branch = branch;
        Path = branch is { } behind ? $"{bus.Path} {behind} 0x{address:X2}" : $"{bus.Path} 0x{address:X2}";
    }

    /// <summary>The chip's address, 7 bits.</summary>
    public byte Address { get; }

    public MuxBranch? Branch { get; }

    /// <summary>For people: <c>/dev/i2c-1 0x70:3 0x62</c>.</summary>
    public string Path { get; }

    /// <summary>What the last transfer that was not <see cref="I2cOutcome.Done"/> met, for people, with <see cref="Path"/>; empty before one.</summary>
    public string LastError { get; internal set; } = "";

    /// <summary>Writes at least one byte, then a stop.</summary>
    public I2cOutcome Write(ReadOnlySpan<byte> bytes) => _bus.Transfer(this, bytes, []);

    /// <summary>Reads at least one byte, then a stop. What a failed transfer read is meaningless.</summary>
    public I2cOutcome Read(Span<byte> bytes) => _bus.Transfer(this, [], bytes);

    /// <summary>Writes, then reads after a repeated start; neither is empty. What a failed transfer read is meaningless.</summary>
    public I2cOutcome WriteRead(ReadOnlySpan<byte> write, Span<byte> read) => _bus.Transfer(this, write, read);

    /// <inheritdoc cref="Path"/>
    public override string ToString() => Path;
}
