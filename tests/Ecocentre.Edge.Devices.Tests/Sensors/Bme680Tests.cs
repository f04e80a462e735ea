using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Simulated.Chips;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

public sealed class Bme680Tests : SensorContract
{
    private protected override string Word => "bme680";

    private protected override bool HasChecksums => false;

    private protected override bool ReadsTwice => true;

    private protected override SimulatedChip MakeChip(TimeProvider time) =>
        new SimulatedBme680(() => new(0, 21.5, 44.2) { Pressure = 986.4 }, time);

    [Fact]
    public void It_measures_three_quantities_and_heats_nothing()
    {
        var bench = Bench();
        var (readings, fault) = bench.Next();
        Assert.Null(fault);
        Assert.Equal(21.5, readings["temperature"].Value, 0.01);
        Assert.Equal(44.2, readings["humidity"].Value, 0.05);
        Assert.Equal(986.4, readings["pressure"].Value, 0.02);
        Assert.Equal(3, readings.Count);
        Assert.Equal(0, ((SimulatedBme680)bench.Chip)[0x71] & 0x10);
    }

    [Fact]
    public void A_chip_that_lost_its_power_is_started_anew()
    {
        var bench = Bench();
        bench.Next();
        ((SimulatedBme680)bench.Chip).LosePower();
        var (readings, fault) = bench.Next();
        Assert.Equal(FaultKind.Unwell, fault?.Kind);
        Assert.All(readings.Values, r => Assert.Equal(Quality.Good, r.Quality));
        Assert.Null(bench.Next().Fault);
    }

    [Fact]
    public void A_chip_that_measures_for_ever_is_missing()
    {
        var bench = Bench();
        bench.Next();
        ((SimulatedBme680)bench.Chip).IsHung = true;
        AssertMissing(bench, FaultKind.Garbled, "longer than it can");
    }

    [Fact]
    public void Another_chip_at_its_address_is_refused()
    {
        var bench = new SensorBench(Word, time => new SimulatedBme280(() => new(0, 20, 50), time));
        AssertMissing(bench, FaultKind.Garbled, "no BME680");
    }
}
