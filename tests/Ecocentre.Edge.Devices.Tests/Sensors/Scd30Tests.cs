using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Simulated.Chips;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

public sealed class Scd30Tests : SensorContract
{
    private SimulatedAir _air = new(623, 22.4, 41.7);

    private protected override string Word => "scd30";

    private protected override SimulatedChip MakeChip(TimeProvider time) => new SimulatedScd30(() => _air, time);

    /// <summary>Interface description, read measurement: 43DB CB 8C2E 8F 41D9 70 E7FF F5 4243 BF 3A1B 74 is 439 ppm, 27.2 °C, 48.8
    /// %.</summary>
    [Fact]
    public void The_worked_example_of_the_interface_description_is_read()
    {
        var chip = new ExampleScd30();
        var (readings, fault) = new SensorBench(Word, _ => chip, new SensorOptions { Name = "s", AltitudeMetres = 1000 }).Next();
        Assert.Equal(FaultKind.Unwell, fault?.Kind);
        Assert.Equal(439.1, readings["co2"].Value, 1);
        Assert.Equal(27.2, readings["temperature"].Value, 1);
        Assert.Equal(48.8, readings["humidity"].Value, 1);
        // Start without pressure, and an altitude of 1000 m, as printed there.
        Assert.Contains("0010000081", chip.Written);
        Assert.Contains("510203E8D4", chip.Written);
    }

    [Fact]
    public void It_reads_the_air_and_tells_of_itself()
    {
        var bench = Bench(new SensorOptions
        {
            Name = "s", AltitudeMetres = 254, TemperatureOffset = 1.5, Instrument = new Instrument("s") { SelfCalibration = true },
        });
        var (readings, fault) = bench.After(WarmUp);
        Assert.Null(fault);
        Assert.Equal(623, readings["co2"].Value, 0.01);
        Assert.Equal(new SensorSelf("Sensirion SCD30")
        {
            Serial = "30A1B2C3D4", Firmware = "3.66", SelfCalibration = true, AltitudeMetres = 254, TemperatureOffset = 1.5,
        }, bench.Sensor.Self);
    }

    [Fact]
    public void Stored_settings_are_written_only_when_they_differ()
    {
        var bench = Bench(new SensorOptions { Name = "s", AltitudeMetres = 254 });
        var chip = (SimulatedScd30)bench.Chip;
        (chip.AltitudeMetres, chip.IntervalSeconds) = (254, 2);
        bench.Next();
        Assert.Equal(0, chip.SettingsWritten);
        bench = Bench();
        chip = (SimulatedScd30)bench.Chip;
        chip.IntervalSeconds = 60;
        bench.Next();
        Assert.Equal((1, 2), (chip.SettingsWritten, chip.IntervalSeconds));
    }

    [Fact]
    public void A_barometer_compensates_without_stopping_the_measurement()
    {
        _air = _air with { Pressure = 960 };
        var bench = new SensorBench(Word, time => new SimulatedScd30(() => _air, time) { HasPressureEffect = true },
            new SensorOptions { Name = "s", AltitudeMetres = 254, PressureFrom = "barometer" });
        Assert.Equal(608, bench.After(WarmUp).Readings["co2"].Value, 0.6);
        bench.Pressure.Tell("barometer", 960.4);
        Assert.Equal(623, bench.After(TimeSpan.FromSeconds(30)).Readings["co2"].Value, 0.5);
        Assert.Equal(960, ((SimulatedScd30)bench.Chip).PressureHectopascals);
    }

    [Fact]
    public void It_is_told_the_truth_while_it_measures()
    {
        _air = new(420, 20, 50);
        var bench = Bench();
        ((SimulatedScd30)bench.Chip).DriftPpm = 61;
        var (result, _) = Scd4xTests.Calibrate(bench, 420);
        Assert.True(result.IsDone, result.Text);
        Assert.Equal("s showed 481 ppm and was told 420 ppm.", result.Text);
        Assert.Equal(420, bench.After(WarmUp).Readings["co2"].Value, 0.01);
    }

    private sealed class ExampleScd30 : SimulatedChip
    {
        private string _answer = "";

        public List<string> Written { get; } = [];

        public override bool OnWrite(ReadOnlySpan<byte> bytes)
        {
            Written.Add(Convert.ToHexString(bytes));
            _answer = Written[^1] switch
            {
                "0202" => "0001B0",
                "0300" => "43DBCB8C2E8F41D970E7FFF54243BF3A1B74",
                "D100" => "0342F3",
                "4600" => "0002E3",
                "D033" => "",
                _ => "000081",
            };
            return true;
        }

        public override bool OnRead(Span<byte> bytes)
        {
            if (_answer.Length == 0) return false;
            Convert.FromHexString(_answer).CopyTo(bytes);
            return true;
        }
    }
}
