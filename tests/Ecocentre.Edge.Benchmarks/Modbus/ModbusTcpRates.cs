using System.Diagnostics;
using System.Net;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Benchmarks.Modbus;

/// <summary>Requests a second over Modbus TCP on loopback, against a plain libmodbus loop in the same run.</summary>
/// <remarks>Expectation: polling reaches at least the rate of the libmodbus loop against the same libmodbus server. Each way is run in turn, five
/// times; the median counts, and only ratios within a run mean anything.</remarks>
internal static class ModbusTcpRates
{
    private const int Rounds = 5;

    // 10 float32 points: what a meter's block is.
    private const int Registers = 20;

    private static readonly TimeSpan RoundLength = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync()
    {
        using var libmodbus = LibmodbusServer.OnTcp();
        await using var ours = new ModbusTcpServer(new StillBank(), TimeProvider.System);
        ours.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        var ways = new List<(string Name, Func<Task<double>> Run, List<double> Rates)>
        {
            ("libmodbus loop -> libmodbus server, one at a time", () => Task.FromResult(LoopLibmodbus(libmodbus.Port)), []),
        };
        foreach (var outstanding in (int[])[1, 2, 4, 8, 64])
            ways.Add(($"TcpTransport -> libmodbus server, {outstanding} outstanding", () => LoopOursAsync(libmodbus.Port, outstanding), []));
        ways.Add(("libmodbus loop -> ModbusTcpServer, one at a time", () => Task.FromResult(LoopLibmodbus(ours.EndPoint!.Port)), []));
        foreach (var outstanding in (int[])[1, 8, 64])
            ways.Add(($"TcpTransport -> ModbusTcpServer, {outstanding} outstanding", () => LoopOursAsync(ours.EndPoint!.Port, outstanding), []));

        // The first round only warms up.
        for (var round = 0; round <= Rounds; round++)
            foreach (var (_, run, rates) in ways)
                rates.Add(await run());
        var baseline = Median(ways[0].Rates);
        Console.WriteLine($"{"requests/s",12} {"ratio",7}   reads of {Registers} registers on one connection, median of {Rounds}");
        foreach (var (name, _, rates) in ways)
            Console.WriteLine($"{Median(rates),12:N0} {Median(rates) / baseline,7:0.00}   {name}");
        return 0;
    }

    private static double Median(List<double> rates) => rates.Skip(1).Order().ElementAt(Rounds / 2);

    private static double LoopLibmodbus(int port)
    {
        using var client = LibmodbusClient.ToTcp(port);
        var words = new ushort[Registers];
        var count = 0;
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < RoundLength)
        {
            client.ReadHoldings(1, 0, words);
            count++;
        }
        return count / watch.Elapsed.TotalSeconds;
    }

    private static async Task<double> LoopOursAsync(int port, int outstanding)
    {
        var timing = new TcpTiming { OutstandingMax = outstanding, ReplyTimeout = TimeSpan.FromSeconds(5) };
        await using var transport = new TcpTransport(TcpDial.To("127.0.0.1", port), timing, TimeProvider.System);
        var watch = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, outstanding).Select(_ => LoopAsync(transport, watch)));
        return counts.Sum() / watch.Elapsed.TotalSeconds;
    }

    private static async Task<int> LoopAsync(TcpTransport transport, Stopwatch watch)
    {
        var words = new ushort[Registers];
        var request = new ModbusRead(1, RegisterTable.Holding, 0, Registers);
        var count = 0;
        while (watch.Elapsed < RoundLength)
        {
            if (await transport.ReadAsync(request, words, CancellationToken.None) is { } fault)
                throw new InvalidOperationException(fault.Text);
            count++;
        }
        return count;
    }

    /// <summary>All registers are 0, as in the libmodbus server.</summary>
    private sealed class StillBank : RegisterBank
    {
        public override int Read(ModbusRead request, Span<ushort> words)
        {
            words.Clear();
            return 0;
        }
    }
}
