using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Tests.Simulated;

namespace Ecocentre.Edge.Devices.Tests.I2c;

public sealed class MuxResetTests
{
    private const int Line = 4;

    private static readonly MuxBranch Near = new(0x70, 3), Far = new(0x77, 3);

    private readonly SimulatedI2cPort _port = new("i2c-7");
    private readonly SimulatedGpioChip _chip = new("/dev/gpiochip0", 8, TimeProvider.System);
    private readonly List<bool> _driven = [];

    public MuxResetTests()
    {
        _port.Attach(0x62, new RegisterChip(0x11), Near);
        _port.Attach(0x62, new RegisterChip(0x33), Far);
        _chip.Driven = (line, isHigh) =>
        {
            Assert.Equal(Line, line);
            _driven.Add(isHigh);
            if (!isHigh) _port.ResetMuxes();
        };
    }

    [Fact]
    public void A_chip_that_holds_the_wires_low_is_cut_off_by_one_pulse_on_the_line()
    {
        SimulatedOutputLine? line = null;
        using var reset = new MuxReset(Line, settings => line = _chip.RequestOutput(settings));
        var bus = new I2cBus(_port, reset.Pulse);
        var (near, far) = (bus.Segment(0x62, Near), bus.Segment(0x62, Far));
        Assert.Equal(new OutputSettings(Line, ActiveLow: true, OpenDrain: true), line!.Settings);
        // Let go from the request on.
        Assert.Equal([true], _driven);
        _port.HoldLow(Near);

        Assert.Equal(I2cOutcome.Stuck, near.Read(new byte[1]));
        Assert.Equal([true, false, true], _driven);
        Assert.True(line.PulseLength >= TimeSpan.FromMicroseconds(1), $"{line.PulseLength}");
        var read = new byte[1];
        Assert.Equal(I2cOutcome.Done, far.WriteRead([0], read));
        Assert.Equal(0x33, read[0]);
        Assert.Equal(3, _driven.Count);
    }

    [Fact]
    public void A_line_that_cannot_be_had_is_told_with_every_transfer_it_would_have_helped_and_asked_for_again()
    {
        var other = _chip.RequestOutput(new OutputSettings(Line, ActiveLow: true));
        using var reset = new MuxReset(Line, settings => _chip.RequestOutput(settings));
        Assert.Contains("line 4 is in use", reset.Trouble);
        var bus = new I2cBus(_port, reset.Pulse);
        var (near, far) = (bus.Segment(0x62, Near), bus.Segment(0x62, Far));
        _port.HoldLow(Near);

        Assert.Equal(I2cOutcome.Stuck, near.Read(new byte[1]));
        Assert.Contains("cannot be reset: /dev/gpiochip0: line 4 is in use", near.LastError);

        other.Dispose();
        Assert.Equal(I2cOutcome.Stuck, far.Read(new byte[1]));
        Assert.DoesNotContain("cannot be reset", far.LastError);
        Assert.Equal(I2cOutcome.Done, far.WriteRead([0], new byte[1]));
    }

    [Fact]
    public void A_line_whose_chip_was_unplugged_works_when_it_is_back()
    {
        using var reset = new MuxReset(Line, settings => _chip.RequestOutput(settings));
        Assert.Null(reset.Trouble);
        _chip.IsPresent = false;
        Assert.Contains("gone", Assert.Throws<IOException>(reset.Pulse).Message);
        _chip.IsPresent = true;
        _driven.Clear();
        reset.Pulse();
        Assert.Equal([true, false, true], _driven);
        reset.Dispose();
        _chip.RequestOutput(new OutputSettings(Line)).Dispose();
    }
}
