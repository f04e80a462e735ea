using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

/// <summary>Walks all types of sensor: a new one is tested by being there.</summary>
public sealed class SensorCatalogueTests
{
    public static TheoryData<string> Words => new(SensorCatalogue.All.Select(t => t.Word));

    [Fact]
    public void Words_are_unique_and_typing_errors_are_understood()
    {
        Assert.Distinct(SensorCatalogue.All.Select(t => t.Word));
        Assert.Distinct(SensorCatalogue.All.Select(t => t.Title));
        Assert.Equal("sht40", SensorCatalogue.Nearest("sth40"));
        Assert.False(SensorCatalogue.TryGet("sth40", out _));
    }

    [Theory]
    [MemberData(nameof(Words))]
    public void A_type_is_whole(string word)
    {
        Assert.True(SensorCatalogue.TryGet(word, out var type));
        Assert.Matches("^[a-z0-9-]+$", word);
        Assert.NotEmpty(type.Quantities);
        Assert.Distinct(type.Quantities.Select(q => q.Name));
        Assert.All(type.Quantities, q => Assert.True(Quantity.TryGet(q.Name, out _), q.Name));
        Assert.All(type.Quantities, q => Assert.True(q.Min < q.Max));
        Assert.True(type.PeriodMin > TimeSpan.Zero && type.PeriodMin <= type.PeriodUsual && type.PeriodUsual <= type.PeriodMax);
        Assert.Equal(type.Wire == SensorWire.I2c, !type.Addresses.IsEmpty);
        Assert.Equal(type.Wire == SensorWire.Serial, type.Baud > 0);
        Assert.Equal(type.Quantities.Length, SensorSetup.Make(type, new SensorOptions { Name = "a" }, new PointId(0)).Points.Length);
    }

    /// <summary>Each chip says where its numbers come from, in its file and among the data sheets, and has tests of its own.</summary>
    [Fact]
    public void Every_chip_has_a_source_a_row_and_a_test()
    {
        var sheets = File.ReadAllText(Repository.At("hardware", "datasheets.md"));
        var bus = new I2cBus(new SimulatedI2cPort());
        foreach (var type in SensorCatalogue.All)
        {
            var setup = SensorSetup.Make(type, new SensorOptions { Name = "a" }, new PointId(0));
            var wires = new SensorWires(TimeProvider.System, () => default) { OpenSerial = () => throw new IOException() };
            var chip = setup.Connect(type.Wire == SensorWire.I2c ? wires with { I2c = bus.Segment(setup.Address) } : wires).GetType().Name;
            Assert.Contains($"`{chip}`", sheets);
            Assert.Contains("Source:", File.ReadAllText(Repository.At("src", "Ecocentre.Edge.Devices", "Sensors", chip + ".cs")));
            Assert.True(File.Exists(Repository.At("tests", "Ecocentre.Edge.Devices.Tests", "Sensors", chip + "Tests.cs")), chip);
        }
    }
}
