using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Simulated.Chips;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

public sealed class Bh1750Tests : SensorContract
{
    private protected override string Word => "bh1750";

    private protected override bool HasChecksums => false;

    private protected override bool ReadsTwice => true;

    private protected override SimulatedChip MakeChip(TimeProvider time) => new SimulatedBh1750(() => new(0, 20, 50) { Illuminance = 512 }, time);

    /// <summary>Technical note 2011.11 revision D, page 7: the bytes 83 90 are 28067 lx.</summary>
    [Fact]
    public void The_worked_example_of_the_data_sheet_comes_out()
    {
        var chip = new ScriptedChip { Answer = [0x83, 0x90] };
        var bench = new SensorBench(Word, _ => chip);
        Assert.Equal(28_067, bench.Next().Readings["illuminance"].Value, 0.5);
        Assert.Equal("20", chip.Written[^1]);
        // 69: 010 and 00101, page 11.
        Assert.Equal(["01", "42", "65"], chip.Written[..3]);
    }

    [Theory]
    [InlineData(0x0001, 69, 0.833)]
    [InlineData(0xFFFF, 69, 54_612.5)]
    [InlineData(0xFFFF, 31, 121_556.9)]
    public void Counts_become_lux_by_the_measurement_time(int counts, int time, double lux) =>
        Assert.Equal(lux, Bh1750.Illuminance((ushort)counts, time), 0.05);

    [Fact]
    public void More_light_than_it_can_count_is_counted_for_a_shorter_time_and_then_questionable()
    {
        var light = 500.0;
        var bench = new SensorBench(Word, time => new SimulatedBh1750(() => new(0, 20, 50) { Illuminance = light }, time));
        foreach (var lux in new[] { 500, 90_000, 130_000, 80, 81 })
        {
            light = lux;
            var reading = bench.Next().Readings["illuminance"];
            Assert.Equal(lux == 130_000 ? Quality.Questionable : Quality.Good, reading.Quality);
            Assert.Equal(Math.Min(lux, 121_557), reading.Value, lux * 0.01 + 1);
        }
    }

    [Fact]
    public void A_chip_that_lost_its_power_does_not_keep_the_wrong_measurement_time()
    {
        var light = 90_000.0;
        var bench = new SensorBench(Word, time => new SimulatedBh1750(() => new(0, 20, 50) { Illuminance = light }, time));
        bench.Next();
        ((SimulatedBh1750)bench.Chip).LosePower();
        Assert.Equal(90_000, bench.Next().Readings["illuminance"].Value, 10.0);
    }
}
