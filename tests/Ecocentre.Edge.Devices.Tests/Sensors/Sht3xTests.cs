using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Simulated.Chips;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

public sealed class Sht3xTests : SensorContract
{
    private protected override string Word => "sht31";

    private protected override SimulatedChip MakeChip(TimeProvider time) => new SimulatedSht3x(() => new(0, 21.5, 44.2), time);

    /// <summary>The conversion of the data sheet at the ends of both scales, and in between; checksum example BE EF → 92.</summary>
    [Theory]
    [InlineData("00 00 81 00 00 81", -45, 0)]
    [InlineData("66 67 A2 5E B9 3C", 25.0027, 37.0016)]
    [InlineData("66 67 A2 BE EF 92", 25.0027, 74.5846)]
    public void Words_become_degrees_and_percent(string bytes, double temperature, double humidity)
    {
        var bench = new SensorBench(Word, _ => new ScriptedChip { Answer = Convert.FromHexString(bytes.Replace(" ", "")) });
        var readings = bench.Next().Readings;
        Assert.Equal(temperature, readings["temperature"].Value, 4);
        Assert.Equal(humidity, readings["humidity"].Value, 4);
    }

    [Fact]
    public void While_the_heater_is_on_readings_are_invalid_and_then_it_is_switched_off()
    {
        var bench = Bench();
        bench.Next();
        ((SimulatedSht3x)bench.Chip).IsHeating = true;
        var (readings, fault) = bench.Next();
        Assert.Equal(FaultKind.Unwell, fault?.Kind);
        Assert.Contains("heater", fault!.Text);
        Assert.All(readings.Values, r => Assert.Equal(Quality.Invalid, r.Quality));
        (readings, fault) = bench.Next();
        Assert.Null(fault);
        Assert.All(readings.Values, r => Assert.Equal(Quality.Good, r.Quality));
        Assert.Equal(new SensorSelf("Sensirion SHT31") { Serial = "2A000031" }, bench.Sensor.Self);
    }

    [Fact]
    public void What_was_away_for_longer_is_set_up_anew_before_it_is_believed()
    {
        var bench = Bench();
        bench.Next();
        bench.Port.Detach(bench.Chip);
        for (var i = 0; i < 5; i++) Assert.NotNull(bench.Next().Fault);
        ((SimulatedSht3x)bench.Chip).IsHeating = true;
        bench.Port.Attach(bench.Setup.Address, bench.Chip);
        for (var i = 0; i < 20; i++) Assert.NotEqual(FaultKind.Unwell, bench.Poll().Fault?.Kind);
        Assert.Equal(Quality.Good, bench.Next().Readings["temperature"].Quality);
    }
}
