using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;

namespace Ecocentre.Edge.Devices.Tests.Simulated;

public sealed class SimulatedI2cPortTests
{
    private readonly SimulatedI2cPort _port = new();
    private readonly RegisterChip _chip = new(0xF0);

    public SimulatedI2cPortTests() => _port.Attach(0x44, _chip);

    [Fact]
    public void A_chip_gets_its_bytes_and_gives_its_own()
    {
        Assert.Equal(I2cOutcome.Done, _port.Transfer(0x44, [7, 1, 2], []));
        var read = new byte[3];
        Assert.Equal(I2cOutcome.Done, _port.Transfer(0x44, [7], read));
        Assert.Equal([1, 2, 0xF0], read);
    }

    [Fact]
    public void Nobody_there_and_nobody_ready_are_both_no_answer()
    {
        Assert.Equal(I2cOutcome.NoAnswer, _port.Transfer(0x45, [0], []));
        _chip.IsAnswering = false;
        Assert.Equal(I2cOutcome.NoAnswer, _port.Transfer(0x44, [0], []));
        Assert.Equal(I2cOutcome.NoAnswer, _port.Transfer(0x44, [], new byte[1]));
        Assert.Contains("not acknowledged", _port.LastError);
    }

    [Fact]
    public void Chips_with_one_address_on_open_branches_answer_together_and_zeros_win()
    {
        var other = new RegisterChip(0x3C);
        _port.Attach(0x44, other, new MuxBranch(0x71, 2));
        var read = new byte[1];
        _port.Transfer(0x44, [0], read);
        Assert.Equal(0xF0, read[0]);
        Assert.Equal(I2cOutcome.Done, _port.Transfer(0x71, [0b100], []));

        _port.Transfer(0x44, [0], read);

        Assert.Equal(0x30, read[0]);
        Assert.Equal(1, _port.Collisions);
    }

    [Fact]
    public void A_chip_that_holds_the_clock_too_long_is_given_up()
    {
        _chip.Holds = TimeSpan.FromMilliseconds(30);
        Assert.Equal(I2cOutcome.Done, _port.Transfer(0x44, [0], []));
        Assert.InRange(_port.Busy.TotalMilliseconds, 30, 31);

        _port.StretchMax = TimeSpan.FromMilliseconds(20);
        Assert.Equal(I2cOutcome.Stuck, _port.Transfer(0x44, [0], []));
    }

    [Fact]
    public void One_bit_flips_in_what_was_read()
    {
        var read = new byte[2];
        for (var bit = 0; bit < 16; bit++)
        {
            var at = bit;
            _port.Fault = _ => new I2cFault(I2cFaultKind.FlippedRead, at);
            Assert.Equal(I2cOutcome.Done, _port.Transfer(0x44, [0], read));
            Assert.Equal(1, int.PopCount((read[0] ^ 0xF0) << 8 | (read[1] ^ 0xF0)));
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_faults()
    {
        static List<I2cFault> Of(int seed)
        {
            var faults = new I2cFaults(seed) { Nack = 0.1, Stuck = 0.1, FlippedRead = 0.1, FlippedWrite = 0.1 };
            return [.. Enumerable.Range(0, 500).Select(_ => faults.Next(0x44))];
        }

        var first = Of(3);
        Assert.Equal(first, Of(3));
        Assert.NotEqual(first, Of(4));
        Assert.Equal(Enum.GetValues<I2cFaultKind>().Except([I2cFaultKind.NoBus]).Order(), first.Select(f => f.Kind).Distinct().Order());
    }
}
