using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Readings;

/// <summary>The recent readings of every series in time order, one ring for each in one slab of memory, made once.</summary>
/// <remarks>
/// <para>A ring holds what an open minute, the grace and the late limit can need, and some to spare. Positions count from the oldest held, 0. Rings of
/// one capacity lie interleaved, all first places, then all second ones: series that are polled together write to one stretch of memory, whatever
/// their order, instead of to one page each.</para>
/// <para>The slab's slots are packed. A series whose readings do not fit is <em>wide</em> from then on: it has an array of its own. Readings that lie
/// more than three days before the newest and are not needed any more are let go of.</para>
/// </remarks>
internal sealed class SeriesReadings
{
    // A row that is not a power of two long: otherwise all places of a ring would compete for the same few lines of a cache. In slots of 8 bytes.
    private const int Line = 8;

    // Readings that are taken, at 8 ns each, while a place comes from memory, which takes some 80 ns.
    private const int FetchedAhead = 12;

    // What is derived comes whenever it changes, with each step at most: the loop takes one a second.
    private static readonly TimeSpan DerivedEvery = TimeSpan.FromSeconds(1);

    private readonly SeriesRing[] _rings;
    private readonly RingShape[] _shapes;
    private readonly PackedSlot[] _slab;

    // By series; each by place, as the slab's column would be.
    private readonly Slot[]?[] _wide;

    internal SeriesReadings(ImmutableArray<Point> points, GatewayLimits limits)
    {
        _rings = new SeriesRing[points.Length];
        _wide = new Slot[points.Length][];
        // The open minute, and what may still change behind it.
        var span = TimeSpan.FromMinutes(1) + limits.Grace + limits.LateMax;
        var (offset, shapes) = (0, new List<RingShape>());
        foreach (var alike in points.GroupBy(point => Capacity(point, span, limits)))
        {
            var stride = ((alike.Count() + Line - 1) / Line | 1) * Line;
            var first = offset;
            foreach (var shaped in alike.GroupBy(point => (point.Min, point.Max)))
            {
                foreach (var point in shaped) _rings[point.Id.Value] = new SeriesRing((ushort)shapes.Count, first++);
                shapes.Add(new RingShape(shaped.First(), alike.Key, offset, stride));
            }
            offset += stride * alike.Key;
        }
        _shapes = [.. shapes];
        _slab = new PackedSlot[offset];
    }

    /// <summary>Takes over what is held of series that go on; where a ring is smaller than it was, the newest. Before anything is appended.</summary>
    internal void TakeUp(SeriesReadings before, Succession succession)
    {
        foreach (var (now, was) in succession.Kept)
        {
            _rings[now].IsDoubtful = before._rings[was].IsDoubtful;
            if (before._rings[was].Newest == long.MaxValue) continue;
            for (var i = Math.Max(0, before.Count(was) - Shape(now).Capacity); i < before.Count(was); i++) Append(now, before[was, i], long.MaxValue);
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
    internal Slot Judge(in Reading reading, bool trusted)
    {
        ref var ring = ref _rings[reading.Point.Value];
        // Adding zero makes one zero of two: a window that holds the other one would differ in its bits alone.
        return new Slot(reading.At.UnixMilliseconds, _shapes[ring.Shape].Judge(reading, trusted && !ring.IsDoubtful), reading.Value + 0.0);
    }

    /// <summary>Appends readings as long as each is newer than all held of its series, not by long, not older than <paramref name="open"/>, and takes no
    /// room from one that is not older than <paramref name="needed"/>. The one loop that runs for every reading.</summary>
    /// <returns>How many were appended; the next one, if any, is not of that kind, or not known to be.</returns>
    internal int AppendPlain(ReadOnlySpan<Reading> readings, long open, long needed, bool trusted)
    {
        var (rings, shapes, slab) = (_rings, _shapes, _slab);
        for (var i = 0; i < readings.Length; i++)
        {
            if (i + FetchedAhead < readings.Length) Fetch(slab, rings[readings[i + FetchedAhead].Point.Value].Next);
            ref readonly var reading = ref readings[i];
            ref var ring = ref rings[reading.Point.Value];
            ref readonly var shape = ref shapes[ring.Shape];
            var (at, newest, next, believed) = (reading.At.UnixMilliseconds, ring.Newest, ring.Next, trusted);
            // Newer, and not by long, in one comparison.
            if ((ulong)(at - newest - 1) >= (ulong)shape.GapMax || at < open || next < 0) return i;
            if (ring.MarkedCount > shape.Capacity) believed = false;
            if (!PackedSlot.TryPack(at, shape.Judge(reading, believed), reading.Value + 0.0, out var packed)) return i;
            ref var place = ref slab[next];
            if (ring.Count < shape.Capacity) ring.MarkedCount++;
            else if (place.Milliseconds(newest) >= needed) return i;
            place = packed;
            (ring.Newest, ring.Next) = (at, shape.After(next));
        }
        return readings.Length;
    }

    internal Slot this[int series, int position]
    {
        get
        {
            ref var ring = ref _rings[series];
            return _wide[series] is { } wide ? wide[ApartOf(ring, position - ring.Count)]
                : _slab[_shapes[ring.Shape].Step(ring.Next, position - ring.Count)].Unpack(ring.Newest);
        }
        private set
        {
            ref var ring = ref _rings[series];
            if (_wide[series] is { } wide) wide[ApartOf(ring, position - ring.Count)] = value;
            else if (!PackedSlot.TryPack(value.Milliseconds, value.Quality, value.Value,
                out _slab[_shapes[ring.Shape].Step(ring.Next, position - ring.Count)]))
                throw new InvalidOperationException("BUG: a reading was put where it does not fit.");
        }
    }

    /// <summary>Time of the newest reading, <see cref="long.MinValue"/> while there is none.</summary>
    internal long Newest(int series) => _rings[series].Newest;

    /// <summary>Adds a reading that is newer than all held. The oldest makes room.</summary>
    /// <returns>True when the reading that made room is not older than <paramref name="needed"/>: something was lost that may still be needed.</returns>
    internal bool Append(int series, in Slot slot, long needed)
    {
        ref var ring = ref _rings[series];
        if (!ring.IsWide && !(IsPackable(slot) && LetGo(series, slot.Milliseconds, needed))) Widen(series);
        var isFull = ring.Count == Shape(series).Capacity;
        var lost = isFull && this[series, 0].Milliseconds >= needed;
        if (!isFull) ring.Count++;
        ring.Newest = slot.Milliseconds;
        Advance(ref ring, 1);
        this[series, ring.Count - 1] = slot;
        return lost;
    }

    /// <summary>Puts a reading that is not the newest in its place. Of two of the same time one stays, whichever came first: the one of better
    /// quality, else of higher value.</summary>
    /// <param name="changed">False when nothing held is different afterwards.</param>
    /// <returns>As for <see cref="Append"/>; also true when a different reading of the same time was there.</returns>
    internal bool Insert(int series, in Slot slot, long needed, out bool changed)
    {
        ref var ring = ref _rings[series];
        var position = FirstFrom(series, slot.Milliseconds);
        changed = true;
        if (position < ring.Count && this[series, position] is var held && held.Milliseconds == slot.Milliseconds)
        {
            var differs = !held.Same(slot);
            changed = differs && slot.IsBetterThan(held);
            if (!changed) return differs;
            if (!ring.IsWide && !IsPackable(slot)) Widen(series);
            this[series, position] = slot;
            return true;
        }
        var lost = false;
        if (ring.Count == Shape(series).Capacity)
        {
            // The oldest makes room; when the new one would itself be the oldest, it is the one that is lost.
            if (position == 0)
            {
                changed = false;
                return slot.Milliseconds >= needed;
            }
            lost = this[series, 0].Milliseconds >= needed;
            ring.Count--;
            position--;
        }
        if (!ring.IsWide && !(IsPackable(slot) && ring.Newest - slot.Milliseconds < PackedSlot.SpanMilliseconds / 2)) Widen(series);
        ring.Count++;
        Advance(ref ring, 1);
        for (var i = ring.Count - 1; i > position; i--) this[series, i] = this[series, i - 1];
        this[series, position] = slot;
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
        var newest = keep > 0 ? this[series, keep - 1].Milliseconds : long.MinValue;
        Advance(ref ring, -removed);
        (ring.Count, ring.Newest) = (keep, newest);
        return removed;
    }

    /// <summary>Has the processor fetch a place that is about to be written to: it was last touched when its ring was there, minutes ago.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Fetch(PackedSlot[] slab, int place)
    {
        // Nobody minds when the collector moves the slab meanwhile: nothing is read. .NET has no such instruction for arm64.
        if (Sse.IsSupported && place >= 0) Sse.Prefetch0(Unsafe.AsPointer(ref slab[place]));
    }

    private ref readonly RingShape Shape(int series) => ref _shapes[_rings[series].Shape];

    private static bool IsPackable(in Slot slot) => PackedSlot.TryPack(slot.Milliseconds, slot.Quality, slot.Value, out _);

    /// <summary>Lets go of readings too far before a new one.</summary>
    /// <returns>False when one of them is still needed, or when the new one is so far ahead that it may not stay.</returns>
    private bool LetGo(int series, long milliseconds, long needed)
    {
        ref var ring = ref _rings[series];
        // With closer ones, the whole ring spans no more than half of what can be told apart: see RingShape.GapMax.
        if (ring.Count == 0 || milliseconds - ring.Newest < Shape(series).GapMax) return true;
        if (milliseconds - needed >= PackedSlot.SpanMilliseconds / 2) return false;
        for (; ring.Count > 0 && this[series, 0].Milliseconds is var oldest && milliseconds - oldest >= PackedSlot.SpanMilliseconds / 2; ring.Count--)
            if (oldest >= needed) return false;
        return true;
    }

    private void Widen(int series)
    {
        ref var ring = ref _rings[series];
        var wide = new Slot[Shape(series).Capacity];
        for (var i = 0; i < ring.Count; i++) wide[i] = this[series, i];
        _wide[series] = wide;
        ring.Next = ~(ring.Count % wide.Length);
    }

    /// <summary>The place some places after the next one of a series that is wide.</summary>
    private int ApartOf(in SeriesRing ring, int places)
    {
        var (at, capacity) = (~ring.Next + places, _shapes[ring.Shape].Capacity);
        return at >= capacity ? at - capacity : at < 0 ? at + capacity : at;
    }

    private void Advance(ref SeriesRing ring, int places) =>
        ring.Next = ring.IsWide ? ~ApartOf(ring, places) : _shapes[ring.Shape].Step(ring.Next, places);

    private static int Capacity(Point point, TimeSpan span, GatewayLimits limits)
    {
        var between = point.Derived ? DerivedEvery : point.Period;
        var wanted = Math.Ceiling(span.TotalMilliseconds / Math.Max(1, between.TotalMilliseconds)) + limits.SeriesReadingsSpare;
        return (int)Math.Min(wanted, Math.Min(limits.SeriesReadingsMax, SeriesRing.CapacityMax));
    }
}
