using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Ecocentre.Edge.Outputs.Evidence.Archive;

/// <summary>How a day file is cut into pieces, each found and checked without the others.</summary>
/// <remarks>Eight bytes of title; frames, each length (32 bits, little-endian) · CRC-32C of the bytes (32 bits) · bytes; at the end a trailer of 24
/// bytes: offset of the index frame (64 bits), offset of the summary frame (64 bits), CRC-32C of these 16 bytes (32 bits), <c>EEND</c>.</remarks>
internal static class DayFrames
{
    internal const int HeadBytes = 8, TrailerBytes = 24;

    // A frame is at most a day of one point, or some thousands of leaves.
    private const int BytesMax = 64 << 20;

    internal static ReadOnlySpan<byte> Title => "ECEDAY\0\u0001"u8;

    private static ReadOnlySpan<byte> EndMark => "EEND"u8;

    internal static long Write(Stream file, ReadOnlySpan<byte> bytes)
    {
        var offset = file.Position;
        Span<byte> head = stackalloc byte[HeadBytes];
        BinaryPrimitives.WriteInt32LittleEndian(head, bytes.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], Checksum.Of(bytes));
        file.Write(head);
        file.Write(bytes);
        return offset;
    }

    internal static void WriteTrailer(Stream file, long index, long summary)
    {
        Span<byte> trailer = stackalloc byte[TrailerBytes];
        BinaryPrimitives.WriteInt64LittleEndian(trailer, index);
        BinaryPrimitives.WriteInt64LittleEndian(trailer[8..], summary);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[16..], Checksum.Of(trailer[..16]));
        EndMark.CopyTo(trailer[20..]);
        file.Write(trailer);
    }

    /// <exception cref="InvalidDataException">The bytes are not what was written.</exception>
    internal static byte[] Read(SafeFileHandle file, long offset)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        if (Fill(file, head, offset) < head.Length) throw new InvalidDataException($"It ends at byte {offset}, where a part of it should begin.");
        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length is < 0 or > BytesMax) throw new InvalidDataException($"Its part at byte {offset} announces {length} bytes.");
        var bytes = new byte[length];
        if (Fill(file, bytes, offset + HeadBytes) < length || Checksum.Of(bytes) != BinaryPrimitives.ReadUInt32LittleEndian(head[4..]))
            throw new InvalidDataException($"Its part at byte {offset} is not what was written: the checksum does not fit.");
        return bytes;
    }

    /// <exception cref="InvalidDataException">It is not a whole day file.</exception>
    internal static (long Index, long Summary) ReadTrailer(SafeFileHandle file)
    {
        Span<byte> title = stackalloc byte[HeadBytes];
        if (Fill(file, title, 0) < title.Length || !title[..^1].SequenceEqual(Title[..^1]))
            throw new InvalidDataException("It does not begin as a day file does.");
        if (title[^1] != Title[^1])
            throw new InvalidDataException($"It says that it is a day file of version {title[^1]}, and this program reads version {Title[^1]}: "
                + "it is damaged, or "
                + "a newer program wrote it.");
        Span<byte> trailer = stackalloc byte[TrailerBytes];
        var at = RandomAccess.GetLength(file) - TrailerBytes;
        if (at < HeadBytes || Fill(file, trailer, at) < TrailerBytes || !trailer[20..].SequenceEqual(EndMark)
            || BinaryPrimitives.ReadUInt32LittleEndian(trailer[16..]) != Checksum.Of(trailer[..16]))
            throw new InvalidDataException("Its end is missing or is not what was written.");
        return (BinaryPrimitives.ReadInt64LittleEndian(trailer), BinaryPrimitives.ReadInt64LittleEndian(trailer[8..]));
    }

    private static int Fill(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        var filled = 0;
        while (filled < bytes.Length)
        {
            var read = RandomAccess.Read(file, bytes[filled..], offset + filled);
            if (read == 0) break;
            filled += read;
        }
        return filled;
    }
}
