using Ecocentre.Edge.Outputs.Evidence;

namespace Ecocentre.Edge.Outputs;

/// <summary>Ranges of sequences to be delivered again, oldest first. Bounded; overlapping ones become one. Any thread.</summary>
internal sealed class ReplayRequests
{
    /// <summary>Ranges that wait at once. A database that lost its past asks for one; sixteen leave room for several that lost pieces.</summary>
    public const int RangesMax = 16;

    private readonly Lock _gate = new();
    private readonly List<SequenceRange> _ranges = [];

    public int Count
    {
        get
        {
            lock (_gate) return _ranges.Count;
        }
    }

    /// <returns>False when there is no room for another range.</returns>
    public bool TryAdd(SequenceRange range)
    {
        lock (_gate)
        {
            var touching = _ranges.FindAll(known => known.First <= range.Last + 1 && range.First <= known.Last + 1);
            if (touching.Count == 0 && _ranges.Count >= RangesMax) return false;
            foreach (var known in touching)
            {
                range = new SequenceRange(Math.Min(range.First, known.First), Math.Max(range.Last, known.Last));
                _ranges.Remove(known);
            }
            _ranges.Add(range);
            _ranges.Sort((left, right) => left.First.CompareTo(right.First));
            return true;
        }
    }

    /// <summary>The range that comes next, without taking it.</summary>
    public SequenceRange? Peek()
    {
        lock (_gate) return _ranges.Count == 0 ? null : _ranges[0];
    }

    /// <summary>Everything up to a sequence, beginning at <paramref name="first"/>, is delivered.</summary>
    public void Done(long first, long last)
    {
        lock (_gate)
        {
            var index = _ranges.FindIndex(range => range.First <= first && first <= range.Last);
            if (index < 0) return;
            var range = _ranges[index];
            _ranges.RemoveAt(index);
            if (range.First < first) _ranges.Insert(index++, range with { Last = first - 1 });
            if (range.Last > last) _ranges.Insert(index, range with { First = last + 1 });
        }
    }
}
