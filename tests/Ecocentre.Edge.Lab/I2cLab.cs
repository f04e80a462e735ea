using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Simulated.Chips;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Lab;

/// <summary>Sensors and a multiplexer behind a real /dev/i2c-N: i2c-dev, the I2C core and the driver of a bridge are the kernel's own.</summary>
internal static class I2cLab
{
    private static readonly TimeProvider Time = TimeProvider.System;
    private static readonly MuxBranch First = new(0x70, 0), Second = new(0x70, 5), Third = new(0x77, 5);

    public static async Task RunAsync(Report report)
    {
        var wires = new SimulatedI2cPort("wires of the lab");
        using var bridge = new Mcp2221(wires);
        await report.CheckAsync("i2c: a bridge is plugged in and becomes an adapter", bridge.PlugAsync);
        await report.CheckAsync("i2c: bytes pass in both directions, long transfers too; an absent chip is no answer",
            () => TransfersAsync(wires, bridge.I2cPath));
        await report.CheckAsync("i2c: an SCD41 and three SHT40 with one address behind two multiplexers say what is in their own air",
            () => SensorsAsync(wires, bridge.I2cPath));
        await report.CheckAsync("i2c: wires that are held low are a stuck bus, named with who was asked", () => StuckAsync(wires, bridge.I2cPath));
        await report.CheckAsync("i2c: an adapter in use, one that knows only SMBus and one that is missing are refused with words",
            () => RefusalsAsync(bridge.I2cPath));
        await report.CheckAsync("i2c: a bridge that is unplugged under way is no bus, and works when it is back", () => UnplugAsync(wires, bridge));
    }

    private static async Task TransfersAsync(SimulatedI2cPort wires, string path)
    {
        var memory = new MemoryChip();
        wires.Attach(0x50, memory);
        await using var port = I2cPort.Open(path);
        foreach (var length in new[] { 1, 2, 59, 60, 61, 200 })
        {
            byte[] bytes = [0, .. Enumerable.Range(0, length).Select(i => (byte)(i * 7 + length))];
            Must.Equal(I2cOutcome.Done, port.Transfer(0x50, bytes, []), $"writing {length} bytes ({port.LastError})");
            var read = new byte[length];
            Must.Equal(I2cOutcome.Done, port.Transfer(0x50, [0], read), $"reading {length} bytes after a repeated start ({port.LastError})");
            Must.Same(bytes.Skip(1), read, "bytes");
            Must.Equal(I2cOutcome.Done, port.Transfer(0x50, [0], []), "naming a register");
            Must.Equal(I2cOutcome.Done, port.Transfer(0x50, [], read), $"reading {length} bytes ({port.LastError})");
            Must.Same(bytes.Skip(1), read, "bytes");
        }
        Must.Equal(I2cOutcome.NoAnswer, port.Transfer(0x51, [0], []), $"writing to nobody ({port.LastError})");
        Must.Equal(I2cOutcome.NoAnswer, port.Transfer(0x51, [], new byte[3]), $"reading from nobody ({port.LastError})");
        Must.Equal(I2cOutcome.NoAnswer, port.Transfer(0x51, [0], new byte[3]), $"asking nobody ({port.LastError})");
        Must.Equal(I2cOutcome.Done, port.Transfer(0x50, [0], new byte[1]), $"asking somebody after nobody ({port.LastError})");
        wires.Detach(memory);
    }

    private static async Task SensorsAsync(SimulatedI2cPort wires, string path)
    {
        SimulatedAir[] airs = [new(612, 21.5, 44), new(0, 18.25, 61), new(0, 30, 20), new(840, 23, 38)];
        wires.Attach(0x44, new SimulatedSht4x(() => airs[0], Time), First);
        wires.Attach(0x44, new SimulatedSht4x(() => airs[1], Time), Second);
        wires.Attach(0x44, new SimulatedSht4x(() => airs[2], Time), Third);
        wires.Attach(0x62, new SimulatedScd4x(() => airs[3], Time), First);
        await using var bus = new I2cBus(I2cPort.Open(path));
        (Sensor Sensor, SimulatedAir Air)[] sensors =
        [
            (Make("sht40", 0, bus.Segment(0x44, First)), airs[0]), (Make("sht40", 2, bus.Segment(0x44, Second)), airs[1]),
            (Make("sht40", 4, bus.Segment(0x44, Third)), airs[2]), (Make("scd41", 6, bus.Segment(0x62, First)), airs[3]),
        ];
        var busy = sensors.Select(s => PollAsync(s.Sensor, s.Air)).ToArray();
        await Task.WhenAll(busy);
        Must.Equal(0, wires.Collisions, "times that two chips answered together");
    }

    private static Sensor Make(string word, ushort first, I2cSegment segment)
    {
        Must.Be(SensorCatalogue.TryGet(word, out var type), $"There is no {word}.");
        var options = new SensorOptions { Name = $"{word}-{first}", Address = segment.Address };
        var wires = new SensorWires(Time, () => Instant.From(Time.GetUtcNow())) { I2c = segment };
        return SensorSetup.Make(type!, options, new PointId(first)).Connect(wires);
    }

    /// <summary>Polls until it has told its air once; an SCD41 measures for five seconds first.</summary>
    private static async Task PollAsync(Sensor sensor, SimulatedAir air)
    {
        var buffer = new Reading[sensor.Points.Length];
        while (true)
        {
            var ahead = Time.GetElapsedTime(Time.GetTimestamp(), sensor.DueAt);
            if (ahead > TimeSpan.Zero) await Task.Delay(ahead + TimeSpan.FromMilliseconds(1));
            var result = await sensor.PollAsync(buffer, default);
            Must.Be(result.Fault is null, $"{sensor.Name}: {result.Fault}");
            if (result.Count == 0) continue;
            foreach (var reading in buffer.AsSpan(0, result.Count))
            {
                var point = sensor.Points[reading.Point.Value - sensor.Points[0].Id.Value];
                var (expected, within) = point.Quantity.Name switch
                {
                    "co2" => (air.Co2, 1),
                    "temperature" => (air.Temperature, 0.01),
                    _ => (air.Humidity, 0.01),
                };
                Must.Be(Math.Abs(reading.Value - expected) <= within, $"{point.Name} is {reading.Value}, its air has {expected}.");
            }
            return;
        }
    }

    private static async Task StuckAsync(SimulatedI2cPort wires, string path)
    {
        wires.Attach(0x45, new SimulatedSht4x(() => default, Time), First);
        await using var bus = new I2cBus(I2cPort.Open(path));
        var segment = bus.Segment(0x45, First);
        Must.Equal(I2cOutcome.Done, segment.Write([0x94]), segment.LastError);
        wires.IsTrunkHeldLow = true;
        Must.Equal(I2cOutcome.Stuck, segment.Write([0x94]), "writing on held wires");
        Must.Say("held low", segment.LastError);
        Must.Say("0x70:0 0x45", segment.LastError);
        wires.IsTrunkHeldLow = false;
        Must.Equal(I2cOutcome.Done, segment.Write([0x94]), segment.LastError);
    }

    private static async Task RefusalsAsync(string path)
    {
        await using var port = I2cPort.Open(path);
        port.Transfer(0x51, [0], []);
        await using (var second = I2cPort.Open(path))
        {
            Must.Equal(I2cOutcome.NoBus, second.Transfer(0x51, [0], []), "a second owner");
            Must.Say("in use by another gateway", second.LastError);
        }
        // i2c-stub, which the guest loads, is SMBus only.
        var stub = Directory.GetDirectories("/sys/bus/i2c/devices", "i2c-*")
            .First(device => File.ReadAllText($"{device}/name").Contains("stub", StringComparison.Ordinal));
        await using (var smbus = I2cPort.Open($"/dev/{Path.GetFileName(stub)}"))
        {
            Must.Equal(I2cOutcome.NoBus, smbus.Transfer(0x50, [0], []), "an SMBus adapter");
            Must.Say("knows only SMBus", smbus.LastError);
        }
        await using var missing = I2cPort.Open("/dev/i2c-99");
        Must.Equal(I2cOutcome.NoBus, missing.Transfer(0x50, [0], []), "a missing adapter");
        Must.Say("no such I2C adapter", missing.LastError);
    }

    private static async Task UnplugAsync(SimulatedI2cPort wires, Mcp2221 bridge)
    {
        var memory = new MemoryChip();
        wires.Attach(0x50, memory);
        var path = bridge.I2cPath;
        await using var port = I2cPort.Open(path);
        Must.Equal(I2cOutcome.Done, port.Transfer(0x50, [0], new byte[1]), port.LastError);
        var unplugging = Task.Factory.StartNew(bridge.Unplug, TaskCreationOptions.LongRunning);
        while (File.Exists(path)) await Task.Delay(10);
        Must.Equal(I2cOutcome.NoBus, port.Transfer(0x50, [0], new byte[1]), $"an unplugged bridge ({port.LastError})");
        Must.Say("unplugged", port.LastError);
        await unplugging;
        Must.Equal(I2cOutcome.NoBus, port.Transfer(0x50, [0], new byte[1]), $"a bridge that is away ({port.LastError})");
        Must.Say("no such I2C adapter", port.LastError);
        await bridge.PlugAsync();
        Must.Equal(path, bridge.I2cPath, "adapter");
        Must.Equal(I2cOutcome.Done, port.Transfer(0x50, [0], new byte[1]), port.LastError);
    }
}
