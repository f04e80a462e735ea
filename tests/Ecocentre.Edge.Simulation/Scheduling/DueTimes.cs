namespace Ecocentre.Edge.Simulation.Scheduling;

/// <summary>Places by the time at which they are due, the earliest first and of equal times the one that was added first: a heap of four branches.</summary>
internal sealed class DueTimes
{
    private const int Branches = 4;

    private Due[] _heap = new Due[64];
    private long _number;

    public int Count { get; private set; }

    /// <summary>The earliest time, or the end of all times when there is none.</summary>
    public long Next => Count > 0 ? _heap[0].At : long.MaxValue;

    public void Add(long at, int place)
    {
        if (Count == _heap.Length) Array.Resize(ref _heap, 2 * Count);
        var due = new Due(at, _number++, place);
        var hole = Count++;
        while (hole > 0)
        {
            var above = (hole - 1) / Branches;
            if (_heap[above].IsBefore(due)) break;
            _heap[hole] = _heap[above];
            hole = above;
        }
        _heap[hole] = due;
    }

    /// <summary>Takes off the earliest one; there is one.</summary>
    /// <returns>Its place.</returns>
    public int Take()
    {
        var place = _heap[0].Place;
        var last = _heap[--Count];
        var hole = 0;
        while (true)
        {
            var first = Branches * hole + 1;
            if (first >= Count) break;
            var (least, end) = (first, Math.Min(first + Branches, Count));
            for (var i = first + 1; i < end; i++)
                if (_heap[i].IsBefore(_heap[least])) least = i;
            if (last.IsBefore(_heap[least])) break;
            _heap[hole] = _heap[least];
            hole = least;
        }
        _heap[hole] = last;
        return place;
    }

    private readonly record struct Due(long At, long Number, int Place)
    {
        public bool IsBefore(in Due other) => At != other.At ? At < other.At : Number < other.Number;
    }
}
