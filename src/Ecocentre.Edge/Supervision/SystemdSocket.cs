using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Ecocentre.Edge.Supervision;

/// <summary>The way to the systemd that started this process: datagrams of <c>NAME=value</c> lines to the socket named in the environment
/// (sd_notify(3) and sd_watchdog_enabled(3), systemd 252). Any thread; a supervisor that cannot be told is no reason to stop reading meters.</summary>
internal sealed class SystemdSocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
    private readonly UnixDomainSocketEndPoint _systemd;

    private SystemdSocket(string address, TimeSpan? watchdog)
    {
        // A leading @ stands for the zero byte of an abstract socket's name.
        _systemd = new UnixDomainSocketEndPoint(address[0] == '@' ? '\0' + address[1..] : address);
        Watchdog = watchdog;
    }

    /// <summary>Longest silence after which the process is killed, or null when nobody waits for signs of life.</summary>
    internal TimeSpan? Watchdog { get; }

    /// <param name="variable">Gives a variable of the environment, or null.</param>
    /// <returns>Null when no systemd waits to be told.</returns>
    internal static SystemdSocket? From(Func<string, string?> variable)
    {
        if (variable("NOTIFY_SOCKET") is not { Length: > 1 } address || address[0] is not ('/' or '@')) return null;
        var isOurs = variable("WATCHDOG_PID") is not { } pid || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var watchdog = isOurs && long.TryParse(variable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
            && microseconds > 0 ? TimeSpan.FromMicroseconds(microseconds) : (TimeSpan?)null;
        return new SystemdSocket(address, watchdog);
    }

    /// <summary>Tells one or more states: <c>READY=1</c>, <c>STATUS=words</c>, <c>WATCHDOG=1</c>, <c>RELOADING=1</c>,
    /// <c>STOPPING=1</c>.</summary>
    /// <returns>False when nobody took it.</returns>
    internal bool Tell(params ReadOnlySpan<string> states)
    {
        try
        {
            return _socket.SendTo(Encoding.UTF8.GetBytes(string.Join('\n', states)), _systemd) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose() => _socket.Dispose();
}
