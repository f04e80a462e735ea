namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>A column of doubles, bit for bit, in the shortest of a few forms: most values on a wire are short decimals or 32-bit floats, and many
/// repeat another column of the same row.</summary>
internal static class DoubleColumn
{
    // One form byte a value comes first; the payloads follow, kind by kind.
    private const byte NotANumber = 0;
    private const byte AsReference = 1;
    private const byte Single = 2;
    private const byte Whole = 3;
    // Quotient + k: an integer divided by 10^k. Product + k: an integer multiplied by the double next to 10^-k.
    private const byte Quotient = 4;
    private const byte Product = 10;
    // 6: registers of meters give no more than six decimals.
    private const int DigitsMax = 6;
    // 2^48: a decimal longer than seven varint bytes is no shorter than the eight bytes of the double.
    private const double DecimalMax = 1L << 48;
    // 2^27: up to there a varint takes four bytes, as many as a 32-bit float.
    private const long DecimalShortMax = 1L << 27;

    private static readonly double[] Power = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6];
    private static readonly double[] Inverse = [1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6];
    private static readonly long NotANumberBits = BitConverter.DoubleToInt64Bits(double.NaN);

    /// <param name="reference">A column of the same length that often holds the same values, or empty.</param>
    public static void Write(PackedWriter writer, ReadOnlySpan<double> column, ReadOnlySpan<double> reference)
    {
        var singles = new List<uint>();
        var wholes = new List<ulong>();
        var decimals = new List<long>();
        for (var row = 0; row < column.Length; row++)
        {
            var bits = BitConverter.DoubleToInt64Bits(column[row]);
            if (bits == NotANumberBits) writer.Byte(NotANumber);
            else if (!reference.IsEmpty && bits == BitConverter.DoubleToInt64Bits(reference[row])) writer.Byte(AsReference);
            else
            {
                var single = (float)column[row];
                var isSingle = BitConverter.DoubleToInt64Bits(single) == bits;
                var form = DecimalForm(column[row], out var integer);
                if (form != 0 && (!isSingle || Math.Abs(integer) < DecimalShortMax)) decimals.Add(integer);
                else if (isSingle) singles.Add(BitConverter.SingleToUInt32Bits(single));
                else wholes.Add((ulong)bits);
                writer.Byte(form != 0 && (!isSingle || Math.Abs(integer) < DecimalShortMax) ? form : isSingle ? Single : Whole);
            }
        }
        foreach (var integer in decimals) writer.Signed(integer);
        // Byte planes, highest first: signs and exponents of neighbours are alike and compress, mantissas do not.
        for (var shift = 24; shift >= 0; shift -= 8)
            foreach (var bits in singles) writer.Byte((byte)(bits >> shift));
        for (var shift = 56; shift >= 0; shift -= 8)
            foreach (var bits in wholes) writer.Byte((byte)(bits >> shift));
    }

    public static void Read(ref PackedReader reader, Span<double> column, ReadOnlySpan<double> reference)
    {
        var forms = reader.Raw(column.Length);
        for (var row = 0; row < column.Length; row++)
        {
            column[row] = forms[row] switch
            {
                NotANumber => double.NaN,
                AsReference when !reference.IsEmpty => reference[row],
                Single or Whole => 0,
                >= Quotient and <= Quotient + DigitsMax and var form => reader.Signed() / Power[form - Quotient],
                > Product and <= Product + DigitsMax and var form => reader.Signed() * Inverse[form - Product],
                var form => throw new InvalidDataException($"A value has the unknown form {form}."),
            };
        }
        var singles = new uint[forms.Count(Single)];
        for (var plane = 0; plane < sizeof(uint); plane++)
            foreach (ref var bits in singles.AsSpan()) bits = bits << 8 | reader.Byte();
        var wholes = new ulong[forms.Count(Whole)];
        for (var plane = 0; plane < sizeof(ulong); plane++)
            foreach (ref var bits in wholes.AsSpan()) bits = bits << 8 | reader.Byte();
        for (int row = 0, single = 0, whole = 0; row < column.Length; row++)
        {
            if (forms[row] == Single) column[row] = BitConverter.UInt32BitsToSingle(singles[single++]);
            else if (forms[row] == Whole) column[row] = BitConverter.Int64BitsToDouble((long)wholes[whole++]);
        }
    }

    /// <returns>The form in which an integer gives exactly these bits, or 0.</returns>
    private static byte DecimalForm(double value, out long integer)
    {
        integer = 0;
        for (var digits = 0; digits <= DigitsMax; digits++)
        {
            var rounded = Math.Round(value * Power[digits]);
            if (!(Math.Abs(rounded) < DecimalMax)) return 0;
            integer = (long)rounded;
            if (Same(integer / Power[digits], value)) return (byte)(Quotient + digits);
            if (digits > 0 && Same(integer * Inverse[digits], value)) return (byte)(Product + digits);
        }
        return 0;
    }

    private static bool Same(double left, double right) => BitConverter.DoubleToInt64Bits(left) == BitConverter.DoubleToInt64Bits(right);
}
