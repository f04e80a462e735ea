using System.Device.I2c;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Sensors;

namespace Ecocentre.Edge.IotPackages.Bindings;

/// <summary>A chip's place on our bus as the package's bindings want it. Remembers what went wrong since it was last asked, because bindings
/// swallow it: a failed read gives them the value of the time before.</summary>
/// <param name="hasChecksums">Every answer is words of two bytes with Sensirion's checksum behind each.</param>
internal sealed class SegmentI2cDevice(I2cSegment segment, string name, bool hasChecksums) : I2cDevice
{
    private const int WordBytes = 3;

    // The number of the bus means nothing here; bindings read the address only.
    public override I2cConnectionSettings ConnectionSettings { get; } = new(0, segment.Address);

    /// <summary>The first thing that went wrong since it was last set to null.</summary>
    public SensorFaultException? Failure { get; set; }

    public override void Read(Span<byte> buffer) => Check(segment.Read(buffer), buffer);

    public override void Write(ReadOnlySpan<byte> buffer) => Check(segment.Write(buffer), []);

    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) => Check(segment.WriteRead(writeBuffer, readBuffer), readBuffer);

    private void Check(I2cOutcome outcome, ReadOnlySpan<byte> read)
    {
        if (outcome != I2cOutcome.Done)
        {
            Failure ??= new SensorFaultException(outcome == I2cOutcome.NoBus ? FaultKind.NoBus : FaultKind.NoAnswer, $"{name}: {segment.LastError}");
            throw new IOException(segment.LastError);
        }
        if (!hasChecksums || read.Length % WordBytes != 0) return;
        for (var word = read; !word.IsEmpty; word = word[WordBytes..])
            if (Crc8.Of(word[..2]) != word[2])
                Failure ??= new SensorFaultException(FaultKind.Garbled, $"{name} at {segment}: a checksum is wrong.");
    }
}
