using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Ecocentre.Edge.Peers;

/// <summary>A wire between a client and a server on loopback that can be cut, or fall silent in both directions while its ends stay
/// open.</summary>
public sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Socket, byte> _sockets = [];
    private readonly int _server;
    private readonly Task _accepting;
    private volatile bool _silent;
    private volatile bool _refusing;
    private int _connections;

    /// <param name="serverPort">Where the server listens on 127.0.0.1.</param>
    /// <param name="address">Where the relay listens; 127.0.0.1 when left out.</param>
    public TcpRelay(int serverPort, IPAddress? address = null)
    {
        _server = serverPort;
        _listener = new TcpListener(address ?? IPAddress.Loopback, FreePort.Take());
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections taken so far.</summary>
    public int Connections => _connections;

    /// <summary>Ends every connection at once, both sides; new ones are taken.</summary>
    public void Cut()
    {
        foreach (var socket in _sockets.Keys) socket.Close(0);
        _sockets.Clear();
    }

    /// <summary>Swallows what is sent from now on, or no longer. Bytes swallowed are gone: cut before speaking again.</summary>
    public void Silence(bool silent) => _silent = silent;

    /// <summary>Takes connections and closes them at once, or no longer.</summary>
    public void Refuse(bool refusing) => _refusing = refusing;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_end.Token);
                Interlocked.Increment(ref _connections);
                if (_refusing)
                {
                    client.Close(0);
                    continue;
                }
                _ = RelayAsync(client);
            }
        }
        catch (Exception) when (_end.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    private async Task RelayAsync(Socket client)
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        _sockets[client] = 0;
        _sockets[server] = 0;
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _server);
            await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
        }
        catch (SocketException)
        {
            // The server is not there: the client is told by the close.
        }
        finally
        {
            client.Close();
            server.Close();
            _sockets.TryRemove(client, out _);
            _sockets.TryRemove(server, out _);
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var count and > 0)
                for (var sent = 0; sent < count && !_silent;) sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }
}
