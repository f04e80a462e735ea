namespace Ecocentre.Edge.Devices.Tests.Modbus;

/// <summary>One end of a wire in memory: what one end writes the other reads, at once.</summary>
internal sealed class MemoryWire : Stream
{
    private readonly Queue<byte> _arrived = new();
    private TaskCompletionSource? _waiting;
    private MemoryWire? _peer;
    private bool _isClosed;

    private MemoryWire()
    {
    }

    public override bool CanRead => true;
    public override bool CanWrite => true;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public static (MemoryWire One, MemoryWire Other) Pair()
    {
        var (one, other) = (new MemoryWire(), new MemoryWire());
        (one._peer, other._peer) = (other, one);
        return (one, other);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_arrived.Count == 0)
        {
            if (_isClosed || _peer!._isClosed)
                return 0;
            _waiting = new TaskCompletionSource();
            using (cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), _waiting))
                await _waiting.Task;
        }
        var count = 0;
        while (count < buffer.Length && _arrived.TryDequeue(out var value))
            buffer.Span[count++] = value;
        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isClosed || _peer!._isClosed)
            return ValueTask.FromException(new IOException("The wire is closed."));
        foreach (var value in buffer.Span)
            _peer._arrived.Enqueue(value);
        _peer._waiting?.TrySetResult();
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _isClosed = true;
        _waiting?.TrySetResult();
        _peer!._waiting?.TrySetResult();
        base.Dispose(disposing);
    }
}
