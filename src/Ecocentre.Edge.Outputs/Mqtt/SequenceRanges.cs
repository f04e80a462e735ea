using Ecocentre.Edge.Outputs.Evidence;

namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>A set of sequence numbers, kept as the fewest ranges. Not thread-safe.</summary>
internal sealed class SequenceRanges
{
    private readonly SortedList<long, long> _lastByFirst = [];

    public bool IsEmpty => _lastByFirst.Count == 0;

    public void Add(SequenceRange range)
    {
        if (range.IsEmpty) return;
        var (first, last) = range;
        var index = FirstNotBefore(first);
        while (index < _lastByFirst.Count && _lastByFirst.GetKeyAtIndex(index) <= last + 1)
        {
            first = Math.Min(first, _lastByFirst.GetKeyAtIndex(index));
            last = Math.Max(last, _lastByFirst.GetValueAtIndex(index));
            _lastByFirst.RemoveAt(index);
        }
        _lastByFirst.Add(first, last);
    }

    public void Remove(SequenceRange range)
    {
        if (range.IsEmpty) return;
        foreach (var (first, last) in Within(range))
        {
            var index = FirstNotBefore(first);
            var (wholeFirst, wholeLast) = (_lastByFirst.GetKeyAtIndex(index), _lastByFirst.GetValueAtIndex(index));
            _lastByFirst.RemoveAt(index);
            if (wholeFirst < first) _lastByFirst.Add(wholeFirst, first - 1);
            if (wholeLast > last) _lastByFirst.Add(last + 1, wholeLast);
        }
    }

    /// <summary>The parts of a range that are in the set, in order.</summary>
    public List<SequenceRange> Within(SequenceRange range)
    {
        var parts = new List<SequenceRange>();
        for (var index = FirstNotBefore(range.First); index < _lastByFirst.Count; index++)
        {
            var part = new SequenceRange(
                Math.Max(range.First, _lastByFirst.GetKeyAtIndex(index)), Math.Min(range.Last, _lastByFirst.GetValueAtIndex(index)));
            if (_lastByFirst.GetKeyAtIndex(index) > range.Last) break;
            if (!part.IsEmpty) parts.Add(part);
        }
        return parts;
    }

    /// <summary>The parts of a range that are not in the set, in order.</summary>
    public List<SequenceRange> Missing(SequenceRange range)
    {
        var parts = new List<SequenceRange>();
        var next = range.First;
        foreach (var part in Within(range))
        {
            if (part.First > next) parts.Add(new SequenceRange(next, part.First - 1));
            next = part.Last + 1;
        }
        if (next <= range.Last) parts.Add(new SequenceRange(next, range.Last));
        return parts;
    }

    /// <summary>Index of the first range that reaches to <paramref name="sequence"/> - 1 or beyond, so that a touching one is found
    /// too.</summary>
    private int FirstNotBefore(long sequence)
    {
        var (low, high) = (0, _lastByFirst.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_lastByFirst.GetValueAtIndex(middle) < sequence - 1) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
