using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Gpio;
using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Simulated.Chips;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices.Tests.Gpio;

public sealed class Mcp23017LinesTests
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(50), Second = TimeSpan.FromSeconds(1);

    private readonly VirtualTime _time = new();
    private readonly SimulatedI2cPort _port = new();
    private readonly SimulatedMcp23017 _chip = new();
    private readonly SimulatedGpioChip _pins;
    private readonly I2cSegment _segment;
    private readonly LineEdge[] _edges = new LineEdge[32];

    public Mcp23017LinesTests()
    {
        _port.Attach(0x20, _chip);
        _segment = new I2cBus(_port).Segment(0x20);
        _pins = new SimulatedGpioChip("/dev/gpiochip0", 4, _time);
        // Open drain with a pull-up: high while nobody pulls.
        _pins.Drive(1, true);
        _chip.Interrupted = isLow => _pins.Drive(1, !isLow);
    }

    /// <summary>DS20001952C, table 3-5: each register has what it was told, and nothing drives a pin.</summary>
    [Fact]
    public void Settings_are_in_the_chip() => _time.Run(async () =>
    {
        await using var lines = Open(
            new LineSettings(0), new LineSettings(9, ActiveLow: true, LineBias.PullUp), new LineSettings(15, Bias: LineBias.PullUp));
        var registers = Enumerable.Range(0, 14).Select(r => _chip[(byte)r].ToString("X2"));
        Assert.Equal("FF FF 00 02 01 82 00 00 00 00 44 44 00 82", string.Join(" ", registers));
        Assert.Equal("simulated-i2c 0x20", lines.Path);
    });

    [Fact]
    public void A_change_is_found_at_the_next_asking() => _time.Run(async () =>
    {
        await using var lines = Open(new LineSettings(0), new LineSettings(9, ActiveLow: true, LineBias.PullUp));
        Assert.Equal(0ul, lines.ReadLevels());
        await Task.Delay(Second, _time);
        var driven = _time.Elapsed;
        _chip.Drive(9, false);
        Assert.Equal(1, await lines.ReadEdgesAsync(_edges, Second, default));
        Assert.Equal((1, true), (_edges[0].Line, _edges[0].IsActive));
        Assert.InRange(_time.Elapsed - driven, TimeSpan.Zero, AskEvery);
        Assert.Equal(0b10ul, lines.ReadLevels());
        Assert.Equal(0, await lines.ReadEdgesAsync(_edges, Second, default));
        Assert.Equal(0, lines.EdgesLost);
    });

    [Fact]
    public void A_pulse_between_two_askings_is_caught_whole() => _time.Run(async () =>
    {
        await using var lines = Open(new LineSettings(3));
        Assert.Equal(0, await lines.ReadEdgesAsync(_edges, AskEvery, default));
        _chip.Drive(3, true);
        await Task.Delay(TimeSpan.FromMilliseconds(5), _time);
        _chip.Drive(3, false);
        Assert.Equal(2, await lines.ReadEdgesAsync(_edges, Second, default));
        Assert.Equal([true, false], _edges[..2].Select(e => e.IsActive));
        Assert.True(_edges[0].Timestamp <= _edges[1].Timestamp);
    });

    [Fact]
    public void With_its_interrupt_line_a_change_is_told_at_once_with_the_time_of_that_line() => _time.Run(async () =>
    {
        await using var lines = Open(isInterrupting: true, new LineSettings(3), new LineSettings(12));
        for (var i = 0; i < 10; i++)
        {
            var transfers = _port.Transfers;
            var reading = lines.ReadEdgesAsync(_edges, Second, default);
            await Task.Delay(TimeSpan.FromMilliseconds(337), _time);
            Assert.InRange(_port.Transfers - transfers, 0, 2);
            var driven = _time.GetTimestamp();
            _chip.Drive(12, i % 2 == 0);
            Assert.Equal(1, await reading);
            Assert.Equal(new LineEdge(1, i % 2 == 0, driven), _edges[0]);
            Assert.Equal(driven, _time.GetTimestamp());
        }
    });

    [Fact]
    public void A_chip_that_lost_its_power_is_set_up_again_and_its_levels_are_never_inverted() => _time.Run(async () =>
    {
        await using var lines = Open(new LineSettings(0), new LineSettings(9, ActiveLow: true, LineBias.PullUp));
        _chip.Drive(9, true);
        Assert.Equal(0, await lines.ReadEdgesAsync(_edges, AskEvery, default));
        _chip.LosePower();
        Assert.Equal(0, await lines.ReadEdgesAsync(_edges, Second, default));
        Assert.Equal(1, lines.EdgesLost);
        Assert.Equal(0x44, _chip[0x0A]);
        _chip.Drive(9, false);
        Assert.Equal(1, await lines.ReadEdgesAsync(_edges, Second, default));
        Assert.True(_edges[0].IsActive);
    });

    [Fact]
    public void Noise_costs_nothing_and_silence_is_told_after_a_second() => _time.Run(async () =>
    {
        await using var lines = Open(new LineSettings(0));
        _port.Fault = new I2cFaults(5) { Nack = 0.1 }.Next;
        for (var i = 0; i < 200; i++)
        {
            _chip.Drive(0, i % 2 == 0);
            Assert.Equal(1, await lines.ReadEdgesAsync(_edges, Second, default));
            Assert.Equal(i % 2 == 0, _edges[0].IsActive);
        }
        _port.Fault = null;
        _port.Detach(_chip);
        var start = _time.Elapsed;
        await Assert.ThrowsAsync<IOException>(() => lines.ReadEdgesAsync(_edges, 2 * Second, default).AsTask());
        Assert.Throws<IOException>(() => lines.ReadLevels());
        Assert.InRange(_time.Elapsed - start, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(1.2));
    });

    [Fact]
    public void A_bit_that_turns_on_the_wire_is_nobody_at_a_desk() => _time.Run(async () =>
    {
        await using var lines = Open([.. Enumerable.Range(0, 16).Select(i => new LineSettings(i))]);
        for (var bit = 0; bit < 9 * 8; bit++)
        {
            var count = 0;
            _port.Fault = _ => count++ == 0 ? new I2cFault(I2cFaultKind.FlippedRead, bit) : default;
            Assert.Equal(0, await lines.ReadEdgesAsync(_edges, 3 * AskEvery, default));
            Assert.Equal(0ul, lines.ReadLevels());
        }
        Assert.Equal(0, lines.EdgesLost);
    });

    [Fact]
    public void Another_chip_at_its_address_is_refused()
    {
        _port.Detach(_chip);
        _port.Attach(0x20, new SimulatedBme280(() => new(0, 20, 50), _time));
        Assert.Contains("Is it one?", Assert.Throws<IOException>(() => Open(new LineSettings(0))).Message);
        var nobody = new I2cBus(new SimulatedI2cPort()).Segment(0x21);
        Assert.Throws<IOException>(() => Mcp23017Lines.Open(nobody, [new LineSettings(0)], AskEvery, null, _time));
    }

    [Fact]
    public void Lines_it_cannot_have_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Open(new LineSettings(16)));
        Assert.Throws<ArgumentException>(() => Open(new LineSettings(1, Bias: LineBias.PullDown)));
        Assert.Throws<ArgumentException>(() => Open(new LineSettings(1, Debounce: AskEvery)));
        Assert.Throws<ArgumentException>(() => Mcp23017Lines.Open(_segment, [new LineSettings(1)], TimeSpan.Zero, null, _time));
    }

    [Fact]
    public void A_wait_that_is_given_up_ends()
    {
        _time.Run(async () =>
        {
            await using var lines = Open(new LineSettings(0));
            using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(0.3), _time);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lines.ReadEdgesAsync(_edges, Second, stop.Token).AsTask());
        });
    }

    /// <summary>Goal: contacts behind an expander keep the promise of those at the gateway's own pins. Method: 20 minutes of seeded pins
    /// behind a bank, with noise on the wires and power that goes now and then.</summary>
    [Theory]
    [InlineData(1, false, false)]
    [InlineData(2, false, true)]
    [InlineData(3, true, false)]
    [InlineData(4, true, true)]
    public void Behind_a_bank_levels_are_true(int seed, bool isInterrupting, bool isCapturedRaw)
    {
        var chip = new SimulatedMcp23017 { IsCapturedRaw = isCapturedRaw };
        _port.Detach(_chip);
        _port.Attach(0x20, chip);
        var random = new Random(seed);
        // The bench makes its own time, so the chip's interrupt pin is wired to pins on it.
        GpioBench bench = null!;
        SimulatedGpioChip pins = null!;
        bench = new GpioBench
        {
            Request = lines => Mcp23017Lines.Open(_segment, lines, AskEvery,
                isInterrupting ? () => pins.Request([new LineSettings(1, ActiveLow: true, LineBias.PullUp)]) : null, bench.Time),
        };
        pins = new SimulatedGpioChip("/dev/gpiochip0", 4, bench.Time);
        pins.Drive(1, true);
        chip.Interrupted = isLow => pins.Drive(1, !isLow);
        _port.Fault = new I2cFaults(seed) { Nack = 0.02 }.Next;
        for (var line = 0; line < 12; line++) bench.AddContact(activeLow: line % 2 == 0);
        var (levels, changedAt) = (new bool[12], new TimeSpan[12]);
        bench.Run(async () =>
        {
            while (bench.Time.Elapsed < TimeSpan.FromMinutes(20))
            {
                await bench.Pass(TimeSpan.FromMilliseconds(random.Next(5, 1500)));
                var line = random.Next(12);
                levels[line] = !levels[line];
                changedAt[line] = bench.Time.Elapsed;
                chip.Drive(line, levels[line] != (line % 2 == 0));
                if (random.Next(100) == 0) chip.LosePower();
                for (line = 0; line < 12; line++)
                {
                    if (bench.Time.Elapsed - changedAt[line] < TimeSpan.FromSeconds(6)) continue;
                    var last = bench.Readings.FindLast(r => r.Point.Value == 50 + line);
                    Assert.True(last.Quality == Quality.Good && last.Value == (levels[line] ? 1 : 0),
                        $"Seed {seed}, {bench.Time.Elapsed}: line {line} is {levels[line]}, told was {last}.");
                }
            }
        });
        Assert.Contains(bench.Faults, f => f.Kind == FaultKind.EdgesLost);
    }

    private Mcp23017Lines Open(params ImmutableArray<LineSettings> lines) => Open(false, lines);

    private Mcp23017Lines Open(bool isInterrupting, params ImmutableArray<LineSettings> lines) => Mcp23017Lines.Open(_segment, lines, AskEvery,
        isInterrupting ? () => _pins.Request([new LineSettings(1, ActiveLow: true, LineBias.PullUp)]) : null, _time);
}
