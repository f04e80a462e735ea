using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;

namespace Ecocentre.Edge.Devices.Tests.Simulated;

public sealed class SimulatedOutputLineTests
{
    private readonly SimulatedGpioChip _chip = new("chip", 8, TimeProvider.System);

    [Fact]
    public void Active_and_inactive_are_levels_by_its_polarity_and_it_begins_inactive()
    {
        var driven = new List<(int, bool)>();
        _chip.Driven = (line, isHigh) => driven.Add((line, isHigh));
        using var high = _chip.RequestOutput(new OutputSettings(1));
        using var low = _chip.RequestOutput(new OutputSettings(2, ActiveLow: true));
        high.Drive(true);
        low.Pulse(TimeSpan.FromMicroseconds(3));
        Assert.Equal([(1, false), (2, true), (1, true), (2, false), (2, true)], driven);
        Assert.Equal(TimeSpan.FromMicroseconds(3), low.PulseLength);
    }

    [Fact]
    public async Task A_line_has_one_consumer()
    {
        var output = _chip.RequestOutput(new OutputSettings(1));
        Assert.Contains("in use", Assert.Throws<IOException>(() => _chip.RequestOutput(new OutputSettings(1))).Message);
        Assert.Contains("in use", Assert.Throws<IOException>(() => _chip.Request([new LineSettings(1)])).Message);
        Assert.Contains("lines 0 to 7", Assert.Throws<IOException>(() => _chip.RequestOutput(new OutputSettings(8))).Message);
        output.Dispose();
        await using (_chip.Request([new LineSettings(1)]))
            Assert.Contains("in use", Assert.Throws<IOException>(() => _chip.RequestOutput(new OutputSettings(1))).Message);
        Assert.Contains("gone", Assert.Throws<IOException>(() => output.Drive(true)).Message);
    }
}
