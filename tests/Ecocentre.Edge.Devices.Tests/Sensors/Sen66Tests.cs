using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Simulated.Chips;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

public sealed class Sen66Tests : SensorContract
{
    private SimulatedAir _air = new(712, 22.4, 41.7) { Pm1 = 3.2, Pm25 = 5.1, Pm4 = 6.3, Pm10 = 7.4, VocIndex = 112, NoxIndex = 2 };

    private protected override string Word => "sen66";

    private protected override SimulatedChip MakeChip(TimeProvider time) => new SimulatedSen66(() => _air, time);

    /// <summary>The data sheet prints no bytes with values; these are its scales (0x0300) by hand: 10, 10, 10, 10, 100, 200, 10, 10,
    /// 1.</summary>
    [Fact]
    public void Words_become_values_by_the_scales_of_the_data_sheet()
    {
        var readings = Bench().After(WarmUp).Readings;
        (string, double)[] expected =
        [
            ("pm.1", 3.2), ("pm.2-5", 5.1), ("pm.4", 6.3), ("pm.10", 7.4), ("humidity", 41.7), ("temperature", 22.4), ("voc.index", 112),
            ("nox.index", 2), ("co2", 712),
        ];
        Assert.Equal(expected, readings.Select(r => (r.Key, Math.Round(r.Value.Value, 6))).OrderBy(r => Array.FindIndex(expected, e => e.Item1 == r.Key)));
    }

    [Fact]
    public void CO2_and_NOx_are_missing_until_they_are_known_and_questionable_until_they_are_warm()
    {
        var bench = Bench(new SensorOptions { Name = "s", Period = TimeSpan.FromSeconds(1) });
        var readings = bench.Next().Readings;
        Assert.Equal((Quality.Missing, Quality.Missing), (readings["co2"].Quality, readings["nox.index"].Quality));
        readings = bench.After(TimeSpan.FromSeconds(6)).Readings;
        Assert.Equal((Quality.Questionable, Quality.Missing), (readings["co2"].Quality, readings["nox.index"].Quality));
        readings = bench.After(TimeSpan.FromSeconds(60)).Readings;
        Assert.Equal((Quality.Good, Quality.Questionable), (readings["co2"].Quality, readings["nox.index"].Quality));
    }

    [Theory]
    [InlineData(4, "fan stands still", "pm.1", Quality.Invalid)]
    [InlineData(6, "humidity cell", "temperature", Quality.Invalid)]
    [InlineData(7, "gas cell", "voc.index", Quality.Invalid)]
    [InlineData(9, "CO2 cell", "co2", Quality.Invalid)]
    [InlineData(9, "CO2 cell", "temperature", Quality.Questionable)]
    [InlineData(11, "particle cell", "pm.2-5", Quality.Invalid)]
    [InlineData(21, "too fast", "pm.2-5", Quality.Questionable)]
    public void What_its_status_says_lowers_what_it_concerns(int bit, string word, string quantity, Quality quality)
    {
        var bench = Bench();
        bench.After(WarmUp);
        ((SimulatedSen66)bench.Chip).Ailments = 1u << bit;
        var (readings, fault) = bench.Next();
        Assert.Contains(word, fault?.Text);
        Assert.Equal(quality, readings[quantity].Quality);
    }

    [Fact]
    public void Settings_are_set_again_when_it_has_forgotten_them_and_it_tells_of_itself()
    {
        var options = new SensorOptions
        {
            Name = "s", AltitudeMetres = 254, TemperatureOffset = 1.5, Instrument = new Instrument("s") { SelfCalibration = false },
        };
        var bench = Bench(options);
        var chip = (SimulatedSen66)bench.Chip;
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(20.9, bench.After(WarmUp).Readings["temperature"].Value, 0.01);
            Assert.Equal((false, 254), (chip.SelfCalibration, chip.AltitudeMetres));
            chip.CyclePower();
        }
        Assert.Equal(new SensorSelf("Sensirion SEN66")
        {
            Serial = "66A1B2C3D4E5", Firmware = "4.2", SelfCalibration = false, AltitudeMetres = 254, TemperatureOffset = 1.5,
        }, bench.Sensor.Self);
    }

    [Fact]
    public void What_it_has_learnt_survives_a_loss_of_power()
    {
        var bench = Bench();
        bench.After(WarmUp);
        var chip = (SimulatedSen66)bench.Chip;
        var learnt = chip.VocState;
        chip.CyclePower();
        Assert.Equal([0, 0, 0, 0], chip.VocState);
        bench.After(TimeSpan.FromMinutes(1));
        Assert.Equal(learnt, chip.VocState);
    }

    [Fact]
    public void A_barometer_compensates_while_it_measures()
    {
        _air = _air with { Pressure = 960 };
        var bench = new SensorBench(Word, time => new SimulatedSen66(() => _air, time) { HasPressureEffect = true },
            new SensorOptions { Name = "s", AltitudeMetres = 254, PressureFrom = "barometer" });
        Assert.Equal(695, bench.After(WarmUp).Readings["co2"].Value, 1);
        bench.Pressure.Tell("barometer", 960.4);
        Assert.Equal(712, bench.After(TimeSpan.FromSeconds(30)).Readings["co2"].Value, 1);
    }

    [Fact]
    public void It_is_told_the_truth_after_three_steady_minutes_and_measures_on()
    {
        _air = _air with { Co2 = 420 };
        var bench = Bench();
        ((SimulatedSen66)bench.Chip).DriftPpm = -38;
        var (result, _) = Scd4xTests.Calibrate(bench, 420);
        Assert.True(result.IsDone, result.Text);
        Assert.Equal((382, 38), (result.BeforePpm, result.CorrectionPpm));
        Assert.Equal(420, bench.After(WarmUp).Readings["co2"].Value);
    }
}
