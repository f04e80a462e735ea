using Ecocentre.Edge.Devices.Simulated;

namespace Ecocentre.Edge.Lab;

/// <summary>256 bytes: a write names the first and may fill them, a read goes on from there.</summary>
internal sealed class MemoryChip : SimulatedChip
{
    private readonly byte[] _bytes = new byte[256];
    private byte _at;

    public override bool OnWrite(ReadOnlySpan<byte> bytes)
    {
        _at = bytes[0];
        var at = _at;
        foreach (var value in bytes[1..]) _bytes[at++] = value;
        return true;
    }

    public override bool OnRead(Span<byte> bytes)
    {
        var at = _at;
        foreach (ref var value in bytes) value = _bytes[at++];
        return true;
    }
}
