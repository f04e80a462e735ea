using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Lab;

/// <summary>Modbus RTU over a 16550, whose other end is a server that is not ours on the host (tests/lab/rtu-server).</summary>
internal static class SerialLab
{
    private const string Path = "/dev/ttyS1";

    // As the server on the host has it: unit 1, addresses 0 to 499, input and holding registers.
    private const byte Unit = 1, Nobody = 7;
    private const int Registers = 500;

    private static readonly TimeProvider Time = TimeProvider.System;

    public static async Task RunAsync(Report report)
    {
        await report.CheckAsync("serial: every register of a server comes over a 16550, in the largest blocks, with parity and without", RegistersAsync);
        await report.CheckAsync("serial: an absent unit costs only itself, a hole is refused by the server", AbsentAsync);
        await report.CheckAsync("serial: a speed that the 16550 cannot make is refused with what it made of it", SpeedAsync);
        await report.CheckAsync("serial: a port in use is refused, the driver's counters count, direction is the adapter's", PortAsync);
    }

    /// <summary>What the server holds at an address.</summary>
    private static ushort Word(RegisterTable table, int address) => (ushort)(address * 40_503 + (int)table);

    private static RtuTransport On(SerialSettings settings) => RtuTransport.OnSerialPort(Path, settings,
        RtuTiming.Serial(settings) with { ReplyTimeout = TimeSpan.FromSeconds(2), LateMax = TimeSpan.FromSeconds(2) }, Time);

    private static async Task RegistersAsync()
    {
        foreach (var settings in new[] { new SerialSettings(115_200), new SerialSettings(19_200, Parity.Even) })
        {
            await using var transport = On(settings);
            // 125: the most that one request may ask for.
            var words = new ushort[125];
            for (var address = 0; address < Registers; address += words.Length)
                foreach (var table in new[] { RegisterTable.Input, RegisterTable.Holding })
                {
                    if (settings.Baud < 100_000 && table == RegisterTable.Holding) continue;
                    var fault = await transport.ReadAsync(new ModbusRead(Unit, table, (ushort)address, (ushort)words.Length), words, default);
                    Must.Be(fault is null, $"{settings}: {fault}");
                    Must.Same(Enumerable.Range(address, words.Length).Select(a => Word(table, a)), words, $"{settings}: {table} {address}");
                }
        }
    }

    private static async Task AbsentAsync()
    {
        await using var transport = On(new SerialSettings(115_200));
        var words = new ushort[2];
        var absent = await transport.ReadAsync(new ModbusRead(Nobody, RegisterTable.Input, 0, 2), words, default);
        Must.Equal(FaultKind.NoAnswer, absent?.Kind ?? default, "fault of nobody");
        var fault = await transport.ReadAsync(new ModbusRead(Unit, RegisterTable.Input, 10, 2), words, default);
        Must.Be(fault is null, $"{fault}");
        Must.Same([Word(RegisterTable.Input, 10), Word(RegisterTable.Input, 11)], words, "registers");
        var hole = await transport.ReadAsync(new ModbusRead(Unit, RegisterTable.Input, Registers, 2), words, default);
        Must.Equal((FaultKind.Refused, 2), (hole?.Kind ?? default, hole?.Exception ?? 0), "fault of a hole");
    }

    private static Task SpeedAsync()
    {
        // 250,000: a 16550 with the usual crystal makes 115,200 at most; its driver takes the speed without an error and sets another one.
        var words = Must.Fail(() => SerialPort.Open(Path, new SerialSettings(250_000), Time));
        Must.Say(Path, words);
        Must.Say("250000 8N1 was asked, but its driver set", words);
        return Task.CompletedTask;
    }

    private static Task PortAsync()
    {
        using var port = SerialPort.Open(Path, new SerialSettings(19_200, Parity.Even), Time);
        Must.Say("in use by another program", Must.Fail(() => SerialPort.Open(Path, new SerialSettings(9_600), Time)));
        Must.Be(!port.IsDirectionKernels, "A 16550 without RS-485 was said to switch the direction.");
        var counters = port.ReadCounters();
        Must.Be(counters is { Received: > 0, Sent: > 0, Overruns: 0 }, $"counters: {counters}");
        return Task.CompletedTask;
    }
}
