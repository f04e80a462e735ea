using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Simulated.Chips;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

public sealed class Bme280Tests : SensorContract
{
    private protected override string Word => "bme280";

    private protected override bool HasChecksums => false;

    private protected override bool ReadsTwice => true;

    private protected override SimulatedChip MakeChip(TimeProvider time) =>
        new SimulatedBme280(() => new(0, 21.5, 44.2) { Pressure = 986.4 }, time);

    [Fact]
    public void It_measures_when_asked_and_at_no_other_time()
    {
        var bench = Bench();
        var (readings, fault) = bench.Next();
        Assert.Null(fault);
        Assert.Equal(21.5, readings["temperature"].Value, 0.01);
        Assert.Equal(44.2, readings["humidity"].Value, 0.02);
        Assert.Equal(986.4, readings["pressure"].Value, 0.01);
        Assert.Equal(0, ((SimulatedBme280)bench.Chip)[0xF4] & 3);
    }

    [Fact]
    public void Its_pressure_is_there_for_those_who_compensate()
    {
        var bench = Bench();
        bench.Next();
        Assert.Equal(986.4, bench.Pressure.Of("s")!.Value, 0.01);
    }

    [Fact]
    public void A_chip_that_is_sold_as_one_is_refused()
    {
        var bench = Bench();
        ((SimulatedBme280)bench.Chip).IsWithoutHumidity = true;
        AssertMissing(bench, FaultKind.Garbled, "BMP280");
    }

    [Fact]
    public void A_chip_that_lost_its_power_is_started_anew_and_never_guesses_humidity()
    {
        var bench = Bench();
        bench.Next();
        ((SimulatedBme280)bench.Chip).LosePower();
        var (readings, fault) = bench.Next();
        Assert.Equal(FaultKind.Unwell, fault?.Kind);
        Assert.Equal(44.2, readings["humidity"].Value, 0.02);
        Assert.Null(bench.Next().Fault);
    }

    [Fact]
    public void A_chip_that_measures_for_ever_is_missing()
    {
        var bench = Bench();
        bench.Next();
        ((SimulatedBme280)bench.Chip).IsHung = true;
        AssertMissing(bench, FaultKind.Garbled, "busy");
    }

    [Fact]
    public void Parameters_that_read_differently_each_time_are_not_believed()
    {
        var bench = Bench();
        var count = 0;
        bench.Port.Fault = _ => new I2cFault(I2cFaultKind.FlippedRead, count++);
        AssertMissing(bench, FaultKind.Garbled, "same twice");
    }

    [Fact]
    public void The_site_offset_is_taken_off()
    {
        var bench = Bench(new SensorOptions { Name = "s", TemperatureOffset = 0.8 });
        Assert.Equal(20.7, bench.Next().Readings["temperature"].Value, 0.01);
    }

    [Fact]
    public void Every_air_of_a_building_comes_back()
    {
        const int seed = 281;
        var random = new Random(seed);
        var air = new SimulatedAir(0, 20, 50);
        var bench = new SensorBench(Word, time => new SimulatedBme280(() => air, time));
        for (var i = 0; i < 300; i++)
        {
            air = new SimulatedAir(0, -20 + 70 * random.NextDouble(), 2 + 96 * random.NextDouble()) { Pressure = 850 + 220 * random.NextDouble() };
            var readings = bench.Next().Readings;
            Assert.True(Math.Abs(readings["temperature"].Value - air.Temperature) < 0.01, $"Seed {seed}, case {i}.");
            Assert.True(Math.Abs(readings["humidity"].Value - air.Humidity) < 0.05, $"Seed {seed}, case {i}.");
            Assert.True(Math.Abs(readings["pressure"].Value - air.Pressure) < 0.05, $"Seed {seed}, case {i}.");
        }
    }
}
