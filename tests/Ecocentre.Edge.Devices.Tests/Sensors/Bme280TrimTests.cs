using System.Buffers.Binary;
using Ecocentre.Edge.Devices.Sensors;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

public sealed class Bme280TrimTests
{
    // T1 to T3, P1 to P9, H1 to H6.
    private static readonly int[] Example = [27504, 26435, -1000, 36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000, 75, 338, 0, 370, 60, 30];

    /// <summary>BST-BMP280-DS001, section 3.12: the maker's worked example; a BME280 shares this arithmetic.</summary>
    [Fact]
    public void The_worked_example_of_the_data_sheet_comes_out()
    {
        var trim = Trim(Example);
        var fine = trim.FineTemperature(519_888);
        Assert.Equal(128_422, fine, 0.5);
        Assert.Equal(25.08, Bme280Trim.Temperature(fine), 0.005);
        Assert.Equal(1006.5327, trim.Pressure(415_148, fine), 0.0001);
    }

    /// <summary>Two real chips with what an independent implementation (elixir-sensors/bmp280) makes of their counts.</summary>
    [Theory]
    [InlineData(new[] { 28189, 26285, 50, 36635, -10696, 3024, 11092, -241, -7, 12300, -12000, 5000, 75, 338, 0, 370, 60, 30 },
        536_368, 284_052, 35_181, 26.7460, 1003.9149, 59.2)]
    [InlineData(new[] { 28297, 26729, 50, 37189, -10580, 3024, 8137, -87, -7, 9900, -10230, 4285, 75, 394, 0, 242, 56, 30 },
        516_344, 316_593, 26_270, 20.2649, 1002.7840, 64.4)]
    public void Counts_of_real_chips_come_out_as_others_compute_them(
        int[] parameters, int temperature, int pressure, int humidity, double celsius, double hectopascals, double percent)
    {
        var trim = Trim(parameters);
        var fine = trim.FineTemperature(temperature);
        Assert.Equal(celsius, Bme280Trim.Temperature(fine), 0.0001);
        Assert.Equal(hectopascals, trim.Pressure(pressure, fine), 0.0001);
        Assert.Equal(percent, trim.Humidity(humidity, fine), 0.05);
    }

    /// <summary>The data sheet gives humidity twice, in double and in whole numbers (4.2.3): the second is the oracle of the
    /// first.</summary>
    [Fact]
    public void Humidity_in_double_and_in_whole_numbers_agree()
    {
        const int seed = 280;
        var random = new Random(seed);
        for (var i = 0; i < 20_000; i++)
        {
            int[] parameters = [28297, 26729, 50, 37189, -10580, 3024, 8137, -87, -7, 9900, -10230, 4285,
                random.Next(256), random.Next(300, 420), random.Next(256), random.Next(200, 400), random.Next(-50, 80), random.Next(-128, 128)];
            var trim = Trim(parameters);
            var fine = trim.FineTemperature(random.Next(420_000, 620_000));
            var counts = random.Next(65_536);
            Assert.True(Math.Abs(Whole(parameters, counts, (int)fine) / 1024.0 - trim.Humidity(counts, fine)) < 0.06, $"Seed {seed}, case {i}.");
        }
    }

    [Fact]
    public void Parameters_of_twelve_bits_keep_their_sign_and_empty_ones_are_seen()
    {
        var trim = Trim([.. Example[..15], -2048, -1, -128]);
        Assert.True(trim.IsPossible);
        Assert.False(new Bme280Trim(new byte[26], new byte[7]).IsPossible);
        Assert.False(new Bme280Trim([.. Enumerable.Repeat((byte)0xFF, 26)], new byte[7]).IsPossible);
    }

    [Fact]
    public void Humidity_is_cut_at_both_ends_and_pressure_without_gain_is_no_number()
    {
        var trim = Trim(Example);
        Assert.Equal(0, trim.Humidity(0, 128_422));
        Assert.Equal(100, trim.Humidity(65_535, 128_422));
        Assert.Equal(double.NaN, Trim([.. Example[..3], 0, .. Example[4..]]).Pressure(415_148, 128_422));
    }

    internal static (byte[] First, byte[] Second) Bytes(int[] p)
    {
        var (first, second) = (new byte[26], new byte[7]);
        for (var i = 0; i < 12; i++) BinaryPrimitives.WriteInt16LittleEndian(first.AsSpan(2 * i), unchecked((short)p[i]));
        first[25] = (byte)p[12];
        BinaryPrimitives.WriteInt16LittleEndian(second, (short)p[13]);
        second[2] = (byte)p[14];
        second[3] = unchecked((byte)(p[15] >> 4));
        second[4] = unchecked((byte)(p[15] & 15 | (p[16] & 15) << 4));
        second[5] = unchecked((byte)(p[16] >> 4));
        second[6] = unchecked((byte)p[17]);
        return (first, second);
    }

    private static Bme280Trim Trim(int[] parameters)
    {
        var (first, second) = Bytes(parameters);
        return new Bme280Trim(first, second);
    }

    /// <summary>% in 1/1024, by the data sheet's formula for 32 bits, computed in 64 so that odd parameters do not overflow.</summary>
    private static long Whole(int[] p, int counts, int fine)
    {
        long a = fine - 76_800;
        var linear = ((long)counts << 14) - ((long)p[15] << 20) - p[16] * a + 16_384 >> 15;
        var slope = (a * p[17] >> 10) * ((a * p[14] >> 11) + 32_768) >> 10;
        var value = linear * ((slope + 2_097_152) * p[13] + 8192 >> 14);
        value -= ((value >> 15) * (value >> 15) >> 7) * p[12] >> 4;
        return Math.Clamp(value, 0, 419_430_400) >> 12;
    }
}
