using System.Numerics;

namespace Ecocentre.Edge.Outputs.Evidence.Archive;

/// <summary>A column of integers as byte planes: a byte that says how many planes follow, then the highest byte of every row, the next, down to the
/// lowest, of the zigzag form. Small numbers have few planes, and planes of neighbours compress.</summary>
internal static class IntegerColumn
{
    internal static void Write(PackedWriter writer, ReadOnlySpan<long> column)
    {
        ulong any = 0;
        foreach (var value in column) any |= PackedWriter.Zigzag(value);
        var planes = (64 - BitOperations.LeadingZeroCount(any) + 7) / 8;
        writer.Byte((byte)planes);
        var bytes = new byte[column.Length];
        for (var plane = planes - 1; plane >= 0; plane--)
        {
            for (var row = 0; row < bytes.Length; row++) bytes[row] = (byte)(PackedWriter.Zigzag(column[row]) >> 8 * plane);
            writer.Raw(bytes);
        }
    }

    /// <exception cref="InvalidDataException">The bytes are not what was written.</exception>
    internal static long[] Read(ref PackedReader reader, int rows)
    {
        var planes = reader.Byte();
        if (planes > sizeof(ulong)) throw new InvalidDataException($"A column announces {planes} planes.");
        var zigzags = new ulong[rows];
        for (var plane = 0; plane < planes; plane++)
        {
            var bytes = reader.Raw(rows);
            for (var row = 0; row < rows; row++) zigzags[row] = zigzags[row] << 8 | bytes[row];
        }
        return Array.ConvertAll(zigzags, value => (long)(value >> 1) ^ -(long)(value & 1));
    }
}
