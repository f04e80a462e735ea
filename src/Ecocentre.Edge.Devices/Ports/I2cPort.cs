namespace Ecocentre.Edge.Devices.Ports;

/// <summary>An I2C bus: the one owner of its wires. Addresses have seven bits.</summary>
/// <remarks>One transfer at a time; the bus loop that owns the port sees to that. A transfer never throws for what a wire can do;
/// <see cref="LastError"/> has the words. It may block its caller for as long as the wires take (a few milliseconds, at most the port's time limit).</remarks>
public abstract class I2cPort : IAsyncDisposable
{
    /// <summary>An adapter of Linux. It is opened by the first transfer, and by the next one after it was unplugged: what stands against that is said by
    /// <see cref="I2cOutcome.NoBus"/> and <see cref="LastError"/>.</summary>
    /// <param name="path">A device such as /dev/i2c-1.</param>
    public static I2cPort Open(string path) => new LinuxI2cPort(path);

    /// <summary>Where it leads, for people: <c>/dev/i2c-1</c>.</summary>
    public abstract string Path { get; }

    /// <summary>What the last transfer that was not <see cref="I2cOutcome.Done"/> met, for people; empty before one.</summary>
    public string LastError { get; protected set; } = "";

    /// <summary>Writes, then reads after a repeated start; either may be empty, but not both. What a failed transfer read is meaningless.</summary>
    public abstract I2cOutcome Transfer(byte address, ReadOnlySpan<byte> write, Span<byte> read);

    public abstract ValueTask DisposeAsync();
}
