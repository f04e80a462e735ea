using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ecocentre.Edge.Benchmarks.Web;

/// <summary>From a reading handed to the gateway to the socket of each of 200 clients that listen to desks: queue, gateway loop, history, server, loopback and
/// the client's own thread.</summary>
/// <remarks>Expectation: at 50 changes a second (10,000 events a second over all clients) the 99th percentile is at most 10 ms on two shared cores.
/// <c>dotnet run -c Release --project tests/Ecocentre.Edge.Benchmarks -- web-stream [CHANGES A SECOND] [SECONDS]</c></remarks>
internal static class StreamLatency
{
    private const int Desks = 128, Clients = 200;

    internal static async Task<int> RunAsync(string[] arguments)
    {
        var rate = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 50;
        var seconds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 20;
        var all = await MeasureAsync(rate, seconds);
        double At(double share) => all[(int)Math.Min(share * all.Length, all.Length - 1)];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Clients} clients, {rate} changes a second over {seconds} s: {all.Length} events, median {At(0.5):0.00} ms, 90 % {At(0.9):0.00} ms, "
                + $"99 % {At(0.99):0.00} ms, 99.9 % {At(0.999):0.00} ms, longest {At(1):0.0} ms"));
        return 0;
    }

    /// <returns>Milliseconds of every event of every client, in ascending order.</returns>
    internal static async Task<double[]> MeasureAsync(int rate, int seconds)
    {
        await using var served = new ServedDesks(Desks);
        await served.Server.StartAsync(default);
        var readAt = new long[Desks];
        var changedFrom = new ConcurrentDictionary<long, long>();
        served.Changed = changes =>
        {
            foreach (var change in changes)
                if (Interlocked.Exchange(ref readAt[change.Desk], 0) is var at and not 0) changedFrom[change.Sequence] = at;
        };
        var samples = new List<double>[Clients];
        using var ending = new CancellationTokenSource();
        var listening = Enumerable.Range(0, Clients).Select(n => ListenAsync(served, samples[n] = [], changedFrom, ending.Token)).ToArray();
        await Task.Delay(1_000);
        await DriveAsync(served, readAt, rate, TimeSpan.FromSeconds(5));
        foreach (var one in samples)
            lock (one) one.Clear();
        await DriveAsync(served, readAt, rate, TimeSpan.FromSeconds(seconds));
        await ending.CancelAsync();
        await Task.WhenAll(listening);
        return [.. samples.SelectMany(one => one).Order()];
    }

    private static async Task DriveAsync(ServedDesks served, long[] readAt, int rate, TimeSpan duration)
    {
        var random = new Random(1);
        var present = new bool[Desks];
        var (begun, driven) = (Stopwatch.GetTimestamp(), 0L);
        while (Stopwatch.GetElapsedTime(begun) is var elapsed && elapsed < duration)
        {
            for (; driven < elapsed.TotalSeconds * rate; driven++)
            {
                var desk = random.Next(Desks);
                Volatile.Write(ref readAt[desk], Stopwatch.GetTimestamp());
                await served.ReadAsync(desk, present[desk] = !present[desk]);
            }
            await Task.Delay(1);
        }
        await Task.Delay(500);
    }

    private static async Task ListenAsync(ServedDesks served, List<double> samples, ConcurrentDictionary<long, long> changedFrom, CancellationToken ending)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, served.Server.Address.Port, ending);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"GET /api/v1/desks/stream HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer {served.Token}\r\n\r\n"), ending);
        var buffer = new byte[64 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, ending) is var count and > 0)
            {
                var now = Stopwatch.GetTimestamp();
                var text = buffer.AsSpan(0, count);
                for (int at; (at = text.IndexOf("id: "u8)) >= 0; text = text[(at + 4)..])
                {
                    // "id: 123" cut in two by the end of what came is one sample less.
                    var end = text[(at + 4)..].IndexOf((byte)'\n');
                    if (end < 0 || !long.TryParse(text.Slice(at + 4, end), CultureInfo.InvariantCulture, out var sequence)) continue;
                    if (!changedFrom.TryGetValue(sequence, out var from)) continue;
                    lock (samples) samples.Add(Stopwatch.GetElapsedTime(from, now).TotalMilliseconds);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the benchmark.
        }
    }
}
