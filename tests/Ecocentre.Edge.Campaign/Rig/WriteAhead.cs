using System.Buffers.Binary;

namespace Ecocentre.Edge.Campaign.Rig;

/// <summary>SQLite's write-ahead file (sqlite.org/fileformat2.html, section 4): a header, and frames of a page each.</summary>
internal static class WriteAhead
{
    public const int HeaderBytes = 32, FrameHeaderBytes = 24;

    /// <summary>Where what was written last ends. After the file was begun anew, old frames lie behind it, which have other salts.</summary>
    public static long End(string file)
    {
        using var stream = File.OpenRead(file);
        var header = new byte[HeaderBytes];
        if (stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes) return stream.Length;
        var frame = FrameHeaderBytes + BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(8));
        var end = (long)HeaderBytes;
        for (var next = new byte[FrameHeaderBytes]; end + frame <= stream.Length; end += frame)
        {
            stream.Position = end;
            stream.ReadExactly(next);
            // Both salts stand at 16 in the header and at 8 in a frame.
            if (!next.AsSpan(8, 8).SequenceEqual(header.AsSpan(16, 8))) break;
        }
        return end;
    }
}
