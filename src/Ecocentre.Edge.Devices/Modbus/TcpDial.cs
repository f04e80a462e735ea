using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Modbus;

/// <summary>Opens TCP connections for the transports.</summary>
public static class TcpDial
{
    /// <summary>502: the port registered for Modbus (MODBUS Messaging on TCP/IP V1.0b, 2).</summary>
    public const int DefaultPort = 502;

    /// <summary>A delegate that dials <paramref name="host"/> each time it is called. It throws <see cref="IOException"/> that names host and port.</summary>
    public static Func<CancellationToken, ValueTask<Stream>> To(string host, int port) =>
        cancellation => SocketStream.ConnectAsync(host, port, cancellation);
}
