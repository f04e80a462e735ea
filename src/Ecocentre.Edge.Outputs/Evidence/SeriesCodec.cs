using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>A series as bytes and back, with a checksum: a flipped bit in a name would otherwise give a year of windows to another point.</summary>
internal static class SeriesCodec
{
    // Three names of points and places and two short words.
    private const int BytesUsual = 192;

    public static byte[] Encode(int number, Series series)
    {
        var writer = new PackedWriter(BytesUsual);
        writer.Unsigned((ulong)number);
        writer.Text(series.Name);
        writer.Text(series.Quantity);
        writer.Text(series.Unit);
        writer.Byte((byte)series.Kind);
        writer.Text(series.Device);
        writer.Byte(series.Place is null ? (byte)0 : (byte)1);
        writer.Text(series.Place ?? "");
        writer.Checksum(Checksum.Of(writer.Written));
        return writer.Written.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are not what was written under that number.</exception>
    public static Series Decode(int number, ReadOnlySpan<byte> body)
    {
        var reader = new PackedReader(Sealed.Open(body));
        if (reader.Integer() != number) throw new InvalidDataException($"Series {number} carries another number.");
        var (name, quantity, unit) = (reader.Text(), reader.Text(), reader.Text());
        var kind = (PointKind)reader.Byte();
        var device = reader.Text();
        var placed = reader.Byte() != 0;
        var place = reader.Text();
        return new Series(name, quantity, unit, kind, device, placed ? place : null);
    }
}
