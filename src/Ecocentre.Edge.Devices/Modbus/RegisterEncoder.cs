using System.Buffers.Binary;

namespace Ecocentre.Edge.Devices.Modbus;

/// <summary>Numbers to registers, the inverse of <see cref="RegisterDecoder"/>; for simulated meters. Pure; any thread.</summary>
public static class RegisterEncoder
{
    /// <summary>The bits of the number nearest to <paramref name="number"/> that the type can hold: integers are rounded half to even, and
    /// what lies outside the type's range becomes its end.</summary>
    /// <param name="number">Not NaN for integers; a float keeps a NaN.</param>
    public static ulong Bits(double number, RegisterType type) => type switch
    {
        // Casts from double saturate at the ends of the target since .NET 9.
        RegisterType.Int16 => (ushort)(short)Math.Clamp(Math.Round(number), short.MinValue, short.MaxValue),
        RegisterType.UInt16 => (ushort)Math.Clamp(Math.Round(number), 0, ushort.MaxValue),
        RegisterType.Int32 => (uint)(int)Math.Round(number),
        RegisterType.UInt32 => (uint)Math.Round(number),
        RegisterType.Int64 => (ulong)(long)Math.Round(number),
        RegisterType.UInt64 => (ulong)Math.Round(number),
        RegisterType.Float32 => BitConverter.SingleToUInt32Bits((float)number),
        _ => BitConverter.DoubleToUInt64Bits(number),
    };

    /// <summary>Lays bits out as registers.</summary>
    /// <param name="words">At least <see cref="RegisterFormat.Words"/> registers, filled in wire order.</param>
    public static void Put(ulong bits, RegisterFormat format, Span<ushort> words)
    {
        var count = format.Words;
        for (var i = 0; i < count; i++)
        {
            // Position of the word counted from the most significant one.
            var rank = format.Order is WordOrder.Abcd or WordOrder.Badc ? i : count - 1 - i;
            var word = (ushort)(bits >> (16 * (count - 1 - rank)));
            words[i] = format.Order is WordOrder.Badc or WordOrder.Dcba ? BinaryPrimitives.ReverseEndianness(word) : word;
        }
    }

    /// <summary>Writes the number nearest to <paramref name="number"/>.</summary>
    /// <param name="words">At least <see cref="RegisterFormat.Words"/> registers, filled in wire order.</param>
    public static void Number(double number, RegisterFormat format, Span<ushort> words) => Put(Bits(number, format.Type), format, words);
}
