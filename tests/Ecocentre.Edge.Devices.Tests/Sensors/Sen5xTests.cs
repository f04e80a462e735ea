using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Simulated.Chips;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

public sealed class Sen5xTests : SensorContract
{
    private static readonly SimulatedAir Air = new(0, 22.4, 41.7) { Pm1 = 3.2, Pm25 = 5.1, Pm4 = 6.3, Pm10 = 7.4, VocIndex = 112, NoxIndex = 2 };

    private protected override string Word => "sen55";

    private protected override SimulatedChip MakeChip(TimeProvider time) => new SimulatedSen5x(() => Air, time);

    /// <summary>The data sheet prints no bytes with values; these are its scales (0x03C4) by hand: 10, 10, 10, 10, 100, 200, 10,
    /// 10.</summary>
    [Fact]
    public void Words_become_values_by_the_scales_of_the_data_sheet()
    {
        var readings = Bench().After(WarmUp).Readings;
        (string, double)[] expected =
        [
            ("pm.1", 3.2), ("pm.2-5", 5.1), ("pm.4", 6.3), ("pm.10", 7.4), ("humidity", 41.7), ("temperature", 22.4), ("voc.index", 112), ("nox.index", 2),
        ];
        Assert.Equal(expected, readings.Select(r => (r.Key, Math.Round(r.Value.Value, 6))).OrderBy(r => Array.FindIndex(expected, e => e.Item1 == r.Key)));
        Assert.All(readings.Values, r => Assert.Equal(Quality.Good, r.Quality));
        Assert.Equal(-10, SensirionNumber.Signed(unchecked((ushort)-2000), 200));
        Assert.Equal(6553.4, SensirionNumber.Unsigned(0xFFFE, 10));
    }

    [Fact]
    public void Marks_of_the_unknown_are_missing_and_no_numbers()
    {
        Assert.Equal(double.NaN, SensirionNumber.Unsigned(0xFFFF, 10));
        Assert.Equal(double.NaN, SensirionNumber.Signed(0x7FFF, 200));
        Assert.Equal(double.NaN, SensirionNumber.Index(0));
        var bench = Bench(new SensorOptions { Name = "s", Period = TimeSpan.FromSeconds(1) });
        var (readings, fault) = bench.Next();
        Assert.Null(fault);
        Assert.InRange(bench.Time.Elapsed, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
        Assert.Equal((Quality.Missing, double.NaN), (readings["nox.index"].Quality, readings["nox.index"].Value));
        Assert.Equal(Quality.Questionable, readings["pm.2-5"].Quality);
        readings = bench.After(TimeSpan.FromSeconds(12)).Readings;
        Assert.Equal((Quality.Questionable, 2), (readings["nox.index"].Quality, readings["nox.index"].Value));
        readings = bench.After(TimeSpan.FromSeconds(20)).Readings;
        Assert.Equal((Quality.Good, Quality.Questionable), (readings["pm.2-5"].Quality, readings["voc.index"].Quality));
    }

    [Theory]
    [InlineData(4, "fan stands still", Quality.Invalid, Quality.Questionable, Quality.Questionable)]
    [InlineData(5, "laser", Quality.Invalid, Quality.Good, Quality.Good)]
    [InlineData(6, "humidity cell", Quality.Good, Quality.Invalid, Quality.Questionable)]
    [InlineData(7, "gas cell", Quality.Good, Quality.Questionable, Quality.Invalid)]
    [InlineData(21, "too fast", Quality.Questionable, Quality.Good, Quality.Good)]
    public void What_its_status_says_lowers_what_it_concerns(int bit, string word, Quality particles, Quality climate, Quality gases)
    {
        var bench = Bench();
        bench.After(WarmUp);
        ((SimulatedSen5x)bench.Chip).Ailments = 1u << bit;
        var (readings, fault) = bench.Next();
        Assert.Equal(FaultKind.Unwell, fault?.Kind);
        Assert.Contains(word, fault!.Text);
        Assert.Equal((particles, climate, gases), (readings["pm.10"].Quality, readings["humidity"].Quality, readings["nox.index"].Quality));
        // Its errors are sticky; they are cleared after a while, and then it is well again.
        ((SimulatedSen5x)bench.Chip).Ailments = 0;
        (readings, fault) = bench.After(TimeSpan.FromMinutes(11));
        Assert.Null(fault);
        Assert.All(readings.Values, r => Assert.Equal(Quality.Good, r.Quality));
    }

    [Fact]
    public void Cleaning_its_fan_is_waited_for_and_not_cut_short()
    {
        var bench = Bench(new SensorOptions { Name = "s", Period = TimeSpan.FromSeconds(1) });
        bench.After(WarmUp);
        var chip = (SimulatedSen5x)bench.Chip;
        chip.IsCleaning = true;
        for (var end = bench.Time.Elapsed + TimeSpan.FromSeconds(10); bench.Time.Elapsed < end;) Assert.Equal((0, null), Count(bench.Poll()));
        chip.IsCleaning = false;
        Assert.Equal((8, null), Count(bench.Poll()));
        Assert.Equal(0, chip.Stops);

        static (int, Fault?) Count((Reading[] Readings, Fault? Fault) poll) => (poll.Readings.Length, poll.Fault);
    }

    [Fact]
    public void It_is_never_stopped_while_it_runs_whatever_the_period()
    {
        var bench = Bench(new SensorOptions { Name = "s", Period = TimeSpan.FromMinutes(5) });
        bench.After(TimeSpan.FromHours(2));
        Assert.Equal(0, ((SimulatedSen5x)bench.Chip).Stops);
        Assert.InRange(((SimulatedSen5x)bench.Chip).VocMinutes, 119, 131);
    }

    [Fact]
    public void What_it_has_learnt_survives_a_loss_of_power_and_a_restart_of_the_gateway()
    {
        var bench = Bench();
        bench.After(TimeSpan.FromHours(1));
        var chip = (SimulatedSen5x)bench.Chip;
        chip.CyclePower();
        Assert.Equal(0, chip.VocMinutes);
        bench.After(TimeSpan.FromMinutes(2));
        Assert.InRange(chip.VocMinutes, 58, 63);
        // Another gateway on the same wires, as after a restart.
        var again = bench.Setup.Connect(new SensorWires(bench.Time, () => default) { I2c = bench.Bus.Segment(bench.Setup.Address) });
        bench.Time.Run(async () => await again.PollAsync(new Reading[again.Points.Length], CancellationToken.None));
        Assert.InRange(chip.VocMinutes, 58, 63);
    }

    [Fact]
    public void An_old_memory_is_not_restored()
    {
        var memory = new VocMemory(new VirtualTime());
        Assert.True(memory is { IsEmpty: true, IsDue: true, Fresh: null });
        var time = new VirtualTime();
        memory = new VocMemory(time);
        memory.Keep([1, 2, 3, 4]);
        Assert.Equal([1, 2, 3, 4], memory.Fresh);
        Assert.False(memory.IsDue);
        time.Pass(TimeSpan.FromMinutes(11));
        Assert.True(memory is { IsDue: true, Fresh: null });
    }

    [Fact]
    public void It_tells_of_itself_and_takes_an_offset()
    {
        var bench = Bench(new SensorOptions { Name = "s", TemperatureOffset = 1.5 });
        Assert.Equal(20.9, bench.After(WarmUp).Readings["temperature"].Value, 0.01);
        Assert.Equal(new SensorSelf("Sensirion SEN55") { Serial = "5E55A1B2C3D4", Firmware = "2.0", TemperatureOffset = 1.5 }, bench.Sensor.Self);
    }

    [Fact]
    public void A_SEN54_has_no_NOx_and_one_that_is_called_a_SEN55_complains()
    {
        var bench = new SensorBench("sen54", time => new SimulatedSen5x(() => Air, time, "SEN54"));
        var (readings, fault) = bench.After(WarmUp);
        Assert.Null(fault);
        Assert.DoesNotContain("nox.index", readings.Keys);
        bench = new SensorBench("sen55", time => new SimulatedSen5x(() => Air, time, "SEN54"));
        (readings, fault) = bench.After(WarmUp);
        Assert.Contains("calls itself a Sensirion SEN54", fault?.Text);
        Assert.Equal(Quality.Missing, readings["nox.index"].Quality);
    }
}
