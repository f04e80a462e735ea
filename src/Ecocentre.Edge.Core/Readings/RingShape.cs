using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Readings;

/// <summary>What series have in common whose rings are of one length and whose values have the same bounds.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct RingShape
{
    private readonly double _min, _max;

    // Where the places of all such series lie in the slab, and slots from one place of a series to its next.
    private readonly int _offset, _end, _stride;

    /// <summary>Readings a ring holds.</summary>
    internal readonly int Capacity;

    /// <summary>Readings closer together than this, and as many as the ring holds, span no more than half of what their times can tell apart.</summary>
    internal readonly int GapMax;

    /// <param name="offset">Where the first place of the first such series lies in the slab.</param>
    /// <param name="stride">Slots from one place of a series to its next.</param>
    internal RingShape(Point point, int capacity, int offset, int stride)
    {
        // Both finite, so that a comparison also finds what is no number.
        (_min, _max) = (Math.Max(point.Min, double.MinValue), Math.Min(point.Max, double.MaxValue));
        (_offset, _end, _stride, Capacity) = (offset, offset + stride * capacity, stride, capacity);
        GapMax = (int)(PackedSlot.SpanMilliseconds / 2 / capacity);
    }

    /// <summary>Where in the slab the place lies that is some places after another one; before it, when negative. No further than once around.</summary>
    internal int Step(int from, int places)
    {
        var at = from + places * _stride;
        return at >= _end ? at - (_end - _offset) : at < _offset ? at + (_end - _offset) : at;
    }

    /// <summary>Where in the slab the next place after one lies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int After(int place)
    {
        var next = place + _stride;
        return next < _end ? next : next - (_end - _offset);
    }

    /// <summary>The quality a reading is kept with. A good or questionable value out of bounds is invalid; what would be good is questionable unless
    /// <paramref name="trusted"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Quality Judge(in Reading reading, bool trusted)
    {
        if (reading.Quality >= Quality.Invalid) return reading.Quality;
        // Written so that what is no number is out of bounds too.
        if (!(reading.Value >= _min && reading.Value <= _max)) return Quality.Invalid;
        return trusted ? reading.Quality : Quality.Questionable;
    }
}
