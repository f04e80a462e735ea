using System.Collections.Immutable;
using System.Device.Gpio;
using System.Threading.Channels;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.IotPackages.Ports;

/// <summary>Input lines by System.Device.Gpio.</summary>
/// <remarks>The package gives an edge no time and no number, and debounces nothing: an edge gets the time of its callback, a level is believed when
/// it has stood for the line's debounce, and two edges the same way in a row mean that one between was lost (<see cref="EdgesLost"/>). A callback
/// that throws would make its line deaf and one that disposes would wait for itself, so callbacks only put into a bounded queue.</remarks>
public sealed class PackageGpioLines : GpioLines
{
    // As many as the kernel keeps for the default port.
    private const int QueuedMax = 1024;

    private readonly GpioController _chip;
    private readonly TimeProvider _time;
    private readonly Line[] _lines;
    private readonly Channel<(int Line, bool IsActive, long At)> _raw = Channel.CreateBounded<(int, bool, long)>(
        new BoundedChannelOptions(QueuedMax) { SingleReader = true });
    private long _dropped;
    private long _unseen;

    /// <inheritdoc cref="GpioLines.Open"/>
    public PackageGpioLines(string path, ImmutableArray<LineSettings> lines, TimeProvider time) : this(path, lines, time, PackageChip.Open(path))
    {
    }

    /// <param name="chip">Owned from now on.</param>
    internal PackageGpioLines(string path, ImmutableArray<LineSettings> lines, TimeProvider time, GpioController chip)
    {
        ArgumentOutOfRangeException.ThrowIfZero(lines.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lines.Length, LinesMax);
        (Path, Lines, _time, _chip) = (path, lines, time, chip);
        _lines = new Line[lines.Length];
        try
        {
            for (var i = 0; i < lines.Length; i++) Take(i, lines[i]);
        }
        catch (IOException)
        {
            chip.Dispose();
            throw;
        }
    }

    public override string Path { get; }

    public override ImmutableArray<LineSettings> Lines { get; }

    public override long EdgesLost => Interlocked.Read(ref _unseen) + Interlocked.Read(ref _dropped);

    public override ulong ReadLevels()
    {
        try
        {
            var levels = 0ul;
            for (var i = 0; i < _lines.Length; i++)
                if (IsActive(i, _chip.Read(Lines[i].Offset) == PinValue.High)) levels |= 1ul << i;
            return levels;
        }
        catch (Exception failure) when (failure is System.Device.Gpio.Drivers.GpiodException or InvalidOperationException)
        {
            throw new IOException($"{Path}: cannot be read: {failure.Message}", failure);
        }
    }

    public override async ValueTask<int> ReadEdgesAsync(Memory<LineEdge> destination, TimeSpan timeout, CancellationToken cancellation)
    {
        var begun = _time.GetTimestamp();
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = 0;
            while (count < destination.Length && _raw.Reader.TryPeek(out var raw))
            {
                // What was believed before this edge is told before it.
                count = TellSettled(destination.Span, count, raw.At);
                if (count == destination.Length) return count;
                _raw.Reader.TryRead(out raw);
                Enter(raw.Line, raw.IsActive, raw.At);
            }
            count = TellSettled(destination.Span, count, _time.GetTimestamp());
            if (count > 0) return count;
            var left = timeout - _time.GetElapsedTime(begun);
            if (left <= TimeSpan.Zero) return Compare(destination.Span);
            await WaitAsync(left, cancellation);
        }
    }

    public override ValueTask DisposeAsync()
    {
        for (var i = 0; i < _lines.Length; i++)
            if (_chip.IsPinOpen(Lines[i].Offset)) _chip.UnregisterCallbackForPinValueChangedEvent(Lines[i].Offset, _lines[i].Callback);
        _chip.Dispose();
        _raw.Writer.TryComplete();
        return default;
    }

    private void Take(int index, LineSettings settings)
    {
        PackageChip.Take(_chip, Path, settings.Offset, settings.Bias switch
        {
            LineBias.PullUp => PinMode.InputPullUp,
            LineBias.PullDown => PinMode.InputPullDown,
            _ => PinMode.Input,
        });
        PinChangeEventHandler callback = (_, told) =>
        {
            var isHigh = told.ChangeType == PinEventTypes.Rising;
            if (!_raw.Writer.TryWrite((index, IsActive(index, isHigh), _time.GetTimestamp()))) Interlocked.Increment(ref _dropped);
        };
        _lines[index] = new Line { Callback = callback };
        _chip.RegisterCallbackForPinValueChangedEvent(settings.Offset, PinEventTypes.Rising | PinEventTypes.Falling, callback);
        var level = IsActive(index, _chip.Read(settings.Offset) == PinValue.High);
        (_lines[index].Told, _lines[index].Raw) = (level, level);
    }

    private bool IsActive(int index, bool isHigh) => isHigh != Lines[index].ActiveLow;

    private void Enter(int index, bool isActive, long at)
    {
        ref var line = ref _lines[index];
        // The edge back was not seen: the level was another one for a moment.
        if (line.Raw == isActive) Interlocked.Increment(ref _unseen);
        (line.Raw, line.RawAt) = (isActive, at);
    }

    /// <summary>Tells the lines whose level has stood for its time, the oldest first.</summary>
    private int TellSettled(Span<LineEdge> destination, int count, long now)
    {
        while (count < destination.Length)
        {
            var next = -1;
            for (var i = 0; i < _lines.Length; i++)
                if (_lines[i].Raw != _lines[i].Told && SettledAt(i) <= now && (next < 0 || SettledAt(i) < SettledAt(next))) next = i;
            if (next < 0) return count;
            _lines[next].Told = _lines[next].Raw;
            destination[count++] = new LineEdge(next, _lines[next].Told, SettledAt(next));
        }
        return count;
    }

    private long SettledAt(int index) => _lines[index].RawAt + (long)(Lines[index].Debounce.TotalSeconds * _time.TimestampFrequency);

    /// <summary>Tells of levels that no edge told of.</summary>
    private int Compare(Span<LineEdge> destination)
    {
        var (levels, now) = (ReadLevels(), _time.GetTimestamp());
        for (var i = 0; i < _lines.Length; i++)
        {
            var isActive = (levels >> i & 1) != 0;
            if (_lines[i].Raw != isActive) (_lines[i].Raw, _lines[i].RawAt) = (isActive, now);
        }
        return TellSettled(destination, 0, now);
    }

    private async Task WaitAsync(TimeSpan left, CancellationToken cancellation)
    {
        var now = _time.GetTimestamp();
        for (var i = 0; i < _lines.Length; i++)
        {
            if (_lines[i].Raw == _lines[i].Told) continue;
            var until = _time.GetElapsedTime(now, SettledAt(i));
            if (until < left) left = until;
        }
        // The shortest a timer can wait.
        if (left < TimeSpan.FromMilliseconds(1)) left = TimeSpan.FromMilliseconds(1);
        using var patience = new CancellationTokenSource(left, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            await _raw.Reader.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
        }
    }

    private struct Line
    {
        public PinChangeEventHandler Callback;

        /// <summary>The level that was told last.</summary>
        public bool Told;

        /// <summary>The level of the newest edge, and when it came.</summary>
        public bool Raw;

        public long RawAt;
    }
}
