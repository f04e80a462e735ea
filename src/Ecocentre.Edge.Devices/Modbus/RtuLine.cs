using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Modbus;

/// <summary>One opened line of an <see cref="RtuTransport"/>: hears everything that comes, also when nobody asked, and sends after silence.</summary>
/// <remarks>One caller at a time sends or waits; hearing goes on beside it.</remarks>
internal sealed class RtuLine : IValueTaskSource, IAsyncDisposable
{
    // Two of the longest frames: a late reply and the one behind it.
    private const int HeardMax = 2 * RtuFrame.LengthMax;

    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    private readonly Stream _stream;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private readonly byte[] _heard = new byte[HeardMax];
    private readonly TimeSpan _character;
    private readonly Task _hearing;
    private ManualResetValueTaskSourceCore<bool> _wake;
    private CancellationTokenRegistration _registration;
    private bool _isWaiting;
    private int _count;
    private long _busyUntil;

    public RtuLine(Stream stream, TimeSpan character, TimeProvider time)
    {
        _stream = stream;
        _character = character;
        _time = time;
        _busyUntil = time.GetTimestamp();
        _timer = time.CreateTimer(static state => ((RtuLine)state!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _hearing = HearAllAsync();
    }

    /// <summary>Bytes heard since the line was opened.</summary>
    public long Heard { get; private set; }

    /// <summary>When the last byte came, as far as the reader knows.</summary>
    public long HeardAt { get; private set; }

    /// <summary>Why the line can hear no more, or null.</summary>
    public string? Broken { get; private set; }

    /// <summary>Copies what was heard after the first <paramref name="position"/> bytes, as far as it is still kept.</summary>
    /// <param name="bytes">Room for <see cref="HeardMax"/> bytes.</param>
    /// <param name="heard">All that had been heard at this moment.</param>
    /// <returns>How many bytes; they end with the last one heard.</returns>
    public int CopyHeardSince(long position, Span<byte> bytes, out long heard)
    {
        lock (_gate)
        {
            heard = Heard;
            var count = (int)Math.Clamp(Heard - position, 0, _count);
            _heard.AsSpan(_count - count, count).CopyTo(bytes);
            return count;
        }
    }

    /// <summary>Sends a frame once the line has been silent for long enough.</summary>
    /// <exception cref="IOException">The line is broken.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the frame may have gone or not.</exception>
    public async ValueTask<SentFrame> SendAsync(ReadOnlyMemory<byte> frame, TimeSpan silence, CancellationToken cancellation)
    {
        if (_stream is SerialPort port)
            return await port.WriteAfterSilenceAsync(frame, silence, cancellation);
        for (var silent = SilentAt(silence); _time.Until(silent) > TimeSpan.Zero; silent = SilentAt(silence))
            await _time.WaitUntilAsync(silent, cancellation);
        var sent = new SentFrame(_time.GetTimestamp(), Heard);
        await _stream.WriteAsync(frame, cancellation);
        MarkBusyUntil(_time.After(sent.At, _character * frame.Length));
        return sent;
    }

    /// <summary>Completes when more than <paramref name="heard"/> bytes have been heard in all, the line broke, it was cancelled, or at
    /// <paramref name="until"/>: the caller looks which.</summary>
    public ValueTask WaitAsync(long heard, long until, CancellationToken cancellation)
    {
        ValueTask wait;
        lock (_gate)
        {
            var left = _time.Until(until);
            if (Heard > heard || Broken is not null || left <= TimeSpan.Zero || cancellation.IsCancellationRequested)
                return ValueTask.CompletedTask;
            _wake.Reset();
            _isWaiting = true;
            wait = new ValueTask(this, _wake.Version);
            // Timers count whole milliseconds and cut off the rest; without the one more the last of them would be spent in circles.
            _timer.Change(left < Millisecond ? Millisecond : left, Timeout.InfiniteTimeSpan);
        }
        _registration = cancellation.UnsafeRegister(static state => ((RtuLine)state!).Wake(), this);
        return wait;
    }

    public async ValueTask DisposeAsync()
    {
        _closing.Cancel();
        await _stream.DisposeAsync();
        await _hearing;
        await _timer.DisposeAsync();
    }

    void IValueTaskSource.GetResult(short token)
    {
        _registration.Dispose();
        _registration = default;
        _wake.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _wake.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wake.OnCompleted(continuation, state, token, flags);

    private async Task HearAllAsync()
    {
        var buffer = new byte[HeardMax];
        string broken;
        try
        {
            int count;
            while ((count = await _stream.ReadAsync(buffer, _closing.Token)) > 0)
                Keep(buffer.AsSpan(0, count));
            broken = "The other end closed the connection.";
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            broken = failure.Message;
        }
        lock (_gate)
            Broken = broken;
        Wake();
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            var excess = _count + bytes.Length - HeardMax;
            if (excess > 0)
            {
                _heard.AsSpan(excess, _count - excess).CopyTo(_heard);
                _count -= excess;
            }
            bytes.CopyTo(_heard.AsSpan(_count));
            _count += bytes.Length;
            Heard += bytes.Length;
            HeardAt = _time.GetTimestamp();
        }
        MarkBusyUntil(HeardAt);
        Wake();
    }

    private long SilentAt(TimeSpan silence)
    {
        lock (_gate)
            return _time.After(_busyUntil, silence);
    }

    private void MarkBusyUntil(long timestamp)
    {
        lock (_gate)
            _busyUntil = Math.Max(_busyUntil, timestamp);
    }

    private void Wake()
    {
        lock (_gate)
        {
            if (!_isWaiting)
                return;
            _isWaiting = false;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        _wake.SetResult(true);
    }
}
