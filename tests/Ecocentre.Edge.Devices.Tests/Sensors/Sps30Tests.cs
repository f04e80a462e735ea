using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Simulated.Chips;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

public sealed class Sps30Tests : SensorContract
{
    private static readonly SimulatedAir Air = new(0, 22, 40) { Pm1 = 3.25, Pm25 = 5.125, Pm4 = 6.5, Pm10 = 7.75 };

    private protected override string Word => "sps30";

    private protected override SimulatedChip MakeChip(TimeProvider time) => new SimulatedSps30(() => Air, time);

    /// <summary>The data sheet prints no bytes with values; floats of IEEE 754, upper word first, and the start as printed in chapter 6:
    /// 0010 0300 with checksum AC.</summary>
    [Fact]
    public void Floats_become_micrograms_and_the_start_stands_on_the_wire_as_printed()
    {
        Assert.Equal(0xAC, Crc8.Of([0x03, 0x00]));
        var readings = Bench().After(WarmUp).Readings;
        Assert.Equal([3.25, 5.125, 6.5, 7.75], new[] { "pm.1", "pm.2-5", "pm.4", "pm.10" }.Select(q => readings[q].Value));
        Assert.All(readings.Values, r => Assert.Equal(Quality.Good, r.Quality));
    }

    [Fact]
    public void It_is_woken_and_its_first_half_minute_is_questionable()
    {
        var bench = Bench();
        var (readings, fault) = bench.Next();
        Assert.Null(fault);
        Assert.All(readings.Values, r => Assert.Equal(Quality.Questionable, r.Quality));
        Assert.Equal(new SensorSelf("Sensirion SPS30") { Serial = "8F3A51B2C0D4E6F7", Firmware = "2.3" }, bench.Sensor.Self);
    }

    [Theory]
    [InlineData(4, "fan stands still", Quality.Invalid)]
    [InlineData(5, "laser", Quality.Invalid)]
    [InlineData(21, "too fast", Quality.Questionable)]
    public void What_its_status_says_lowers_its_particles(int bit, string word, Quality quality)
    {
        var bench = Bench();
        bench.After(WarmUp);
        ((SimulatedSps30)bench.Chip).Ailments = 1u << bit;
        var (readings, fault) = bench.Next();
        Assert.Contains(word, fault?.Text);
        Assert.All(readings.Values, r => Assert.Equal(quality, r.Quality));
    }

    [Fact]
    public void An_old_one_without_a_status_is_read_all_the_same()
    {
        var bench = new SensorBench(Word, time => new SimulatedSps30(() => Air, time) { Firmware = 0x0201, Ailments = 1 << 4 });
        Assert.Null(bench.After(WarmUp).Fault);
    }

    [Fact]
    public void One_that_lost_its_power_is_woken_and_started_again()
    {
        var bench = Bench();
        bench.After(WarmUp);
        ((SimulatedSps30)bench.Chip).CyclePower();
        Assert.NotNull(bench.Next().Fault);
        AssertGoodAgain(bench);
    }
}
