using System.Runtime.InteropServices;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Readings;

/// <summary>What is asked of a series for every reading, close together: 40 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SeriesRing
{
    // What a count of 16 bits can hold.
    internal const int CapacityMax = 1 << 15;

    /// <summary>Bounds of a possible value, both finite, so that a comparison also finds what is no number.</summary>
    internal readonly double Min, Max;

    /// <summary>Time of the newest reading in Unix milliseconds, <see cref="long.MinValue"/> while there is none.</summary>
    internal long Newest;

    private readonly int _offset, _stride;

    /// <summary>Capacity less one; a power of two less one.</summary>
    internal readonly ushort Mask;

    /// <summary>Place of the oldest reading.</summary>
    internal ushort Start;

    internal ushort Count;

    /// <summary>Its instrument is past its calibration: what would be good is questionable.</summary>
    internal bool IsDoubtful;

    internal SeriesRing(Point point, int capacity, int offset, int stride)
    {
        (Min, Max) = (Math.Max(point.Min, double.MinValue), Math.Min(point.Max, double.MaxValue));
        (Newest, _offset, _stride, Mask) = (long.MinValue, offset, stride, (ushort)(capacity - 1));
    }

    /// <summary>Where in the slab a place of the ring lies.</summary>
    internal readonly int Place(int place) => _offset + (place & Mask) * _stride;

    internal void DropOldest() => Start = (ushort)(Start + 1 & Mask);

    internal readonly Slot Judge(in Reading reading, bool trusted)
    {
        var quality = reading.Quality;
        if (quality < Quality.Invalid)
        {
            // Written so that what is no number is out of bounds too.
            if (!(reading.Value >= Min && reading.Value <= Max)) quality = Quality.Invalid;
            else if (!trusted || IsDoubtful) quality = Quality.Questionable;
        }
        // Adding zero makes one zero of two: a window that holds the other one would differ in its bits alone.
        return new Slot(reading.At.UnixMilliseconds, quality, reading.Value + 0.0);
    }
}
