using System.Collections.Immutable;
using System.Numerics;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Readings;

/// <summary>The recent readings of every series in time order, one ring for each in one slab of memory, made once.</summary>
/// <remarks>A ring holds what an open minute, the grace and the late limit can need, twice over. Positions count from the oldest held, 0.</remarks>
internal sealed class SeriesReadings
{
    private readonly Slot[] _slab;
    private readonly Ring[] _rings;

    internal SeriesReadings(ImmutableArray<Point> points, GatewayLimits limits)
    {
        _rings = new Ring[points.Length];
        var offset = 0;
        // One open minute and what may still change behind it.
        var span = TimeSpan.FromMinutes(2) + limits.Grace + limits.LateMax;
        for (var i = 0; i < points.Length; i++)
        {
            var wanted = 2 * span.TotalMilliseconds / Math.Max(1, points[i].Period.TotalMilliseconds);
            var capacity = (int)BitOperations.RoundUpToPowerOf2(
                (uint)Math.Clamp(wanted, limits.SeriesReadingsMin, limits.SeriesReadingsMax));
            _rings[i] = new Ring { Offset = offset, Mask = capacity - 1, Newest = long.MinValue };
            offset += capacity;
        }
        _slab = new Slot[offset];
    }

    internal int Count(int series) => _rings[series].Count;

    internal ref readonly Slot this[int series, int position]
    {
        get
        {
            ref var ring = ref _rings[series];
            return ref _slab[ring.Offset + (ring.Start + position & ring.Mask)];
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
        if (ring.Count <= ring.Mask)
        {
            _slab[ring.Offset + (ring.Start + ring.Count++ & ring.Mask)] = slot;
            return false;
        }
        ref var oldest = ref _slab[ring.Offset + ring.Start];
        var lost = oldest.Milliseconds >= needed;
        oldest = slot;
        ring.Start = ring.Start + 1 & ring.Mask;
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
            ring.Start = ring.Start + 1 & ring.Mask;
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
        var (low, high) = (0, _rings[series].Count);
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
        ring.Count = keep;
        ring.Newest = keep > 0 ? this[series, keep - 1].Milliseconds : long.MinValue;
        return removed;
    }

    private ref Slot At(int series, int position)
    {
        ref var ring = ref _rings[series];
        return ref _slab[ring.Offset + (ring.Start + position & ring.Mask)];
    }

    private struct Ring
    {
        internal int Offset, Mask, Start, Count;
        internal long Newest;
    }
}
