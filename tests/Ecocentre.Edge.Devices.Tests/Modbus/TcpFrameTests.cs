using Ecocentre.Edge.Devices.Modbus;

namespace Ecocentre.Edge.Devices.Tests.Modbus;

public sealed class TcpFrameTests
{
    private static readonly ModbusRead Request = new(0x11, RegisterTable.Holding, 0x6B, 3);

    [Fact]
    public void Request_is_header_and_pdu()
    {
        var frame = new byte[TcpFrame.RequestLength];
        TcpFrame.WriteRequest(0x1501, Request, frame);

        Assert.Equal("15010000000611" + "03006B0003", Convert.ToHexString(frame));
        Assert.Equal(frame.Length, TcpFrame.LengthOf(frame));
        Assert.Equal(0x1501, TcpFrame.TransactionOf(frame));
        Assert.Equal(0x11, TcpFrame.UnitOf(frame));
    }

    [Theory]
    [InlineData("150100000006", 0)] // one byte of the header is missing
    [InlineData("15010000000611", 12)]
    [InlineData("15010001000611", -1)] // another protocol
    [InlineData("15010000000111", -1)] // too short for a function code
    [InlineData("1501000000FE11", 260)]
    [InlineData("1501000000FF11", -1)] // longer than any frame
    [InlineData("110300 6B0003 7687", -1)] // RTU over TCP
    public void Length_is_read_from_the_header(string stream, int length) =>
        Assert.Equal(length, TcpFrame.LengthOf(Convert.FromHexString(stream.Replace(" ", ""))));

    [Fact]
    public void Another_unit_is_garbled()
    {
        var fault = TcpFrame.DecodeReply(Request, Convert.FromHexString("15010000000912" + "0306022B00000064"), new ushort[3]);

        Assert.Equal(FaultKind.Garbled, fault!.Kind);
        Assert.Contains("unit 18 answered", fault.Text);
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        const int Seed = 11;
        var random = new Random(Seed);
        for (var round = 0; round < 20_000; round++)
        {
            var stream = new byte[random.Next(0, 270)];
            random.NextBytes(stream);
            if (stream.Length > 5 && random.Next(2) == 0)
                stream.AsSpan(2, 3).Clear();
            var length = TcpFrame.LengthOf(stream);
            Assert.InRange(length, -1, TcpFrame.LengthMax);
            if (length > 0 && length <= stream.Length)
                _ = TcpFrame.DecodeReply(AnyRead.Of(random), stream.AsSpan(0, length), new ushort[Pdu.BitsMax]);
        }
    }
}
