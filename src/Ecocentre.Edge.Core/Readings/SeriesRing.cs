using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Readings;

/// <summary>What is asked of a series for every reading and is its own: 16 bytes, four to a line of a cache.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SeriesRing
{
    // What the bits below the mark of a count can hold.
    internal const int CapacityMax = 1 << 14;

    private const ushort Doubt = 1 << 15;

    /// <summary>Time of the newest reading in Unix milliseconds, <see cref="long.MinValue"/> while there is none.</summary>
    internal long Newest;

    /// <summary>Where in the slab the next reading goes; of a wide series the complement of its place in the array of its own.</summary>
    internal int Next;

    /// <summary>How many are held, and above it a mark: then it is more than any capacity.</summary>
    internal ushort MarkedCount;

    /// <summary>Index of its <see cref="RingShape"/>.</summary>
    internal readonly ushort Shape;

    /// <param name="first">Where in the slab its first place lies.</param>
    internal SeriesRing(ushort shape, int first) => (Newest, Shape, Next) = (long.MinValue, shape, first);

    internal int Count
    {
        readonly get => MarkedCount & ~Doubt;
        set => MarkedCount = (ushort)(value | MarkedCount & Doubt);
    }

    /// <summary>Its instrument is past its calibration: what would be good is questionable.</summary>
    internal bool IsDoubtful
    {
        readonly get => (MarkedCount & Doubt) != 0;
        set => MarkedCount = (ushort)(value ? MarkedCount | Doubt : MarkedCount & ~Doubt);
    }

    /// <summary>Its readings do not fit into the slab's slots and lie apart.</summary>
    internal readonly bool IsWide => Next < 0;
}
