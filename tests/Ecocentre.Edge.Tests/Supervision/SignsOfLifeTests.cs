using System.Net.Sockets;
using System.Text;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Supervision;

namespace Ecocentre.Edge.Tests.Supervision;

public sealed class SignsOfLifeTests : IDisposable
{
    // A sign is due three times in this.
    private const int WatchdogMicroseconds = 150_000;

    private readonly Scratch _scratch = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
    private readonly CancellationTokenSource _ending = new();
    private long _beats;

    public void Dispose()
    {
        _listener.Dispose();
        _ending.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public async Task Ready_is_said_after_the_first_beat_and_life_after_each_further_one()
    {
        var running = Start();
        Assert.True(IsSilent());
        _beats = 1;
        Assert.Equal("READY=1\nWATCHDOG=1\nSTATUS=all well", Receive());
        _beats = 2;
        Assert.Equal("WATCHDOG=1\nSTATUS=all well", Receive());
        _ending.Cancel();
        await running;
        Assert.Equal("STOPPING=1", Receive());
    }

    [Fact]
    public async Task A_loop_that_stands_still_gives_no_sign_of_life()
    {
        _beats = 1;
        var running = Start();
        Assert.StartsWith("READY=1", Receive(), StringComparison.Ordinal);
        Assert.True(IsSilent());
        _beats = 2;
        Assert.StartsWith("WATCHDOG=1", Receive(), StringComparison.Ordinal);
        _ending.Cancel();
        await running;
    }

    private Task Start()
    {
        var path = _scratch.File("notify");
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        var systemd = SystemdSocket.From(name => name switch
        {
            "NOTIFY_SOCKET" => path,
            "WATCHDOG_USEC" => $"{WatchdogMicroseconds}",
            _ => null,
        })!;
        return new SignsOfLife(systemd, () => Volatile.Read(ref _beats), () => "all well", TimeProvider.System).RunAsync(_ending.Token);
    }

    private string Receive()
    {
        var buffer = new byte[256];
        return Encoding.UTF8.GetString(buffer, 0, _listener.Receive(buffer));
    }

    /// <summary>Nothing is told for as long as several signs would take.</summary>
    private bool IsSilent() => !_listener.Poll(TimeSpan.FromMicroseconds(2 * WatchdogMicroseconds), SelectMode.SelectRead);
}
