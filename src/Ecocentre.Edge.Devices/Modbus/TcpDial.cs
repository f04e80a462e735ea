using System.Net.Sockets;

namespace Ecocentre.Edge.Devices.Modbus;

/// <summary>Opens TCP connections for the transports.</summary>
public static class TcpDial
{
    /// <summary>502: the port registered for Modbus (MODBUS Messaging on TCP/IP V1.0b, 2).</summary>
    public const int DefaultPort = 502;

    /// <summary>A delegate that dials <paramref name="host"/> each time it is called. It throws <see cref="IOException"/> that names host and port.</summary>
    public static Func<CancellationToken, ValueTask<Stream>> To(string host, int port) => cancellation => OpenAsync(host, port, cancellation);

    private static async ValueTask<Stream> OpenAsync(string host, int port, CancellationToken cancellation)
    {
        // Nagle would hold a request back until the reply to the one before it was acknowledged.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw new IOException($"{host}:{port}: {failure.Message}", failure);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
