using Ecocentre.Edge.Simulation.Scheduling;

namespace Ecocentre.Edge.Simulation.Wires;

/// <summary>One end of a simulated wire: what is written arrives at the other end after its time on the wire, in order, in one piece or two.</summary>
/// <remarks>Bytes on their way arrive even when the process that sent them has died.</remarks>
public sealed class WireEnd : Stream
{
    // A megabyte that nobody reads means that a reader has been forgotten.
    private const int ArrivedMax = 1 << 20;

    private readonly Agenda _agenda;
    private readonly Random _random;
    private readonly long _ticksPerByte;
    private readonly long _latency;
    private readonly Queue<byte> _arrived = new();
    private WireEnd? _peer;
    private TaskCompletionSource? _waiting;
    private long _busyUntil;
    private bool _closed;
    private bool _peerClosed;

    private WireEnd(Agenda agenda, Random random, TimeSpan perByte, TimeSpan latency)
    {
        _agenda = agenda;
        _random = random;
        _ticksPerByte = perByte.Ticks;
        _latency = latency.Ticks;
    }

    public override bool CanRead => !_closed;

    public override bool CanWrite => !_closed;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>A wire with two ends.</summary>
    /// <param name="perByte">Time one byte takes: ten or eleven bits of a serial line, next to nothing of a network.</param>
    /// <param name="latency">From the last bit sent to the first one seen.</param>
    public static (WireEnd, WireEnd) Pair(Agenda agenda, Random random, TimeSpan perByte, TimeSpan latency)
    {
        var one = new WireEnd(agenda, random, perByte, latency);
        var other = new WireEnd(agenda, random, perByte, latency);
        (one._peer, other._peer) = (other, one);
        return (one, other);
    }

    /// <summary>What the operating system does with the sockets of a dead process.</summary>
    public void Cut() => Dispose();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_arrived.Count == 0)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_peerClosed) return 0;
            cancellationToken.ThrowIfCancellationRequested();
            if (_waiting is { Task.IsCompleted: false }) throw new InvalidOperationException("BUG: two reads at once on one wire.");
            var waiting = _waiting = new TaskCompletionSource();
            using (cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), waiting))
                await waiting.Task;
        }
        var count = Math.Min(buffer.Length, _arrived.Count);
        for (var i = 0; i < count; i++) buffer.Span[i] = _arrived.Dequeue();
        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_closed) return ValueTask.FromException(new ObjectDisposedException(nameof(WireEnd)));
        if (_peerClosed) return ValueTask.FromException(new IOException("The other end of the wire is closed."));
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled(cancellationToken);
        // A network and a serial driver cut where they like; a reader must not care.
        var cut = buffer.Length > 1 && _random.Next(4) == 0 ? _random.Next(1, buffer.Length) : buffer.Length;
        Send(buffer[..cut].ToArray());
        if (cut < buffer.Length) Send(buffer[cut..].ToArray());
        return default;
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Nothing blocks in the simulated world.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Nothing blocks in the simulated world.");

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (!_closed)
        {
            _closed = true;
            Wake();
            var peer = _peer!;
            _agenda.At(Math.Max(_busyUntil, _agenda.Now) + _latency, () =>
            {
                peer._peerClosed = true;
                peer.Wake();
            });
        }
        base.Dispose(disposing);
    }

    private void Send(byte[] bytes)
    {
        _busyUntil = Math.Max(_busyUntil, _agenda.Now) + bytes.Length * _ticksPerByte;
        var peer = _peer!;
        _agenda.At(_busyUntil + _latency, () => peer.Arrive(bytes));
    }

    private void Arrive(byte[] bytes)
    {
        if (_closed) return;
        if (_arrived.Count + bytes.Length > ArrivedMax) throw new InvalidOperationException("BUG: nobody reads this wire.");
        foreach (var one in bytes) _arrived.Enqueue(one);
        Wake();
    }

    private void Wake() => _waiting?.TrySetResult();
}
