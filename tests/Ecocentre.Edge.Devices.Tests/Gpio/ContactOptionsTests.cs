using Ecocentre.Edge.Devices.Gpio;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Devices.Tests.Gpio;

public sealed class ContactOptionsTests
{
    private static readonly ContactOptions Good = new() { Name = "pir-d01", Line = new LineSettings(17), Private = true, Place = "open-space" };

    [Fact]
    public void A_point_follows_from_the_options()
    {
        var point = Good.ToPoint(new PointId(4));
        Assert.Equal(("pir-d01.presence", "pir-d01", "open-space", true), (point.Name, point.Device, point.Place, point.Private));
        Assert.Equal((PointKind.State, TimeSpan.FromSeconds(5), 0, 1), (point.Quantity.Kind, point.Period, point.Min, point.Max));
    }

    [Fact]
    public void Each_fault_names_its_field()
    {
        Assert.Empty(Good.Faults());
        Assert.Equal(["quantity"], Fields(Good with { Quantity = "co2" }));
        Assert.Equal(["quantity"], Fields(Good with { Quantity = "somebody" }));
        Assert.Equal(["confirm", "warmUp"], Fields(Good with { Confirm = TimeSpan.Zero, WarmUp = TimeSpan.FromSeconds(-1) }));
        Assert.Equal(["debounce"], Fields(Good with { Line = new LineSettings(1, Debounce: TimeSpan.FromSeconds(-1)) }));
        Assert.Throws<ArgumentException>(() => (Good with { Confirm = TimeSpan.Zero }).ToPoint(default));
    }

    private static IEnumerable<string> Fields(ContactOptions options) => options.Faults().Select(f => f.Field);
}
