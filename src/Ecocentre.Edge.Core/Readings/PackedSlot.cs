using System.Runtime.CompilerServices;

namespace Ecocentre.Edge.Readings;

/// <summary>A reading in 8 bytes, bit for bit: 29 bits of its time, its quality, and a value that a float holds exactly or that is a whole number of
/// thousandths. What a register of 16 or 32 bits brings nearly always is one of the two; other values need a <see cref="Slot"/>.</summary>
/// <remarks>The rest of the time follows from another one that is not earlier, and later by less than <see cref="SpanMilliseconds"/>.</remarks>
internal readonly struct PackedSlot
{
    /// <summary>2^29 ms, a little over six days: what 29 bits of a time can tell apart.</summary>
    internal const long SpanMilliseconds = 1L << 29;

    // Lowest first: quality, form of the value, time, value.
    private const int FormBit = 2, TimeShift = 3, ValueShift = 32;

    private readonly ulong _bits;

    private PackedSlot(ulong bits) => _bits = bits;

    /// <returns>False when the value takes more bits than there are.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryPack(long milliseconds, Quality quality, double value, out PackedSlot packed)
    {
        var head = (uint)(milliseconds << TimeShift) | (uint)quality;
        var single = (float)value;
        packed = new PackedSlot(head | (ulong)BitConverter.SingleToUInt32Bits(single) << ValueShift);
        return BitConverter.DoubleToInt64Bits(single) == BitConverter.DoubleToInt64Bits(value) || TryPackThousandths(head, value, out packed);
    }

    /// <summary>Unix milliseconds.</summary>
    /// <param name="newest">The time the rest follows from.</param>
    internal long Milliseconds(long newest) => newest - (newest - (long)(_bits >> TimeShift & (SpanMilliseconds - 1)) & (SpanMilliseconds - 1));

    /// <inheritdoc cref="Milliseconds"/>
    internal Slot Unpack(long newest)
    {
        var value = (uint)(_bits >> ValueShift);
        return new Slot(Milliseconds(newest), (Quality)(_bits & 3),
            (_bits & 1 << FormBit) == 0 ? BitConverter.UInt32BitsToSingle(value) : (int)value / 1000.0);
    }

    private static bool TryPackThousandths(uint head, double value, out PackedSlot packed)
    {
        // What is no number, or beyond 32 bits, comes back as another value.
        var thousandths = (int)Math.Round(value * 1000);
        packed = new PackedSlot(head | 1U << FormBit | (ulong)(uint)thousandths << ValueShift);
        return BitConverter.DoubleToInt64Bits(thousandths / 1000.0) == BitConverter.DoubleToInt64Bits(value);
    }
}
