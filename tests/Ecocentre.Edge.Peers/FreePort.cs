using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Ecocentre.Edge.Peers;

/// <summary>Loopback TCP ports that nobody listens on. Any thread.</summary>
/// <remarks>They lie below the ephemeral range (Linux: 32768 and up, <c>ip_local_port_range</c>), so that no outgoing connection takes one
/// while its peer is down and wants it back after a restart. A process keeps what it handed out: another one of ours is given other ports, also while the peer
/// that it was for is down.</remarks>
public static class FreePort
{
    private const int First = 20_000;
    private const int Count = 12_000;

    // Test processes run side by side: each begins at its own place. 97: any step that is no divisor of Count spreads neighbouring process
    // ids.
    private static int _next = Environment.ProcessId * 97 % Count;

    // Names without a file, which go with the process (unix(7), abstract): whoever has bound one has the port.
    private static readonly ConcurrentBag<Socket> Kept = [];

    /// <summary>The first of so many ports in a row that could be bound a moment ago and were given to no process of ours that still runs.</summary>
    public static int Take(int count = 1)
    {
        for (var attempt = 0; attempt < Count; attempt += count)
        {
            var place = (int)((uint)(Interlocked.Add(ref _next, count) - count) % Count);
            if (place + count > Count) continue;
            var names = new List<Socket>();
            try
            {
                for (var port = First + place; port < First + place + count; port++) names.Add(Keep(port));
                foreach (var name in names) Kept.Add(name);
                return First + place;
            }
            catch (SocketException)
            {
                // Taken by somebody else: the next ones.
                foreach (var name in names) name.Dispose();
            }
        }
        throw new InvalidOperationException($"No {count} free loopback ports between {First} and {First + Count}.");
    }

    /// <returns>What keeps the port from others of ours.</returns>
    private static Socket Keep(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        var name = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            name.Bind(new UnixDomainSocketEndPoint($"\0ecocentre-port-{port}"));
            return name;
        }
        catch (SocketException)
        {
            name.Dispose();
            throw;
        }
    }
}
