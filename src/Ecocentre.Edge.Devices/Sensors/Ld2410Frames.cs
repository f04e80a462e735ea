using System.Buffers.Binary;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>Cuts what a HLK-LD2410 sends into frames, and finds the beginning again after noise.</summary>
/// <remarks> Source: Hi-Link HLK-LD2410 serial communication protocol V1.02, sections 2.1 (commands and their answers) and 2.3 (reports);
/// numbers as in ESPHome's ld2410 component.
/// <code>
/// F4 F3 F2 F1 | length LE16 | 02 AA state  moving cm LE16 %  still cm LE16 %  seen cm LE16 .. 55 00 | F8 F7 F6 F5     a report
/// FD FC FB FA | length LE16 | command LE16 | value                                                  | 04 03 02 01     a command; its answer
/// has the command with 0x0100 added, then a status LE16, 0 for done
/// </code>
/// Type 01 instead of 02 is the engineering report, of which the first part is alike.
/// </remarks>
internal sealed class Ld2410Frames
{
    // 64: the longest payload known is the engineering report's 35 bytes; longer is noise that looks like a beginning.
    private const int PayloadMax = 64;

    private const int HeadLength = 6, TailLength = 4;

    // Room for several frames: at 10 reports a second of 23 bytes a second's worth.
    private readonly byte[] _bytes = new byte[256];
    private int _count;

    private static ReadOnlySpan<byte> ReportHead => [0xF4, 0xF3, 0xF2, 0xF1];

    private static ReadOnlySpan<byte> ReportTail => [0xF8, 0xF7, 0xF6, 0xF5];

    private static ReadOnlySpan<byte> CommandHead => [0xFD, 0xFC, 0xFB, 0xFA];

    private static ReadOnlySpan<byte> CommandTail => [0x04, 0x03, 0x02, 0x01];

    /// <summary>Bytes that belonged to no frame.</summary>
    internal long Noise { get; private set; }

    /// <summary>Where the next bytes from the wire are to be put; at least one. Valid until the next call.</summary>
    internal Memory<byte> Room
    {
        get
        {
            // Cannot be full while frames are taken out: the longest is shorter. Whoever does not take them loses the oldest.
            if (_count == _bytes.Length) Drop(_count / 2);
            return _bytes.AsMemory(_count);
        }
    }

    /// <summary>That many bytes were put into <see cref="Room"/>.</summary>
    internal void Arrived(int count) => _count += count;

    /// <summary>What came before is of no interest any more.</summary>
    internal void Clear() => _count = 0;

    /// <summary>A whole command.</summary>
    internal static byte[] Command(ushort command, params ReadOnlySpan<byte> value)
    {
        var frame = new byte[HeadLength + 2 + value.Length + TailLength];
        CommandHead.CopyTo(frame);
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(4), (ushort)(2 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(HeadLength), command);
        value.CopyTo(frame.AsSpan(HeadLength + 2));
        CommandTail.CopyTo(frame.AsSpan(frame.Length - TailLength));
        return frame;
    }

    /// <summary>Takes the next whole frame out.</summary>
    /// <param name="payload">What stands between head and tail, copied.</param>
    /// <returns>False while no whole frame is there.</returns>
    internal bool TryTake(out Ld2410FrameKind kind, out byte[] payload)
    {
        while (true)
        {
            var start = 0;
            while (start < _count && !CanBegin(_bytes.AsSpan(start, _count - start))) start++;
            Noise += start;
            Drop(start);
            (kind, payload) = (default, []);
            if (_count < HeadLength) return false;
            var length = BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(4));
            if (length is >= 2 and <= PayloadMax)
            {
                if (_count < HeadLength + length + TailLength) return false;
                kind = _bytes[0] == ReportHead[0] ? Ld2410FrameKind.Report : Ld2410FrameKind.Answer;
                if (_bytes.AsSpan(HeadLength + length, TailLength).SequenceEqual(kind == Ld2410FrameKind.Report ? ReportTail : CommandTail))
                {
                    payload = _bytes.AsSpan(HeadLength, length).ToArray();
                    Drop(HeadLength + length + TailLength);
                    return true;
                }
            }
            // A beginning that was none: a frame may begin one byte further.
            Noise++;
            Drop(1);
        }
    }

    /// <summary>Reads a report.</summary>
    /// <returns>Null when it is none that makes sense.</returns>
    internal static Ld2410Report? Report(ReadOnlySpan<byte> payload)
    {
        const int known = 11;
        if (payload.Length < known + 2 || payload[0] is not (1 or 2) || payload[1] != 0xAA || payload[^2] != 0x55 || payload[2] > 3) return null;
        return new Ld2410Report((Ld2410Presence)payload[2],
            BinaryPrimitives.ReadUInt16LittleEndian(payload[3..]), payload[5],
            BinaryPrimitives.ReadUInt16LittleEndian(payload[6..]), payload[8],
            BinaryPrimitives.ReadUInt16LittleEndian(payload[9..]));
    }

    private static bool CanBegin(ReadOnlySpan<byte> bytes)
    {
        var part = bytes[..Math.Min(bytes.Length, ReportHead.Length)];
        return ReportHead.StartsWith(part) || CommandHead.StartsWith(part);
    }

    private void Drop(int count)
    {
        if (count == 0) return;
        _bytes.AsSpan(count, _count - count).CopyTo(_bytes);
        _count -= count;
    }
}

/// <summary>What a frame of a HLK-LD2410 is.</summary>
internal enum Ld2410FrameKind : byte
{
    /// <summary>Sent about ten times a second without being asked.</summary>
    Report,

    /// <summary>To a command.</summary>
    Answer,
}

/// <summary>Whom the radar sees (protocol V1.02, table 12).</summary>
internal enum Ld2410Presence : byte
{
    Nobody, Moving, Still, MovingAndStill,
}

/// <summary>One report: whom the radar sees, and where.</summary>
/// <param name="MovingCentimetres">Distance of what moves; <paramref name="MovingEnergy"/> its strength in %.</param>
/// <param name="StillCentimetres">Distance of who keeps still; <paramref name="StillEnergy"/> its strength in %.</param>
/// <param name="SeenCentimetres">Distance that the radar settles on.</param>
internal readonly record struct Ld2410Report(
    Ld2410Presence Presence, int MovingCentimetres, int MovingEnergy, int StillCentimetres, int StillEnergy, int SeenCentimetres);
