using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Simulated.Chips;
using Ecocentre.Edge.IotPackages.Bindings;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.IotPackages.Tests.Bindings;

/// <summary>The package's own bindings on simulated chips, in real time, because bindings wait by sleeping.</summary>
public sealed class BindingSensorTests
{
    private static readonly SimulatedAir Air = new(812, 21.5, 44.2);

    private readonly SimulatedI2cPort _port = new();

    public static TheoryData<string> Words => new("iot-sht4x", "iot-sht3x", "iot-bme280", "iot-bh1750", "iot-scd4x");

    [Fact]
    public void Every_type_has_a_word_of_its_own_and_legal_quantities()
    {
        BindingCatalogue.Include();
        BindingCatalogue.Include();
        Assert.Distinct(SensorCatalogue.All.Select(type => type.Word));
        foreach (var type in BindingCatalogue.Types)
        {
            Assert.True(SensorCatalogue.TryGet(type.Word, out _));
            Assert.NotEmpty(SensorSetup.Make(type, new SensorOptions { Name = "s" }, new PointId(1)).Points);
        }
    }

    [Theory]
    [MemberData(nameof(Words))]
    public async Task It_reads_what_is_so(string word)
    {
        await using var sensor = Connect(word, ChipOf(word));
        var readings = await GoodAsync(sensor);
        foreach (var (quantity, value) in readings)
        {
            var (truth, tolerance) = quantity switch
            {
                "co2" => (812, 1), "temperature" => (21.5, 0.2), "humidity" => (44.2, 0.5), "pressure" => (1013.25, 2), _ => (value, 0.0),
            };
            Assert.InRange(value, truth - tolerance, truth + tolerance);
        }
        Assert.Equal(sensor.Points.Length, readings.Count);
    }

    /// <summary>The binding gives the value of the time before when the chip does not answer, and when a checksum is wrong.</summary>
    [Theory]
    [InlineData(I2cFaultKind.Nack, FaultKind.NoAnswer)]
    [InlineData(I2cFaultKind.FlippedRead, FaultKind.Garbled)]
    public async Task What_the_binding_swallows_is_missing_all_the_same(I2cFaultKind wire, FaultKind kind)
    {
        await using var sensor = Connect("iot-sht3x", ChipOf("iot-sht3x"));
        await GoodAsync(sensor);
        _port.Fault = _ => new I2cFault(wire, 3);
        var (readings, fault) = await PollAsync(sensor);
        Assert.Equal(kind, fault?.Kind);
        Assert.All(readings, reading => Assert.Equal(Quality.Missing, reading.Quality));
        _port.Fault = null;
        Assert.NotEmpty(await GoodAsync(sensor));
    }

    [Fact]
    public async Task A_chip_that_is_not_there_is_missing_and_found_when_it_comes()
    {
        var chip = ChipOf("iot-sht4x");
        await using var sensor = Connect("iot-sht4x", chip);
        _port.Detach(chip);
        // Making the binding may talk to nobody; reading it does.
        Fault? fault = null;
        for (var i = 0; i < 5 && fault is null; i++) (_, fault) = await PollAsync(sensor);
        Assert.Equal(FaultKind.NoAnswer, fault?.Kind);
        Assert.Contains("s", fault!.Text);
        _port.Attach(0x44, chip);
        Assert.NotEmpty(await GoodAsync(sensor));
    }

    [Fact]
    public async Task Two_sensors_sleep_beside_each_other()
    {
        await using var slow = Connect("iot-scd4x", ChipOf("iot-scd4x"));
        await using var quick = Connect("iot-sht4x", ChipOf("iot-sht4x"));
        var buffer = new Reading[8];
        var starting = slow.PollAsync(buffer, CancellationToken.None).AsTask();
        Assert.NotEmpty(await GoodAsync(quick));
        await starting;
    }

    private static SimulatedChip ChipOf(string word) => word switch
    {
        "iot-sht4x" => new SimulatedSht4x(() => Air, TimeProvider.System),
        "iot-sht3x" => new SimulatedSht3x(() => Air, TimeProvider.System),
        "iot-scd4x" => new SimulatedScd4x(() => Air, TimeProvider.System),
        "iot-bme280" => new SimulatedBme280(() => Air, TimeProvider.System),
        _ => new SimulatedBh1750(() => Air, TimeProvider.System),
    };

    private Sensor Connect(string word, SimulatedChip chip)
    {
        var type = BindingCatalogue.Types.Single(t => t.Word == word);
        var setup = SensorSetup.Make(type, new SensorOptions { Name = word, Period = type.PeriodMin }, new PointId(1));
        _port.Attach(setup.Address, chip);
        return setup.Connect(new SensorWires(TimeProvider.System, () => Instant.From(TimeProvider.System.GetUtcNow())) { I2c = Bus.Segment(setup.Address) });
    }

    private I2cBus Bus => field ??= new I2cBus(_port);

    private static async Task<Dictionary<string, double>> GoodAsync(Sensor sensor)
    {
        var said = "";
        for (var begun = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(60);)
        {
            (var readings, var fault) = await PollAsync(sensor);
            if (said.Length == 0) said = fault?.Text ?? "";
            if (readings.Length > 0 && readings.All(reading => reading.Quality == Quality.Good))
                return readings.ToDictionary(r => sensor.Points.Single(p => p.Id == r.Point).Quantity.Name, r => r.Value);
        }
        throw new InvalidOperationException($"Nothing good came within 60 s. {said}");
    }

    private static async Task<(Reading[] Readings, Fault? Fault)> PollAsync(Sensor sensor)
    {
        var ahead = TimeProvider.System.GetElapsedTime(TimeProvider.System.GetTimestamp(), sensor.DueAt);
        if (ahead > TimeSpan.Zero) await Task.Delay(ahead);
        var buffer = new Reading[sensor.Points.Length];
        var result = await sensor.PollAsync(buffer, CancellationToken.None);
        return (buffer[..result.Count], result.Fault);
    }
}
