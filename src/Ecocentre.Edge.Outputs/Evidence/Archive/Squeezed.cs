using System.IO.Compression;

namespace Ecocentre.Edge.Outputs.Evidence.Archive;

/// <summary>Bytes in fewer bytes: version byte · compression byte (0 plain, 1 Brotli, RFC 7932) · length of the plain bytes (LEB128) · content.</summary>
internal static class Squeezed
{
    private const byte Plain = 0, Brotli = 1;

    // 5 of 11: from there on Brotli splits its statistics by what went before; 9 takes twice the time for a percent (measured).
    private const int Quality = 5;

    // 2^18 bytes: a block of 1,440 rows has some 20,000.
    private const int WindowBits = 18;

    // A part of a day file that unpacks to more than this is none that this program writes.
    private const int PlainBytesMax = 64 << 20;

    internal static byte[] Pack(byte version, ReadOnlySpan<byte> plain)
    {
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(plain.Length)];
        var shrunk = BrotliEncoder.TryCompress(plain, packed, out var length, Quality, WindowBits) && length < plain.Length;
        var writer = new PackedWriter();
        writer.Byte(version);
        writer.Byte(shrunk ? Brotli : Plain);
        writer.Unsigned((ulong)plain.Length);
        writer.Raw(shrunk ? packed.AsSpan(0, length) : plain);
        return writer.Written.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are not what was written, or are of a version this program does not know.</exception>
    internal static ReadOnlySpan<byte> Unpack(byte version, ReadOnlySpan<byte> bytes)
    {
        var reader = new PackedReader(bytes);
        var found = reader.Byte();
        if (found != version) throw new InvalidDataException($"It has format {found}; this program reads format {version}.");
        var compression = reader.Byte();
        var length = reader.Integer();
        var content = reader.Raw(reader.Length);
        if (compression == Plain && content.Length == length) return content;
        if (compression != Brotli || length > PlainBytesMax) throw new InvalidDataException("Its head is not one this program writes.");
        var plain = new byte[length];
        if (!BrotliDecoder.TryDecompress(content, plain, out var written) || written != length)
            throw new InvalidDataException("It does not unpack to the length it announces.");
        return plain;
    }
}
