using Ecocentre.Edge.Devices.Modbus;

namespace Ecocentre.Edge.Devices.Tests.Modbus;

public sealed class PduTests
{
    // The worked examples of MODBUS Application Protocol V1.1b3: 6.1, 6.2, 6.3, 6.4. Bits are listed lowest address first.
    public static TheoryData<RegisterTable, int, int, string, string, int[]> SpecificationExamples => new()
    {
        { RegisterTable.Coil, 0x13, 19, "0100130013", "0103CD6B05",
            [1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1] },
        { RegisterTable.Discrete, 0xC4, 22, "0200C40016", "0203ACDB35",
            [0, 0, 1, 1, 0, 1, 0, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 0, 1, 1] },
        { RegisterTable.Holding, 0x6B, 3, "03006B0003", "0306022B00000064", [0x022B, 0, 0x64] },
        { RegisterTable.Input, 8, 1, "0400080001", "0402000A", [0x0A] },
    };

    [Theory, MemberData(nameof(SpecificationExamples))]
    public void The_examples_of_the_specification_come_out(RegisterTable table, int address, int count, string asked, string answered, int[] words)
    {
        var request = new ModbusRead(1, table, (ushort)address, (ushort)count);
        var pdu = new byte[Pdu.LengthMax];
        Pdu.WriteRequest(request, pdu);
        Assert.Equal(asked, Convert.ToHexString(pdu.AsSpan(0, Pdu.RequestLength)));

        var decoded = new ushort[count];
        Assert.Null(Pdu.DecodeReply(request, Convert.FromHexString(answered), decoded));
        Assert.Equal(words, decoded.Select(word => (int)word));

        Assert.Equal(0, Pdu.ReadRequest(1, Convert.FromHexString(asked), out var read));
        Assert.Equal(request, read);
        var length = Pdu.WriteReply(request, decoded, pdu);
        Assert.Equal(answered, Convert.ToHexString(pdu.AsSpan(0, length)));
    }

    [Fact]
    public void Exception_reply_is_a_refusal_with_its_code()
    {
        // V1.1b3, 7: the example of an exception to function 1.
        var fault = Pdu.DecodeReply(new ModbusRead(10, RegisterTable.Coil, 0x4A1, 1), Convert.FromHexString("8102"), new ushort[1]);

        Assert.Equal(FaultKind.Refused, fault!.Kind);
        Assert.Equal(2, fault.Exception);
        Assert.Contains("unit 10, coils 1185 to 1185", fault.Text);
        Assert.Contains("illegal data address", fault.Text);
    }

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("03", "half a header")]
    [InlineData("0306", "no payload")]
    [InlineData("0306022B000000", "one byte less")]
    [InlineData("0306022B0000006400", "one byte more")]
    [InlineData("0304022B00000064", "wrong byte count")]
    [InlineData("0406022B00000064", "another function")]
    [InlineData("8402", "exception to another function")]
    [InlineData("830200", "exception with something behind it")]
    public void Anything_else_is_garbled(string reply, string what)
    {
        var words = new ushort[] { 7, 7, 7 };
        var fault = Pdu.DecodeReply(new ModbusRead(1, RegisterTable.Holding, 0x6B, 3), Convert.FromHexString(reply), words);

        Assert.True(fault is { Kind: FaultKind.Garbled }, what);
        Assert.Equal([7, 7, 7], words);
    }

    [Theory]
    [InlineData("0500010000", 1)] // a write
    [InlineData("0000010001", 1)]
    [InlineData("8300010001", 1)]
    [InlineData("0300000000", 3)]
    [InlineData("030000007E", 3)]
    [InlineData("01000007D1", 3)]
    [InlineData("03000001", 3)]
    [InlineData("03FFFF0002", 2)]
    public void A_server_refuses_what_is_no_legal_read(string pdu, int code) =>
        Assert.Equal(code, Pdu.ReadRequest(1, Convert.FromHexString(pdu), out _));

    [Theory]
    [InlineData(RegisterTable.Holding, 0, 0)]
    [InlineData(RegisterTable.Holding, 0, 126)]
    [InlineData(RegisterTable.Coil, 0, 2001)]
    [InlineData(RegisterTable.Input, 0xFFFF, 2)]
    [InlineData((RegisterTable)5, 0, 1)]
    public void A_client_does_not_build_an_illegal_read(RegisterTable table, int address, int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Pdu.Check(new ModbusRead(1, table, (ushort)address, (ushort)count)));

    [Fact]
    public void The_largest_legal_reads_fit_a_frame()
    {
        foreach (var table in Enum.GetValues<RegisterTable>())
        {
            var request = new ModbusRead(1, table, 0, (ushort)(Pdu.IsBits(table) ? Pdu.BitsMax : Pdu.RegistersMax));
            Pdu.Check(request);
            Assert.InRange(Pdu.ReplyLength(request), 1, Pdu.LengthMax);
        }
    }

    [Fact]
    public void Whatever_a_bank_holds_comes_back_the_same()
    {
        const int Seed = 20_261_121;
        var random = new Random(Seed);
        Span<byte> pdu = new byte[Pdu.LengthMax];
        for (var round = 0; round < 2_000; round++)
        {
            var request = AnyRead.Of(random);
            var words = new ushort[request.Count];
            foreach (ref var word in words.AsSpan())
                word = (ushort)(Pdu.IsBits(request.Table) ? random.Next(2) : random.Next(0x10000));
            var decoded = new ushort[request.Count];

            var length = Pdu.WriteReply(request, words, pdu);

            Assert.Null(Pdu.DecodeReply(request, pdu[..length], decoded));
            Assert.True(words.AsSpan().SequenceEqual(decoded), $"seed {Seed}, round {round}: {request}");
        }
    }

    [Fact]
    public void Random_bytes_never_throw_and_only_a_fitting_shape_is_taken()
    {
        const int Seed = 7;
        var random = new Random(Seed);
        for (var round = 0; round < 20_000; round++)
        {
            var request = AnyRead.Of(random);
            var pdu = new byte[random.Next(0, 300)];
            random.NextBytes(pdu);
            // Half of them start plausibly, or nothing behind the function code would ever be looked at.
            if (pdu.Length > 1 && random.Next(2) == 0)
                (pdu[0], pdu[1]) = ((byte)request.Table, (byte)Pdu.ByteCount(request));
            var fault = Pdu.DecodeReply(request, pdu, new ushort[request.Count]);
            _ = Pdu.ReadRequest(1, pdu, out _);

            var fits = pdu.Length == Pdu.ReplyLength(request) && pdu[0] == (byte)request.Table && pdu[1] == pdu.Length - 2;
            Assert.True(fits == fault is null, $"seed {Seed}, round {round}: {request} took {Convert.ToHexString(pdu)}");
        }
    }
}
