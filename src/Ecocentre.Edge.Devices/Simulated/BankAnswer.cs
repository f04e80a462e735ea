using Ecocentre.Edge.Devices.Modbus;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>Turns a request into the reply a register bank gives: the part of a simulated server that is the same on every wire.</summary>
internal static class BankAnswer
{
    /// <summary>Asks the bank, under a lock on it, and writes the reply.</summary>
    /// <param name="fault">What the wire is to do wrong with the reply.</param>
    /// <returns>The reply's length, or 0 for silence.</returns>
    public static int Write(RegisterBank bank, byte unit, ReadOnlySpan<byte> pdu, Func<ModbusRead, WireFault>? faults, Span<byte> reply,
        out WireFault fault)
    {
        fault = default;
        var code = (int)Pdu.ReadRequest(unit, pdu, out var request);
        if (code != 0)
            return Pdu.WriteException(pdu[0], (byte)code, reply);
        // 2000: as many words as the largest read asks for, of bits.
        Span<ushort> words = stackalloc ushort[Pdu.BitsMax];
        words = words[..request.Count];
        lock (bank)
        {
            if (faults is not null)
                fault = faults(request);
            code = fault.Kind == WireFaultKind.Refused ? fault.Exception : bank.Read(request, words);
        }
        return code switch
        {
            0 => Pdu.WriteReply(request, words, reply),
            > 0 => Pdu.WriteException(pdu[0], (byte)code, reply),
            _ => 0,
        };
    }
}
