using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Fuzzing.Targets;

/// <summary>Whole drivers of sensors on serial lines, from their first word to their readings, on a line that says whatever the input says: in pieces,
/// too late, not at all, or not any more.</summary>
internal static class UartTargets
{
    // Enough for a start, some readings, a line that is lost and opened again, and a warming up that is over.
    private const int PollsMax = 12;

    internal static IEnumerable<FuzzTarget> All =>
        SensorCatalogue.All.Where(type => type.Wire == SensorWire.Serial)
            .Select(type => new FuzzTarget($"uart-{type.Word}", Seeds, bytes => Poll(type, bytes)));

    // Each piece: how many bytes come at once, and these.
    private static byte[][] Seeds =>
    [
        Pieces([0xFF, 0x86, 0x02, 0x60, 0x47, 0x00, 0x00, 0x00, 0xD1]), Pieces([0xFF, 0x86, 0x02], [0x60, 0x47, 0x00, 0x00, 0x00, 0xD1]),
        Pieces(
            [.. Ld2410Frames.Command(0xFF, 1, 0)],
            [0xF4, 0xF3, 0xF2, 0xF1, 13, 0, 2, 0xAA, 3, 60, 0, 80, 40, 0, 50, 60, 0, 0x55, 0, 0xF8, 0xF7, 0xF6, 0xF5]),
        Pieces(
            [0xFD, 0xFC, 0xFB, 0xFA, 8, 0, 0xFF, 1, 0, 0, 1, 0, 0x40, 0, 4, 3, 2, 1],
            [0xF4, 0xF3, 0xF2, 0xF1, 13, 0, 2, 0xAA, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x55, 0, 0xF8, 0xF7, 0xF6, 0xF5]),
        [0, 1, 0xFF, 60, 1, 0x86], [255, 3, 1, 2, 3],
    ];

    private static byte[] Pieces(params byte[][] pieces) => [.. pieces.SelectMany(piece => (byte[])[(byte)piece.Length, .. piece])];

    private static string Poll(SensorType type, byte[] script)
    {
        var time = new JumpingTime();
        var said = new Script(script);
        var setup = SensorSetup.Make(type, new SensorOptions { Name = "s" }, new PointId(0));
        var sensor = setup.Connect(new SensorWires(time, () => Instant.From(time.GetUtcNow())) { OpenSerial = () => new ScriptedLine(said, time) });
        var buffer = new Reading[setup.Points.Length];
        var outcome = "";
        for (var polls = 0; polls < PollsMax; polls++)
        {
            time.PassUntil(sensor.DueAt);
            var result = time.Run(sensor.PollAsync(buffer, CancellationToken.None));
            foreach (var reading in buffer.AsSpan(0, result.Count))
                WireTargets.Require(reading.Quality != Quality.Good || double.IsFinite(reading.Value), $"{reading.Value} is good.");
            outcome += result.Fault is { } fault ? fault.Kind.ToString() : string.Concat(buffer.Take(result.Count).Select(r => r.Quality));
        }
        return outcome;
    }

    /// <summary>What the line says, once; it is silent after that.</summary>
    private sealed class Script(byte[] bytes)
    {
        private int _at;

        public byte? Next() => _at < bytes.Length ? bytes[_at++] : null;
    }

    private sealed class ScriptedLine(Script script, TimeProvider time) : SerialPort
    {
        // At 9600 baud with ten bits to a byte.
        private static readonly TimeSpan PerByte = TimeSpan.FromMilliseconds(10 / 9.6);

        private readonly Queue<byte> _heard = new();
        private long _received;

        public override string Path => "/dev/ttyFuzz";

        public override bool IsDirectionKernels => false;

        public override long BytesLost => 0;

        public override SerialCounters? ReadCounters() => null;

        public override ValueTask<SentFrame> WriteAfterSilenceAsync(ReadOnlyMemory<byte> frame, TimeSpan silence, CancellationToken cancellation) =>
            new(new SentFrame(time.GetTimestamp(), _received));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_heard.Count == 0) await HearAsync(cancellationToken);
            var count = Math.Min(buffer.Length, _heard.Count);
            await Task.Delay(count * PerByte, time, CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            for (var i = 0; i < count; i++) buffer.Span[i] = _heard.Dequeue();
            _received += count;
            return count;
        }

        /// <summary>On the thread that cancels, as everything here.</summary>
        private static async Task SilenceAsync(CancellationToken cancellation)
        {
            var never = new TaskCompletionSource();
            using var registration = cancellation.UnsafeRegister(_ => never.TrySetCanceled(cancellation), null);
            await never.Task;
        }

        private async Task HearAsync(CancellationToken cancellation)
        {
            while (_heard.Count == 0)
                switch (script.Next())
                {
                    case null:
                        await SilenceAsync(cancellation);
                        break;
                    case 255:
                        throw new IOException("The line is gone.");
                    case 0:
                        await Task.Delay(TimeSpan.FromMilliseconds(300), time, CancellationToken.None);
                        cancellation.ThrowIfCancellationRequested();
                        break;
                    case { } count:
                        for (var left = count % 64; left > 0 && script.Next() is { } one; left--) _heard.Enqueue(one);
                        break;
                }
        }
    }
}
