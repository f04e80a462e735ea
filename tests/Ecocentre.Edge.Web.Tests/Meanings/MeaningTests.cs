using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Web.Meanings;

namespace Ecocentre.Edge.Web.Tests.Meanings;

public sealed class MeaningTests
{
    // unit.ttl of QUDT 2.1 as Brick 1.4.4 brings it (support/unit.ttl).
    private static readonly HashSet<string> Qudt =
        ["W", "V-A_Reactive", "V-A", "KiloW-HR", "KiloV-A_Reactive-HR", "V", "A", "HZ", "PPM", "DEG_C", "PERCENT", "PERCENT_RH", "HectoPA", "MicroGM-PER-M3", "LUX",
            "M3", "UNITLESS"];

    private static readonly HashSet<string> Classes = Names("brick-classes.txt"), Definitions = Names("haystack-defs.txt");

    public static TheoryData<string> Quantities => [.. Quantity.All.Select(quantity => quantity.Name)];

    [Theory]
    [MemberData(nameof(Quantities))]
    public void Every_quantity_is_said_in_words_that_exist(string name)
    {
        Assert.True(Quantity.TryGet(name, out var quantity));
        var meaning = Meaning.Of(quantity);
        Assert.Contains(meaning.Brick, Classes);
        Assert.Contains(meaning.Unit, Qudt);
        Assert.All(meaning.Haystack, marker => Assert.Contains(marker, Definitions));
        if (meaning.Phase is { } phase)
        {
            Assert.Contains(phase.Key, Definitions);
            Assert.Matches(phase.Key switch { "lineVolt" => "^L[123]-L[123]$", "phaseVolt" => "^L[123]-N$", _ => "^L[123]$" }, phase.Value);
        }
    }

    [Fact]
    public void What_has_no_class_of_its_own_is_named_and_nothing_else() => Assert.Equal(
        ["contact", "desks.occupied", "desks.offered", "device.state", "energy.active.total", "nox.index", "pm.4", "pulses", "voc", "voc.index",
            "voltage.thd.l1", "voltage.thd.l2", "voltage.thd.l3"],
        Quantity.All.Where(quantity => !Meaning.Of(quantity).IsExact).Select(quantity => quantity.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Classes_of_places_and_equipment_exist()
    {
        foreach (var name in new[]
        {
            "Outside_Air_Temperature_Sensor", "Outside_Air_CO2_Sensor", "Outside_Air_Humidity_Sensor", "Zone_Air_Temperature_Sensor", "Zone_Air_Humidity_Sensor",
            "Building_Electrical_Meter", "Electrical_Meter", "Water_Meter", "IAQ_Sensor_Equipment", "Occupancy_Sensor_Equipment", "Sensor_Equipment",
        }) Assert.Contains(name, Classes);
        foreach (var name in new[]
        {
            "site", "space", "floor", "room", "equip", "point", "sensor", "cur", "his", "meter", "siteMeter", "submeter", "flow", "outside", "siteRef", "equipRef",
            "spaceRef", "kind", "unit", "tz", "area", "dis", "id",
        }) Assert.Contains(name, Definitions);
    }

    private static HashSet<string> Names(string file) =>
        [.. File.ReadLines(Path.Combine(Repository.Root, "tests", "Ecocentre.Edge.Web.Tests", "Meanings", file)).Where(line => !line.StartsWith('#'))];
}
