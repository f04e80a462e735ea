using System.Buffers.Binary;
using Ecocentre.Edge.Devices.Modbus;

namespace Ecocentre.Edge.Devices.Tests.Modbus;

public sealed class RegisterDecoderTests
{
    /// <summary>The number 0x41424344… ("ABCD…") as each order sends it: the order's own name spells the bytes.</summary>
    [Theory]
    [InlineData(WordOrder.Abcd, new ushort[] { 0x4142, 0x4344 })]
    [InlineData(WordOrder.Cdab, new ushort[] { 0x4344, 0x4142 })]
    [InlineData(WordOrder.Badc, new ushort[] { 0x4241, 0x4443 })]
    [InlineData(WordOrder.Dcba, new ushort[] { 0x4443, 0x4241 })]
    public void Four_bytes_in_each_order(WordOrder order, ushort[] words) =>
        Assert.Equal(0x41424344u, RegisterDecoder.Bits(words, new RegisterFormat(RegisterType.UInt32, order)));

    [Theory]
    [InlineData(WordOrder.Abcd, new ushort[] { 0x4142, 0x4344, 0x4546, 0x4748 })]
    [InlineData(WordOrder.Cdab, new ushort[] { 0x4748, 0x4546, 0x4344, 0x4142 })]
    [InlineData(WordOrder.Badc, new ushort[] { 0x4241, 0x4443, 0x4645, 0x4847 })]
    [InlineData(WordOrder.Dcba, new ushort[] { 0x4847, 0x4645, 0x4443, 0x4241 })]
    public void Eight_bytes_in_each_order(WordOrder order, ushort[] words) =>
        Assert.Equal(0x4142434445464748ul, RegisterDecoder.Bits(words, new RegisterFormat(RegisterType.UInt64, order)));

    [Theory]
    [InlineData(WordOrder.Abcd, 0x4142)]
    [InlineData(WordOrder.Cdab, 0x4142)]
    [InlineData(WordOrder.Badc, 0x4241)]
    [InlineData(WordOrder.Dcba, 0x4241)]
    public void One_word_knows_only_its_bytes(WordOrder order, int word) =>
        Assert.Equal(0x4142ul, RegisterDecoder.Bits([(ushort)word], new RegisterFormat(RegisterType.UInt16, order)));

    [Theory]
    [InlineData(RegisterType.Int16, new ushort[] { 0xFFFE }, -2)]
    [InlineData(RegisterType.UInt16, new ushort[] { 0xFFFE }, 65534)]
    [InlineData(RegisterType.Int32, new ushort[] { 0xFFFF, 0xFFFE }, -2)]
    [InlineData(RegisterType.UInt32, new ushort[] { 0xFFFF, 0xFFFE }, 4294967294)]
    [InlineData(RegisterType.Int64, new ushort[] { 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFE }, -2)]
    [InlineData(RegisterType.UInt64, new ushort[] { 0, 0, 1, 0 }, 65536)]
    [InlineData(RegisterType.Float32, new ushort[] { 0x4366, 0x3333 }, 230.199996948242)]
    [InlineData(RegisterType.Float64, new ushort[] { 0x406C, 0xC666, 0x6666, 0x6666 }, 230.2)]
    public void Each_type(RegisterType type, ushort[] words, double expected) =>
        Assert.Equal(expected, RegisterDecoder.Number(words, new RegisterFormat(type, WordOrder.Abcd)), 12);

    [Theory]
    [InlineData(0x7FC00000u)]
    [InlineData(0x7F800000u)]
    [InlineData(0xFF800000u)]
    [InlineData(0xFFFFFFFFu)]
    public void A_float_that_is_not_finite_is_no_value(uint bits) =>
        Assert.True(double.IsNaN(RegisterDecoder.Number(bits, RegisterType.Float32)));

    [Fact]
    public void What_is_encoded_decodes_to_itself_in_every_type_and_order()
    {
        const int seed = 20260101;
        var random = new Random(seed);
        var words = new ushort[4];
        foreach (var type in Enum.GetValues<RegisterType>())
            foreach (var order in Enum.GetValues<WordOrder>())
                for (var i = 0; i < 500; i++)
                {
                    var format = new RegisterFormat(type, order);
                    // Any bit pattern of the width that is a number, so that extremes come too.
                    var bits = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
                    if (format.Words < 4) bits &= (1ul << 16 * format.Words) - 1;
                    var number = RegisterDecoder.Number(bits, type);
                    if (double.IsNaN(number)) continue;
                    RegisterEncoder.Number(number, format, words);
                    var back = RegisterDecoder.Number(words, format);
                    Assert.True(number == back, $"seed {seed}: {format} {number} came back as {back}");
                    RegisterEncoder.Put(bits, format, words);
                    Assert.True(bits == RegisterDecoder.Bits(words, format), $"seed {seed}: {format} {bits:X}");
                }
    }

    [Fact]
    public void The_plain_order_is_big_endian()
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteSingleBigEndian(bytes, -1534.5f);
        ushort[] words = [BinaryPrimitives.ReadUInt16BigEndian(bytes), BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])];
        Assert.Equal(-1534.5, RegisterDecoder.Number(words, new RegisterFormat(RegisterType.Float32, WordOrder.Abcd)));
    }
}
