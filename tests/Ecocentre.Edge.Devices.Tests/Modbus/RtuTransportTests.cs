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

    protected override ValueTask<ITransportRig> StartAsync(TimeSpan replyTimeout, Func<ModbusRead, WireFault>? faults) =>
        ValueTask.FromResult<ITransportRig>(new Rig(replyTimeout, faults));

    private sealed class Rig : ITransportRig
    {
        private readonly Func<ModbusRead, WireFault>? _faults;
        private PseudoTerminal _terminal;
        private ModbusRtuServer _server;
        private bool _isCut;

        public Rig(TimeSpan replyTimeout, Func<ModbusRead, WireFault>? faults)
        {
            _faults = faults;
            (_terminal, _server) = Wire();
            var timing = RtuTiming.Serial(Settings) with
            {
                ReplyTimeout = replyTimeout, LateMax = replyTimeout * 3, BackOffMin = TimeSpan.FromMilliseconds(10),
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
