using System.Net.Sockets;
using Ecocentre.Edge.Devices.Modbus;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>The replies to one client of a <see cref="ModbusTcpServer"/>: gathered and sent in one write, or held back and sent late.</summary>
internal sealed class TcpReplies(Stream stream, TimeProvider time, CancellationToken closing) : IDisposable
{
    // 64: later ones than that are dropped, as a real server's full queue would.
    private const int HeldMax = 64;

    private readonly Places _writing = new(1);
    private readonly CancellationTokenSource _gone = CancellationTokenSource.CreateLinkedTokenSource(closing);
    private byte[] _gathered = new byte[8192];
    private int _count;
    private int _held;

    public void Add(ReadOnlySpan<byte> reply, TimeSpan delay)
    {
        if (reply.IsEmpty)
            return;
        if (delay > TimeSpan.Zero)
        {
            if (Interlocked.Increment(ref _held) > HeldMax)
                Interlocked.Decrement(ref _held);
            else
                _ = SendLateAsync(reply.ToArray(), delay);
            return;
        }
        // At most 682 requests come in one read, so this ends at 682 times 260 bytes.
        if (_count + reply.Length > _gathered.Length)
            Array.Resize(ref _gathered, 2 * _gathered.Length);
        reply.CopyTo(_gathered.AsSpan(_count));
        _count += reply.Length;
    }

    public ValueTask FlushAsync()
    {
        if (_count == 0)
            return ValueTask.CompletedTask;
        var gathered = _gathered.AsMemory(0, _count);
        _count = 0;
        return WriteAsync(gathered);
    }

    public void Dispose() => _gone.Cancel();

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await _writing.TakeAsync(_gone.Token);
        try
        {
            await stream.WriteAsync(bytes, _gone.Token);
        }
        finally
        {
            _writing.Return();
        }
    }

    private async Task SendLateAsync(byte[] reply, TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, time, _gone.Token);
            await WriteAsync(reply);
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The client did not wait for it.
        }
        finally
        {
            Interlocked.Decrement(ref _held);
        }
    }
}
