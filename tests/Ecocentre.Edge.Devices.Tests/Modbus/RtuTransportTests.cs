using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Tests.Simulated;

namespace Ecocentre.Edge.Devices.Tests.Modbus;

/// <summary>On a serial port of Linux, which is a pseudo-terminal here.</summary>
public sealed class RtuTransportTests : ModbusTransportContract
{
    private static readonly SerialSettings Settings = new(Baud: 115_200);
    private static readonly ModbusRead Request = new(3, RegisterTable.Holding, 100, 10);

    [Fact]
    public async Task A_missing_port_is_no_bus_with_path_and_remedy_in_the_words()
    {
        await using var transport = RtuTransport.OnSerialPort("/dev/ttyNone7", Settings, RtuTiming.Serial(Settings), TimeProvider.System);
        var fault = await transport.ReadAsync(Request, new ushort[10], CancellationToken.None);

        Assert.Equal(FaultKind.NoBus, fault!.Kind);
        Assert.Contains("/dev/ttyNone7", fault.Text);
        Assert.Contains("plugged in", fault.Text);
        Assert.Contains("Next attempt in", (await transport.ReadAsync(Request, new ushort[10], CancellationToken.None))!.Text);
    }

    [Fact]
    public async Task A_late_reply_of_another_unit_is_passed_over()
    {
        var count = 0;
        await using var rig = await StartAsync(_ => count++ == 0 ? new WireFault(WireFaultKind.None, Delay: ReplyTimeout * 1.2) : default);
        var words = new ushort[10];
        await rig.Transport.ReadAsync(Request, words, CancellationToken.None);
        var slow = Request with { Unit = TellingBank.DeadUnit };
        var fault = await rig.Transport.ReadAsync(slow, words, CancellationToken.None);

        Assert.Equal(FaultKind.NoAnswer, fault!.Kind);
        Assert.Contains("late one of unit 3", fault.Text);
    }

    [Fact]
    public async Task A_late_reply_that_was_heard_frees_its_unit_at_once()
    {
        var count = 0;
        await using var rig = (Rig)await StartAsync(_ => count++ == 0 ? new WireFault(WireFaultKind.None, Delay: ReplyTimeout * 1.2) : default);
        var words = new ushort[10];
        await rig.Transport.ReadAsync(Request, words, CancellationToken.None);
        await rig.Transport.ReadAsync(Request with { Unit = TellingBank.DeadUnit }, words, CancellationToken.None);

        Assert.Null(await rig.Transport.ReadAsync(Request with { Address = 300 }, words, CancellationToken.None));
        Assert.Equal(1, ((RtuTransport)rig.Transport).LateReplies);
    }

    [Fact]
    public async Task An_adapter_that_only_echoes_is_named()
    {
        using var terminal = PseudoTerminal.Open(TimeProvider.System);
        var echo = EchoAsync(terminal.Line);
        await using (var transport = RtuTransport.OnSerialPort(terminal.Path, Settings,
                         RtuTiming.Serial(Settings) with { ReplyTimeout = TimeSpan.FromMilliseconds(50) }, TimeProvider.System))
            Assert.Contains("echoes", (await transport.ReadAsync(Request, new ushort[10], CancellationToken.None))!.Text);
        terminal.Dispose();
        await echo;
    }

    protected override ValueTask<ITransportRig> StartAsync(Func<ModbusRead, WireFault>? faults = null) =>
        ValueTask.FromResult<ITransportRig>(new Rig(faults));

    private static async Task EchoAsync(SerialPort line)
    {
        var buffer = new byte[256];
        try
        {
            while (true)
                await line.WriteAsync(buffer.AsMemory(0, await line.ReadAsync(buffer)));
        }
        catch (ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private sealed class Rig : ITransportRig
    {
        private readonly Func<ModbusRead, WireFault>? _faults;
        private PseudoTerminal _terminal;
        private ModbusRtuServer _server;
        private bool _isCut;

        public Rig(Func<ModbusRead, WireFault>? faults)
        {
            _faults = faults;
            (_terminal, _server) = Wire();
            var timing = RtuTiming.Serial(Settings) with
            {
                ReplyTimeout = ReplyTimeout, LateMax = ReplyTimeout * 3, BackOffMin = TimeSpan.FromMilliseconds(10),
            };
            Transport = new RtuTransport(
                _ => ValueTask.FromResult<Stream>(SerialPort.Open(_isCut ? "/dev/ttyNone7" : _terminal.Path, Settings, TimeProvider.System)),
                timing, TimeProvider.System);
        }

        public ModbusTransport Transport { get; }

        public bool HasChecksum => true;

        public async ValueTask CutAsync()
        {
            _isCut = true;
            await _server.DisposeAsync();
            _terminal.Dispose();
        }

        public ValueTask MendAsync()
        {
            (_terminal, _server) = Wire();
            _isCut = false;
            return ValueTask.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            await Transport.DisposeAsync();
            await _server.DisposeAsync();
            _terminal.Dispose();
        }

        private (PseudoTerminal Terminal, ModbusRtuServer Server) Wire()
        {
            var terminal = PseudoTerminal.Open(TimeProvider.System);
            var server = new ModbusRtuServer(new TellingBank(), RtuTiming.Serial(Settings), TimeProvider.System, _faults);
            server.Serve(terminal.Line);
            return (terminal, server);
        }
    }
}
