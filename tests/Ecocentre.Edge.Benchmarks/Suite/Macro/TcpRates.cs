using System.Diagnostics;
using System.Globalization;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Benchmarks.Suite.Macro;

/// <summary>Requests a second over one Modbus TCP connection on loopback, against C clients beside it.</summary>
/// <remarks>Expectation: one at a time as many as a libmodbus loop; with eight on their way at least 0.7 of what a C client reaches that writes each batch at
/// once. All ask the same libmodbus server in turn, three times; medians.</remarks>
internal static class TcpRates
{
    private const int Turns = 3;

    private const string Seconds = "0.7";

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(0.7);

    internal static IEnumerable<Measure> Measures => [new("tcp", RunAsync)];

    private static async Task RunAsync(Action<Figure> found)
    {
        await using var farm = await DeviceFarm.StartAsync(new FarmSetup(Ports: 1));
        var port = farm.Port.ToString(CultureInfo.InvariantCulture);
        foreach (var outstanding in (int[])[1, 4, 8, 64])
        {
            var (ours, theirs, processor) = (new List<double>(), new List<double>(), new List<double>());
            // The first turn compiles.
            for (var turn = 0; turn <= Turns; turn++)
            {
                var reference = outstanding == 1
                    ? await ReferenceProgram.RunAsync("modbus-client", "loop", port, Seconds)
                    : await ReferenceProgram.RunAsync("modbus-client", "pipe", port, Seconds, outstanding.ToString(CultureInfo.InvariantCulture));
                var before = Environment.CpuUsage.TotalTime;
                var rate = await AskAsync(farm.Port, outstanding);
                if (turn == 0) continue;
                theirs.Add(reference[0]);
                ours.Add(rate);
                processor.Add((Environment.CpuUsage.TotalTime - before).TotalMicroseconds / (rate * Length.TotalSeconds));
            }
            var kind = outstanding == 1 ? "C: libmodbus loop" : $"C: pipelined, {outstanding} outstanding";
            found(new Figure($"requests a second, {outstanding} outstanding", Median(ours), "requests/s")
            {
                Reference = Median(theirs), Of = kind, RatioAtLeast = outstanding == 1 ? 1 : outstanding == 8 ? 0.7 : null,
            });
            found(new Figure($"processor a request, {outstanding} outstanding", Median(processor), "µs/request"));
        }
    }

    private static async Task<double> AskAsync(int port, int outstanding)
    {
        var timing = new TcpTiming { OutstandingMax = outstanding, ReplyTimeout = TimeSpan.FromSeconds(10) };
        await using var transport = new TcpTransport(TcpDial.To("127.0.0.1", port), timing, TimeProvider.System);
        var watch = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, outstanding).Select(_ => LoopAsync(transport, watch)));
        return counts.Sum() / watch.Elapsed.TotalSeconds;
    }

    private static async Task<int> LoopAsync(TcpTransport transport, Stopwatch watch)
    {
        // Ten float32 points: what a meter's block is.
        var words = new ushort[20];
        var request = new ModbusRead(1, RegisterTable.Holding, 0, 20);
        var count = 0;
        for (; watch.Elapsed < Length; count++)
            if (await transport.ReadAsync(request, words, CancellationToken.None) is { } fault) throw new InvalidOperationException(fault.Text);
        return count;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
