using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Devices.Tests.Meters;

public sealed class MeterPointTests
{
    [Theory]
    [InlineData(RegisterType.UInt16, 0.1, 2302, 230.2)]
    [InlineData(RegisterType.UInt32, 0.01, 4999, 49.99)]
    [InlineData(RegisterType.Int16, 0.001, -987, -0.987)]
    [InlineData(RegisterType.UInt64, 1e-5, 123456789, 1234.56789)]
    [InlineData(RegisterType.Int32, 10, -45, -450)]
    [InlineData(RegisterType.UInt32, 1000, 3, 3000)]
    public void Decimal_steps_come_out_as_people_write_them(RegisterType type, double factor, double raw, double expected)
    {
        var point = Point(type, factor);
        var words = new ushort[4];
        RegisterEncoder.Number(raw, point.Format, words);
        Assert.Equal(expected, point.Decode(words));
    }

    [Fact]
    public void The_makers_no_value_mark_is_no_number()
    {
        var point = Point(RegisterType.Int32, 0.1, WordOrder.Cdab) with { Invalid = [0x7FFFFFFF] };
        Assert.True(double.IsNaN(point.Decode([0xFFFF, 0x7FFF])));
        Assert.Equal(214748364.6, point.Decode([0xFFFE, 0x7FFF]));
        var words = new ushort[2];
        point.Encode(double.NaN, words);
        Assert.Equal([0xFFFF, 0x7FFF], words);
    }

    [Fact]
    public void A_sum_spans_its_registers_and_adds_them()
    {
        var point = Point(RegisterType.Float64, 0.001) with { Registers = [801, 805] };
        Assert.Equal((801, 8), (point.Address, point.Length));
        var words = new ushort[8];
        RegisterEncoder.Number(1_000_000, point.Format, words);
        RegisterEncoder.Number(234_567, point.Format, words.AsSpan(4));
        Assert.Equal(1234.567, point.Decode(words));
    }

    [Theory]
    [InlineData(-2, 12.34)]
    [InlineData(0, 1234)]
    [InlineData(3, 1234000)]
    public void A_scale_register_moves_the_decimal_point(short exponent, double expected)
    {
        var point = Point(RegisterType.Int16, 1) with { Registers = [18], ScaleRegister = 22 };
        Assert.Equal((18, 5), (point.Address, point.Length));
        Assert.Equal(expected, point.Decode([1234, 0, 0, 0, (ushort)exponent]));
    }

    [Fact]
    public void A_scale_register_that_is_not_implemented_is_no_value() =>
        Assert.True(double.IsNaN((Point(RegisterType.Int16, 1) with { ScaleRegister = 11 }).Decode([1, 0x8000])));

    [Fact]
    public void A_scale_register_may_lie_before_its_number()
    {
        var point = Point(RegisterType.Int32, 1) with { Registers = [10], ScaleRegister = 8 };
        Assert.Equal((8, 4), (point.Address, point.Length));
        Assert.Equal(6.5536, point.Decode([unchecked((ushort)-4), 0, 1, 0]));
    }

    [Theory]
    [InlineData(16_777.0, 0.00195)]
    [InlineData(100_000.0, 0.0078)]
    [InlineData(600_000.0, 0.0625)]
    public void A_float32_grows_coarser_with_its_value(double kilowattHours, double step) =>
        Assert.Equal(step, (Point(RegisterType.Float32, 1) with { Resolution = 0 }).StepAt(kilowattHours), 0.0001);

    [Fact]
    public void What_is_encoded_decodes_to_within_half_a_step()
    {
        const int seed = 4711;
        var random = new Random(seed);
        double[] factors = [1, 0.1, 0.01, 0.001, 1e-5, 10, 1000];
        for (var i = 0; i < 20_000; i++)
        {
            var type = (RegisterType)random.Next(8);
            var format = new RegisterFormat(type, (WordOrder)random.Next(4));
            var factor = format.IsFloat ? Math.Pow(1000, random.Next(-1, 2)) : factors[random.Next(factors.Length)];
            var exponent = random.Next(-3, 3);
            var point = Point(type, factor, format.Order) with
            {
                Registers = random.Next(4) == 0 ? [10, 10 + format.Words] : [10],
                ScaleRegister = random.Next(3) == 0 ? 10 + 2 * format.Words : null,
                Resolution = format.IsFloat ? 0 : factor,
            };
            var span = new ushort[point.Length];
            if (point.ScaleRegister is not null) span[^1] = (ushort)(short)exponent;
            else exponent = 0;
            var signed = type is RegisterType.Int16 or RegisterType.Int32 or RegisterType.Int64 || format.IsFloat;
            // Up to what the type holds, but within a double's whole numbers.
            var value = (random.NextDouble() - (signed ? 0.5 : 0)) * Math.Min(format.Max, 1e15) * factor * Math.Pow(10, exponent);
            point.Encode(value, span);
            // A power of ten may put a float into the next binade, where its step is twice as wide.
            var tolerance = point.StepAt(value) * (format.IsFloat ? 2 : Math.Pow(10, exponent)) * 0.5001 + Math.Abs(value) * 1e-14;
            var back = point.Decode(span);
            Assert.True(Math.Abs(back - value) <= tolerance, $"seed {seed}, {i}: {format} x {factor} e{exponent}: {value} came back as {back}");
        }
    }

    private static MeterPoint Point(RegisterType type, double factor, WordOrder order = WordOrder.Abcd) => new()
    {
        Quantity = Quantity.All.First(q => q.Name == "power.active"),
        Table = RegisterTable.Holding,
        Registers = [10],
        Format = new RegisterFormat(type, order),
        Unit = "W",
        Factor = factor,
        Resolution = factor,
    };
}
