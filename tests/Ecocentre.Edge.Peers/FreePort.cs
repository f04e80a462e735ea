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

    /// <summary>A port that could be bound a moment ago, and that no process of ours was given that still runs.</summary>
    public static int Take()
    {
        for (var attempt = 0; attempt < Count; attempt++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % Count);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            var name = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            try
            {
                name.Bind(new UnixDomainSocketEndPoint($"\0ecocentre-port-{port}"));
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                Kept.Add(name);
                return port;
            }
            catch (SocketException)
            {
                // Taken by somebody else: the next one.
                name.Dispose();
            }
        }
        throw new InvalidOperationException($"No free loopback port between {First} and {First + Count}.");
    }
}
