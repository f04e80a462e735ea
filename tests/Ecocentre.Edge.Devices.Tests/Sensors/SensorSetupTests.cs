using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

public sealed class SensorSetupTests
{
    private static readonly SensorType Type = SensorCatalogue.TryGet("sht40", out var type) ? type : throw new InvalidOperationException();

    [Fact]
    public void Points_are_dense_and_bear_the_sites_words()
    {
        var options = new SensorOptions { Name = "air-1", Place = "open-space", Period = TimeSpan.FromSeconds(20), Private = true };
        var points = SensorSetup.Make(Type, options, new PointId(7)).Points;
        Assert.Equal(["air-1.temperature", "air-1.humidity"], points.Select(p => p.Name));
        Assert.Equal([7, 8], points.Select(p => (int)p.Id.Value));
        Assert.All(points, p => Assert.Equal(("open-space", TimeSpan.FromSeconds(20), "air-1", true), (p.Place, p.Period, p.Device, p.Private)));
    }

    [Fact]
    public void Only_wanted_quantities_become_points_in_the_order_wanted()
    {
        var setup = SensorSetup.Make(Type, new SensorOptions { Name = "a", Quantities = ["humidity"] }, new PointId(0));
        Assert.Equal(["a.humidity"], setup.Points.Select(p => p.Name));
        Assert.Equal(0x44, setup.Address);
    }

    [Theory]
    [InlineData("co2", null, null, "co2")]
    [InlineData(null, 0x40, null, "0x40")]
    [InlineData(null, null, 0.1, "00:00:01")]
    [InlineData(null, null, 86400.0, "00:10:00")]
    public void What_the_type_does_not_have_is_refused(string? quantity, int? address, double? seconds, string word)
    {
        var options = new SensorOptions
        {
            Name = "a", Address = (byte?)address, Period = seconds is { } s ? TimeSpan.FromSeconds(s) : null, Quantities = quantity is null ? [] : [quantity],
        };
        Assert.Contains(word, Assert.Throws<ArgumentException>(() => SensorSetup.Make(Type, options, new PointId(0))).Message);
    }

    [Fact]
    public void A_sensor_without_its_bus_is_refused() => Assert.Throws<ArgumentException>(() =>
        SensorSetup.Make(Type, new SensorOptions { Name = "a" }, new PointId(0)).Connect(new SensorWires(TimeProvider.System, () => default)));
}
