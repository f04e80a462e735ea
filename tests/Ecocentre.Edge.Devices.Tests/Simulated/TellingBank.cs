using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Simulated;

namespace Ecocentre.Edge.Devices.Tests.Simulated;

/// <summary>Every register tells which unit, table and address it belongs to, so that an answer taken for another's shows.</summary>
/// <remarks>Units 1 to 199 answer; 200 and above are dead. Addresses from 60000 on do not exist (exception 2).</remarks>
internal sealed class TellingBank : RegisterBank
{
    public const byte DeadUnit = 200;
    public const ushort MissingAddress = 60_000;

    public static ushort WordAt(byte unit, RegisterTable table, int address)
    {
        // A mix in which neighbours of any kind differ (Fibonacci hashing).
        var mixed = (uint)((unit << 20) ^ ((int)table << 17) ^ address) * 2654435769u;
        return Pdu.IsBits(table) ? (ushort)(mixed >> 31) : (ushort)(mixed >> 16);
    }

    public static bool Tells(ModbusRead request, ReadOnlySpan<ushort> words)
    {
        for (var index = 0; index < request.Count; index++)
            if (words[index] != WordAt(request.Unit, request.Table, request.Address + index))
                return false;
        return true;
    }

    public override int Read(ModbusRead request, Span<ushort> words)
    {
        if (request.Unit >= DeadUnit)
            return -1;
        if (request.Address + request.Count > MissingAddress)
            return 2;
        for (var index = 0; index < request.Count; index++)
            words[index] = WordAt(request.Unit, request.Table, request.Address + index);
        return 0;
    }
}
