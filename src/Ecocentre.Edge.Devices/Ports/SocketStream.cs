using System.Net.Sockets;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>A TCP connection that is read by a thread of its own, on which whoever awaits a read goes on.</summary>
/// <remarks>The thread is the decision: the runtime's sockets wake a reader by way of two other threads, which costs a client that asks and waits,
/// asks and waits, more time than everything else it does. One read at a time; continuations must not block. Writes are a few small frames, which
/// the kernel takes at once.</remarks>
internal sealed class SocketStream : Stream
{
    // 8 KiB holds 31 of the longest replies: a burst of pipelined replies takes one read.
    private const int ReceiveLength = 8192;

    // A peer that has taken nothing for so long that the kernel's buffer is full, and goes on so, is gone.
    private const int SendMillisecondsMax = 5_000;

    private readonly Socket _socket;
    private readonly object _gate = new();
    private readonly PortPromise<int> _reading = new(isContinuedElsewhere: false);
    private readonly byte[] _received = new byte[ReceiveLength];
    private readonly TaskCompletionSource<Stream> _connected = new();
    private int _start;
    private int _count;
    private Memory<byte> _destination;
    private IOException? _lost;
    private bool _hasEnded;
    private volatile bool _isClosing;

    private SocketStream(Socket socket)
    {
        _socket = socket;
        // Nagle would hold a request back until the reply to the one before it was acknowledged.
        _socket.NoDelay = true;
        _socket.SendTimeout = SendMillisecondsMax;
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="IOException">Nobody listens there, or nobody of that name; the message names host and port.</exception>
    public static async ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken cancellation)
    {
        var stream = new SocketStream(new Socket(SocketType.Stream, ProtocolType.Tcp));
        using var giveUp = cancellation.UnsafeRegister(static (state, token) => ((SocketStream)state!).GiveUpConnecting(token), stream);
        Start(() => stream.Run(host, port), $"tcp {host}:{port}");
        return await stream._connected.Task;
    }

    /// <summary>A connection that was accepted and has not been used yet; owned by the stream from here on.</summary>
    public static Stream Over(Socket accepted)
    {
        var stream = new SocketStream(accepted);
        Start(stream.Receive, $"tcp {accepted.RemoteEndPoint}");
        return stream;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ValueTask<int> read;
        lock (_gate)
        {
            if (_count > 0)
                return ValueTask.FromResult(TakeReceived(buffer.Span));
            if (_hasEnded)
                return _lost is null ? ValueTask.FromResult(0) : ValueTask.FromException<int>(_lost);
            _destination = buffer;
            read = _reading.Begin();
        }
        _reading.CancelWith(cancellationToken, static state => ((SocketStream)state!).CancelReading(), this);
        return read;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_isClosing, this);
            _socket.Send(buffer.Span);
            return ValueTask.CompletedTask;
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            return ValueTask.FromException(failure is SocketException ? new IOException(failure.Message, failure) : failure);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("This stream is read asynchronously.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("This stream is written asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    /// <summary>Ends what is under way. The thread wakes, closes the socket and ends: closed under a thread that reads, it would be reset, and the
    /// peer would lose what it has not read yet.</summary>
    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            _isClosing = true;
            Monitor.Pulse(_gate);
        }
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The peer was faster.
        }
        base.Dispose(disposing);
    }

    private static void Start(Action work, string name) => new Thread(() => work()) { IsBackground = true, Name = name }.Start();

    private void Run(string host, int port)
    {
        try
        {
            _socket.Connect(host, port);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            _socket.Dispose();
            _connected.TrySetException(new IOException($"{host}:{port}: {failure.Message}", failure));
            return;
        }
        if (_connected.TrySetResult(this))
            Receive();
    }

    private void Receive()
    {
        try
        {
            while (ReceiveOnce())
            {
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            End(new IOException(failure.Message, failure));
        }
        finally
        {
            _socket.Dispose();
        }
    }

    private bool ReceiveOnce()
    {
        var count = _socket.Receive(_received);
        if (count == 0)
        {
            End(null);
            return false;
        }
        var taken = 0;
        bool isAwaited;
        lock (_gate)
        {
            _start = 0;
            _count = count;
            isAwaited = _reading.Claim();
            if (isAwaited)
                taken = TakeReceived(_destination.Span);
        }
        if (isAwaited)
            _reading.Complete(taken);
        lock (_gate)
        {
            while (_count > 0 && !_isClosing)
                Monitor.Wait(_gate);
            return !_isClosing;
        }
    }

    private void End(IOException? lost)
    {
        bool isAwaited;
        lock (_gate)
        {
            _lost = lost;
            _hasEnded = true;
            isAwaited = _reading.Claim();
        }
        if (!isAwaited)
            return;
        if (lost is null)
            _reading.Complete(0);
        else
            _reading.Fail(lost);
    }

    /// <summary>Requires: the lock is held.</summary>
    private int TakeReceived(Span<byte> destination)
    {
        var count = Math.Min(_count, destination.Length);
        _received.AsSpan(_start, count).CopyTo(destination);
        _start += count;
        _count -= count;
        _destination = default;
        if (_count == 0)
            Monitor.Pulse(_gate);
        return count;
    }

    private void CancelReading()
    {
        lock (_gate)
        {
            if (!_reading.Claim())
                return;
            _destination = default;
        }
        _reading.Fail(new OperationCanceledException());
    }

    private void GiveUpConnecting(CancellationToken token)
    {
        if (_connected.TrySetCanceled(token))
            _socket.Dispose();
    }
}
