using Ecocentre.Edge.Devices.Modbus;

namespace Ecocentre.Edge.Devices.Tests.Modbus;

public sealed class RtuFrameTests
{
    private static readonly ModbusRead Request = new(0x11, RegisterTable.Holding, 0x6B, 3);
    private static readonly byte[] Reply = Sealed("110306022B00000064");

    [Fact]
    public void Request_is_unit_pdu_and_checksum_low_byte_first()
    {
        var frame = new byte[RtuFrame.RequestLength];
        RtuFrame.WriteRequest(Request, frame);

        Assert.Equal("1103006B00037687", Convert.ToHexString(frame));
        Assert.True(RtuFrame.IsSealed(frame));
    }

    [Theory]
    [InlineData("", "", "alone")]
    [InlineData("00FF", "", "after noise")]
    [InlineData("1103006B00037687", "", "after the echo of its request")]
    [InlineData("", "FFFF", "before noise")]
    public void The_reply_is_found(string before, string after, string where)
    {
        byte[] line = [.. Convert.FromHexString(before), .. Reply, .. Convert.FromHexString(after)];

        Assert.True(RtuFrame.FindReply(Request, line).SequenceEqual(Reply), where);
    }

    [Fact]
    public void The_reply_is_found_after_a_late_one_of_another_unit()
    {
        byte[] line = [.. Sealed("120306111122223333"), .. Reply];

        Assert.True(RtuFrame.FindReply(Request, line).SequenceEqual(Reply));
    }

    [Fact]
    public void An_exception_is_found()
    {
        var line = Sealed("118302");
        var fault = RtuFrame.DecodeReply(Request, RtuFrame.FindReply(Request, line), new ushort[3]);

        Assert.Equal(FaultKind.Refused, fault!.Kind);
        Assert.Equal(2, fault.Exception);
    }

    [Fact]
    public void No_part_of_a_reply_is_taken_for_one()
    {
        for (var length = 0; length < Reply.Length; length++)
            Assert.True(RtuFrame.FindReply(Request, Reply.AsSpan(0, length)).IsEmpty);
    }

    [Fact]
    public void A_reply_with_any_bit_turned_is_not_found()
    {
        for (var bit = 0; bit < 8 * Reply.Length; bit++)
        {
            var turned = Reply.ToArray();
            turned[bit >> 3] ^= (byte)(1 << (bit & 7));
            Assert.True(RtuFrame.FindReply(Request, turned).IsEmpty, $"bit {bit}");
        }
    }

    [Theory]
    [InlineData("1203060000000000 00", "another unit")]
    [InlineData("1104060000000000 00", "another function")]
    [InlineData("110304000000 00", "another length")]
    [InlineData("118402", "an exception to another function")]
    public void What_answers_another_request_is_not_found(string frame, string what) =>
        Assert.True(RtuFrame.FindReply(Request, Sealed(frame.Replace(" ", ""))).IsEmpty, what);

    [Fact]
    public void A_server_finds_requests_after_noise_and_half_frames()
    {
        byte[] line = [0xFF, .. Convert.FromHexString("110300"), .. Convert.FromHexString("1103006B00037687"), 0x11];

        Assert.Equal(8, RtuFrame.FindRequest(line, out var start));
        Assert.Equal(4, start);
        Assert.Equal(0, RtuFrame.FindRequest(line.AsSpan(12), out _));
    }

    [Fact]
    public void A_server_recognises_the_functions_that_it_refuses()
    {
        string[] frames = ["0106000000FF", "0111", "010F001300 0A02CD01", "01100001000204000A0102", "0116000400F20025", "011700030006000E00 0306 00FF00FF00FF"];
        foreach (var frame in frames.Select(frame => Sealed(frame.Replace(" ", ""))))
        {
            Assert.Equal(frame.Length, RtuFrame.FindRequest(frame, out var start));
            Assert.Equal(0, start);
        }
    }

    [Fact]
    public void Random_bytes_never_throw_and_are_never_taken()
    {
        const int Seed = 13;
        var random = new Random(Seed);
        var line = new byte[600];
        for (var round = 0; round < 5_000; round++)
        {
            random.NextBytes(line);
            var request = AnyRead.Of(random);
            var start = random.Next(500);
            (line[start], line[start + 1], line[start + 2]) = (request.Unit, (byte)request.Table, (byte)Pdu.ByteCount(request));
            var used = line.AsSpan(0, random.Next(line.Length));

            Assert.True(RtuFrame.FindReply(request, used).IsEmpty, $"seed {Seed}, round {round}: {request}");
            _ = RtuFrame.FindRequest(used, out _);
        }
    }

    private static byte[] Sealed(string frame)
    {
        var bytes = new byte[(frame.Length / 2) + 2];
        Convert.FromHexString(frame).CopyTo(bytes, 0);
        RtuFrame.Seal(bytes, bytes.Length - 2);
        return bytes;
    }
}
