using System.Buffers.Binary;

namespace Ecocentre.Edge.Devices.Modbus;

/// <summary>Modbus over TCP: a header (MBAP) before the PDU (MODBUS Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3).</summary>
public static class TcpFrame
{
    /// <summary>Transaction, protocol and length of 2 bytes each, unit id.</summary>
    public const int HeaderLength = 7;

    /// <summary>Bytes of a read request.</summary>
    public const int RequestLength = HeaderLength + Pdu.RequestLength;

    /// <summary>260: header and the longest PDU (V1.0b, 3.1.2).</summary>
    public const int LengthMax = HeaderLength + Pdu.LengthMax;

    // The length field counts what follows it (unit id and PDU), so a frame is 6 bytes longer than its length field says.
    private const int BeforeLength = 6;

    /// <summary>Writes a read request into the first <see cref="RequestLength"/> bytes.</summary>
    public static void WriteRequest(ushort transaction, ModbusRead request, Span<byte> frame)
    {
        WriteHeader(transaction, request.Unit, Pdu.RequestLength, frame);
        Pdu.WriteRequest(request, frame[HeaderLength..]);
    }

    /// <summary>Writes a header before a PDU of <paramref name="pduLength"/> bytes.</summary>
    /// <returns>The length of the whole frame.</returns>
    public static int WriteHeader(ushort transaction, byte unit, int pduLength, Span<byte> frame)
    {
        BinaryPrimitives.WriteUInt16BigEndian(frame, transaction);
        BinaryPrimitives.WriteUInt16BigEndian(frame[2..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(frame[4..], (ushort)(1 + pduLength));
        frame[6] = unit;
        return HeaderLength + pduLength;
    }

    /// <summary>How long the frame is that starts <paramref name="stream"/>.</summary>
    /// <returns>Its length, which may be more than there is yet; 0 when the header is not whole; -1 when this is no Modbus header: nothing
    /// after it can be trusted either.</returns>
    public static int LengthOf(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < HeaderLength)
            return 0;
        var length = BinaryPrimitives.ReadUInt16BigEndian(stream[4..]);
        // 2: unit id and at least a function code.
        return BinaryPrimitives.ReadUInt16BigEndian(stream[2..]) != 0 || length is < 2 or > 1 + Pdu.LengthMax ? -1 : BeforeLength + length;
    }

    /// <summary>The transaction id of a whole frame.</summary>
    public static ushort TransactionOf(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt16BigEndian(frame);

    /// <summary>The unit id of a whole frame.</summary>
    public static byte UnitOf(ReadOnlySpan<byte> frame) => frame[6];

    /// <summary>Verifies that <paramref name="frame"/>, whose transaction already matched, answers <paramref name="request"/> and unpacks it.</summary>
    /// <inheritdoc cref="Pdu.DecodeReply"/>
    public static Fault? DecodeReply(ModbusRead request, ReadOnlySpan<byte> frame, Span<ushort> words) =>
        UnitOf(frame) == request.Unit
            ? Pdu.DecodeReply(request, frame[HeaderLength..], words)
            : new Fault(FaultKind.Garbled, $"{Pdu.Describe(request)}: unit {UnitOf(frame)} answered.");
}
