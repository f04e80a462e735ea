using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>A terminal of Linux, served by one thread of its own.</summary>
/// <remarks>The thread is the decision: poll(2) is the only wait that ends at a byte, at a cancellation and, to some ten microseconds, at an
/// instant; timers of the runtime are off by milliseconds, which is a tenth of an exchange on a fast line.</remarks>
internal sealed unsafe class LinuxSerialPort : SerialPort
{
    // 4 KiB: 16 of the longest RTU frames, or 4 s at 9,600 baud.
    private const int BufferLength = 4096;

    private readonly int _file;
    private readonly int _wake;
    private readonly TimeSpan _character;
    private readonly TimeProvider _time;
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private readonly PortPromise<int> _reading = new(isContinuedElsewhere: true);
    private readonly PortPromise<SentFrame> _writing = new(isContinuedElsewhere: true);
    private readonly byte[] _buffer = new byte[BufferLength];
    private int _buffered;
    private long _received;
    private long _lost;
    private long _busyUntil;
    private Memory<byte> _destination;
    private ReadOnlyMemory<byte> _frame;
    private TimeSpan _silence;
    private int _written;
    private long _writtenAt;
    private bool _isClosing;
    private Exception? _ended;

    /// <param name="file">An open, raw, non-blocking terminal; owned by the port from here on.</param>
    /// <param name="character">How long a character takes to leave; zero where bytes pass at once.</param>
    public LinuxSerialPort(int file, string path, bool isDirectionKernels, TimeSpan character, TimeProvider time)
    {
        _file = file;
        Path = path;
        IsDirectionKernels = isDirectionKernels;
        _character = character;
        _time = time;
        _busyUntil = time.GetTimestamp();
        _wake = Libc.EventFile(0, Libc.NonBlocking | Libc.CloseOnExec);
        if (_wake < 0)
            throw Terminal.Failure(path, Marshal.GetLastPInvokeError());
        _thread = new Thread(Run) { IsBackground = true, Name = $"serial {path}" };
        _thread.Start();
    }

    public override string Path { get; }

    public override bool IsDirectionKernels { get; }

    public override long BytesLost => Volatile.Read(ref _lost);

    /// <inheritdoc cref="SerialPort.Open"/>
    public static new LinuxSerialPort Open(string path, SerialSettings settings, TimeProvider time)
    {
        var file = Terminal.Open(path, settings, out var isDirectionKernels);
        return new LinuxSerialPort(file, path, isDirectionKernels, settings.Character, time);
    }

    public override SerialCounters? ReadCounters()
    {
        lock (_gate)
            return _ended is null ? Terminal.ReadCounters(_file) : null;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ValueTask<int> read;
        lock (_gate)
        {
            if (_buffered > 0)
                return ValueTask.FromResult(TakeBuffered(buffer.Span));
            if (_ended is not null)
                return ValueTask.FromException<int>(_ended);
            _destination = buffer;
            read = _reading.Begin();
        }
        _reading.CancelWith(cancellationToken, static state => ((LinuxSerialPort)state!).CancelReading(), this);
        return read;
    }

    public override ValueTask<SentFrame> WriteAfterSilenceAsync(ReadOnlyMemory<byte> frame, TimeSpan silence, CancellationToken cancellation)
    {
        ValueTask<SentFrame> write;
        lock (_gate)
        {
            if (_ended is not null)
                return ValueTask.FromException<SentFrame>(_ended);
            _frame = frame;
            _silence = silence;
            _written = 0;
            write = _writing.Begin();
            Wake();
        }
        _writing.CancelWith(cancellation, static state => ((LinuxSerialPort)state!).CancelWriting(), this);
        return write;
    }

    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            _isClosing = true;
            if (_ended is null)
                Wake();
        }
        // The thread ends at once: it waits for nothing but its poll. A continuation never runs on it.
        if (disposing)
            _thread.Join();
        base.Dispose(disposing);
    }

    private void Run()
    {
        // 1 ns: the kernel may otherwise round each wait up by 50 us.
        _ = Libc.Control(Libc.SetTimerSlack, 1);
        Exception? end;
        do
            end = Step();
        while (end is null);
        bool isReading, isWriting;
        lock (_gate)
        {
            _ended = end;
            isReading = _reading.Claim();
            isWriting = _writing.Claim();
        }
        _ = Libc.Close(_file);
        _ = Libc.Close(_wake);
        if (isReading)
            _reading.Fail(end);
        if (isWriting)
            _writing.Fail(end);
    }

    /// <summary>Waits for the next byte, call or instant and does what it asks for.</summary>
    /// <returns>Null, or why the port has ended.</returns>
    private Exception? Step()
    {
        TimeSpan? wait = null;
        var isBlocked = false;
        lock (_gate)
        {
            if (_isClosing)
                return new ObjectDisposedException(Path);
            if (_writing.IsWaiting)
            {
                isBlocked = _written > 0;
                wait = isBlocked ? null : _time.Until(_time.After(_busyUntil, _silence));
            }
        }
        var files = stackalloc Libc.PollFile[2];
        files[0] = new Libc.PollFile { File = _file, Events = isBlocked ? (short)(Libc.PollIn | Libc.PollOut) : Libc.PollIn };
        files[1] = new Libc.PollFile { File = _wake, Events = Libc.PollIn };
        if (Libc.Wait(files, 2, wait) < 0)
            return Marshal.GetLastPInvokeError() is var error && error == Libc.Interrupted ? null : Terminal.Failure(Path, error);
        if (files[1].Returned != 0)
        {
            ulong count;
            _ = Libc.Read(_wake, (byte*)&count, sizeof(ulong));
        }
        // What came goes first: it prolongs the silence that a frame waits for.
        if ((files[0].Returned & ~Libc.PollOut) != 0)
            return Receive();
        return wait <= TimeSpan.Zero || files[0].Returned != 0 ? Send() : null;
    }

    private Exception? Receive()
    {
        var bytes = stackalloc byte[BufferLength];
        var count = (int)Libc.Read(_file, bytes, BufferLength);
        if (count <= 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (count < 0 && error is Libc.TryAgain or Libc.Interrupted)
                return null;
            return new IOException($"{Path}: the port is gone. Was the adapter unplugged, or the other end closed?");
        }
        var isAwaited = false;
        var taken = 0;
        lock (_gate)
        {
            _received += count;
            _busyUntil = Math.Max(_busyUntil, _time.GetTimestamp());
            Keep(new ReadOnlySpan<byte>(bytes, count));
            if (_reading.Claim())
            {
                isAwaited = true;
                taken = TakeBuffered(_destination.Span);
                _destination = default;
            }
        }
        if (isAwaited)
            _reading.Complete(taken);
        return null;
    }

    private Exception? Send()
    {
        SentFrame sent;
        lock (_gate)
        {
            if (!_writing.IsWaiting)
                return null;
            var rest = _frame.Span[_written..];
            var now = _time.GetTimestamp();
            nint count;
            fixed (byte* bytes = rest)
                count = Libc.Write(_file, bytes, rest.Length);
            if (count < 0)
            {
                var error = Marshal.GetLastPInvokeError();
                return error is Libc.TryAgain or Libc.Interrupted ? null : Terminal.Failure(Path, error);
            }
            if (_written == 0)
                _writtenAt = now;
            _written += (int)count;
            if (count < rest.Length)
                return null;
            _writing.Claim();
            sent = new SentFrame(_writtenAt, _received);
            _busyUntil = _time.After(_writtenAt, _character * _frame.Length);
            _frame = default;
        }
        _writing.Complete(sent);
        return null;
    }

    /// <summary>Requires: the lock is held.</summary>
    private void Keep(ReadOnlySpan<byte> bytes)
    {
        var excess = _buffered + bytes.Length - BufferLength;
        if (excess > 0)
        {
            // The oldest go: a frame that nobody took for so long is no answer to anything.
            _lost += excess;
            _buffer.AsSpan(excess, _buffered - excess).CopyTo(_buffer);
            _buffered -= excess;
        }
        bytes.CopyTo(_buffer.AsSpan(_buffered));
        _buffered += bytes.Length;
    }

    /// <summary>Requires: the lock is held.</summary>
    private int TakeBuffered(Span<byte> destination)
    {
        var count = Math.Min(_buffered, destination.Length);
        _buffer.AsSpan(0, count).CopyTo(destination);
        _buffer.AsSpan(count, _buffered - count).CopyTo(_buffer);
        _buffered -= count;
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

    private void CancelWriting()
    {
        lock (_gate)
        {
            if (!_writing.Claim())
                return;
            _frame = default;
        }
        _writing.Fail(new OperationCanceledException());
    }

    /// <summary>Requires: the lock is held and the thread has not ended, so that the file is still ours.</summary>
    private void Wake()
    {
        ulong one = 1;
        _ = Libc.Write(_wake, (byte*)&one, sizeof(ulong));
    }
}
