using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Core.Tests.Plant;

public sealed class UnitTests
{
    /// <summary>Columns: unit on the wire, canonical unit, what one of it is.</summary>
    [Theory]
    [InlineData("mW", "W", 0.001)]
    [InlineData("W", "W", 1)]
    [InlineData("kW", "W", 1_000)]
    [InlineData("MW", "W", 1_000_000)]
    [InlineData("var", "var", 1)]
    [InlineData("kvar", "var", 1_000)]
    [InlineData("VA", "VA", 1)]
    [InlineData("kVA", "VA", 1_000)]
    [InlineData("Wh", "kWh", 0.001)]
    [InlineData("kWh", "kWh", 1)]
    [InlineData("MWh", "kWh", 1_000)]
    [InlineData("varh", "kvarh", 0.001)]
    [InlineData("kvarh", "kvarh", 1)]
    [InlineData("Mvarh", "kvarh", 1_000)]
    [InlineData("mV", "V", 0.001)]
    [InlineData("V", "V", 1)]
    [InlineData("kV", "V", 1_000)]
    [InlineData("mA", "A", 0.001)]
    [InlineData("A", "A", 1)]
    [InlineData("Hz", "Hz", 1)]
    [InlineData("mHz", "Hz", 0.001)]
    [InlineData("1", "1", 1)]
    [InlineData("%", "%", 1)]
    [InlineData("ppm", "ppm", 1)]
    [InlineData("°C", "°C", 1)]
    [InlineData("Pa", "hPa", 0.01)]
    [InlineData("hPa", "hPa", 1)]
    [InlineData("µg/m³", "µg/m³", 1)]
    [InlineData("lx", "lx", 1)]
    [InlineData("l", "m³", 0.001)]
    [InlineData("m³", "m³", 1)]
    public void Every_unit_converts(string unit, string canonical, double factor)
    {
        Assert.True(Unit.TryFactor(unit, canonical, out var found));
        Assert.Equal(factor, found);
    }

    [Fact]
    public void The_table_above_is_the_whole_list()
    {
        var rows = typeof(UnitTests).GetMethod(nameof(Every_unit_converts))!.GetCustomAttributesData()
            .Where(a => a.AttributeType == typeof(InlineDataAttribute));
        var listed = rows.Select(row => (string)((IReadOnlyList<System.Reflection.CustomAttributeTypedArgument>)row.ConstructorArguments[0].Value!)[0].Value!);
        Assert.Equal(Unit.All.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("kWh", "W")]
    [InlineData("W", "kWh")]
    [InlineData("kW", "kW")]
    [InlineData("KWH", "kWh")]
    [InlineData("%", "1")]
    [InlineData("furlong", "m³")]
    [InlineData("", "W")]
    public void Another_dimension_another_spelling_and_a_canonical_unit_that_is_none_are_refused(string unit, string canonical)
    {
        Assert.False(Unit.TryFactor(unit, canonical, out var factor));
        Assert.Equal(0, factor);
    }

    [Fact]
    public void A_canonical_unit_is_one_of_itself()
    {
        foreach (var canonical in Quantity.All.Select(q => q.Unit).Distinct())
        {
            Assert.True(Unit.TryFactor(canonical, canonical, out var factor), canonical);
            Assert.Equal(1, factor);
        }
    }
}
