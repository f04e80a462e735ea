using Ecocentre.Edge.Devices.Modbus;

namespace Ecocentre.Edge.Devices.Tests.Modbus;

public sealed class RegisterEncoderTests
{
    [Theory]
    [InlineData(RegisterType.Int16, 1e9, 32767)]
    [InlineData(RegisterType.Int16, -1e9, -32768)]
    [InlineData(RegisterType.UInt16, -5, 0)]
    [InlineData(RegisterType.UInt16, 70000, 65535)]
    [InlineData(RegisterType.Int32, 1e12, 2147483647)]
    [InlineData(RegisterType.Int32, -1e12, -2147483648)]
    [InlineData(RegisterType.UInt32, -1, 0)]
    [InlineData(RegisterType.UInt64, -1, 0)]
    [InlineData(RegisterType.Int64, -3, -3)]
    [InlineData(RegisterType.UInt32, 2.5, 2)]
    public void What_does_not_fit_becomes_the_end_of_the_range(RegisterType type, double number, double expected) =>
        Assert.Equal(expected, RegisterDecoder.Number(RegisterEncoder.Bits(number, type), type));

    [Fact]
    public void The_order_spells_the_bytes_on_the_wire()
    {
        var words = new ushort[2];
        RegisterEncoder.Put(0x41424344, new RegisterFormat(RegisterType.UInt32, WordOrder.Cdab), words);
        Assert.Equal([0x4344, 0x4142], words);
    }
}
