using System.Buffers.Binary;

namespace Ecocentre.Edge.Devices.Modbus;

/// <summary>Modbus RTU: unit id, PDU, CRC with its low byte first (MODBUS over Serial Line V1.02, 2.5.1).</summary>
public static class RtuFrame
{
    /// <summary>Bytes of a read request.</summary>
    public const int RequestLength = 1 + Pdu.RequestLength + CrcLength;

    /// <summary>Bytes of an exception reply.</summary>
    public const int ExceptionLength = 1 + Pdu.ExceptionLength + CrcLength;

    /// <summary>256: the longest frame of a serial line (V1.02, 2.5.1).</summary>
    public const int LengthMax = 1 + Pdu.LengthMax + CrcLength;

    private const int CrcLength = 2;

    /// <summary>Bytes of the good reply to <paramref name="request"/>.</summary>
    public static int ReplyLength(ModbusRead request) => 1 + Pdu.ReplyLength(request) + CrcLength;

    /// <summary>Writes a read request into the first <see cref="RequestLength"/> bytes.</summary>
    public static void WriteRequest(ModbusRead request, Span<byte> frame)
    {
        frame[0] = request.Unit;
        Pdu.WriteRequest(request, frame[1..]);
        Seal(frame, 1 + Pdu.RequestLength);
    }

    /// <summary>Writes the CRC of the first <paramref name="length"/> bytes behind them.</summary>
    /// <returns>The length of the whole frame.</returns>
    public static int Seal(Span<byte> frame, int length)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(frame[length..], Crc16.Of(frame[..length]));
        return length + CrcLength;
    }

    /// <summary>True when the last two bytes are the CRC of those before.</summary>
    public static bool IsSealed(ReadOnlySpan<byte> frame) =>
        frame.Length > CrcLength && Crc16.Of(frame[..^CrcLength]) == BinaryPrimitives.ReadUInt16LittleEndian(frame[^CrcLength..]);

    /// <summary>Looks through what a line brought for the answer to <paramref name="request"/>: right unit, function and length, and its CRC
    /// holds. Noise, echoes and the late replies of other units before it are passed over.</summary>
    /// <returns>The answer's frame, good or exception, or an empty span when it is not there (yet).</returns>
    public static ReadOnlySpan<byte> FindReply(ModbusRead request, ReadOnlySpan<byte> line)
    {
        var function = (byte)request.Table;
        var replyLength = ReplyLength(request);
        for (; line.Length >= ExceptionLength; line = line[1..])
        {
            if (line[0] != request.Unit)
                continue;
            if (line[1] == function && line[2] == Pdu.ByteCount(request) && line.Length >= replyLength && IsSealed(line[..replyLength]))
                return line[..replyLength];
            if (line[1] == (function | Pdu.ExceptionBit) && IsSealed(line[..ExceptionLength]))
                return line[..ExceptionLength];
        }
        return [];
    }

    /// <summary>Unpacks a frame that <see cref="FindReply"/> found.</summary>
    /// <inheritdoc cref="Pdu.DecodeReply"/>
    public static Fault? DecodeReply(ModbusRead request, ReadOnlySpan<byte> frame, Span<ushort> words) =>
        Pdu.DecodeReply(request, frame[1..^CrcLength], words);

    /// <summary>Server side: looks for the first whole request in what a line brought.</summary>
    /// <param name="start">Where it starts; before it lies noise.</param>
    /// <returns>Its length, or 0 when there is none (yet).</returns>
    public static int FindRequest(ReadOnlySpan<byte> line, out int start)
    {
        for (start = 0; start + 4 <= line.Length; start++)
        {
            var length = RequestLengthOf(line[start..]);
            if (length > 0 && start + length <= line.Length && IsSealed(line.Slice(start, length)))
                return length;
        }
        return 0;
    }

    // The lengths of V1.1b3 6.1 to 6.17, so that a function we refuse is still recognised and refused instead of ignored.
    private static int RequestLengthOf(ReadOnlySpan<byte> frame) => frame[1] switch
    {
        >= 1 and <= 6 or 8 => RequestLength,
        7 or 11 or 12 or 17 => 1 + 1 + CrcLength,
        15 or 16 => frame.Length > 6 ? 7 + frame[6] + CrcLength : 0,
        22 => 8 + CrcLength,
        23 => frame.Length > 10 ? 11 + frame[10] + CrcLength : 0,
        _ => 0,
    };
}
