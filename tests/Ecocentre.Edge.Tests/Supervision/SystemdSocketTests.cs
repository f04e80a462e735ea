using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Supervision;

namespace Ecocentre.Edge.Tests.Supervision;

public sealed class SystemdSocketTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Without_a_socket_in_the_environment_nobody_is_told()
    {
        Assert.Null(SystemdSocket.From(_ => null));
        Assert.Null(SystemdSocket.From(Variables(("NOTIFY_SOCKET", ""))));
        Assert.Null(SystemdSocket.From(Variables(("NOTIFY_SOCKET", "vsock:2:1234"))));
    }

    [Theory]
    [InlineData("30000000", null, 30.0)]
    [InlineData("0", null, null)]
    [InlineData("-5", null, null)]
    [InlineData("soon", null, null)]
    [InlineData("30000000", "1", null)]
    public void A_watchdog_counts_only_when_it_is_meant_for_this_process(string microseconds, string? pid, double? seconds)
    {
        using var systemd = SystemdSocket.From(Variables(
            ("NOTIFY_SOCKET", _scratch.File("notify")), ("WATCHDOG_USEC", microseconds), ("WATCHDOG_PID", pid)));
        Assert.Equal(seconds, systemd!.Watchdog?.TotalSeconds);
        using var ours = SystemdSocket.From(Variables(("NOTIFY_SOCKET", "@x"), ("WATCHDOG_USEC", "1000000"),
            ("WATCHDOG_PID", Environment.ProcessId.ToString(CultureInfo.InvariantCulture))));
        Assert.Equal(1, ours!.Watchdog?.TotalSeconds);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void States_arrive_in_one_datagram_through_a_path_or_an_abstract_name(bool isAbstract)
    {
        var name = isAbstract ? $"@ecocentre-{Guid.NewGuid():N}" : _scratch.File("notify");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        listener.Bind(new UnixDomainSocketEndPoint(isAbstract ? '\0' + name[1..] : name));
        using var systemd = SystemdSocket.From(Variables(("NOTIFY_SOCKET", name)))!;
        Assert.True(systemd.Tell("READY=1", "STATUS=12 of 12 devices answer"));
        var buffer = new byte[256];
        Assert.Equal("READY=1\nSTATUS=12 of 12 devices answer", Encoding.UTF8.GetString(buffer, 0, listener.Receive(buffer)));
    }

    [Fact]
    public void A_supervisor_that_is_gone_stops_nothing()
    {
        using var systemd = SystemdSocket.From(Variables(("NOTIFY_SOCKET", _scratch.File("nobody"))))!;
        Assert.False(systemd.Tell("READY=1"));
    }

    private static Func<string, string?> Variables(params (string Name, string? Value)[] variables) =>
        name => variables.FirstOrDefault(v => v.Name == name).Value;
}
