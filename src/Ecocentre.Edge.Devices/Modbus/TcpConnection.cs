using System.Net.Sockets;

namespace Ecocentre.Edge.Devices.Modbus;

/// <summary>One connection of a <see cref="TcpTransport"/>: cuts what comes into frames and gathers what goes out.</summary>
internal sealed class TcpConnection
{
    // 8 KiB holds 31 of the longest replies: a burst of pipelined replies takes one read.
    private const int ReceiveLength = 8192;

    private readonly TcpTransport _owner;
    private readonly Stream _stream;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate;
    private byte[] _gathering;
    private byte[] _sending;
    private int _gathered;
    private bool _isSending;
    private bool _isDispatching;
    private bool _isGathering;
    private bool _isClosed;

    public TcpConnection(TcpTransport owner, Stream stream, int outstandingMax)
    {
        _owner = owner;
        _gate = owner.Gate;
        _stream = stream;
        // Each outstanding request and each that was given up since the last write may be waiting here.
        _gathering = new byte[2 * outstandingMax * TcpFrame.RequestLength];
        _sending = new byte[_gathering.Length];
    }

    /// <summary>True once any whole frame has come: the server is alive.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>Replies that timed out in a row, with nothing received between. Guarded by the transport's lock.</summary>
    public int TimeoutsInRow { get; set; }

    /// <summary>Queues a request. Where there is no room the peer has stopped reading, and the request is left to its timeout. Requires: the transport's
    /// lock is held.</summary>
    /// <returns>Whether <see cref="Flush"/> is to send it; else who gathers will.</returns>
    public bool Enqueue(ushort transaction, ModbusRead request)
    {
        if (_gathered + TcpFrame.RequestLength <= _gathering.Length)
        {
            TcpFrame.WriteRequest(transaction, request, _gathering.AsSpan(_gathered));
            _gathered += TcpFrame.RequestLength;
        }
        return !_isDispatching && !_isGathering;
    }

    /// <summary>Sends what is queued. While replies are being handed out it waits for the end of the batch, so that the requests they
    /// cause leave in one write.</summary>
    public void Flush() => _ = SendGatheredAsync();

    /// <summary>While true, nothing is sent that is queued.</summary>
    public void Gather(bool isGathering)
    {
        lock (_gate)
            _isGathering = isGathering;
        if (!isGathering)
            Flush();
    }

    /// <summary>Reads until the connection ends and tells the transport why it ended.</summary>
    public async Task RunAsync()
    {
        var buffer = new byte[ReceiveLength];
        var count = 0;
        try
        {
            while (true)
            {
                var read = await _stream.ReadAsync(buffer.AsMemory(count), _closing.Token);
                if (read == 0)
                {
                    _owner.Lost(this, new Fault(FaultKind.NoBus, "The server closed the connection."));
                    return;
                }
                count += read;
                var used = Dispatch(buffer.AsSpan(0, count));
                if (used < 0)
                    return;
                buffer.AsSpan(used, count - used).CopyTo(buffer);
                count -= used;
            }
        }
        catch (Exception failure) when (IsLoss(failure))
        {
            _owner.Lost(this, new Fault(FaultKind.NoBus, $"The connection was lost: {failure.Message}"));
        }
    }

    /// <summary>Ends reading and writing. May be called more than once.</summary>
    public void Close()
    {
        lock (_gate)
        {
            if (_isClosed)
                return;
            _isClosed = true;
        }
        _closing.Cancel();
        _stream.Dispose();
    }

    private static bool IsLoss(Exception failure) =>
        failure is IOException or SocketException or ObjectDisposedException or OperationCanceledException;

    private bool TakeGathered(out int length)
    {
        lock (_gate)
        {
            length = _gathered;
            if (_gathered == 0 || _isSending || _isDispatching || _isGathering || _isClosed)
                return false;
            (_gathering, _sending) = (_sending, _gathering);
            _gathered = 0;
            _isSending = true;
            return true;
        }
    }

    private int Dispatch(ReadOnlySpan<byte> received)
    {
        lock (_gate)
            _isDispatching = true;
        var used = 0;
        while (true)
        {
            var length = TcpFrame.LengthOf(received[used..]);
            if (length < 0)
            {
                _owner.Lost(this, new Fault(FaultKind.Garbled, "What came is no Modbus TCP; the connection was closed. Is it RTU over TCP?"));
                return -1;
            }
            if (length == 0 || length > received.Length - used)
                break;
            HasAnswered = true;
            _owner.Received(this, received.Slice(used, length));
            used += length;
        }
        lock (_gate)
            _isDispatching = false;
        Flush();
        return used;
    }

    private async Task SendGatheredAsync()
    {
        try
        {
            while (TakeGathered(out var length))
            {
                // Outside the lock: an in-memory stream may run its reader, and all that follows from it, inside this call.
                await _stream.WriteAsync(_sending.AsMemory(0, length), _closing.Token);
                lock (_gate)
                    _isSending = false;
            }
        }
        catch (Exception failure) when (IsLoss(failure))
        {
            _owner.Lost(this, new Fault(FaultKind.NoBus, $"The connection was lost: {failure.Message}"));
        }
    }
}
