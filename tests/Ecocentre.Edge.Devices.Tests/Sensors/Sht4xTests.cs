using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Simulated.Chips;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

public sealed class Sht4xTests : SensorContract
{
    private protected override string Word => "sht40";

    private protected override SimulatedChip MakeChip(TimeProvider time) => new SimulatedSht4x(() => new(0, 21.5, 44.2), time);

    /// <summary>The conversion of the data sheet at the ends of both scales, and its checksum example BE EF → 92.</summary>
    [Theory]
    [InlineData("00 00 81 00 00 81", -45, 0)]
    [InlineData("FF FF AC FF FF AC", 130, 100)]
    [InlineData("66 67 A2 BE EF 92", 25.0027, 87.2307)]
    public void Words_become_degrees_and_percent(string bytes, double temperature, double humidity)
    {
        var bench = new SensorBench(Word, _ => new ScriptedChip { Answer = Convert.FromHexString(bytes.Replace(" ", "")) });
        var (readings, fault) = bench.Next();
        Assert.Null(fault);
        Assert.Equal(temperature, readings["temperature"].Value, 4);
        Assert.Equal(humidity, readings["humidity"].Value, 4);
    }

    [Fact]
    public void A_measurement_that_takes_longer_is_waited_for_and_an_endless_one_is_missing()
    {
        var chip = new ScriptedChip { Answer = Convert.FromHexString("6667A2BEEF92") };
        var bench = new SensorBench(Word, _ => chip);
        bench.Next();
        chip.ReadsRefused = 2;
        Assert.Null(bench.Next().Fault);
        chip.ReadsRefused = 3;
        AssertMissing(bench, FaultKind.NoAnswer, "not acknowledge");
    }

    [Fact]
    public void The_site_offset_is_taken_off_and_the_serial_number_is_told()
    {
        var bench = Bench(new SensorOptions { Name = "s", TemperatureOffset = 0.5 });
        Assert.Equal(21.0, bench.Next().Readings["temperature"].Value, 0.01);
        Assert.Equal(new SensorSelf("Sensirion SHT40") { Serial = "0F123456" }, bench.Sensor.Self);
    }

    [Fact]
    public void A_poll_that_was_lost_once_is_repeated_after_a_second()
    {
        var bench = Bench(new SensorOptions { Name = "s", Period = TimeSpan.FromMinutes(5) });
        bench.Next();
        bench.Port.Fault = _ => new I2cFault(I2cFaultKind.Nack);
        Assert.NotNull(bench.Next().Fault);
        var lost = bench.Time.Elapsed;
        bench.Port.Fault = null;
        Assert.All(bench.Next().Readings.Values, r => Assert.Equal(Quality.Good, r.Quality));
        Assert.InRange(bench.Time.Elapsed - lost, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(1.2));
    }
}
