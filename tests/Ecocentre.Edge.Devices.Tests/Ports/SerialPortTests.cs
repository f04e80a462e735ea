using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Tests.Ports;

public sealed class SerialPortTests
{
    private static readonly SerialSettings Settings = new(Baud: 9_600);

    [Fact]
    public async Task Every_byte_passes_unchanged_in_both_directions()
    {
        using var terminal = PseudoTerminal.Open(TimeProvider.System);
        using var port = SerialPort.Open(terminal.Path, Settings, TimeProvider.System);
        // All values: a terminal that is not raw would eat or translate several of them.
        var all = Enumerable.Range(0, 256).Select(value => (byte)value).ToArray();
        foreach (var (from, to) in new[] { (port, terminal.Line), (terminal.Line, port) })
        {
            await from.WriteAsync(all);
            var received = new byte[256];
            await to.ReadExactlyAsync(received);
            Assert.Equal(all, received);
        }
    }

    [Theory]
    [InlineData("/dev/ttyNone7", "no such serial port")]
    [InlineData("/dev/null", "not a serial port")]
    public void What_cannot_be_opened_is_said_with_the_path(string path, string words)
    {
        var error = Assert.Throws<IOException>(() => SerialPort.Open(path, Settings, TimeProvider.System));

        Assert.Contains(path, error.Message);
        Assert.Contains(words, error.Message);
    }

    [Fact]
    public void A_port_in_use_is_refused_until_it_is_closed()
    {
        using var terminal = PseudoTerminal.Open(TimeProvider.System);
        using (SerialPort.Open(terminal.Path, Settings, TimeProvider.System))
        {
            var error = Assert.Throws<IOException>(() => SerialPort.Open(terminal.Path, Settings, TimeProvider.System));
            Assert.Contains("in use by another program", error.Message);
            Assert.Contains(terminal.Path, error.Message);
        }
        SerialPort.Open(terminal.Path, Settings, TimeProvider.System).Dispose();
    }

    [Theory]
    [InlineData(300)]
    [InlineData(9_600)]
    [InlineData(250_000)]
    [InlineData(256_000)]
    [InlineData(3_000_000)]
    public void Any_speed_is_taken(int baud)
    {
        using var terminal = PseudoTerminal.Open(TimeProvider.System);
        SerialPort.Open(terminal.Path, new SerialSettings(baud, Parity.Even, StopBits: 2), TimeProvider.System).Dispose();
    }

    [Fact]
    public void A_pseudo_terminal_leaves_direction_to_the_adapter_and_counts_nothing()
    {
        using var terminal = PseudoTerminal.Open(TimeProvider.System);
        using var port = SerialPort.Open(terminal.Path, Settings with { Direction = LineDirection.Kernel }, TimeProvider.System);

        Assert.False(port.IsDirectionKernels);
        Assert.Null(port.ReadCounters());
    }

    [Fact]
    public async Task A_read_ends_when_cancelled_and_loses_nothing_that_comes_later()
    {
        using var terminal = PseudoTerminal.Open(TimeProvider.System);
        using var port = SerialPort.Open(terminal.Path, Settings, TimeProvider.System);
        using var giveUp = new CancellationTokenSource();
        var buffer = new byte[4];
        var read = port.ReadAsync(buffer, giveUp.Token);
        Assert.False(read.IsCompleted);
        giveUp.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await read);

        await terminal.Line.WriteAsync(new byte[] { 1, 2, 3, 4 });
        await port.ReadExactlyAsync(buffer);
        Assert.Equal([1, 2, 3, 4], buffer);
    }

    [Fact]
    public async Task A_frame_that_waits_for_silence_can_be_cancelled()
    {
        using var terminal = PseudoTerminal.Open(TimeProvider.System);
        using var port = SerialPort.Open(terminal.Path, Settings, TimeProvider.System);
        using var giveUp = new CancellationTokenSource();
        var write = port.WriteAfterSilenceAsync(new byte[] { 1 }, TimeSpan.FromHours(1), giveUp.Token);
        giveUp.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await write);

        await port.WriteAsync(new byte[] { 2 });
        var buffer = new byte[2];
        Assert.Equal(1, await terminal.Line.ReadAsync(buffer));
        Assert.Equal(2, buffer[0]);
    }

    [Fact]
    public async Task Silence_is_kept_after_the_last_byte_in_and_what_came_before_a_frame_is_counted()
    {
        using var terminal = PseudoTerminal.Open(TimeProvider.System);
        using var port = SerialPort.Open(terminal.Path, Settings, TimeProvider.System);
        var before = TimeProvider.System.GetTimestamp();
        await terminal.Line.WriteAsync(new byte[5]);
        await port.ReadExactlyAsync(new byte[5]);
        var silence = TimeSpan.FromMilliseconds(30);
        var sent = await port.WriteAfterSilenceAsync(new byte[1], silence, CancellationToken.None);

        Assert.True(TimeProvider.System.GetElapsedTime(before, sent.At) >= silence);
        Assert.Equal(5, sent.Received);
    }

    [Fact]
    public async Task Silence_is_kept_after_the_last_byte_out_has_left_the_wire()
    {
        using var terminal = PseudoTerminal.Open(TimeProvider.System);
        using var port = SerialPort.Open(terminal.Path, Settings, TimeProvider.System);
        var first = await port.WriteAfterSilenceAsync(new byte[24], TimeSpan.Zero, CancellationToken.None);
        var silence = TimeSpan.FromMilliseconds(4);
        var second = await port.WriteAfterSilenceAsync(new byte[1], silence, CancellationToken.None);

        // 24 characters of 10 bits at 9,600 baud are 25 ms on the wire.
        Assert.True(TimeProvider.System.GetElapsedTime(first.At, second.At) >= silence + TimeSpan.FromMilliseconds(24.99));
    }

    [Fact]
    public async Task A_port_whose_other_end_is_gone_says_so_now_and_ever_after()
    {
        var terminal = PseudoTerminal.Open(TimeProvider.System);
        using var port = SerialPort.Open(terminal.Path, Settings, TimeProvider.System);
        var read = port.ReadAsync(new byte[1]);
        terminal.Dispose();

        Assert.Contains(terminal.Path, (await Assert.ThrowsAsync<IOException>(async () => await read)).Message);
        await Assert.ThrowsAsync<IOException>(() => port.ReadAsync(new byte[1]).AsTask());
        await Assert.ThrowsAsync<IOException>(async () => await port.WriteAsync(new byte[1]));
    }

    [Fact]
    public async Task Disposing_ends_a_read_and_a_write_that_are_under_way()
    {
        using var terminal = PseudoTerminal.Open(TimeProvider.System);
        var port = SerialPort.Open(terminal.Path, Settings, TimeProvider.System);
        var read = port.ReadAsync(new byte[1]);
        var write = port.WriteAfterSilenceAsync(new byte[1], TimeSpan.FromHours(1), CancellationToken.None);
        port.Dispose();
        port.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => read.AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await write);
    }

    [Fact]
    public async Task Bytes_that_nobody_takes_are_dropped_oldest_first_and_counted()
    {
        using var terminal = PseudoTerminal.Open(TimeProvider.System);
        using var port = SerialPort.Open(terminal.Path, Settings, TimeProvider.System);
        var sent = 0;
        // The kernel passes on in pieces: go on until the port has seen more than it keeps.
        while (port.BytesLost == 0)
        {
            await terminal.Line.WriteAsync(Enumerable.Repeat((byte)(sent++ % 251), 100).ToArray());
            await Task.Yield();
        }
        var buffer = new byte[8192];

        Assert.True(await port.ReadAsync(buffer) >= 100);
        Assert.NotEqual(0, buffer[100]);
    }
}
