using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Tests.Simulated;

namespace Ecocentre.Edge.Devices.Tests.I2c;

public sealed class I2cBusTests
{
    private static readonly MuxBranch Near = new(0x70, 3), Next = new(0x70, 4), Far = new(0x77, 3);

    private readonly SimulatedI2cPort _port = new("i2c-7");
    private readonly RegisterChip _near = new(0x11), _next = new(0x22), _far = new(0x33), _trunk = new(0x44);
    private readonly I2cBus _bus;

    public I2cBusTests()
    {
        _port.Attach(0x62, _near, Near);
        _port.Attach(0x62, _next, Next);
        _port.Attach(0x62, _far, Far);
        _port.Attach(0x44, _trunk);
        _bus = new I2cBus(_port);
    }

    [Fact]
    public void Chips_with_one_address_are_told_apart_by_their_branch()
    {
        var (near, next, far, trunk) = (_bus.Segment(0x62, Near), _bus.Segment(0x62, Next), _bus.Segment(0x62, Far), _bus.Segment(0x44));

        foreach (var (segment, value) in new[] { (near, 0x11), (far, 0x33), (next, 0x22), (near, 0x11), (trunk, 0x44), (far, 0x33) })
            Assert.Equal(value, Ask(segment));
        Assert.Equal(0, _port.Collisions);
    }

    [Fact]
    public void An_open_branch_is_not_opened_again_and_a_chip_on_the_trunk_shuts_it()
    {
        var (near, trunk) = (_bus.Segment(0x62, Near), _bus.Segment(0x44));
        Ask(near);
        var before = _port.Transfers;
        Ask(near);
        Assert.Equal(before + 1, _port.Transfers);

        Ask(trunk);

        Assert.Equal(0, _port.Mux(0x70).Control);
    }

    [Fact]
    public void Branches_left_open_by_a_process_that_died_are_shut_first()
    {
        var (near, far) = (_bus.Segment(0x62, Near), _bus.Segment(0x62, Far));
        _port.Transfer(0x77, [0xFF], []);

        Assert.Equal(0x11, Ask(near));

        Assert.Equal(0, _port.Collisions);
        Assert.Equal(0x33, Ask(far));
    }

    [Fact]
    public void A_dead_multiplexer_costs_only_the_chips_behind_it()
    {
        var (near, far, trunk) = (_bus.Segment(0x62, Near), _bus.Segment(0x62, Far), _bus.Segment(0x44));
        _port.Mux(0x70).IsAnswering = false;

        Assert.Equal(I2cOutcome.NoAnswer, near.Read(new byte[1]));
        Assert.Contains("multiplexer 0x70", near.LastError);
        Assert.Contains("i2c-7 0x70:3 0x62", near.LastError);
        Assert.Equal(0x33, Ask(far));
        Assert.Equal(0x44, Ask(trunk));

        _port.Mux(0x70).IsAnswering = true;
        Assert.Equal(0x11, Ask(near));
    }

    [Fact]
    public void Seven_dead_multiplexers_cost_the_living_one_next_to_nothing()
    {
        for (byte address = 0x70; address < 0x77; address++)
        {
            _bus.Segment(0x62, new MuxBranch(address, 0));
            _port.Mux(address).IsAnswering = false;
        }
        var far = _bus.Segment(0x62, Far);
        Ask(far);
        var before = _port.Transfers;
        for (var i = 0; i < 1000; i++) Ask(far);

        // Each is told after 1, 3, 7, 15, 31 and then every 63 transfers.
        Assert.InRange(_port.Transfers - before, 1000, 1000 + 7 * 21);

        _port.Mux(0x73).IsAnswering = true;
        _port.Attach(0x62, new RegisterChip(0x55), new MuxBranch(0x73, 0));
        Assert.Equal(0x55, Ask(_bus.Segment(0x62, new MuxBranch(0x73, 0))));
        Assert.Equal(0x33, Ask(far));
        Assert.Equal(0, _port.Collisions);
    }

    [Fact]
    public void A_multiplexer_that_lost_power_is_told_again()
    {
        var near = _bus.Segment(0x62, Near);
        Ask(near);
        _port.ResetMuxes();

        Assert.Equal(I2cOutcome.NoAnswer, near.Read(new byte[1]));
        Assert.Equal(0x11, Ask(near));
    }

    [Fact]
    public void A_bit_that_flips_on_its_way_to_a_multiplexer_never_opens_a_neighbours_branch()
    {
        var near = _bus.Segment(0x62, Near);
        for (var bit = 0; bit < 8; bit++)
        {
            _port.ResetMuxes();
            var isFirst = true;
            var at = bit;
            _port.Fault = _ => isFirst && !(isFirst = false) ? new I2cFault(I2cFaultKind.FlippedWrite, at) : default;
            _ = near.Read(new byte[1]);
            Assert.Equal(0x11, Ask(near));
        }
        Assert.Equal(0, _port.Collisions);
    }

    [Fact]
    public void With_flaky_wires_an_answer_is_always_the_asked_chips()
    {
        var faults = new I2cFaults(5) { Nack = 0.05, Stuck = 0.02, FlippedWrite = 0.05 };
        var random = new Random(5);
        // A bit that flips on its way to a chip itself is for the chip's checksums to find.
        _port.Fault = address => faults.Next(address) is var fault && fault.Kind == I2cFaultKind.FlippedWrite && address == 0x62 ? default : fault;
        (I2cSegment Segment, byte Value)[] places = [(_bus.Segment(0x62, Near), 0x11), (_bus.Segment(0x62, Next), 0x22), (_bus.Segment(0x62, Far), 0x33)];
        var done = 0;
        var read = new byte[1];
        for (var i = 0; i < 20_000; i++)
        {
            var (segment, value) = places[random.Next(places.Length)];
            if (segment.WriteRead([0], read) != I2cOutcome.Done) continue;
            done++;
            Assert.True(read[0] == value, $"Seed 5, transfer {i}: {segment} said {read[0]:X2}.");
        }
        Assert.InRange(done, 10_000, 19_500);
    }

    [Fact]
    public void A_branch_held_low_is_named_and_the_others_go_on_after_a_reset()
    {
        var isWired = false;
        var bus = new I2cBus(_port, () =>
        {
            if (isWired) _port.ResetMuxes();
        });
        var (near, far) = (bus.Segment(0x62, Near), bus.Segment(0x62, Far));
        _port.HoldLow(Near);

        Assert.Equal(I2cOutcome.Stuck, near.Read(new byte[1]));
        Assert.Equal(I2cOutcome.Stuck, far.Read(new byte[1]));
        Assert.Contains("began with i2c-7 0x70:3 0x62", far.LastError);

        isWired = true;
        Assert.Equal(I2cOutcome.Stuck, far.Read(new byte[1]));
        Assert.Equal(0x33, Ask(far));
        Assert.Equal(I2cOutcome.Stuck, near.Read(new byte[1]));
        Assert.Equal(0x33, Ask(far));
    }

    [Fact]
    public void A_bus_that_is_gone_is_said_and_works_when_it_is_back()
    {
        var near = _bus.Segment(0x62, Near);
        Ask(near);
        _port.IsPlugged = false;

        Assert.Equal(I2cOutcome.NoBus, near.Read(new byte[1]));
        Assert.Contains("not plugged in", near.LastError);

        _port.ResetMuxes();
        _port.IsPlugged = true;
        Assert.Equal(0x11, Ask(near));
    }

    [Fact]
    public void Impossible_places_are_refused_with_words()
    {
        Assert.Contains("0x78", Assert.Throws<ArgumentException>(() => _bus.Segment(0x78)).Message);
        Assert.Contains("0x07", Assert.Throws<ArgumentException>(() => _bus.Segment(0x07)).Message);
        Assert.Contains("0x70:8", Assert.Throws<ArgumentException>(() => _bus.Segment(0x62, new MuxBranch(0x70, 8))).Message);
        Assert.Contains("0x6F:0", Assert.Throws<ArgumentException>(() => _bus.Segment(0x62, new MuxBranch(0x6F, 0))).Message);
        _bus.Segment(0x62, Near);
        Assert.Contains("a chip and as a multiplexer", Assert.Throws<ArgumentException>(() => _bus.Segment(0x70)).Message);
    }

    private static byte Ask(I2cSegment segment)
    {
        var read = new byte[1];
        Assert.True(segment.WriteRead([0], read) == I2cOutcome.Done, segment.LastError);
        return read[0];
    }
}
