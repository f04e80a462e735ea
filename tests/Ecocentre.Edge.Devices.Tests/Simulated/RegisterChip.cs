using Ecocentre.Edge.Devices.Simulated;

namespace Ecocentre.Edge.Devices.Tests.Simulated;

/// <summary>A chip that keeps what it is told: a register number, then bytes; reads begin at the register named last.</summary>
internal sealed class RegisterChip(byte fill = 0) : SimulatedChip
{
    private readonly byte[] _registers = [.. Enumerable.Repeat(fill, 256)];
    private byte _at;

    public bool IsAnswering { get; set; } = true;

    public TimeSpan Holds { get; set; }

    public int Writes { get; private set; }

    public byte this[byte register]
    {
        get => _registers[register];
        set => _registers[register] = value;
    }

    public override TimeSpan Stretch => Holds;

    public override bool OnWrite(ReadOnlySpan<byte> bytes)
    {
        if (!IsAnswering) return false;
        Writes++;
        _at = bytes[0];
        foreach (var value in bytes[1..]) _registers[_at++] = value;
        return true;
    }

    public override bool OnRead(Span<byte> bytes)
    {
        if (!IsAnswering) return false;
        foreach (ref var value in bytes) value = _registers[_at++];
        return true;
    }
}
