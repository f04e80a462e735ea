using System.Net;
using System.Net.Sockets;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Tests.Ports;

public sealed class SocketStreamTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public SocketStreamTests() => _listener.Start();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Every_byte_passes_in_its_order_however_it_is_cut()
    {
        var (stream, peer) = await ConnectAsync();
        var sent = new byte[100_000];
        new Random(3).NextBytes(sent);
        var sending = peer.SendAsync(sent);
        var received = new byte[sent.Length];
        // 7: never as much at once as has come.
        for (var count = 0; count < received.Length;)
            count += await stream.ReadAsync(received.AsMemory(count, Math.Min(7, received.Length - count)));

        Assert.Equal(sent, received);
        Assert.Equal(sent.Length, await sending);
        await stream.WriteAsync(new byte[] { 1, 2, 3 });
        var answer = new byte[3];
        await new NetworkStream(peer).ReadExactlyAsync(answer);
        Assert.Equal([1, 2, 3], answer);
    }

    [Fact]
    public async Task A_read_ends_when_cancelled_and_loses_nothing_that_comes_later()
    {
        var (stream, peer) = await ConnectAsync();
        using var giveUp = new CancellationTokenSource();
        var read = stream.ReadAsync(new byte[4], giveUp.Token).AsTask();
        giveUp.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);

        await peer.SendAsync(new byte[] { 1, 2, 3, 4 });
        var buffer = new byte[4];
        await stream.ReadExactlyAsync(buffer);
        Assert.Equal([1, 2, 3, 4], buffer);
    }

    [Fact]
    public async Task The_end_of_the_other_side_is_read_as_the_end()
    {
        var (stream, peer) = await ConnectAsync();
        var read = stream.ReadAsync(new byte[1]).AsTask();
        peer.Dispose();

        Assert.Equal(0, await read);
        Assert.Equal(0, await stream.ReadAsync(new byte[1]).AsTask());
    }

    [Fact]
    public async Task A_reset_is_an_error()
    {
        var (stream, peer) = await ConnectAsync();
        var read = stream.ReadAsync(new byte[1]).AsTask();
        peer.LingerState = new LingerOption(true, 0);
        peer.Dispose();

        await Assert.ThrowsAsync<IOException>(() => read);
    }

    [Fact]
    public async Task Disposing_ends_a_read_that_is_under_way()
    {
        var (stream, _) = await ConnectAsync();
        var read = stream.ReadAsync(new byte[1]).AsTask();
        await stream.DisposeAsync();

        var ended = await Record.ExceptionAsync(() => read.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.True(ended is null ? await read == 0 : ended is IOException, $"{ended}");
        await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.WriteAsync(new byte[1]).AsTask());
    }

    [Fact]
    public async Task A_reader_that_takes_long_keeps_no_other_connection_waiting()
    {
        // As in the gateway: whoever awaits a read goes on where it was received.
        SynchronizationContext.SetSynchronizationContext(null);
        var deadline = TimeSpan.FromSeconds(60);
        var ((slow, slowPeer), (quick, quickPeer)) = (await ConnectAsync(), await ConnectAsync());
        using var release = new ManualResetEventSlim();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        async Task HoldAsync()
        {
            Assert.Equal(1, await slow.ReadAsync(new byte[1]));
            begun.SetResult();
            Assert.True(release.Wait(deadline));
        }
        var holding = HoldAsync();
        await slowPeer.SendAsync(new byte[] { 1 });
        await begun.Task.WaitAsync(deadline);
        try
        {
            for (var round = 0; round < 3; round++)
            {
                var read = quick.ReadAsync(new byte[1]).AsTask();
                await quickPeer.SendAsync(new byte[] { 2 });
                Assert.Equal(1, await read.WaitAsync(deadline));
            }
        }
        finally
        {
            release.Set();
        }
        await holding.WaitAsync(deadline);
    }

    [Fact]
    public async Task What_comes_while_a_reader_takes_long_is_read_when_it_goes_on()
    {
        SynchronizationContext.SetSynchronizationContext(null);
        var deadline = TimeSpan.FromSeconds(60);
        var ((slow, slowPeer), (quick, quickPeer)) = (await ConnectAsync(), await ConnectAsync());
        using var release = new ManualResetEventSlim();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        async Task<int> HoldAsync()
        {
            // With room left: all that had come was read.
            Assert.Equal(1, await slow.ReadAsync(new byte[4]));
            begun.SetResult();
            Assert.True(release.Wait(deadline));
            return await slow.ReadAsync(new byte[4]);
        }
        async Task PassAsync()
        {
            var read = quick.ReadAsync(new byte[1]).AsTask();
            await quickPeer.SendAsync(new byte[] { 2 });
            Assert.Equal(1, await read.WaitAsync(deadline));
        }
        var holding = HoldAsync();
        await slowPeer.SendAsync(new byte[] { 1 });
        await begun.Task.WaitAsync(deadline);
        try
        {
            // Whoever reads this has taken over, and hears of the other connection with what it reads next.
            await PassAsync();
            await slowPeer.SendAsync(new byte[] { 3 });
            await PassAsync();
        }
        finally
        {
            release.Set();
        }
        Assert.Equal(1, await holding.WaitAsync(deadline));
    }

    [Fact]
    public async Task Nobody_listening_is_an_error_with_host_and_port()
    {
        var port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _listener.Stop();
        var error = await Assert.ThrowsAsync<IOException>(() => SocketStream.ConnectAsync("127.0.0.1", port, CancellationToken.None).AsTask());

        Assert.Contains($"127.0.0.1:{port}", error.Message);
    }

    [Fact]
    public async Task A_connection_that_nobody_takes_can_be_given_up()
    {
        // A full backlog: the kernel drops further connections without a word.
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        deaf.Listen(0);
        var port = ((IPEndPoint)deaf.LocalEndPoint!).Port;
        var knocking = new List<Stream>();
        using var giveUp = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        try
        {
            while (true)
                knocking.Add(await SocketStream.ConnectAsync("127.0.0.1", port, giveUp.Token));
        }
        catch (OperationCanceledException)
        {
            Assert.InRange(knocking.Count, 1, 8);
        }
        foreach (var stream in knocking)
            await stream.DisposeAsync();
    }

    private async Task<(Stream Stream, Socket Peer)> ConnectAsync()
    {
        var accepting = _listener.AcceptSocketAsync();
        var stream = await SocketStream.ConnectAsync("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port, CancellationToken.None);
        return (stream, await accepting);
    }
}
