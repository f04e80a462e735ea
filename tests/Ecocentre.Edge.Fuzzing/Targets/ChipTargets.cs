using System.Collections.Immutable;
using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Fuzzing.Targets;

/// <summary>Whole drivers of chips, from their first word to their readings, on wires that say whatever the input says.</summary>
internal static class ChipTargets
{
    // Enough for identity, settings, start, and some rounds of readings and refusals.
    private const int PollsMax = 12;

    internal static IEnumerable<FuzzTarget> All =>
    [
        .. SensorCatalogue.All.Where(type => type.Wire == SensorWire.I2c).Select(type => new FuzzTarget($"chip-{type.Word}", Seeds, bytes => Poll(type, bytes))),
        new("sunspec", [Words(0x5375, 0x6E53, 1, 66, 203, 105, 0xFFFF, 0), Words(0, 0, 0x5375, 0x6E53, 103, 50, 0xFFFF, 0)], SunSpec),
    ];

    // The first byte: 1 puts the checksum of Sensirion's chips right behind each word, as a chip that lies consistently would.
    private static byte[][] Seeds =>
    [
        [1, .. Enumerable.Range(0, 60).Select(i => (byte)(i * 37))], [1, .. new byte[60]], [0, .. Enumerable.Repeat((byte)0xFF, 60)],
        [1, 0x01, 0x90, 0x66, 0x66, 0x80, 0x00, 0x80, 0x06], [0, 0x60, 0x61, 0x58, 0x81, 0xC4, 0x00], [1, 0x43, 0xDB, 0x8C, 0x2E, 0x41, 0xC8],
    ];

    private static string Poll(SensorType type, byte[] script)
    {
        var time = new JumpingTime();
        var port = new ScriptedPort(script);
        var setup = SensorSetup.Make(type, new SensorOptions { Name = "s", AltitudeMetres = 250, TemperatureOffset = 1.5 }, new PointId(0));
        var bus = new I2cBus(port);
        var sensor = setup.Connect(new SensorWires(time, () => Instant.From(time.GetUtcNow()))
        {
            I2c = bus.Segment(setup.Address), Pressure = new AmbientPressure(time),
        });
        var buffer = new Reading[setup.Points.Length];
        var outcome = "";
        for (var polls = 0; polls < PollsMax; polls++)
        {
            time.PassUntil(sensor.DueAt);
            var result = time.Run(sensor.PollAsync(buffer, CancellationToken.None));
            foreach (var reading in buffer.AsSpan(0, result.Count))
                // Bounds are the gateway's to judge; what is no number is nobody's good reading.
                WireTargets.Require(reading.Quality != Quality.Good || double.IsFinite(reading.Value), $"{reading.Value} is good.");
            outcome += result.Fault is { } fault ? fault.Kind.ToString() : result.Count == 0 ? "nothing " : string.Concat(buffer.Take(result.Count).Select(r => r.Quality));
        }
        return outcome;
    }

    private static string SunSpec(byte[] bytes)
    {
        var walk = new SunSpecWalk();
        var at = 0;
        var asked = 0;
        while (!walk.IsDone)
        {
            WireTargets.Require(asked++ < 1_000, "A chain of models without an end.");
            WireTargets.Require(walk.Next is >= 0 and <= 0xFFFF, $"Register {walk.Next} is asked for.");
            var words = at + 4 <= bytes.Length ? new[] { (ushort)(bytes[at] << 8 | bytes[at + 1]), (ushort)(bytes[at + 2] << 8 | bytes[at + 3]) } : [];
            at += 4;
            walk.Take(words);
        }
        return $"{walk.HasMarker} {walk.AddressOf(ImmutableArray.Create(203, 103)) is not null} {Math.Min(walk.Found.Count, 3)}";
    }

    private static byte[] Words(params int[] words) => [.. words.SelectMany(word => new[] { (byte)(word >> 8), (byte)word })];

    /// <summary>A bus on which every question is answered with the next bytes of a script, over and over.</summary>
    private sealed class ScriptedPort(byte[] script) : I2cPort
    {
        private int _at = 1;

        public override string Path => "/dev/i2c-fuzz";

        public override I2cOutcome Transfer(byte address, ReadOnlySpan<byte> write, Span<byte> read)
        {
            if (script.Length < 2) return I2cOutcome.NoAnswer;
            for (var i = 0; i < read.Length; i++)
                read[i] = script[0] == 1 && i % 3 == 2 ? Crc8.Of(read[(i - 2)..i]) : Next();
            // One transfer in sixteen fails, as the script has it.
            var outcome = script[0] > 1 && Next() % 16 == 0 ? (I2cOutcome)(Next() % 3) : I2cOutcome.Done;
            LastError = outcome == I2cOutcome.Done ? LastError : $"{outcome}.";
            return outcome;
        }

        public override ValueTask DisposeAsync() => default;

        private byte Next()
        {
            if (_at >= script.Length) _at = 1;
            return script[_at++];
        }
    }
}
