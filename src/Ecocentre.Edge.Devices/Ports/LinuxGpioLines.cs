using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>Input lines of the kernel's GPIO character device, served by one thread of their own that waits in poll(2).</summary>
/// <remarks>While nobody reads, edges wait in the kernel, which stamps and numbers them.</remarks>
internal sealed unsafe class LinuxGpioLines : GpioLines
{
    // 256 edges, 12 KiB: a quarter of what the kernel keeps.
    private const int EventsMax = 256;

    // 3: an interruption that hits one pair of readings does not hit all.
    private const int ClockReads = 3;

    private readonly int _file;
    private readonly int _wake;
    private readonly ulong _mask;
    private readonly TimeProvider _time;
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private readonly PortPromise<int> _reading = new(isContinuedElsewhere: true);
    private readonly EdgeSequence _told;
    private readonly RawEdge[] _edges = new RawEdge[EventsMax];
    private readonly GpioLayouts.Event[] _events = new GpioLayouts.Event[EventsMax];
    private int _next;
    private int _count;
    private Memory<LineEdge> _destination;
    private long _until;
    private bool _isClosing;
    private Exception? _ended;

    private LinuxGpioLines(int file, string path, ImmutableArray<LineSettings> lines, TimeProvider time)
    {
        _file = file;
        Path = path;
        Lines = lines;
        _time = time;
        _mask = ulong.MaxValue >> (LinesMax - lines.Length);
        try
        {
            _told = new EdgeSequence(lines.Length, AskLevels(), time.GetTimestamp());
            _wake = Libc.EventFile(0, Libc.NonBlocking | Libc.CloseOnExec);
            if (_wake < 0)
                throw new IOException($"{path}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
        catch
        {
            _ = Libc.Close(file);
            throw;
        }
        _thread = new Thread(Run) { IsBackground = true, Name = $"gpio {path}" };
        _thread.Start();
    }

    public override string Path { get; }

    public override ImmutableArray<LineSettings> Lines { get; }

    public override long EdgesLost
    {
        get
        {
            lock (_gate) return _told.Lost;
        }
    }

    /// <inheritdoc cref="GpioLines.Open"/>
    public static new LinuxGpioLines Open(string path, ImmutableArray<LineSettings> lines, TimeProvider time) =>
        new(GpioRequest.Open(path, lines), path, lines, time);

    public override ulong ReadLevels()
    {
        lock (_gate) return _ended is null ? AskLevels() : throw _ended;
    }

    public override ValueTask<int> ReadEdgesAsync(Memory<LineEdge> destination, TimeSpan timeout, CancellationToken cancellation)
    {
        ValueTask<int> read;
        lock (_gate)
        {
            if (_ended is not null)
                return ValueTask.FromException<int>(_ended);
            _destination = destination;
            _until = _time.After(_time.GetTimestamp(), timeout);
            read = _reading.Begin();
            ulong one = 1;
            _ = Libc.Write(_wake, (byte*)&one, sizeof(ulong));
        }
        _reading.CancelWith(cancellation, static state => ((LinuxGpioLines)state!).CancelReading(), this);
        return read;
    }

    public override ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isClosing = true;
            ulong one = 1;
            if (_ended is null)
                _ = Libc.Write(_wake, (byte*)&one, sizeof(ulong));
        }
        // The thread ends at once: it waits for nothing but its poll. A continuation never runs on it.
        _thread.Join();
        return default;
    }

    private void Run()
    {
        Exception? end;
        do
            end = Step();
        while (end is null);
        bool isReading;
        lock (_gate)
        {
            _ended = end;
            isReading = _reading.Claim();
            _destination = default;
        }
        _ = Libc.Close(_file);
        _ = Libc.Close(_wake);
        if (isReading)
            _reading.Fail(end);
    }

    /// <summary>Waits for the next edge, call or instant and does what it asks for.</summary>
    /// <returns>Null, or why the lines have ended.</returns>
    private Exception? Step()
    {
        TimeSpan? wait = null;
        lock (_gate)
        {
            if (_isClosing)
                return new ObjectDisposedException(Path);
            if (_reading.IsWaiting)
                wait = _next < _count || _told.IsGapOpen ? TimeSpan.Zero : _time.Until(_until);
        }
        var files = stackalloc Libc.PollFile[2];
        // Edges that nobody waits for stay in the kernel; a negative file is skipped.
        files[0] = new Libc.PollFile { File = wait is null ? -1 : _file, Events = Libc.PollIn };
        files[1] = new Libc.PollFile { File = _wake, Events = Libc.PollIn };
        if (Libc.Wait(files, 2, wait) < 0 && Marshal.GetLastPInvokeError() is var error and not Libc.Interrupted)
            return Gone(error);
        if (files[1].Returned != 0)
        {
            ulong count;
            _ = Libc.Read(_wake, (byte*)&count, sizeof(ulong));
        }
        if (wait is null || files[0].Returned == 0 && wait > TimeSpan.Zero && _time.Until(_until) > TimeSpan.Zero)
            return null;
        try
        {
            Serve();
            return null;
        }
        catch (IOException gone)
        {
            return gone;
        }
    }

    private void Serve()
    {
        int count;
        lock (_gate)
        {
            if (!_reading.IsWaiting)
                return;
            count = Take(_destination.Span);
            if (count == 0 && _time.Until(_until) > TimeSpan.Zero)
                return;
            _reading.Claim();
            _destination = default;
        }
        _reading.Complete(count);
    }

    /// <summary>Requires: the lock is held.</summary>
    private int Take(Span<LineEdge> destination)
    {
        var count = 0;
        do
            for (; _next < _count; _next++)
                if (!_told.Tell(_edges[_next], destination, ref count))
                    return count;
        while (count < destination.Length && Fetch());
        if (_next == _count && (_told.IsGapOpen || count == 0))
            _told.Compare(AskLevels(), _time.GetTimestamp(), destination, ref count);
        return count;
    }

    /// <summary>Takes the next edges out of the kernel, if there are any. Requires: the lock is held, all before are told.</summary>
    private bool Fetch()
    {
        var file = new Libc.PollFile { File = _file, Events = Libc.PollIn };
        if (Libc.Wait(&file, 1, TimeSpan.Zero) <= 0)
            return false;
        if ((file.Returned & Libc.PollIn) == 0)
            throw Gone(Libc.NoSuchDevice);
        nint bytes;
        fixed (GpioLayouts.Event* events = _events)
            bytes = Libc.Read(_file, (byte*)events, EventsMax * sizeof(GpioLayouts.Event));
        if (bytes < 0)
            return Marshal.GetLastPInvokeError() is var error and not (Libc.TryAgain or Libc.Interrupted) ? throw Gone(error) : false;
        _next = 0;
        _count = (int)(bytes / sizeof(GpioLayouts.Event));
        var (now, nanoseconds) = ReadClocks();
        for (var i = 0; i < _count; i++)
        {
            ref readonly var told = ref _events[i];
            var age = TimeSpan.FromTicks(((long)nanoseconds - (long)told.TimestampNanoseconds) / TimeSpan.NanosecondsPerTick);
            _edges[i] = new RawEdge(IndexOf((int)told.Offset), told.Id == GpioLayouts.Rising, _time.After(now, -age), told.Sequence, told.LineSequence);
        }
        return _count > 0;
    }

    private int IndexOf(int offset)
    {
        for (var i = 0; i < Lines.Length; i++)
            if (Lines[i].Offset == offset)
                return i;
        throw new UnreachableException($"BUG: {Path} told an edge of line {offset}, which was not requested.");
    }

    private ulong AskLevels()
    {
        var values = new GpioLayouts.Values { Mask = _mask };
        return Libc.Request(_file, GpioLayouts.GetValues, &values) == 0 ? values.Bits & _mask : throw Gone(Marshal.GetLastPInvokeError());
    }

    private IOException Gone(int error) => new(
        $"{Path}: the chip is gone ({Marshal.GetPInvokeErrorMessage(error)}). Was it unplugged, or its driver unloaded?");

    /// <summary>The provider's clock and the kernel's at the same moment: of several tries the one in which least time passed between them, since a
    /// thread may be interrupted anywhere.</summary>
    private (long Now, ulong Nanoseconds) ReadClocks()
    {
        var (now, nanoseconds, least) = (0L, 0ul, long.MaxValue);
        Libc.TimeSpec time;
        for (var attempt = 0; attempt < ClockReads; attempt++)
        {
            var before = _time.GetTimestamp();
            _ = Libc.ReadClock(Libc.Monotonic, &time);
            var after = _time.GetTimestamp();
            if (after - before >= least)
                continue;
            // 10^9 ns a second.
            (now, nanoseconds, least) = (before + (after - before) / 2, (ulong)time.Seconds * 1_000_000_000 + (ulong)time.Nanoseconds, after - before);
        }
        return (now, nanoseconds);
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
}
