using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Devices.Modbus;

/// <summary>The part of a Modbus frame that is the same on every wire: function code and what belongs to it
/// (MODBUS Application Protocol V1.1b3, 6.1 to 6.4 and 7). Reads only: nothing here can build a write.</summary>
public static class Pdu
{
    /// <summary>Bytes of a read request: function, address, count.</summary>
    public const int RequestLength = 5;

    /// <summary>253: the RS-485 frame of 256 bytes less unit id and CRC (V1.1b3, 4.1).</summary>
    public const int LengthMax = 253;

    /// <summary>125: the most registers whose 2 bytes each fit a reply (V1.1b3, 6.3 and 6.4).</summary>
    public const int RegistersMax = 125;

    /// <summary>2000: the most bits one read may ask for (V1.1b3, 6.1 and 6.2).</summary>
    public const int BitsMax = 2000;

    /// <summary>Bytes of an exception reply: function with its top bit set, exception code.</summary>
    public const int ExceptionLength = 2;

    /// <summary>The bit of the function code that marks an exception reply (V1.1b3, 4.1).</summary>
    public const byte ExceptionBit = 0x80;

    /// <summary>True for the two tables of single bits.</summary>
    public static bool IsBits(RegisterTable table) => table is RegisterTable.Coil or RegisterTable.Discrete;

    /// <summary>Bytes of payload in the good reply to <paramref name="request"/>.</summary>
    public static int ByteCount(ModbusRead request) => IsBits(request.Table) ? (request.Count + 7) / 8 : 2 * request.Count;

    /// <summary>Bytes of the good reply to <paramref name="request"/>: function, byte count, payload.</summary>
    public static int ReplyLength(ModbusRead request) => 2 + ByteCount(request);

    /// <summary>Throws when no legal frame could carry <paramref name="request"/>: that is a mistake of the caller, not of a wire.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Unknown table, count out of 1 to 125 registers or 1 to 2000 bits, or an end past 65535.</exception>
    public static void Check(ModbusRead request)
    {
        if (LegalityOf(request) != 0)
            throw new ArgumentOutOfRangeException(nameof(request), request, "No Modbus frame can carry this read.");
    }

    /// <summary>Writes the request into the first <see cref="RequestLength"/> bytes.</summary>
    public static void WriteRequest(ModbusRead request, Span<byte> pdu)
    {
        pdu[0] = (byte)request.Table;
        BinaryPrimitives.WriteUInt16BigEndian(pdu[1..], request.Address);
        BinaryPrimitives.WriteUInt16BigEndian(pdu[3..], request.Count);
    }

    /// <summary>Verifies that <paramref name="pdu"/> is the whole answer to <paramref name="request"/> and unpacks it.</summary>
    /// <param name="words">Receives one word for each register, or 0/1 for each bit; untouched after a fault.</param>
    /// <returns>Null, or a fault of kind Refused (exception reply) or Garbled (anything that is no answer to this request).</returns>
    public static Fault? DecodeReply(ModbusRead request, ReadOnlySpan<byte> pdu, Span<ushort> words)
    {
        var function = (byte)request.Table;
        if (pdu.Length == ExceptionLength && pdu[0] == (function | ExceptionBit))
            return Refusal(request, pdu[1]);
        if (pdu.Length < 2 || pdu[0] != function)
            return Garbled(request, pdu, "another function or too short");
        if (pdu[1] != ByteCount(request) || pdu.Length != ReplyLength(request))
            return Garbled(request, pdu, $"{ByteCount(request)} bytes of payload were due");
        Unpack(request, pdu[2..], words);
        return null;
    }

    /// <summary>Server side: reads a request.</summary>
    /// <returns>0 and the request, or the exception code to answer: 1 for a function that is not a read, 3 for a count out of bounds or a wrong
    /// length, 2 for an end past 65535.</returns>
    public static byte ReadRequest(byte unit, ReadOnlySpan<byte> pdu, out ModbusRead request)
    {
        request = default;
        if (pdu.IsEmpty || pdu[0] is < (byte)RegisterTable.Coil or > (byte)RegisterTable.Input)
            return 1;
        if (pdu.Length != RequestLength)
            return 3;
        request = new ModbusRead(unit, (RegisterTable)pdu[0], BinaryPrimitives.ReadUInt16BigEndian(pdu[1..]),
            BinaryPrimitives.ReadUInt16BigEndian(pdu[3..]));
        return LegalityOf(request);
    }

    /// <summary>Server side: writes the good reply.</summary>
    /// <returns>Its length, <see cref="ReplyLength"/>.</returns>
    public static int WriteReply(ModbusRead request, ReadOnlySpan<ushort> words, Span<byte> pdu)
    {
        pdu[0] = (byte)request.Table;
        pdu[1] = (byte)ByteCount(request);
        var payload = pdu.Slice(2, ByteCount(request));
        if (IsBits(request.Table))
        {
            payload.Clear();
            for (var index = 0; index < request.Count; index++)
                if (words[index] != 0)
                    payload[index >> 3] |= (byte)(1 << (index & 7));
        }
        else
        {
            for (var index = 0; index < request.Count; index++)
                BinaryPrimitives.WriteUInt16BigEndian(payload[(2 * index)..], words[index]);
        }
        return ReplyLength(request);
    }

    /// <summary>Server side: writes an exception reply.</summary>
    /// <returns>Its length, <see cref="ExceptionLength"/>.</returns>
    public static int WriteException(byte function, byte code, Span<byte> pdu)
    {
        pdu[0] = (byte)(function | ExceptionBit);
        pdu[1] = code;
        return ExceptionLength;
    }

    /// <summary>An exception code in words (V1.1b3, 7).</summary>
    public static string ExceptionName(byte code) => code switch
    {
        1 => "illegal function",
        2 => "illegal data address",
        3 => "illegal data value",
        4 => "server device failure",
        5 => "acknowledge, still working",
        6 => "server device busy",
        8 => "memory parity error",
        10 => "gateway path unavailable",
        11 => "gateway target did not respond",
        _ => "unknown exception",
    };

    /// <summary>The request in words, as faults name it.</summary>
    public static string Describe(ModbusRead request)
    {
        var table = request.Table switch
        {
            RegisterTable.Coil => "coils",
            RegisterTable.Discrete => "discrete inputs",
            RegisterTable.Holding => "holding registers",
            _ => "input registers",
        };
        return $"unit {request.Unit}, {table} {request.Address} to {request.Address + request.Count - 1}";
    }

    private static byte LegalityOf(ModbusRead request)
    {
        if (request.Table is < RegisterTable.Coil or > RegisterTable.Input)
            return 1;
        if (request.Count == 0 || request.Count > (IsBits(request.Table) ? BitsMax : RegistersMax))
            return 3;
        return (byte)(request.Address + request.Count > 0x10000 ? 2 : 0);
    }

    private static void Unpack(ModbusRead request, ReadOnlySpan<byte> payload, Span<ushort> words)
    {
        if (IsBits(request.Table))
        {
            for (var index = 0; index < request.Count; index++)
                words[index] = (ushort)((payload[index >> 3] >> (index & 7)) & 1);
        }
        else
        {
            // Sixteen at a time, where the processor can.
            var wire = MemoryMarshal.Cast<byte, ushort>(payload)[..request.Count];
            if (BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(wire, words);
            else wire.CopyTo(words);
        }
    }

    private static Fault Refusal(ModbusRead request, byte code) =>
        new(FaultKind.Refused, $"{Describe(request)}: refused with exception {code}, {ExceptionName(code)}.", code);

    private static Fault Garbled(ModbusRead request, ReadOnlySpan<byte> pdu, string why)
    {
        // 16: enough of a stray frame to recognise it by eye.
        var shown = Convert.ToHexString(pdu[..Math.Min(pdu.Length, 16)]);
        return new Fault(FaultKind.Garbled, $"{Describe(request)}: {pdu.Length} bytes came ({shown}), {why}.");
    }
}
