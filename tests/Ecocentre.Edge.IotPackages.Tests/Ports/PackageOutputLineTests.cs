using System.Device.Gpio;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.IotPackages.Ports;

namespace Ecocentre.Edge.IotPackages.Tests.Ports;

public sealed class PackageOutputLineTests
{
    private readonly PlayedDriver _driver = new();

    [Fact]
    public void It_begins_inactive_and_a_pulse_comes_back()
    {
        using var line = Line(new OutputSettings(2));
        Assert.Equal(PinMode.Output, _driver.ModeOf(2));
        Assert.Equal("2 Low", _driver.Said[^1]);
        line.Pulse(TimeSpan.FromMicroseconds(10));
        Assert.Equal("2 High", _driver.Said.FindLast(said => said.EndsWith("High", StringComparison.Ordinal)));
        Assert.Equal("2 Low", _driver.Said[^1]);
    }

    [Fact]
    public void Open_drain_pulls_low_or_lets_go_and_never_drives_high()
    {
        using var line = Line(new OutputSettings(2, ActiveLow: true, OpenDrain: true));
        Assert.Equal(PinMode.Input, _driver.ModeOf(2));
        line.Drive(isActive: true);
        Assert.Equal(PinMode.Output, _driver.ModeOf(2));
        Assert.Equal("2 Low", _driver.Said[^1]);
        line.Drive(isActive: false);
        Assert.Equal(PinMode.Input, _driver.ModeOf(2));
        Assert.DoesNotContain("2 High", _driver.Said);
    }

    private PackageOutputLine Line(OutputSettings settings) => new("/dev/gpiochip0", settings, new GpioController(_driver));
}
