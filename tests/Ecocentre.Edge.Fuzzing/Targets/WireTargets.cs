using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Devices.Simulated.Chips;

namespace Ecocentre.Edge.Fuzzing.Targets;

/// <summary>Bytes of serial lines, sockets and chips.</summary>
internal static class WireTargets
{
    private static readonly ModbusRead[] Requests =
    [
        new(1, RegisterTable.Holding, 0, 2), new(1, RegisterTable.Input, 52, 30), new(17, RegisterTable.Input, 0, 125), new(1, RegisterTable.Coil, 3, 19),
        new(247, RegisterTable.Discrete, 0, 2000),
    ];

    internal static IEnumerable<FuzzTarget> All =>
    [
        new("modbus-rtu", [.. Requests.Select(RtuReply), [.. RtuReply(Requests[0]), .. RtuReply(Requests[1])]], Rtu),
        new("modbus-tcp", [.. Requests.Select(TcpReply)], Tcp),
        new("modbus-request", [.. Requests.Select(RtuRequest)], RtuRequestParsed),
        new("ld2410",
        [
            [0xF4, 0xF3, 0xF2, 0xF1, 13, 0, 2, 0xAA, 3, 60, 0, 80, 40, 0, 50, 60, 0, 0x55, 0, 0xF8, 0xF7, 0xF6, 0xF5],
            Ld2410Frames.Command(0xFF, 1, 0), Ld2410Frames.Command(0x61),
        ], Ld2410),
        new("mh-z19", [Answer(415), [.. Answer(415), .. Answer(2_000)]], bytes => MhZ19.Find(bytes) is { } ppm ? Within(ppm, 0, 0xFFFF) : "none"),
        new("sensirion", [[0x21, 0xB1], [0x36, 0x82, 0x01, 0xA4, 0x4D], [0xE4, 0xB8]],
            bytes => SensirionWords.TryParse(bytes, out _, out var words) ? $"{words.Length} words" : "none"),
    ];

    private static string Rtu(byte[] line)
    {
        var outcome = "";
        Span<ushort> words = stackalloc ushort[Pdu.BitsMax];
        foreach (var request in Requests)
        {
            var frame = RtuFrame.FindReply(request, line);
            if (frame.IsEmpty) continue;
            // What was found must be what it was looked for as.
            Require(RtuFrame.IsSealed(frame) && frame[0] == request.Unit, "A reply was found that is none.");
            outcome += RtuFrame.DecodeReply(request, frame, words)?.Text ?? "good";
        }
        return outcome;
    }

    private static string Tcp(byte[] stream)
    {
        var outcome = "";
        Span<ushort> words = stackalloc ushort[Pdu.BitsMax];
        ReadOnlySpan<byte> left = stream;
        while (left.Length >= TcpFrame.HeaderLength)
        {
            var length = TcpFrame.LengthOf(left);
            if (length <= 0) return outcome + "no frame";
            Require(length is > TcpFrame.HeaderLength and <= TcpFrame.LengthMax, $"A frame of {length} bytes.");
            if (length > left.Length) return outcome + "half";
            foreach (var request in Requests)
                if (TcpFrame.UnitOf(left) == request.Unit) outcome += TcpFrame.DecodeReply(request, left[..length], words)?.Text ?? "good";
            left = left[length..];
        }
        return outcome;
    }

    private static string RtuRequestParsed(byte[] line)
    {
        var length = RtuFrame.FindRequest(line, out var start);
        if (length <= 0) return "none";
        Require(start >= 0 && start + length <= line.Length, "A request beyond what came.");
        var refusal = Pdu.ReadRequest(line[start], line.AsSpan(start + 1, length - 3), out var request);
        return refusal == 0 ? Pdu.Describe(request) : $"refused {refusal}";
    }

    private static string Ld2410(byte[] heard)
    {
        var (frames, outcome, at) = (new Ld2410Frames(), "", 0);
        while (at < heard.Length)
        {
            var room = frames.Room;
            var count = Math.Min(room.Length, heard.Length - at);
            heard.AsMemory(at, count).CopyTo(room);
            frames.Arrived(count);
            at += count;
            while (frames.TryTake(out var kind, out var payload))
                outcome += kind == Ld2410FrameKind.Report ? Ld2410Frames.Report(payload) is null ? "nonsense" : "report" : "answer";
        }
        Require(frames.Noise <= heard.Length, "More noise than bytes.");
        return outcome;
    }

    private static byte[] RtuRequest(ModbusRead request)
    {
        var frame = new byte[RtuFrame.RequestLength];
        RtuFrame.WriteRequest(request, frame);
        return frame;
    }

    private static byte[] RtuReply(ModbusRead request)
    {
        var frame = new byte[RtuFrame.LengthMax + 8];
        frame[0] = request.Unit;
        var length = Pdu.WriteReply(request, new ushort[Pdu.BitsMax], frame.AsSpan(1));
        return frame[..RtuFrame.Seal(frame, 1 + length)];
    }

    private static byte[] TcpReply(ModbusRead request)
    {
        var frame = new byte[TcpFrame.LengthMax];
        var length = Pdu.WriteReply(request, new ushort[Pdu.BitsMax], frame.AsSpan(TcpFrame.HeaderLength));
        return frame[..TcpFrame.WriteHeader(7, request.Unit, length, frame)];
    }

    private static byte[] Answer(int ppm)
    {
        byte[] frame = [0xFF, 0x86, (byte)(ppm >> 8), (byte)ppm, 0, 0, 0, 0, 0];
        frame[8] = MhZ19.Checksum(frame);
        return frame;
    }

    private static string Within(int value, int min, int max)
    {
        Require(value >= min && value <= max, $"{value} is outside of {min} to {max}.");
        return "found";
    }

    internal static void Require(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidOperationException(otherwise);
    }
}
