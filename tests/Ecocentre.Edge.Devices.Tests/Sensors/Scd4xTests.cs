using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Simulated.Chips;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

public sealed class Scd4xTests : SensorContract
{
    private SimulatedAir _air = new(623, 22.4, 41.7);

    private protected override string Word => "scd41";

    private protected override SimulatedChip MakeChip(TimeProvider time) => new SimulatedScd4x(() => _air, time);

    /// <summary>Section 3.5.2 of the data sheet: 01F4 33 6667 A2 5EB9 3C is 500 ppm, 25 °C, 37 %.</summary>
    [Fact]
    public void The_worked_example_of_the_data_sheet_is_read()
    {
        var chip = new ExampleScd4x();
        var (readings, fault) = new SensorBench(Word, _ => chip).Next();
        Assert.Null(fault);
        Assert.Equal(500, readings["co2"].Value);
        Assert.Equal(25.0, readings["temperature"].Value, 2);
        Assert.Equal(37.0, readings["humidity"].Value, 2);
    }

    /// <summary>The examples of sections 3.5.3, 3.6.1, 3.6.3, 3.6.5, 3.7.2 and 3.9.1 as they stand on the wire.</summary>
    [Fact]
    public void Commands_stand_on_the_wire_as_the_data_sheet_prints_them()
    {
        var chip = new ExampleScd4x();
        var bench = new SensorBench(Word, _ => chip, new SensorOptions
        {
            Name = "s", AltitudeMetres = 1950, TemperatureOffset = 5.4, PressureFrom = "barometer",
            Instrument = new Instrument("s") { SelfCalibration = true },
        });
        // 98,700 Pa: the driver of another house sent 0 for it.
        bench.Pressure.Tell("barometer", 987);
        bench.Next();
        Assert.Contains("3F86", chip.Written);
        Assert.Contains("2427079E09", chip.Written);
        Assert.Contains("241D07E648", chip.Written);
        Assert.Contains("24160001B0", chip.Written);
        Assert.Contains("3615", chip.Written);
        Assert.Contains("21B1", chip.Written);
        Assert.Contains("E00003DB42", chip.Written);
    }

    [Fact]
    public void The_first_minute_is_questionable_for_CO2_and_the_first_reading_comes_after_five_seconds()
    {
        var bench = Bench();
        var (readings, _) = bench.Next();
        Assert.InRange(bench.Time.Elapsed, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(7.5));
        Assert.Equal(Quality.Questionable, readings["co2"].Quality);
        Assert.Equal(Quality.Good, readings["temperature"].Quality);
        readings = bench.After(TimeSpan.FromMinutes(1)).Readings;
        Assert.Equal((623, Quality.Good), (readings["co2"].Value, readings["co2"].Quality));
        Assert.Equal(22.4, readings["temperature"].Value, 0.01);
        Assert.Equal(41.7, readings["humidity"].Value, 0.01);
    }

    [Fact]
    public void A_chip_that_lost_its_power_is_started_again_and_its_points_are_missing_until_then()
    {
        var bench = Bench(new SensorOptions { Name = "s", Period = TimeSpan.FromSeconds(5) });
        bench.After(TimeSpan.FromMinutes(2));
        ((SimulatedScd4x)bench.Chip).CyclePower();
        var (readings, fault) = bench.Next();
        Assert.Equal(FaultKind.NoAnswer, fault?.Kind);
        Assert.Contains("measured nothing", fault!.Text);
        Assert.All(readings.Values, r => Assert.Equal(Quality.Missing, r.Quality));
        readings = bench.After(TimeSpan.FromSeconds(10)).Readings;
        Assert.Equal(Quality.Questionable, readings["co2"].Quality);
        Assert.True(((SimulatedScd4x)bench.Chip).IsMeasuring);
    }

    /// <summary>At a period of two intervals: what was written as missing in each of them once kept it from being started again.</summary>
    [Fact]
    public void A_chip_that_lost_its_power_while_a_word_was_garbled_is_started_again()
    {
        var bench = Bench(new SensorOptions { Name = "s", Period = TimeSpan.FromSeconds(10) });
        bench.After(TimeSpan.FromMinutes(2));
        ((SimulatedScd4x)bench.Chip).CyclePower();
        // Enough for the question and its answer.
        var garbled = 4;
        bench.Port.Fault = _ => garbled-- > 0 ? new I2cFault(I2cFaultKind.FlippedRead, 3) : default;
        Assert.Equal(FaultKind.Garbled, bench.Next().Fault?.Kind);
        garbled = 0;
        bench.After(TimeSpan.FromSeconds(40));
        Assert.True(((SimulatedScd4x)bench.Chip).IsMeasuring);
    }

    [Fact]
    public void Settings_are_stored_once_and_only_when_they_differ()
    {
        var options = new SensorOptions
        {
            Name = "s", AltitudeMetres = 254, TemperatureOffset = 2, Instrument = new Instrument("s") { SelfCalibration = false },
        };
        var bench = Bench(options);
        var chip = (SimulatedScd4x)bench.Chip;
        bench.Next();
        Assert.Equal((1, 254, false), (chip.Persists, chip.AltitudeMetres, chip.SelfCalibration));
        chip.CyclePower();
        bench.After(TimeSpan.FromMinutes(1));
        Assert.Equal((1, 254, false), (chip.Persists, chip.AltitudeMetres, chip.SelfCalibration));
        Assert.Equal(new SensorSelf("Sensirion SCD41")
        {
            Serial = "F89631AF0D2B", SelfCalibration = false, AltitudeMetres = 254, TemperatureOffset = 2,
        }, bench.Sensor.Self);
    }

    [Fact]
    public void What_the_site_does_not_declare_is_left_alone()
    {
        var bench = Bench();
        bench.Next();
        Assert.Equal(0, ((SimulatedScd4x)bench.Chip).Persists);
        Assert.Equal((true, 0, 4), (bench.Sensor.Self!.SelfCalibration, bench.Sensor.Self.AltitudeMetres, bench.Sensor.Self.TemperatureOffset));
    }

    [Fact]
    public void A_setting_it_does_not_take_is_said_and_its_memory_is_spared()
    {
        var bench = Bench(new SensorOptions { Name = "s", AltitudeMetres = 254 });
        var chip = (SimulatedScd4x)bench.Chip;
        chip.IsStubborn = true;
        for (var i = 0; i < 6; i++)
        {
            var (readings, fault) = bench.After(TimeSpan.FromSeconds(20));
            Assert.Equal(FaultKind.Unwell, fault?.Kind);
            Assert.Contains("altitude stays at 0 though 254 was set", fault!.Text);
            Assert.Equal(623, readings["co2"].Value);
            chip.CyclePower();
            bench.After(TimeSpan.FromSeconds(20));
        }
        Assert.Equal(3, chip.Persists);
    }

    [Fact]
    public void Another_variant_than_declared_is_said_and_one_that_cannot_tell_is_believed()
    {
        var bench = new SensorBench("scd40", time => new SimulatedScd4x(() => _air, time));
        var (_, fault) = bench.Next();
        Assert.Equal(FaultKind.Unwell, fault?.Kind);
        Assert.Contains("SCD41", fault!.Text);
        bench = new SensorBench("scd40", time => new SimulatedScd4x(() => _air, time) { Variant = null });
        Assert.Null(bench.Next().Fault);
        Assert.Equal("Sensirion SCD40", bench.Sensor.Self?.Type);
    }

    [Theory]
    [InlineData((ushort)0)]
    [InlineData((ushort)0xFFFF)]
    public void A_blind_cell_is_missing_and_said(ushort word)
    {
        var bench = Bench();
        ((SimulatedScd4x)bench.Chip).StuckWord = word;
        var (readings, fault) = bench.Next();
        Assert.Equal(FaultKind.Unwell, fault?.Kind);
        Assert.Equal(Quality.Missing, readings["co2"].Quality);
        Assert.Equal(Quality.Good, readings["humidity"].Quality);
    }

    [Fact]
    public void A_barometer_compensates_while_it_speaks_and_the_altitude_when_it_is_silent()
    {
        _air = _air with { Pressure = 960 };
        var bench = new SensorBench(Word, time => new SimulatedScd4x(() => _air, time) { HasPressureEffect = true },
            new SensorOptions { Name = "s", AltitudeMetres = 254, PressureFrom = "barometer" });
        var chip = (SimulatedScd4x)bench.Chip;
        // 254 m is 983 hPa by the standard atmosphere: 623 x 960 / 983.1.
        Assert.Equal(608, bench.After(TimeSpan.FromMinutes(1)).Readings["co2"].Value, 0.5);
        Assert.Equal(0, chip.PressureHectopascals);
        bench.Pressure.Tell("barometer", 960.4);
        Assert.Equal(623, bench.After(TimeSpan.FromSeconds(30)).Readings["co2"].Value, 0.5);
        bench.Pressure.Tell("barometer", 960.9);
        bench.After(TimeSpan.FromSeconds(30));
        Assert.Equal(960, chip.PressureHectopascals);
        bench.After(TimeSpan.FromMinutes(31));
        Assert.Equal(983, chip.PressureHectopascals);
    }

    [Fact]
    public void It_is_told_the_truth_after_three_steady_minutes_and_measures_on()
    {
        _air = new(420, 20, 50);
        var bench = Bench();
        var chip = (SimulatedScd4x)bench.Chip;
        chip.DriftPpm = 61;
        bench.Next();
        var (result, words) = Calibrate(bench, 420);
        Assert.True(result.IsDone, result.Text);
        Assert.Equal((481, -61), (result.BeforePpm, result.CorrectionPpm));
        Assert.Equal("s showed 481 ppm, was told 420 ppm and corrects by -61 ppm.", result.Text);
        Assert.Contains("s: 481 ppm, 1:00 of 3:00.", words);
        Assert.Equal("well", bench.Sensor.Self?.SelfTest);
        Assert.Equal(420, bench.After(WarmUp).Readings["co2"].Value);
        Assert.Equal("well", bench.Sensor.Self?.SelfTest);
    }

    /// <summary>Section 3.7.1 of the data sheet: 362F 01E0 B4 is answered by 7FCE 7B: -50 ppm.</summary>
    [Fact]
    public void The_recalibration_example_of_the_data_sheet_is_told_and_understood()
    {
        var chip = new ExampleScd4x();
        var (result, _) = Calibrate(new SensorBench(Word, _ => chip), 480);
        Assert.Contains("362F01E0B4", chip.Written);
        Assert.Equal((true, 500, -50), (result.IsDone, result.BeforePpm, result.CorrectionPpm));
    }

    [Fact]
    public void Moving_air_and_impossible_targets_change_nothing()
    {
        var bench = Bench();
        var (result, _) = Calibrate(bench, 350);
        Assert.Equal((false, "s can be told 400 to 2000 ppm, not 350."), (result.IsDone, result.Text));
        Assert.False(Calibrate(bench, double.NaN).Result.IsDone);
        bench = new SensorBench(Word, time => new SimulatedScd4x(() => _air with { Co2 = 600 + 2 * ((VirtualTime)time).Elapsed.TotalSeconds }, time));
        (result, _) = Calibrate(bench, 420);
        Assert.False(result.IsDone);
        Assert.Contains("not steady", result.Text);
        Assert.Equal(0, ((SimulatedScd4x)bench.Chip).DriftPpm);
        Assert.True(((SimulatedScd4x)bench.Chip).IsMeasuring);
    }

    [Fact]
    public void A_dead_chip_and_a_caller_who_gives_up_end_a_calibration_in_order()
    {
        var bench = Bench();
        bench.Port.Detach(bench.Chip);
        Assert.Contains("try again", Calibrate(bench, 420).Result.Text);
        bench = Bench();
        using var stop = new CancellationTokenSource();
        bench.Time.Run(async () =>
        {
            var calibration = bench.Sensor.CalibrateAsync(420, new Told([]), stop.Token);
            await Task.Delay(TimeSpan.FromSeconds(30), bench.Time);
            stop.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calibration);
        });
        Assert.True(((SimulatedScd4x)bench.Chip).IsMeasuring);
    }

    internal static (CalibrationResult Result, List<string> Words) Calibrate(SensorBench bench, double targetPpm)
    {
        var words = new List<string>();
        CalibrationResult? result = null;
        bench.Time.Run(async () => result = await bench.Sensor.CalibrateAsync(targetPpm, new Told(words), CancellationToken.None));
        return (result!, words);
    }

    private sealed class Told(List<string> words) : IProgress<string>
    {
        public void Report(string value) => words.Add(value);
    }

    /// <summary>Answers what the data sheet prints, whatever was set.</summary>
    private sealed class ExampleScd4x : SimulatedChip
    {
        private string _answer = "";

        public List<string> Written { get; } = [];

        public override bool OnWrite(ReadOnlySpan<byte> bytes)
        {
            Written.Add(Convert.ToHexString(bytes));
            _answer = Written[^1] switch
            {
                "3682" => "F896319F07C23BBE89",
                "E4B8" => "8006A1",
                "EC05" => "01F4336667A25EB93C",
                "202F" => "144041",
                "2313" => "000081",
                "2318" => "0912" + Crc("0912"),
                "2322" => "044C42",
                "362F01E0B4" => "7FCE7B",
                "3639" => "000081",
                _ => "",
            };
            if (_answer.Length == 6) _answer = _answer[..4] + Crc(_answer[..4]);
            return true;
        }

        public override bool OnRead(Span<byte> bytes)
        {
            if (_answer.Length == 0) return false;
            Convert.FromHexString(_answer).CopyTo(bytes);
            return true;
        }

        private static string Crc(string word) => Crc8.Of(Convert.FromHexString(word)).ToString("X2");
    }
}
