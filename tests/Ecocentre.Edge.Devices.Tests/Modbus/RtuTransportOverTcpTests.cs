using System.Net;
using System.Net.Sockets;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Tests.Simulated;

namespace Ecocentre.Edge.Devices.Tests.Modbus;

/// <summary>RTU frames through a TCP connection, as transparent serial gateways carry them.</summary>
public sealed class RtuTransportOverTcpTests : ModbusTransportContract
{
    protected override ValueTask<ITransportRig> StartAsync(TimeSpan replyTimeout, Func<ModbusRead, WireFault>? faults) =>
        ValueTask.FromResult<ITransportRig>(new Rig(replyTimeout, faults));

    private sealed class Rig : ITransportRig
    {
        private readonly Func<ModbusRead, WireFault>? _faults;
        private readonly IPEndPoint _endPoint;
        private TcpListener _listener;
        private ModbusRtuServer _server;
        private Task _accepting;

        public Rig(TimeSpan replyTimeout, Func<ModbusRead, WireFault>? faults)
        {
            _faults = faults;
            (_listener, _server, _accepting) = Listen(new IPEndPoint(IPAddress.Loopback, 0));
            _endPoint = (IPEndPoint)_listener.LocalEndpoint;
            var timing = RtuTiming.OverTcp with
            {
                ReplyTimeout = replyTimeout, LateMax = replyTimeout * 3, BackOffMin = TimeSpan.FromMilliseconds(10),
            };
            Transport = new RtuTransport(TcpDial.To("127.0.0.1", _endPoint.Port), timing, TimeProvider.System);
        }

        public ModbusTransport Transport { get; }

        public bool HasChecksum => true;

        public async ValueTask CutAsync()
        {
            _listener.Stop();
            await _accepting;
            await _server.DisposeAsync();
        }

        public ValueTask MendAsync()
        {
            (_listener, _server, _accepting) = Listen(_endPoint);
            return ValueTask.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            await Transport.DisposeAsync();
            await CutAsync();
        }

        private (TcpListener Listener, ModbusRtuServer Server, Task Accepting) Listen(IPEndPoint endPoint)
        {
            var listener = new TcpListener(endPoint);
            listener.Start();
            var server = new ModbusRtuServer(new TellingBank(), RtuTiming.OverTcp, TimeProvider.System, _faults);
            return (listener, server, AcceptAsync(listener, server));
        }

        private static async Task AcceptAsync(TcpListener listener, ModbusRtuServer server)
        {
            try
            {
                while (true)
                    server.Serve(new NetworkStream(await listener.AcceptSocketAsync(), ownsSocket: true));
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // The listener was stopped.
            }
        }
    }
}
