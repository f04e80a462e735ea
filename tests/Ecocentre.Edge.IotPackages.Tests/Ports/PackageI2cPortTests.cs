using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Simulated.Chips;
using Ecocentre.Edge.IotPackages.Ports;

namespace Ecocentre.Edge.IotPackages.Tests.Ports;

public sealed class PackageI2cPortTests
{
    private readonly SimulatedI2cPort _wires = new();
    private readonly List<PlayedBus> _opened = [];

    public PackageI2cPortTests() => _wires.Attach(0x44, new SimulatedSht4x(() => new(0, 21.5, 44.2), TimeProvider.System));

    [Fact]
    public async Task Bytes_go_out_and_come_back()
    {
        await using var port = Port();
        Assert.Equal(I2cOutcome.Done, port.Transfer(0x44, [0x89], []));
        await Task.Delay(20);
        var serial = new byte[6];
        Assert.Equal(I2cOutcome.Done, port.Transfer(0x44, [], serial));
        Assert.Equal("0F12", Convert.ToHexString(serial, 0, 2));
        Assert.Equal("3456", Convert.ToHexString(serial, 3, 2));
    }

    [Fact]
    public async Task Each_failure_is_what_it_means_for_the_bus_and_said_in_words()
    {
        await using var port = Port();
        Assert.Equal(I2cOutcome.NoAnswer, port.Transfer(0x45, [0x89], []));
        Assert.Contains("no answer", port.LastError);
        _wires.IsTrunkHeldLow = true;
        Assert.Equal(I2cOutcome.Stuck, port.Transfer(0x44, [0x89], []));
        Assert.Contains("held low", port.LastError);
        _wires.IsTrunkHeldLow = false;
        await Task.Delay(50);
        Assert.Equal(I2cOutcome.Done, port.Transfer(0x44, [0x89], []));
    }

    [Fact]
    public async Task An_adapter_that_was_unplugged_is_closed_and_opened_again_when_it_is_back()
    {
        await using var port = Port();
        Assert.Equal(I2cOutcome.Done, port.Transfer(0x44, [0x89], []));
        _wires.IsPlugged = false;
        Assert.Equal(I2cOutcome.NoBus, port.Transfer(0x44, [0x89], []));
        Assert.Contains("unplugged", port.LastError);
        Assert.True(_opened.Single().IsDisposed);
        _wires.IsPlugged = true;
        // The chip works at what it was asked first.
        await Task.Delay(50);
        Assert.Equal(I2cOutcome.Done, port.Transfer(0x44, [0x89], []));
        Assert.Equal(2, _opened.Count);
    }

    [Theory]
    [InlineData("/dev/i2c-77", "no such I2C adapter")]
    [InlineData("/dev/i2c-7777", "no such I2C adapter")]
    public async Task What_cannot_be_opened_is_no_bus_and_said_with_the_path(string path, string words)
    {
        await using var port = new PackageI2cPort(path);
        Assert.Equal(I2cOutcome.NoBus, port.Transfer(0x44, [0], []));
        Assert.Contains(path, port.LastError);
        Assert.Contains(words, port.LastError);
    }

    [Fact]
    public void A_name_without_a_number_is_refused_in_words() =>
        Assert.Contains("/dev/i2c-N", Assert.Throws<IOException>(() => new PackageI2cPort("/dev/air")).Message);

    private PackageI2cPort Port() => new("/dev/i2c-1", () =>
    {
        _opened.Add(new PlayedBus(_wires));
        return _opened[^1];
    });
}
