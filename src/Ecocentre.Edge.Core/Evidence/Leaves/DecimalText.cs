using System.Buffers.Text;
using System.Globalization;

namespace Ecocentre.Edge.Evidence.Leaves;

/// <summary>Doubles as .NET writes them (<c>R</c>, invariant: the shortest decimal that reads back to the same bits), and back. Most values on a wire are short
/// decimals, and those take a way that is several times shorter. Pure; any thread.</summary>
internal static class DecimalText
{
    // Below it the millionths of a number are less than 10^15: exact in a double, and at most fifteen digits.
    private const double ShortMax = 1e9;

    // .NET writes an exponent below 1E-05; a power of ten above it stays clear of that.
    private const double ShortMin = 1e-4;

    private const int Millionths = 1_000_000, MillionthDigits = 6;

    // 2^53: every integer up to it is a double.
    private const long ExactMax = 1L << 53;

    // 10^22 is the last power of ten that is a double: an exact integer divided by one of these is rounded once, and so rightly.
    private static readonly double[] Power =
        [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    /// <summary>Writes a finite number.</summary>
    /// <param name="to">At least 24 bytes.</param>
    /// <returns>How many bytes it has.</returns>
    internal static int Write(double value, Span<byte> to)
    {
        var size = Math.Abs(value);
        if (size < ShortMax && (size >= ShortMin || BitConverter.DoubleToInt64Bits(value) == 0))
        {
            // No two decimals of at most fifteen digits are the same double: one that gives the double back is its shortest form.
            var millionths = (long)(size * Millionths + 0.5);
            if (millionths / (double)Millionths == size) return WriteShort(value < 0, millionths, to);
        }
        return value.TryFormat(to, out var written, default, CultureInfo.InvariantCulture)
            ? written : throw new ArgumentException("A number needs up to 24 bytes.", nameof(to));
    }

    /// <summary>Reads a finite number, with or without an exponent.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> text, out double value)
    {
        var (mantissa, point, first) = (0L, -1, text.Length > 0 && text[0] == '-' ? 1 : 0);
        var at = first;
        for (; at < text.Length; at++)
        {
            var digit = (uint)(text[at] - '0');
            if (digit <= 9 && mantissa < ExactMax) mantissa = mantissa * 10 + digit;
            else if (text[at] == '.' && point < 0) point = at;
            else break;
        }
        var after = point < 0 ? 0 : text.Length - 1 - point;
        // Digits on both sides of the point, as they are written; all else is for the library to say.
        if (at < text.Length || mantissa > ExactMax || after >= Power.Length || text.Length == first || point == first || point >= 0 && after == 0)
            return Utf8Parser.TryParse(text, out value, out int read) && read == text.Length && double.IsFinite(value);
        value = mantissa / Power[after];
        if (first > 0) value = -value;
        return true;
    }

    private static int WriteShort(bool isNegative, long millionths, Span<byte> to)
    {
        var at = 0;
        if (isNegative) to[at++] = (byte)'-';
        var whole = Math.DivRem(millionths, Millionths, out var rest);
        Utf8Formatter.TryFormat(whole, to[at..], out var written);
        at += written;
        if (rest == 0) return at;
        var (part, digits) = ((int)rest, MillionthDigits);
        for (; part % 10 == 0; digits--) part /= 10;
        to[at] = (byte)'.';
        for (var digit = digits; digit > 0; digit--, part /= 10) to[at + digit] = (byte)('0' + part % 10);
        return at + 1 + digits;
    }
}
