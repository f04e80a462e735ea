using System.Numerics;
using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Devices.Modbus;

/// <summary>Registers to numbers. Pure; any thread.</summary>
public static class RegisterDecoder
{
    /// <summary>The bits of a number, most significant first, in the low end of the result, as they stand in the maker's table of "not
    /// available" marks.</summary>
    /// <param name="words">At least <see cref="RegisterFormat.Words"/> registers in wire order.</param>
    public static ulong Bits(ReadOnlySpan<ushort> words, RegisterFormat format) => format.Type switch
    {
        RegisterType.Int16 or RegisterType.UInt16 => Bits1(words, format.Order),
        RegisterType.Int32 or RegisterType.UInt32 or RegisterType.Float32 => Bits2(words, format.Order),
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
            case RegisterType.Float32: return Single(bits);
            default:
                var number = BitConverter.UInt64BitsToDouble(bits);
                return double.IsFinite(number) ? number : double.NaN;
        }
    }

    /// <summary>The number in the registers, or NaN when they hold a float that is not finite.</summary>
    /// <param name="words">At least <see cref="RegisterFormat.Words"/> registers in wire order.</param>
    public static double Number(ReadOnlySpan<ushort> words, RegisterFormat format) => format.Type switch
    {
        // One branch for each type, so that width and meaning are decided together.
        RegisterType.Int16 => (short)Bits1(words, format.Order),
        RegisterType.UInt16 => (ushort)Bits1(words, format.Order),
        RegisterType.Int32 => (int)Bits2(words, format.Order),
        RegisterType.UInt32 => Bits2(words, format.Order),
        RegisterType.Float32 => Single(Bits2(words, format.Order)),
        _ => Number(Bits4(words, format.Order), format.Type),
    };

    /// <summary>The numbers in registers that follow each other, each as <see cref="Number(ReadOnlySpan{ushort}, RegisterFormat)"/> says it: what is
    /// decided by the format is decided once for all.</summary>
    /// <param name="words">At least <see cref="RegisterFormat.Words"/> registers in wire order for each number.</param>
    public static void Numbers(ReadOnlySpan<ushort> words, RegisterFormat format, Span<double> numbers)
    {
        var width = format.Words;
        if (width == 2)
        {
            var pairs = MemoryMarshal.Cast<ushort, uint>(words)[..numbers.Length];
            if (format.Type == RegisterType.Float32) Singles(pairs, format.Order, numbers);
            else Integers(pairs, format, numbers);
            return;
        }
        for (var i = 0; i < numbers.Length; i++) numbers[i] = Number(words[(i * width)..], format);
    }

    private static void Singles(ReadOnlySpan<uint> pairs, WordOrder order, Span<double> numbers)
    {
        var (turns, swaps) = (Turns(order), SwapsBytes(order));
        for (var i = 0; i < pairs.Length; i++)
        {
            var bits = BitOperations.RotateLeft(pairs[i], turns);
            if (swaps) bits = bits >> 8 & 0x00FF_00FF | bits << 8 & 0xFF00_FF00;
            double number = BitConverter.UInt32BitsToSingle(bits);
            // Zero times infinity, or times what is no number, is no number; times anything else it is zero.
            numbers[i] = number * 0 == 0 ? number : double.NaN;
        }
    }

    private static void Integers(ReadOnlySpan<uint> pairs, RegisterFormat format, Span<double> numbers)
    {
        var (turns, swaps, isSigned) = (Turns(format.Order), SwapsBytes(format.Order), format.Type == RegisterType.Int32);
        for (var i = 0; i < pairs.Length; i++)
        {
            var bits = BitOperations.RotateLeft(pairs[i], turns);
            if (swaps) bits = bits >> 8 & 0x00FF_00FF | bits << 8 & 0xFF00_FF00;
            numbers[i] = isSigned ? (int)bits : bits;
        }
    }

    // A pair of words read as one integer has the one that came first in its low half on a little-endian machine, in its high half on another.
    private static int Turns(WordOrder order) => ReversesWords(order) == BitConverter.IsLittleEndian ? 0 : 16;

    private static double Single(ulong bits)
    {
        var single = BitConverter.UInt32BitsToSingle((uint)bits);
        return float.IsFinite(single) ? single : double.NaN;
    }

    private static bool ReversesWords(WordOrder order) => ((int)order & (int)WordOrder.Cdab) != 0;

    private static bool SwapsBytes(WordOrder order) => ((int)order & (int)WordOrder.Badc) != 0;

    private static uint Bits1(ReadOnlySpan<ushort> words, WordOrder order)
    {
        uint bits = words[0];
        return SwapsBytes(order) ? bits >> 8 | bits << 8 & 0xFF00 : bits;
    }

    private static uint Bits2(ReadOnlySpan<ushort> words, WordOrder order)
    {
        // The second first: one bounds check instead of two.
        uint second = words[1];
        var bits = (uint)words[0] << 16 | second;
        if (ReversesWords(order)) bits = BitOperations.RotateLeft(bits, 16);
        return SwapsBytes(order) ? bits >> 8 & 0x00FF_00FF | bits << 8 & 0xFF00_FF00 : bits;
    }

    private static ulong Bits4(ReadOnlySpan<ushort> words, WordOrder order)
    {
        ulong d = words[3], c = words[2], b = words[1], a = words[0];
        var bits = ReversesWords(order) ? d << 48 | c << 32 | b << 16 | a : a << 48 | b << 32 | c << 16 | d;
        return SwapsBytes(order) ? bits >> 8 & 0x00FF_00FF_00FF_00FF | bits << 8 & 0xFF00_FF00_FF00_FF00 : bits;
    }
}
