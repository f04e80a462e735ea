using System.Buffers.Binary;

namespace Ecocentre.Edge.Devices.Modbus;

/// <summary>Registers to numbers. Pure; any thread.</summary>
public static class RegisterDecoder
{
    /// <summary>The bits of a number, most significant first, in the low end of the result, as they stand in the maker's table of "not
    /// available" marks.</summary>
    /// <param name="words">At least <see cref="RegisterFormat.Words"/> registers in wire order.</param>
    public static ulong Bits(ReadOnlySpan<ushort> words, RegisterFormat format) => format.Words switch
    {
        1 => SwapsBytes(format.Order) ? BinaryPrimitives.ReverseEndianness(words[0]) : words[0],
        2 => Bits2(words, format.Order),
        _ => Bits4(words, format.Order),
    };

    /// <summary>The number that the bits stand for, or NaN when they are a float that is not finite.</summary>
    /// <remarks>64-bit integers above 2^53 lose their lowest bits, as a <see cref="double"/> does.</remarks>
    public static double Number(ulong bits, RegisterType type)
    {
        switch (type)
        {
            case RegisterType.Int16: return (short)bits;
            case RegisterType.UInt16: return (ushort)bits;
            case RegisterType.Int32: return (int)bits;
            case RegisterType.UInt32: return (uint)bits;
            case RegisterType.Int64: return (long)bits;
            case RegisterType.UInt64: return bits;
            case RegisterType.Float32:
                var single = BitConverter.UInt32BitsToSingle((uint)bits);
                return float.IsFinite(single) ? single : double.NaN;
            default:
                var number = BitConverter.UInt64BitsToDouble(bits);
                return double.IsFinite(number) ? number : double.NaN;
        }
    }

    /// <summary>The number in the registers, or NaN when they hold a float that is not finite.</summary>
    /// <param name="words">At least <see cref="RegisterFormat.Words"/> registers in wire order.</param>
    public static double Number(ReadOnlySpan<ushort> words, RegisterFormat format) => Number(Bits(words, format), format.Type);

    private static bool SwapsBytes(WordOrder order) => order is WordOrder.Badc or WordOrder.Dcba;

    private static ulong Bits2(ReadOnlySpan<ushort> words, WordOrder order)
    {
        uint first = words[0], second = words[1];
        return order switch
        {
            WordOrder.Abcd => first << 16 | second,
            WordOrder.Cdab => second << 16 | first,
            WordOrder.Dcba => BinaryPrimitives.ReverseEndianness(first << 16 | second),
            _ => BinaryPrimitives.ReverseEndianness(second << 16 | first),
        };
    }

    private static ulong Bits4(ReadOnlySpan<ushort> words, WordOrder order)
    {
        ulong a = words[0], b = words[1], c = words[2], d = words[3];
        return order switch
        {
            WordOrder.Abcd => a << 48 | b << 32 | c << 16 | d,
            WordOrder.Cdab => d << 48 | c << 32 | b << 16 | a,
            WordOrder.Dcba => BinaryPrimitives.ReverseEndianness(a << 48 | b << 32 | c << 16 | d),
            _ => BinaryPrimitives.ReverseEndianness(d << 48 | c << 32 | b << 16 | a),
        };
    }
}
