using System.Net;
using System.Net.Sockets;

namespace Ecocentre.Edge.Peers;

/// <summary>Loopback TCP ports that nobody listens on. Any thread.</summary>
/// <remarks>They lie below the ephemeral range (Linux: 32768 and up, <c>ip_local_port_range</c>), so that no outgoing connection takes one
/// while its peer is down and wants it back after a restart.</remarks>
public static class FreePort
{
    private const int First = 20_000;
    private const int Count = 12_000;

    // Test processes run side by side: each begins at its own place. 97: any step that is no divisor of Count spreads neighbouring process
    // ids.
    private static int _next = Environment.ProcessId * 97 % Count;

    /// <summary>A port that could be bound a moment ago, and that this process has not handed out before.</summary>
    public static int Take()
    {
        for (var attempt = 0; attempt < Count; attempt++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % Count);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken by somebody else: the next one.
            }
        }
        throw new InvalidOperationException($"No free loopback port between {First} and {First + Count}.");
    }
}
