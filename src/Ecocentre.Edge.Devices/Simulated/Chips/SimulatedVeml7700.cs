using System.Buffers.Binary;
using Ecocentre.Edge.Devices.Sensors;

namespace Ecocentre.Edge.Devices.Simulated.Chips;

/// <summary>A VEML7700, byte by byte: it bends at much light as the maker's correction says.</summary>
/// <remarks>Source: Vishay document 84286, revision 1.6, and 84323. One bus; not synchronised.</remarks>
public sealed class SimulatedVeml7700(Func<SimulatedAir> air, TimeProvider time) : SimulatedChip
{
    // Registers of a word each; the chip is switched off when it gets its power (table 1).
    private readonly ushort[] _registers = [1, 0, 0, 0, 0, 0, 0, 0];
    private int _at;
    private long _since;
    private ushort _counts;

    /// <summary>Takes its power away and gives it back.</summary>
    public void LosePower()
    {
        Array.Clear(_registers);
        (_registers[0], _counts) = (1, 0);
    }

    public override bool OnWrite(ReadOnlySpan<byte> bytes)
    {
        _at = bytes[0] & 7;
        if (bytes.Length < 3) return true;
        _registers[_at] = BinaryPrimitives.ReadUInt16LittleEndian(bytes[1..]);
        if (_at == 0) _since = time.GetTimestamp();
        return true;
    }

    public override bool OnRead(Span<byte> bytes)
    {
        var word = _at switch { 4 => Count(), 7 => 0xC481, _ => _registers[_at] };
        for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)(i == 0 ? word : i == 1 ? word >> 8 : 0xFF);
        return true;
    }

    private int Count()
    {
        var configuration = _registers[0];
        double gain = (configuration >> 11 & 3) switch { 0 => 1, 1 => 2, 2 => 0.125, _ => 0.25 };
        var milliseconds = (configuration >> 6 & 0xF) switch { 0b1100 => 25, 0b1000 => 50, 1 => 200, 2 => 400, 3 => 800, _ => 100 };
        // Until an integration with new settings is over, the old counts stand.
        if ((configuration & 1) != 0 || time.GetElapsedTime(_since) < TimeSpan.FromMilliseconds(2.5 + milliseconds)) return _counts;
        var (low, high) = (0, (int)ushort.MaxValue);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (Veml7700.Illuminance((ushort)middle, gain, milliseconds) < air().Illuminance) low = middle;
            else high = middle;
        }
        return _counts = (ushort)(Veml7700.Illuminance((ushort)high, gain, milliseconds) <= air().Illuminance ? high : low);
    }
}
