using System.Diagnostics;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;

namespace Ecocentre.Edge.Benchmarks.Modbus;

/// <summary>How much of what its baud rate allows a serial line is used for, on a pseudo-terminal that a server paces like a wire.</summary>
/// <remarks>Expectation: at least 95 % of the limit, which is two frames and two silences for each exchange, with a unit that answers as soon as it
/// may. Every reply is checked. The median of ten half-second stretches counts; the best of them tells what a disturbed machine could do.</remarks>
internal static class ModbusRtuShare
{
    private const int Stretches = 10;

    private static readonly TimeSpan StretchLength = TimeSpan.FromSeconds(0.5);

    public static async Task<int> RunAsync()
    {
        Console.WriteLine($"{"line",-12} {"registers",9} {"limit/s",9} {"reached/s",10} {"share",7} {"best",7}");
        foreach (var settings in (SerialSettings[])
                 [
                     new(9_600), new(9_600, Parity.Even), new(19_200), new(19_200, Parity.Even), new(115_200), new(115_200, Parity.Even),
                 ])
        {
            foreach (var registers in (ushort[])[2, 20, 80])
            {
                var request = new ModbusRead(1, RegisterTable.Input, 0, registers);
                var limit = 1 / RtuTiming.Serial(settings).ExchangeMin(request).TotalSeconds;
                var rates = await RatesAsync(settings, request);
                var (reached, best) = (rates[Stretches / 2], rates[^1]);
                Console.WriteLine(
                    $"{settings,-12} {registers,9} {limit,9:0.0} {reached,10:0.0} {reached / limit,7:0.0%} {best / limit,7:0.0%}");
            }
        }
        return 0;
    }

    /// <summary>The median of exchanges a second, and what the line's speed allows.</summary>
    internal static async Task<(double Reached, double Limit)> ReachedAsync(SerialSettings settings, ushort registers)
    {
        var request = new ModbusRead(1, RegisterTable.Input, 0, registers);
        return ((await RatesAsync(settings, request))[Stretches / 2], 1 / RtuTiming.Serial(settings).ExchangeMin(request).TotalSeconds);
    }

    /// <summary>Exchanges a second in each stretch, slowest first.</summary>
    private static async Task<double[]> RatesAsync(SerialSettings settings, ModbusRead request)
    {
        var timing = RtuTiming.Serial(settings);
        using var terminal = PseudoTerminal.Open(TimeProvider.System);
        await using var server = new ModbusRtuServer(new CountingBank(), timing, TimeProvider.System);
        server.Serve(terminal.Line);
        await using var transport = RtuTransport.OnSerialPort(terminal.Path, settings, timing, TimeProvider.System);
        var words = new ushort[request.Count];
        await AskAsync(transport, request, words);
        var count = (int)Math.Ceiling(StretchLength / timing.ExchangeMin(request));
        var rates = new double[Stretches];
        for (var stretch = 0; stretch < Stretches; stretch++)
        {
            var watch = Stopwatch.StartNew();
            for (var exchange = 0; exchange < count; exchange++)
                await AskAsync(transport, request, words);
            rates[stretch] = count / watch.Elapsed.TotalSeconds;
        }
        Array.Sort(rates);
        return rates;
    }

    private static async ValueTask AskAsync(RtuTransport transport, ModbusRead request, ushort[] words)
    {
        if (await transport.ReadAsync(request, words, CancellationToken.None) is { } fault)
            throw new InvalidOperationException(fault.Text);
        for (var index = 0; index < words.Length; index++)
            if (words[index] != index)
                throw new InvalidOperationException($"Register {index} came as {words[index]}.");
    }

    private sealed class CountingBank : RegisterBank
    {
        public override int Read(ModbusRead request, Span<ushort> words)
        {
            for (var index = 0; index < words.Length; index++)
                words[index] = (ushort)(request.Address + index);
            return 0;
        }
    }
}
