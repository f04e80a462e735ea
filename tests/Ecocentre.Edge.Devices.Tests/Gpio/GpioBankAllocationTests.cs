using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Gpio;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests.Gpio;

public sealed class GpioBankAllocationTests
{
    [Fact]
    public async Task A_steady_poll_allocates_nothing()
    {
        var time = new VirtualTime();
        var settings = Enumerable.Range(0, 64).Select(line => new LineSettings(line)).ToImmutableArray();
        var inputs = settings.Select(LineInput (line) => line.Offset < 60
            ? new ContactInput(new ContactOptions { Name = $"pir-{line.Offset}", Line = line }, new PointId((ushort)line.Offset), time)
            : new PulseInput(GpioBench.Pulses(line.Offset), new PointId((ushort)line.Offset), null, time));
        await using var bank = new GpioBank("gpio", inputs, lines => new BusyLines(lines, time), time, () => Instant.From(time.GetUtcNow()));
        var buffer = new Reading[64];
        for (var i = 0; i < 200; i++) await bank.PollAsync(buffer, CancellationToken.None);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var readings = 0;
        for (var i = 0; i < 2_000; i++) readings += (await bank.PollAsync(buffer, CancellationToken.None)).Count;
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / 2_000.0;

        Assert.True(readings > 15_000);
        // A debug build makes an object of every state machine, waiting or not.
#if DEBUG
        Assert.InRange(each, 0, 600);
#else
        Assert.InRange(each, 0, 1);
#endif
    }

    /// <summary>Some lines change in each read, and 100 ms pass.</summary>
    private sealed class BusyLines(ImmutableArray<LineSettings> lines, VirtualTime time) : GpioLines
    {
        private ulong _levels;
        private int _turn;

        public override string Path => "busy";

        public override ImmutableArray<LineSettings> Lines => lines;

        public override long EdgesLost => 0;

        public override ulong ReadLevels() => _levels;

        public override ValueTask<int> ReadEdgesAsync(Memory<LineEdge> destination, TimeSpan timeout, CancellationToken cancellation)
        {
            time.Pass(TimeSpan.FromMilliseconds(100));
            for (var i = 0; i < 8; i++)
            {
                var line = (_turn += 7) % 64;
                _levels ^= 1ul << line;
                destination.Span[i] = new LineEdge(line, (_levels >> line & 1) != 0, time.GetTimestamp());
            }
            return ValueTask.FromResult(8);
        }

        public override ValueTask DisposeAsync() => default;
    }
}
