using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Simulated.Chips;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

public sealed class Veml7700Tests : SensorContract
{
    private protected override string Word => "veml7700";

    private protected override bool HasChecksums => false;

    private protected override bool ReadsTwice => true;

    private protected override SimulatedChip MakeChip(TimeProvider time) => new SimulatedVeml7700(() => new(0, 20, 50) { Illuminance = 512 }, time);

    /// <summary>Document 84323, table of resolutions: lx a count by gain and integration time.</summary>
    [Theory]
    [InlineData(2, 800, 0.0036)]
    [InlineData(2, 100, 0.0288)]
    [InlineData(1, 100, 0.0576)]
    [InlineData(0.25, 100, 0.2304)]
    [InlineData(0.125, 100, 0.4608)]
    [InlineData(0.125, 25, 1.8432)]
    public void Counts_become_lux_by_gain_and_time(double gain, int milliseconds, double resolution) =>
        Assert.Equal(100 * resolution, Veml7700.Illuminance(100, gain, milliseconds), 6);

    /// <summary>The correction, computed by its terms one by one at 18,432 lx.</summary>
    [Fact]
    public void Above_a_thousand_lux_the_correction_of_the_maker_counts()
    {
        const double raw = 18_432;
        var expected = 6.0135e-13 * Math.Pow(raw, 4) - 9.3924e-9 * Math.Pow(raw, 3) + 8.1488e-5 * raw * raw + 1.0023 * raw;
        Assert.Equal(expected, Veml7700.Illuminance(10_000, 0.125, 25), 0.001);
        Assert.Equal(999.936, Veml7700.Illuminance(2_170, 0.125, 100), 0.001);
        Assert.True(Veml7700.Illuminance(2_171, 0.125, 100) > 1070);
    }

    [Fact]
    public void From_darkness_to_daylight_it_chooses_its_range()
    {
        var light = 0.0;
        var bench = new SensorBench(Word, time => new SimulatedVeml7700(() => new(0, 20, 50) { Illuminance = light }, time));
        foreach (var lux in new[] { 0.5, 300, 5, 1200, 25_000, 0.1, 110_000, 40, 500, 990, 1150, 2 })
        {
            light = lux;
            var reading = bench.Next().Readings["illuminance"];
            Assert.Equal(Quality.Good, reading.Quality);
            // Half a count of a hundred, or the finest count there is.
            Assert.Equal(lux, reading.Value, lux * 0.011 + 0.004);
        }
    }

    [Fact]
    public void Around_a_thousand_lux_where_the_correction_leaps_it_settles()
    {
        // No counts lead between 1000 and 1075 lx: the correction begins with a leap.
        var bench = new SensorBench(Word, time => new SimulatedVeml7700(() => new(0, 20, 50) { Illuminance = 1040 }, time));
        Assert.Equal(1040, bench.Next().Readings["illuminance"].Value, 45.0);
    }

    [Fact]
    public void A_chip_that_lost_its_power_is_started_anew_and_its_zero_is_not_believed()
    {
        var bench = Bench();
        bench.Next();
        ((SimulatedVeml7700)bench.Chip).LosePower();
        var (readings, fault) = bench.Next();
        Assert.Equal(FaultKind.Unwell, fault?.Kind);
        Assert.Equal(512, readings["illuminance"].Value, 1.0);
        Assert.Null(bench.Next().Fault);
    }

    [Fact]
    public void More_light_than_there_is_under_the_sun_is_questionable()
    {
        var bench = new SensorBench(Word, _ => new FullChip());
        Assert.Equal(Quality.Questionable, bench.Next().Readings["illuminance"].Quality);
    }

    /// <summary>All bits up in its counts, whatever its range.</summary>
    private sealed class FullChip : SimulatedChip
    {
        private byte[] _configuration = [0, 0];
        private byte _at;

        public override bool OnWrite(ReadOnlySpan<byte> bytes)
        {
            _at = bytes[0];
            if (_at == 0 && bytes.Length == 3) _configuration = [.. bytes[1..]];
            return true;
        }

        public override bool OnRead(Span<byte> bytes)
        {
            if (_at == 0) _configuration.CopyTo(bytes);
            else bytes.Fill(0xFF);
            return true;
        }
    }
}
