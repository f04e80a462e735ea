using System.Text.RegularExpressions;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Core.Tests.Plant;

public sealed partial class QuantityTests
{
    // A topic segment and a database tag: nothing to escape in either.
    [GeneratedRegex(@"^[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*$")]
    private static partial Regex LegalName();

    // IEC 62056-61: medium - channel : quantity . kind . tariff.
    [GeneratedRegex(@"^[0-8]-0:\d{1,3}\.\d\.0$")]
    private static partial Regex LegalObis();

    [Fact]
    public void Every_quantity_is_found_by_its_name_and_has_a_legal_one()
    {
        Assert.NotEmpty(Quantity.All);
        foreach (var quantity in Quantity.All)
        {
            Assert.Matches(LegalName(), quantity.Name);
            Assert.True(Quantity.TryGet(quantity.Name, out var found));
            Assert.Same(quantity, found);
        }
        Assert.False(Quantity.TryGet("energy", out _));
        Assert.False(Quantity.TryGet("Power.Active", out _));
    }

    [Fact]
    public void Obis_codes_are_legal_and_belong_to_one_quantity_each()
    {
        var codes = Quantity.All.Where(q => q.Obis is not null).ToLookup(q => q.Obis!);
        Assert.NotEmpty(codes);
        Assert.All(codes, code => Assert.Single(code));
        Assert.All(codes, code => Assert.Matches(LegalObis(), code.Key));
    }

    /// <summary>From the list of standard codes of the DLMS User Association and the Blue Book: totals 1 to 20, phases at 21, 41 and 61.</summary>
    [Theory]
    [InlineData("energy.active.import", "1-0:1.8.0", "kWh", PointKind.Counter)]
    [InlineData("energy.active.export", "1-0:2.8.0", "kWh", PointKind.Counter)]
    [InlineData("energy.reactive.import", "1-0:3.8.0", "kvarh", PointKind.Counter)]
    [InlineData("energy.active.import.l2", "1-0:41.8.0", "kWh", PointKind.Counter)]
    [InlineData("power.active", "1-0:16.7.0", "W", PointKind.Gauge)]
    [InlineData("power.active.l1", "1-0:36.7.0", "W", PointKind.Gauge)]
    [InlineData("power.active.l3", "1-0:76.7.0", "W", PointKind.Gauge)]
    [InlineData("power.factor", "1-0:13.7.0", "1", PointKind.Gauge)]
    [InlineData("voltage.l1", "1-0:32.7.0", "V", PointKind.Gauge)]
    [InlineData("current.l1", "1-0:31.7.0", "A", PointKind.Gauge)]
    [InlineData("current.l3", "1-0:71.7.0", "A", PointKind.Gauge)]
    [InlineData("frequency", "1-0:14.7.0", "Hz", PointKind.Gauge)]
    [InlineData("co2", null, "ppm", PointKind.Gauge)]
    [InlineData("presence", null, "1", PointKind.State)]
    [InlineData("water", "8-0:1.0.0", "m³", PointKind.Counter)]
    public void Well_known_quantities(string name, string? obis, string unit, PointKind kind)
    {
        Assert.True(Quantity.TryGet(name, out var quantity));
        Assert.Equal(new Quantity(name, unit, kind, obis), quantity);
    }

    [Fact]
    public void Energies_and_volumes_count_and_all_else_does_not()
    {
        foreach (var quantity in Quantity.All)
            Assert.Equal(quantity.Unit is "kWh" or "kvarh" or "m³" || quantity.Name == "pulses", quantity.Kind == PointKind.Counter);
    }
}
