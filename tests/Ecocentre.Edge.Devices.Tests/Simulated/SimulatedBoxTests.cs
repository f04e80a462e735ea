using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests.Simulated;

public sealed class SimulatedBoxTests
{
    private static readonly Instant Start = Instant.From(new DateTimeOffset(2026, 6, 16, 8, 0, 0, TimeSpan.Zero));
    private static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    /// <summary>Goal: what the chips say through their own drivers is the truth of their place. Method: poll all of them over one bus for ten minutes, as a
    /// gateway would, and hold every good reading against the truth of its instant.</summary>
    [Fact]
    public void Every_chip_read_by_its_own_driver_tells_the_air_of_its_place()
    {
        var time = new VirtualTime();
        Instant Now() => Start + time.Elapsed;
        var box = new SimulatedBox(new BuildingTruth(11, Start, Paris), time, Now);
        var bus = new I2cBus(box.I2c);
        var (first, devices) = (0, new List<(SimulatedSensor Chip, Sensor Device)>());
        foreach (var chip in box.Sensors)
        {
            Assert.True(SensorCatalogue.TryGet(chip.Type, out var type), chip.Type);
            var setup = SensorSetup.Make(type, new SensorOptions { Name = chip.Name, Address = chip.Address }, new PointId((ushort)first));
            first += setup.Points.Length;
            devices.Add((chip, setup.Connect(new SensorWires(time, Now) { I2c = bus.Segment(setup.Address, chip.Branch) })));
        }
        var judged = new Dictionary<string, int>();
        time.Run(async () =>
        {
            var destination = new Reading[16];
            while (time.Elapsed < TimeSpan.FromMinutes(10))
            {
                var (chip, device) = devices.MinBy(d => d.Device.DueAt);
                var wait = time.GetElapsedTime(time.GetTimestamp(), device.DueAt);
                if (wait > TimeSpan.Zero) await Task.Delay(wait, time);
                var result = await device.PollAsync(destination, CancellationToken.None);
                Assert.Null(result.Fault);
                foreach (var reading in destination[..result.Count])
                    if (reading.Quality == Quality.Good) Judge(box, chip, device.Points.Single(p => p.Id == reading.Point), reading, judged);
            }
        });
        Assert.Equal(0, box.I2c.Collisions);
        // Sixteen of CO2, temperature and humidity at least, and each of them often.
        Assert.True(judged.Count >= 20 && judged.Values.All(count => count > 10), string.Join(", ", judged));
    }

    [Fact]
    public void Each_desk_has_its_own_sensor_on_its_own_line()
    {
        var time = new VirtualTime();
        var box = new SimulatedBox(new BuildingTruth(11, Start, Paris), time, () => Start + time.Elapsed);
        Assert.Equal(Enumerable.Range(0, 60), box.Inputs.Where(i => i.Desk is not null).Select(i => i.Desk!.Value).Order());
        Assert.Equal(box.Inputs.Length, box.Inputs.Select(i => i.Offset).Distinct().Count());
        Assert.Equal(2, box.Inputs.Count(i => i.Worth is not null));
        // A desk must be held for longer than its sensor loses who sits there.
        foreach (var input in box.Inputs)
            if (input.Line is DeskPir pir) Assert.True(SimulatedBox.HoldOf(input) > pir.UnseenMax);
    }

    private static void Judge(SimulatedBox box, SimulatedSensor chip, Point point, Reading reading, Dictionary<string, int> judged)
    {
        // A measurement may be ten seconds old.
        var (now, before) = (box.Truth.Air(chip.Place, reading.At), box.Truth.Air(chip.Place, reading.At - TimeSpan.FromSeconds(10)));
        var (truth, drift, allowed) = point.Quantity.Name switch
        {
            "co2" => (now.Co2, now.Co2 - before.Co2, chip.Accuracy.OfCo2(now.Co2)),
            "temperature" => (now.Temperature, now.Temperature - before.Temperature, chip.Accuracy.Kelvins),
            "humidity" => (now.Humidity, now.Humidity - before.Humidity, chip.Accuracy.Relative),
            "pressure" => (box.Truth.At(reading.At).Value(chip.Place, "pressure"), 0.2, 0.5),
            _ => default,
        };
        if (truth == 0) return;
        judged[point.Name] = judged.GetValueOrDefault(point.Name) + 1;
        Assert.True(Math.Abs(reading.Value - truth) <= allowed + Math.Abs(drift), $"{point.Name} at {reading.At}: {reading.Value}, in truth {truth}");
    }
}
