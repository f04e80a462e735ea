using System.Threading.Channels;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge;

/// <summary>Readings on their way from many writers to the one loop that takes them. The loop sleeps until a reading comes that somebody waits for, or
/// until half of the room is taken; whatever else is there waits for its next beat.</summary>
/// <remarks>Bounded: writers wait when it is full. Writers may be on any thread; <see cref="Take"/> belongs to
/// the loop.</remarks>
public sealed class ReadingQueue
{
    private readonly Lock _gate = new();
    private readonly Reading[] _ring;
    private readonly List<TaskCompletionSource> _waiting = [];
    private bool[]? _urgent;
    private int _start, _count;
    private bool _isEachUrgent = true, _isClosed;

    /// <param name="max">Readings it holds.</param>
    /// <param name="wake">What wakes the loop; null for one of its own.</param>
    public ReadingQueue(int max, Wake? wake = null)
    {
        Wake = wake ?? new Wake();
        _ring = new Reading[max];
        Writer = new QueueWriter(this);
    }

    /// <summary>Where readings are put in.</summary>
    public ChannelWriter<Reading> Writer { get; }

    /// <summary>Wakes the loop: set when a reading is urgent or many wait; the loop sets it for its own reasons too.</summary>
    public Wake Wake { get; }

    /// <summary>Readings that wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _count;
        }
    }

    /// <summary>From now on the loop is woken for these alone; until then, for every one.</summary>
    /// <param name="isUrgent">Asked now, once for each point.</param>
    /// <param name="points">How many there are; one beyond them is not urgent.</param>
    public void WakeFor(Predicate<PointId> isUrgent, int points)
    {
        bool[] urgent = [.. Enumerable.Range(0, points).Select(point => isUrgent(new PointId((ushort)point)))];
        lock (_gate) (_isEachUrgent, _urgent) = (false, urgent.Contains(true) ? urgent : null);
    }

    /// <summary>Takes nothing more from writers, who are told so; what was put in may still be taken.</summary>
    public void Close()
    {
        TaskCompletionSource[] waiting;
        lock (_gate)
        {
            _isClosed = true;
            waiting = [.. _waiting];
            _waiting.Clear();
        }
        foreach (var writer in waiting) writer.TrySetResult();
    }

    /// <summary>Takes the oldest readings, as many as there are room for.</summary>
    /// <returns>How many.</returns>
    public int Take(Span<Reading> destination)
    {
        int count;
        TaskCompletionSource[] waiting;
        lock (_gate)
        {
            count = Math.Min(_count, destination.Length);
            var first = Math.Min(count, _ring.Length - _start);
            _ring.AsSpan(_start, first).CopyTo(destination);
            _ring.AsSpan(0, count - first).CopyTo(destination[first..]);
            _start = (_start + count) % _ring.Length;
            _count -= count;
            if (_waiting.Count == 0 || count == 0) return count;
            waiting = [.. _waiting];
            _waiting.Clear();
        }
        foreach (var writer in waiting) writer.TrySetResult();
        return count;
    }

    private int TryAdd(ReadOnlySpan<Reading> readings)
    {
        var wakes = false;
        int added;
        lock (_gate)
        {
            added = _isClosed ? 0 : Math.Min(readings.Length, _ring.Length - _count);
            var before = _count;
            var place = _start + _count;
            if (place >= _ring.Length) place -= _ring.Length;
            var first = Math.Min(added, _ring.Length - place);
            readings[..first].CopyTo(_ring.AsSpan(place));
            readings[first..added].CopyTo(_ring);
            _count += added;
            wakes = _isEachUrgent && added > 0 || _urgent is not null && IsAnyUrgent(readings[..added], _urgent);
            // Once when half is reached, and whenever it is full.
            wakes |= before < _ring.Length / 2 && _count >= _ring.Length / 2 || _count == _ring.Length;
        }
        if (wakes) Wake.Set();
        return added;
    }

    private static bool IsAnyUrgent(ReadOnlySpan<Reading> readings, bool[] urgent)
    {
        foreach (ref readonly var reading in readings)
            if (reading.Point.Value < urgent.Length && urgent[reading.Point.Value]) return true;
        return false;
    }

    private async ValueTask<bool> WaitForRoomAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_isClosed) return false;
            if (_count < _ring.Length) return true;
            _waiting.Add(room);
        }
        await using var registration = cancellation.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), room);
        await room.Task;
        lock (_gate) return !_isClosed;
    }

    private async ValueTask AddWhenPossibleAsync(Reading reading, CancellationToken cancellation)
    {
        do
            if (!await WaitForRoomAsync(cancellation)) throw new ChannelClosedException();
        while (TryAdd([reading]) == 0);
    }

    private sealed class QueueWriter(ReadingQueue queue) : ReadingsWriter
    {
        public override bool TryWrite(Reading item) => queue.TryAdd([item]) == 1;

        public override int TryWriteMany(ReadOnlySpan<Reading> readings) => queue.TryAdd(readings);

        public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) => queue.WaitForRoomAsync(cancellationToken);

        public override ValueTask WriteAsync(Reading item, CancellationToken cancellationToken = default) =>
            cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled(cancellationToken)
            : queue.TryAdd([item]) == 1 ? ValueTask.CompletedTask
            : queue.AddWhenPossibleAsync(item, cancellationToken);
    }
}
