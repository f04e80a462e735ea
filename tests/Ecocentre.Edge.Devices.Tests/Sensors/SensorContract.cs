using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

/// <summary>What every I2C sensor does about its wires, beside <see cref="DeviceContract"/>. Each chip's tests derive from it.</summary>
public abstract class SensorContract : DeviceContract
{
    /// <summary>As a site names the type.</summary>
    private protected abstract string Word { get; }

    /// <summary>A chip in air that suits it, with everything well.</summary>
    private protected abstract SimulatedChip MakeChip(TimeProvider time);

    /// <summary>Every word of an answer has a checksum.</summary>
    private protected virtual bool HasChecksums => true;

    /// <summary>It has no checksums, but what it measured holds still until it is asked again.</summary>
    private protected virtual bool ReadsTwice => false;

    private protected override TimeSpan WarmUp =>
        SensorCatalogue.All.Single(t => t.Word == Word).Quantities.Max(q => q.WarmUp) + TimeSpan.FromSeconds(30);

    private protected SensorBench Bench(SensorOptions? options = null, MuxBranch? branch = null) => new(Word, MakeChip, options, branch);

    private protected override (IDevice Device, VirtualTime Time) Make(Wire wire, int seed)
    {
        var bench = Bench();
        if (wire == Wire.Dead) bench.Port.Detach(bench.Chip);
        if (wire == Wire.Flaky)
            bench.Port.Fault = new I2cFaults(seed) { Nack = 0.05, Stuck = 0.01, FlippedRead = HasChecksums ? 0.05 : 0, FlippedWrite = 0.02 }.Next;
        return (bench.Sensor, bench.Time);
    }

    [Fact]
    public void A_bus_that_is_stuck_or_gone_makes_all_points_missing_until_it_is_free()
    {
        var bench = Bench();
        Assert.Null(bench.After(WarmUp).Fault);
        bench.Port.IsTrunkHeldLow = true;
        AssertMissing(bench, FaultKind.NoAnswer, "stuck");
        bench.Port.IsTrunkHeldLow = false;
        AssertGoodAgain(bench);
        bench.Port.IsPlugged = false;
        AssertMissing(bench, FaultKind.NoBus, "plugged");
        bench.Port.IsPlugged = true;
        AssertGoodAgain(bench);
    }

    [Fact]
    public void What_is_not_acknowledged_is_missing_and_the_next_poll_is_good_again()
    {
        var bench = Bench();
        bench.After(WarmUp);
        bench.Port.Fault = _ => new I2cFault(I2cFaultKind.Nack);
        AssertMissing(bench, FaultKind.NoAnswer, bench.Sensor.Name);
        bench.Port.Fault = null;
        var (readings, fault) = bench.Next();
        Assert.Null(fault);
        Assert.All(readings.Values, r => Assert.Equal(Quality.Good, r.Quality));
    }

    [Fact]
    public void A_bit_that_turns_in_any_word_of_a_measurement_is_found()
    {
        if (!HasChecksums) return;
        var bench = Bench();
        var truth = bench.After(WarmUp).Readings;
        // One read transfer of a poll after the other, one bit of it after the other, until a poll has no such transfer any more.
        var found = 0;
        for (var (transfer, bit) = (0, 0); transfer < 8;)
        {
            var (count, hit) = (0, false);
            bench.Port.Fault = _ => count++ == transfer && (hit = true) ? new I2cFault(I2cFaultKind.FlippedRead, bit) : default;
            var (readings, fault) = bench.Next();
            bench.Port.Fault = null;
            if (fault is not null)
            {
                found++;
                Assert.Equal(FaultKind.Garbled, fault.Kind);
                Assert.All(readings.Values, r => Assert.Equal(Quality.Missing, r.Quality));
                // Twice: the breaker must not open by this.
                bench.Next();
            }
            else
                foreach (var (quantity, reading) in readings) Assert.Equal(truth[quantity].Value, reading.Value, 0.5);
            // 24 bits a word; flips of transfers that only write, or beyond the words, do nothing.
            (transfer, bit) = ++bit < 24 * 10 && hit && fault is not null ? (transfer, bit) : (transfer + 1, 0);
        }
        Assert.True(found >= 24, $"Only {found} flipped bits were found.");
    }

    [Fact]
    public void Without_checksums_what_holds_still_is_read_twice_and_a_turned_bit_changes_no_value()
    {
        if (HasChecksums || !ReadsTwice) return;
        var bench = Bench();
        var truth = bench.After(WarmUp).Readings;
        for (var (transfer, bit) = (0, 0); transfer < 10; (transfer, bit) = bit < 63 ? (transfer, bit + 1) : (transfer + 1, 0))
        {
            var count = 0;
            bench.Port.Fault = _ => count++ == transfer ? new I2cFault(I2cFaultKind.FlippedRead, bit) : default;
            var (readings, fault) = bench.Next();
            bench.Port.Fault = null;
            foreach (var (quantity, reading) in readings)
                Assert.True(reading.Quality == Quality.Missing || Math.Abs(truth[quantity].Value - reading.Value) < 0.5,
                    $"Transfer {transfer}, bit {bit}: {quantity} is {reading.Value}, true is {truth[quantity].Value}.");
            if (fault is not null) bench.Next();
        }
    }

    [Fact]
    public void Behind_a_multiplexer_it_reads_the_same_though_its_twin_sits_on_the_next_branch()
    {
        var alone = Bench().After(WarmUp).Readings;
        var bench = Bench(branch: new MuxBranch(0x70, 3));
        bench.Port.Attach(bench.Setup.Address, MakeChip(bench.Time), new MuxBranch(0x70, 4));
        var (readings, fault) = bench.After(WarmUp);
        Assert.Null(fault);
        Assert.Equal(alone.ToDictionary(r => r.Key, r => r.Value.Value), readings.ToDictionary(r => r.Key, r => r.Value.Value));
        Assert.Equal(0, bench.Port.Collisions);
    }

    [Fact]
    public void What_the_chip_says_of_itself_is_known_after_its_first_answer()
    {
        var bench = Bench();
        Assert.Null(bench.Sensor.Self);
        bench.Next();
        Assert.NotNull(bench.Sensor.Self);
        Assert.Null(bench.Sensor.Self.Differences);
    }

    [Fact]
    public void Good_readings_lie_within_the_bounds_of_their_points()
    {
        var bench = Bench();
        foreach (var (quantity, reading) in bench.After(WarmUp).Readings)
        {
            var point = bench.Sensor.Points.Single(p => p.Quantity.Name == quantity);
            Assert.InRange(reading.Value, point.Min, point.Max);
        }
    }

    private protected static void AssertMissing(SensorBench bench, FaultKind kind, string word)
    {
        var (readings, fault) = bench.Next();
        Assert.Equal(kind, fault?.Kind);
        Assert.Contains(word, fault!.Text);
        Assert.Equal(bench.Sensor.Points.Length, readings.Count);
        Assert.All(readings.Values, r => Assert.Equal(Quality.Missing, r.Quality));
    }

    private protected void AssertGoodAgain(SensorBench bench)
    {
        var (readings, fault) = bench.After(WarmUp + TimeSpan.FromMinutes(2));
        Assert.Null(fault);
        Assert.All(readings.Values, r => Assert.Equal(Quality.Good, r.Quality));
    }
}
