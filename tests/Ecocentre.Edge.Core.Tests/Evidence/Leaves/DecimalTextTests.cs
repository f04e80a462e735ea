using System.Globalization;
using System.Text;
using Ecocentre.Edge.Evidence.Leaves;

namespace Ecocentre.Edge.Core.Tests.Evidence.Leaves;

/// <summary>Numbers are written as the library writes them and read as it reads them, however they are made.</summary>
public sealed class DecimalTextTests
{
    public static TheoryData<double> Special => new()
    {
        0, -0.0, 1, -1, 0.1, 0.3, 0.30000000000000004, 1e-4, 0.0001234, 9.9e-5, 1e-5, 1e-6, 999_999_999, 999_999_999.999999, 1e9, 1e9 + 0.5, 1e15, 1e16,
        123_456_789.123456, 0.123456, 0.1234567, 100, 1e-7, double.Epsilon, double.MaxValue, double.MinValue, 4503599627370497.5, 9007199254740993,
        431.5, 422.7333333333333, 1234.56789, -273.15, 1.0 / 3, 2.5e-4,
    };

    [Theory]
    [MemberData(nameof(Special))]
    public void A_number_is_written_as_the_library_writes_it_and_comes_back(double value) => Hold(value, "special");

    [Fact]
    public void Any_number_is_written_as_the_library_writes_it_and_comes_back()
    {
        const int seed = 20261122;
        var random = new Random(seed);
        for (var round = 0; round < 200_000; round++)
        {
            var value = random.Next(6) switch
            {
                0 => random.NextInt64(-2_000_000_000, 2_000_000_000),
                // Decimals as instruments give them, and their neighbours.
                1 => Math.Round(random.NextDouble() * Math.Pow(10, random.Next(10)), random.Next(8)),
                2 => Math.BitIncrement(Math.Round(random.NextDouble() * Math.Pow(10, random.Next(10)), random.Next(8))),
                3 => random.NextDouble() * Math.Pow(10, random.Next(-8, 12)),
                4 => (float)(random.NextDouble() * Math.Pow(10, random.Next(-3, 6))),
                _ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
            };
            if (double.IsFinite(value)) Hold(random.Next(2) == 0 ? value : -value, $"seed {seed}, round {round}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1.2.3")]
    [InlineData("1,2")]
    [InlineData("one")]
    [InlineData("1 ")]
    [InlineData(" 1")]
    [InlineData("1e999")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("--1")]
    public void What_is_no_number_is_refused(string text) => Assert.False(DecimalText.TryRead(Encoding.ASCII.GetBytes(text), out _));

    [Theory]
    [InlineData("00012.50", 12.5)]
    [InlineData("12345678901234567890", 12345678901234567890.0)]
    [InlineData("0.000000000000000000000000000001", 1e-30)]
    [InlineData("9007199254740993", 9007199254740992)]
    [InlineData("1E3", 1000)]
    public void Other_ways_to_write_a_number_are_read_as_what_they_say(string text, double expected)
    {
        Assert.True(DecimalText.TryRead(Encoding.ASCII.GetBytes(text), out var value));
        Assert.Equal(expected, value);
    }

    private static void Hold(double value, string where)
    {
        Span<byte> text = stackalloc byte[24];
        var length = DecimalText.Write(value, text);
        Assert.True(value.ToString("R", CultureInfo.InvariantCulture) == Encoding.ASCII.GetString(text[..length]), where);
        Assert.True(DecimalText.TryRead(text[..length], out var read) && BitConverter.DoubleToInt64Bits(read) == BitConverter.DoubleToInt64Bits(value), where);
    }
}
