using Ecocentre.Edge.Devices.Sensors;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

public sealed class Crc8Tests
{
    /// <summary>Sensirion SCD4x data sheet version 1.3: section 3.11 (BE EF) and the worked example of read_measurement, section
    /// 3.5.2.</summary>
    [Theory]
    [InlineData(0xBE, 0xEF, 0x92)]
    [InlineData(0x01, 0xF4, 0x33)]
    [InlineData(0x66, 0x67, 0xA2)]
    [InlineData(0x5E, 0xB9, 0x3C)]
    public void Data_sheet_examples_agree(byte high, byte low, byte crc) => Assert.Equal(crc, Crc8.Of([high, low]));

    [Fact]
    public void Every_single_turned_bit_changes_it()
    {
        for (var bit = 0; bit < 16; bit++)
            Assert.NotEqual(Crc8.Of([0xBE, 0xEF]), Crc8.Of([(byte)(0xBE ^ (1 << bit >> 8)), (byte)(0xEF ^ (byte)(1 << bit))]));
    }
}
