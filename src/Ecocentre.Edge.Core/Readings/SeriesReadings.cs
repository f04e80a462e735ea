using System.Collections.Immutable;
using System.Numerics;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Readings;

/// <summary>The recent readings of every series in time order, one ring for each in one slab of memory, made once.</summary>
/// <remarks>A ring holds what an open minute, the grace and the late limit can need and a minute more. Positions count from the oldest held, 0. Rings of
/// one capacity lie interleaved, all first places, then all second ones: series that are polled together write to one stretch of memory, whatever
/// their order, instead of to one page each.</remarks>
internal sealed class SeriesReadings
{
    // A row that is not a power of two long: otherwise all places of a ring would compete for the same few lines of a cache. In slots of 16 bytes.
    private const int Line = 4;

    private readonly Slot[] _slab;
    // What is derived comes whenever it changes, with each step at most: the loop takes one a second.
    private static readonly TimeSpan DerivedEvery = TimeSpan.FromSeconds(1);

    private readonly SeriesRing[] _rings;

    internal SeriesReadings(ImmutableArray<Point> points, GatewayLimits limits)
    {
        _rings = new SeriesRing[points.Length];
        // The open minute, what may still change behind it, and a minute for devices that are polled a third faster than said.
        var span = TimeSpan.FromMinutes(2) + limits.Grace + limits.LateMax;
        var offset = 0;
        foreach (var alike in points.GroupBy(point => Capacity(point, span, limits)))
        {
            var count = alike.Count();
            var stride = ((count + Line - 1) / Line | 1) * Line;
            foreach (var (index, point) in alike.Index())
                _rings[point.Id.Value] = new SeriesRing(point, alike.Key, offset + index, stride);
            offset += stride * alike.Key;
        }
        _slab = new Slot[offset];
    }

    /// <summary>Takes over what is held of series that go on; where a ring is smaller than it was, the newest. Before anything is appended.</summary>
    internal void TakeUp(SeriesReadings before, Succession succession)
    {
        foreach (var (now, was) in succession.Kept)
        {
            ref var ring = ref _rings[now];
            ring.IsDoubtful = before._rings[was].IsDoubtful;
            if (before._rings[was].Newest == long.MaxValue) continue;
            for (var i = Math.Max(0, before.Count(was) - ring.Mask - 1); i < before.Count(was); i++) Append(now, before[was, i], long.MaxValue);
        }
    }

    /// <summary>From now on, good readings of a series are questionable, or are good again.</summary>
    internal void Doubt(int series, bool isDoubtful) => _rings[series].IsDoubtful = isDoubtful;

    internal int Count(int series) => _rings[series].Count;

    /// <summary>Takes no reading of this series from now on: none is newer than the end of time. So the loop that runs for every reading hands those
    /// of private points back without being asked to look for them.</summary>
    internal void Shut(int series) => _rings[series].Newest = long.MaxValue;

    /// <summary>The slot a reading is kept as. A good or questionable value out of bounds is invalid.</summary>
    /// <param name="trusted">Whether the clock is; otherwise good readings are questionable.</param>
    internal Slot Judge(in Reading reading, bool trusted) => _rings[reading.Point.Value].Judge(reading, trusted);

    /// <summary>Appends readings as long as each is newer than all held of its series, not older than <paramref name="open"/>, and takes no room
    /// from one that is not older than <paramref name="needed"/>. The one loop that runs for every reading.</summary>
    /// <returns>How many were appended; the next one, if any, is not of that kind.</returns>
    internal int AppendPlain(ReadOnlySpan<Reading> readings, long open, long needed, bool trusted)
    {
        var (rings, slab) = (_rings, _slab);
        for (var i = 0; i < readings.Length; i++)
        {
            ref var ring = ref rings[readings[i].Point.Value];
            var slot = ring.Judge(readings[i], trusted);
            var at = slot.Milliseconds;
            if (at <= ring.Newest || at < open) return i;
            ref var place = ref slab[ring.Place(ring.Start + ring.Count)];
            if (ring.Count <= ring.Mask) ring.Count++;
            else if (place.Milliseconds < needed) ring.DropOldest();
            else return i;
            ring.Newest = at;
            place = slot;
        }
        return readings.Length;
    }

    internal ref readonly Slot this[int series, int position]
    {
        get
        {
            ref var ring = ref _rings[series];
            return ref _slab[ring.Place(ring.Start + position)];
        }
    }

    /// <summary>Time of the newest reading, <see cref="long.MinValue"/> while there is none.</summary>
    internal long Newest(int series) => _rings[series].Newest;

    /// <summary>Adds a reading that is newer than all held. The oldest makes room.</summary>
    /// <returns>True when the reading that made room is not older than <paramref name="needed"/>: something was lost that may still be needed.</returns>
    internal bool Append(int series, in Slot slot, long needed)
    {
        ref var ring = ref _rings[series];
        ring.Newest = slot.Milliseconds;
        ref var place = ref _slab[ring.Place(ring.Start + ring.Count)];
        var lost = false;
        if (ring.Count <= ring.Mask) ring.Count++;
        else
        {
            lost = place.Milliseconds >= needed;
            ring.DropOldest();
        }
        place = slot;
        return lost;
    }

    /// <summary>Puts a reading that is not the newest in its place. Of two of the same time one stays, whichever came first: the one of better
    /// quality, else of higher value.</summary>
    /// <param name="changed">False when nothing held is different afterwards.</param>
    /// <returns>As for <see cref="Append"/>; also true when a different reading of the same time was there.</returns>
    internal bool Insert(int series, in Slot slot, long needed, out bool changed)
    {
        var position = FirstFrom(series, slot.Milliseconds);
        changed = true;
        if (position < Count(series) && this[series, position].Milliseconds == slot.Milliseconds)
        {
            ref var held = ref At(series, position);
            var differs = !held.Same(slot);
            changed = differs && slot.IsBetterThan(held);
            if (changed) held = slot;
            return differs;
        }
        ref var ring = ref _rings[series];
        var lost = false;
        if (ring.Count > ring.Mask)
        {
            // The oldest makes room; when the new one would itself be the oldest, it is the one that is lost.
            if (position == 0)
            {
                changed = false;
                return slot.Milliseconds >= needed;
            }
            lost = this[series, 0].Milliseconds >= needed;
            ring.DropOldest();
            ring.Count--;
            position--;
        }
        ring.Count++;
        for (var i = ring.Count - 1; i > position; i--) At(series, i) = At(series, i - 1);
        At(series, position) = slot;
        return lost;
    }

    /// <summary>Position of the first reading at or after a time; <see cref="Count"/> when there is none.</summary>
    internal int FirstFrom(int series, long milliseconds)
    {
        var (low, high) = (0, (int)_rings[series].Count);
        while (low < high)
        {
            var middle = low + high >>> 1;
            if (this[series, middle].Milliseconds < milliseconds) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// <summary>Removes every reading at or after a time.</summary>
    /// <returns>How many were removed.</returns>
    internal int RemoveFrom(int series, long milliseconds)
    {
        ref var ring = ref _rings[series];
        var keep = FirstFrom(series, milliseconds);
        var removed = ring.Count - keep;
        ring.Count = (ushort)keep;
        ring.Newest = keep > 0 ? this[series, keep - 1].Milliseconds : long.MinValue;
        return removed;
    }

    private ref Slot At(int series, int position)
    {
        ref var ring = ref _rings[series];
        return ref _slab[ring.Place(ring.Start + position)];
    }

    private static int Capacity(Point point, TimeSpan span, GatewayLimits limits)
    {
        var between = point.Derived ? DerivedEvery : point.Period;
        var wanted = span.TotalMilliseconds / Math.Max(1, between.TotalMilliseconds);
        var most = Math.Min(limits.SeriesReadingsMax, SeriesRing.CapacityMax);
        return (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(wanted, limits.SeriesReadingsMin, most));
    }
}
