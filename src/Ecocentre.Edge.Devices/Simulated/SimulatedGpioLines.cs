using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>Requested lines of a <see cref="SimulatedGpioChip"/>. A debounced change is told when the level has been quiet for the line's debounce, with
/// the time of that; all edges are numbered and the oldest dropped when nobody reads, as the kernel does.</summary>
public sealed class SimulatedGpioLines : GpioLines
{
    // The kernel's default: 16 edges a line, 1024 at most (uapi linux/gpio.h, struct gpio_v2_line_request: event_buffer_size).
    private const int EdgesOfLine = 16;
    private const int EdgesMax = 1024;

    private readonly SimulatedGpioChip _chip;
    private readonly TimeProvider _time;
    private readonly Line[] _lines;
    private readonly Queue<RawEdge> _edges = new();
    private readonly EdgeSequence _told;
    private readonly Wake _wake = new();
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private uint _sequence;
    private bool _isLost;

    internal SimulatedGpioLines(SimulatedGpioChip chip, ImmutableArray<LineSettings> settings, ImmutableArray<bool> levels, TimeProvider time)
    {
        _chip = chip;
        _time = time;
        Lines = settings;
        BufferMax = Math.Min(EdgesMax, EdgesOfLine * settings.Length);
        _lines = new Line[settings.Length];
        for (var i = 0; i < settings.Length; i++)
        {
            _lines[i] = new Line { IsHigh = levels[i], IsTold = levels[i] };
            var index = i;
            if (settings[i].Debounce > TimeSpan.Zero)
                _lines[i].Quiet = time.CreateTimer(_ => Settle(index), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        _told = new EdgeSequence(settings.Length, Levels(), time.GetTimestamp());
        _timer = time.CreateTimer(static state => ((Wake)state!).Set(), _wake, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public override string Path => _chip.Path;

    public override ImmutableArray<LineSettings> Lines { get; }

    /// <summary>Edges that are kept while nobody reads.</summary>
    public int BufferMax { get; }

    public override long EdgesLost
    {
        get
        {
            lock (_gate) return _told.Lost;
        }
    }

    public override ulong ReadLevels()
    {
        lock (_gate)
        {
            ThrowIfLost();
            return Levels();
        }
    }

    public override async ValueTask<int> ReadEdgesAsync(Memory<LineEdge> destination, TimeSpan timeout, CancellationToken cancellation)
    {
        var until = _time.After(_time.GetTimestamp(), timeout);
        using var stop = cancellation.UnsafeRegister(static state => ((Wake)state!).Set(), _wake);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var left = _time.Until(until);
            var count = Take(destination.Span, left <= TimeSpan.Zero);
            if (count > 0 || left <= TimeSpan.Zero)
                return count;
            // Timers count whole milliseconds and cut off the rest.
            _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
            await _wake.WaitAsync();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        _chip.Free(this);
        await _timer.DisposeAsync();
        foreach (var line in _lines)
            if (line.Quiet is { } quiet)
                await quiet.DisposeAsync();
    }

    /// <summary>The level of a line changed.</summary>
    internal void Follow(int offset, bool isHigh)
    {
        lock (_gate)
            for (var i = 0; i < _lines.Length; i++)
            {
                if (Lines[i].Offset != offset)
                    continue;
                _lines[i].IsHigh = isHigh;
                // Each change begins the quiet anew (Linux gpiolib-cdev.c, debounce_irq_handler).
                if (_lines[i].Quiet is { } quiet)
                    quiet.Change(Lines[i].Debounce, Timeout.InfiniteTimeSpan);
                else
                    Enter(i);
            }
    }

    internal void Lose()
    {
        lock (_gate)
            _isLost = true;
        _wake.Set();
    }

    private void Settle(int line)
    {
        lock (_gate)
            if (_lines[line].IsHigh != _lines[line].IsTold)
                Enter(line);
    }

    /// <summary>Requires: the lock is held.</summary>
    private void Enter(int index)
    {
        ref var line = ref _lines[index];
        line.IsTold = line.IsHigh;
        if (_edges.Count == BufferMax)
            _edges.Dequeue();
        _edges.Enqueue(new RawEdge(index, line.IsTold != Lines[index].ActiveLow, _time.GetTimestamp(), ++_sequence, ++line.Sequence));
        _wake.Set();
    }

    private int Take(Span<LineEdge> destination, bool isTimeOver)
    {
        lock (_gate)
        {
            ThrowIfLost();
            var count = 0;
            while (_edges.TryPeek(out var edge))
            {
                if (!_told.Tell(edge, destination, ref count))
                    return count;
                _edges.Dequeue();
            }
            if (_told.IsGapOpen || isTimeOver && count == 0)
                _told.Compare(Levels(), _time.GetTimestamp(), destination, ref count);
            return count;
        }
    }

    /// <summary>Requires: the lock is held, or nobody else knows of this yet.</summary>
    private ulong Levels()
    {
        ulong levels = 0;
        for (var i = 0; i < _lines.Length; i++)
            if (_lines[i].IsTold != Lines[i].ActiveLow)
                levels |= 1ul << i;
        return levels;
    }

    private void ThrowIfLost()
    {
        if (_isLost)
            throw new IOException($"{Path}: the chip is gone. Was it unplugged?");
    }

    private struct Line
    {
        /// <summary>The voltage now, and as it was last accepted.</summary>
        public bool IsHigh, IsTold;

        public ITimer? Quiet;
        public uint Sequence;
    }
}
