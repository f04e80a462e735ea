using Ecocentre.Edge.Devices.Sensors;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

public sealed class Bme680TrimTests
{
    // T1 to T3, P1 to P10, H1 to H7.
    private static readonly int[] First = [26195, 26290, 3, 35395, -10405, 88, 4836, -118, 30, 26, -765, -3367, 30, 717, 1021, 0, 45, 20, 120, -100];
    private static readonly int[] Second = [26041, 26469, 3, 36673, -10515, 88, 7310, -129, 30, 46, -3177, -2379, 30, 676, 1029, 0, 45, 20, 120, -100];

    /// <summary>The data sheet has no worked example; a real chip's counts with what elixir-sensors/bmp280 makes of them in double
    /// precision.</summary>
    [Fact]
    public void Counts_of_a_real_chip_come_out_as_others_compute_them()
    {
        var trim = Trim(First);
        var fine = trim.FineTemperature(480_732);
        Assert.Equal(19.3113, Bme280Trim.Temperature(fine), 0.0001);
        Assert.Equal(1009.7752, trim.Pressure(393_705, fine), 0.0001);
        Assert.Equal(25.2, trim.Humidity(16_820, fine), 0.05);
    }

    /// <summary>Another one, with what pimoroni/bme680-python makes of it by the maker's formulas in whole numbers.</summary>
    [Fact]
    public void Whole_numbers_and_double_agree()
    {
        var trim = Trim(Second);
        var fine = trim.FineTemperature(501_240);
        Assert.Equal(136_667, fine, 3.0);
        Assert.Equal(26.69, Bme280Trim.Temperature(fine), 0.01);
        Assert.Equal(987.12, trim.Pressure(353_485, fine), 0.1);
        Assert.Equal(42.402, trim.Humidity(19_019, fine), 0.05);
    }

    [Fact]
    public void Empty_parameters_are_seen()
    {
        Assert.True(Trim(First).IsPossible);
        Assert.False(new Bme680Trim(new byte[24], new byte[10]).IsPossible);
        Assert.False(new Bme680Trim([.. Enumerable.Repeat((byte)0xFF, 24)], [.. Enumerable.Repeat((byte)0xFF, 10)]).IsPossible);
    }

    private static Bme680Trim Trim(int[] p)
    {
        var registers = new byte[256];
        foreach (var (register, value, isWord) in new (int, int, bool)[]
        {
            (0xE9, p[0], true), (0x8A, p[1], true), (0x8C, p[2], false), (0x8E, p[3], true), (0x90, p[4], true), (0x92, p[5], false),
            (0x94, p[6], true), (0x96, p[7], true), (0x99, p[8], false), (0x98, p[9], false), (0x9C, p[10], true), (0x9E, p[11], true),
            (0xA0, p[12], false), (0xE3, p[13] >> 4, false), (0xE2, p[13] & 15 | (p[14] & 15) << 4, false), (0xE1, p[14] >> 4, false),
            (0xE4, p[15], false), (0xE5, p[16], false), (0xE6, p[17], false), (0xE7, p[18], false), (0xE8, p[19], false),
        })
        {
            registers[register] = unchecked((byte)value);
            if (isWord) registers[register + 1] = unchecked((byte)(value >> 8));
        }
        return new Bme680Trim(registers.AsSpan(Bme680Trim.FirstRegister, Bme680Trim.FirstLength),
            registers.AsSpan(Bme680Trim.SecondRegister, Bme680Trim.SecondLength));
    }
}
