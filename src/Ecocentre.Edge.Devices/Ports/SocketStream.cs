using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>A TCP connection that is read on the thread of <see cref="KernelWait"/>, on which whoever awaits a read goes on.</summary>
/// <remarks>That is the decision: the runtime's sockets wake a reader by way of two other threads, and a thread for each connection wakes for each, which
/// costs a client that asks many at the same time more than everything else it does. One read at a time; continuations should not block. Writes are a few
/// small frames, which the kernel takes at once.</remarks>
internal sealed class SocketStream : Stream
{
    // A peer that has taken nothing for so long that the kernel's buffer is full, and goes on so, is gone.
    private const int SendMillisecondsMax = 5_000;

    private readonly Socket _socket;
    private readonly Lock _gate = new();
    private readonly PortPromise<int> _reading = new(isContinuedElsewhere: false);
    private readonly TaskCompletionSource<Stream> _connected = new();
    private KernelFile? _file;
    private Memory<byte> _destination;
    private IOException? _lost;

    // Something may have come that was not read yet; nothing more will; all of it was read.
    private bool _mayHold, _isEnding, _hasEnded;
    private int _closed;

    private bool IsClosed => Volatile.Read(ref _closed) != 0;

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
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        if (!OperatingSystem.IsLinux()) return await ConnectElsewhereAsync(socket, host, port, cancellation);
        var stream = new SocketStream(socket);
        using var giveUp = cancellation.UnsafeRegister(static (state, token) => ((SocketStream)state!).GiveUpConnecting(token), stream);
        // Names are looked up, and connections made, by waiting.
        new Thread(() => stream.Connect(host, port)) { IsBackground = true, Name = $"tcp {host}:{port}" }.UnsafeStart();
        return await stream._connected.Task;
    }

    /// <summary>A connection that was accepted and has not been used yet; owned by the stream from here on.</summary>
    public static Stream Over(Socket accepted) =>
        OperatingSystem.IsLinux() ? new SocketStream(accepted).Begin() : new NetworkStream(accepted, ownsSocket: true);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ValueTask<int> read;
        lock (_gate)
        {
            if (_mayHold && Receive(buffer.Span, out var count)) return ValueTask.FromResult(count);
            if (_hasEnded) return _lost is null ? ValueTask.FromResult(0) : ValueTask.FromException<int>(_lost);
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
            ObjectDisposedException.ThrowIf(IsClosed, this);
            Send(buffer.Span);
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

    /// <summary>Ends what is under way: whoever waits for a read is told the end.</summary>
    protected override void Dispose(bool disposing)
    {
        bool isAwaited;
        lock (_gate)
        {
            _hasEnded = true;
            _mayHold = false;
            isAwaited = _reading.Claim();
            _destination = default;
        }
        LetGo();
        if (isAwaited) _reading.Complete(0);
        base.Dispose(disposing);
    }

    /// <summary>Where the kernel is another, as the runtime does it.</summary>
    private static async ValueTask<Stream> ConnectElsewhereAsync(Socket socket, string host, int port, CancellationToken cancellation)
    {
        try
        {
            socket.NoDelay = true;
            await socket.ConnectAsync(host, port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException failure)
        {
            throw new IOException($"{host}:{port}: {failure.Message}", failure);
        }
    }

    private void Connect(string host, int port)
    {
        try
        {
            _socket.Connect(host, port);
            Begin();
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException or IOException)
        {
            LetGo();
            Forget();
            _connected.TrySetException(new IOException($"{host}:{port}: {failure.Message}", failure));
            return;
        }
        // Given up while it was made: closed already, perhaps before it was watched.
        if (!_connected.TrySetResult(this)) Forget();
    }

    private SocketStream Begin()
    {
        _file = new KernelFile(_socket.SafeHandle, Happened);
        KernelWait.Shared.Begin(_file);
        return this;
    }

    /// <summary>On the thread of the wait: something came.</summary>
    private void Happened(bool isEnding)
    {
        int count;
        IOException? lost;
        lock (_gate)
        {
            _mayHold = !_hasEnded;
            _isEnding |= isEnding;
            if (_hasEnded || !_reading.IsWaiting) return;
            if (!Receive(_destination.Span, out count) && !_hasEnded) return;
            lost = _lost;
            _reading.Claim();
            _destination = default;
        }
        if (lost is null) _reading.Complete(count);
        else _reading.Fail(lost);
    }

    /// <summary>Takes what has come. Requires: the lock is held.</summary>
    /// <returns>False when nothing has come yet, or the connection has ended.</returns>
    private unsafe bool Receive(Span<byte> destination, out int count)
    {
        while (true)
        {
            fixed (byte* bytes = destination)
                count = IsClosed ? 0 : (int)Libc.Receive(_socket.SafeHandle, bytes, destination.Length, Libc.DoNotWait);
            // Less than there was room for is all there was. Its end, though, may have been told together with it.
            if (count > 0) _mayHold = _isEnding || count == destination.Length;
            if (count > 0 || destination.IsEmpty) return true;
            var error = count < 0 ? Marshal.GetLastPInvokeError() : 0;
            count = 0;
            if (error == Libc.Interrupted) continue;
            _mayHold = false;
            if (error == Libc.TryAgain) return false;
            _hasEnded = true;
            _lost = error == 0 ? null : new IOException(Marshal.GetPInvokeErrorMessage(error));
            LetGo();
            return false;
        }
    }

    private unsafe void Send(ReadOnlySpan<byte> frames)
    {
        nint sent;
        fixed (byte* bytes = frames) sent = Libc.Send(_socket.SafeHandle, bytes, frames.Length, Libc.DoNotWait | Libc.NoSignal);
        if (sent == frames.Length) return;
        // What the kernel did not take at once, it takes in time, or says why not.
        _socket.Send(frames[(int)Math.Max(sent, 0)..]);
    }

    private void LetGo()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;
        Forget();
        try
        {
            // First: closed while something lies unread, it would be reset, and the peer would lose what it has not read yet.
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The peer was faster.
        }
        _socket.Dispose();
    }

    private void Forget()
    {
        if (_file is not null) KernelWait.Shared.End(_file);
    }

    private void CancelReading()
    {
        lock (_gate)
        {
            if (!_reading.Claim()) return;
            _destination = default;
        }
        _reading.Fail(new OperationCanceledException());
    }

    private void GiveUpConnecting(CancellationToken token)
    {
        if (_connected.TrySetCanceled(token)) LetGo();
    }
}
