using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Ecocentre.Edge.Evidence.Tree;
using Microsoft.Win32.SafeHandles;

namespace Ecocentre.Edge.Outputs.Packs.Zip;

/// <summary>A zip as <see cref="ZipWriter"/> writes it, open for reading. Any thread may read entries.</summary>
internal sealed class ZipFile : IDisposable
{
    // A pack has a file for each point, and a few more; the directory of the format ends at 65,535.
    private const int EntriesMax = ushort.MaxValue, CommentBytesMax = ushort.MaxValue;

    private readonly SafeFileHandle _file;

    private ZipFile(SafeFileHandle file) => _file = file;

    /// <summary>In the order of the directory.</summary>
    internal IReadOnlyList<ZipEntry> Entries { get; private set; } = [];

    internal string Comment { get; private set; } = "";

    /// <summary>Where the end record begins: all bytes before it are signed.</summary>
    internal long EndAt { get; private set; }

    private long DirectoryAt { get; set; }

    private int Count { get; set; }

    private long DirectoryBytes { get; set; }

    /// <summary>Opens a zip and reads its directory.</summary>
    /// <exception cref="PackException">The directory cannot be read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal static ZipFile Open(string path)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            var zip = new ZipFile(file);
            zip.ReadEnd();
            zip.ReadDirectory();
            return zip;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    internal ZipEntry? Find(string name) => Entries.FirstOrDefault(entry => entry.Name == name);

    /// <summary>The content of an entry.</summary>
    /// <remarks>Reading it throws <see cref="InvalidDataException"/> where the packed bytes make no sense.</remarks>
    internal Stream Read(ZipEntry entry) =>
        new DeflateStream(new StretchStream(_file, entry.PackedAt, Math.Clamp(EndAt - entry.PackedAt, 0, entry.PackedBytes)), CompressionMode.Decompress);

    /// <summary>The content of a small entry.</summary>
    /// <exception cref="PackException">It cannot be unpacked, or is larger.</exception>
    internal byte[] ReadAll(ZipEntry entry, int bytesMax)
    {
        if (entry.Bytes > bytesMax) throw new PackException(entry.Name, $"is of {entry.Bytes} bytes; there should not be more than {bytesMax}.");
        var bytes = new byte[entry.Bytes];
        try
        {
            using var content = Read(entry);
            var read = content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (read < bytes.Length || content.ReadByte() >= 0) throw new PackException(entry.Name,
                $"is not of the {entry.Bytes} bytes that the directory says.");
            return bytes;
        }
        catch (InvalidDataException e)
        {
            throw new PackException(entry.Name, $"cannot be unpacked: {e.Message}");
        }
    }

    /// <summary>SHA-256 of all bytes before the end record.</summary>
    internal TreeHash Digest() => Digest(0, EndAt);

    /// <summary>Looks at every byte around the contents, and holds each entry's packed bytes against their digest.</summary>
    /// <param name="packed">Whether to look at packed bytes: not where all bytes together are known to be as they were signed.</param>
    /// <returns>Where it is not as <see cref="ZipWriter"/> writes it, with words.</returns>
    internal IEnumerable<(string Where, string Text)> Deviations(bool packed)
    {
        var at = 0L;
        foreach (var entry in Entries)
        {
            if (entry.Offset != at)
            {
                yield return (entry.Name, $"begins at byte {entry.Offset} of the zip; it should begin at {at}.");
                yield break;
            }
            if (entry.End > DirectoryAt)
            {
                yield return (entry.Name, $"would end at byte {entry.End} of the zip, behind the directory at {DirectoryAt}.");
                yield break;
            }
            if (Difference(at, ZipLayout.Local(entry.Name)) is { } inHead) yield return ($"{entry.Name}, byte {inHead} of the zip", "its header was changed.");
            if (packed && Digest(entry.PackedAt, entry.PackedBytes) != entry.Packed)
                yield return ($"{entry.Name}, bytes {entry.PackedAt} to {entry.PackedAt + entry.PackedBytes - 1} of the zip", "its packed bytes were changed.");
            if (Difference(entry.PackedAt + entry.PackedBytes, ZipLayout.Descriptor(entry)) is { } inTail)
                yield return ($"{entry.Name}, byte {inTail} of the zip", "the sizes after its bytes were changed.");
            at = entry.End;
        }
        if (at != DirectoryAt) yield return ($"bytes {at} to {DirectoryAt - 1} of the zip", "belong to no file.");
        byte[] directory = [.. Entries.SelectMany(entry => ZipLayout.Directory(entry, ZipLayout.OffsetMax))];
        if (Difference(DirectoryAt, directory) is { } inDirectory) yield return ($"byte {inDirectory} of the zip", "the zip's directory was changed.");
        byte[] end =
        [
            .. ZipLayout.End64(Count, DirectoryAt, DirectoryBytes, ZipLayout.OffsetMax),
            .. ZipLayout.End(Entries.Count, DirectoryAt, directory.Length, Comment, ZipLayout.OffsetMax),
        ];
        if (Difference(DirectoryAt + directory.Length, end) is { } inEnd) yield return ($"byte {inEnd} of the zip", "the zip's end record was changed.");
        else if (DirectoryAt + directory.Length + end.Length is var length && length != RandomAccess.GetLength(_file))
            yield return ($"byte {length} of the zip", "something follows the zip's end record.");
    }

    public void Dispose() => _file.Dispose();

    private void ReadEnd()
    {
        var length = RandomAccess.GetLength(_file);
        var tail = Bytes(Math.Max(0, length - ZipLayout.EndHeadBytes - CommentBytesMax), (int)Math.Min(length, ZipLayout.EndHeadBytes + CommentBytesMax));
        for (var at = tail.Length - ZipLayout.EndHeadBytes; at >= 0; at--)
        {
            var head = tail.AsSpan(at);
            if (BinaryPrimitives.ReadUInt32LittleEndian(head) != ZipLayout.EndMark) continue;
            if (BinaryPrimitives.ReadUInt16LittleEndian(head[20..]) != head.Length - ZipLayout.EndHeadBytes) continue;
            EndAt = length - tail.Length + at;
            Count = BinaryPrimitives.ReadUInt16LittleEndian(head[10..]);
            DirectoryBytes = BinaryPrimitives.ReadUInt32LittleEndian(head[12..]);
            DirectoryAt = BinaryPrimitives.ReadUInt32LittleEndian(head[16..]);
            Comment = Encoding.Latin1.GetString(head[ZipLayout.EndHeadBytes..]);
            // With ZIP64 the directory is what lies before its records.
            if (DirectoryAt == uint.MaxValue) DirectoryAt = EndAt - ZipLayout.End64(0, long.MaxValue, 0, 0).Length - DirectoryBytes;
            if (DirectoryAt < 0 || DirectoryAt + DirectoryBytes > EndAt)
                throw new PackException($"byte {EndAt} of the zip", "the end record tells of a directory that is not in the file.");
            return;
        }
        throw new PackException($"byte {length} of the zip", "there is no end record: this is no zip, or its end was cut off or changed.");
    }

    private void ReadDirectory()
    {
        var bytes = Bytes(DirectoryAt, (int)Math.Min(DirectoryBytes, int.MaxValue / 2)).AsSpan();
        var entries = new List<ZipEntry>();
        for (var at = 0; at < bytes.Length;)
        {
            if (entries.Count == EntriesMax || ZipLayout.ReadDirectory(bytes[at..], out var length) is not { } entry)
                throw new PackException($"byte {DirectoryAt + at} of the zip", "the directory cannot be read there.");
            entries.Add(entry);
            at += length;
        }
        if (entries.Count != Count) throw new PackException($"byte {EndAt} of the zip",
            $"the end record tells of {Count} files; the directory has {entries.Count}.");
        if (entries.Select(entry => entry.Name).Distinct(StringComparer.Ordinal).Count() < entries.Count)
            throw new PackException("the zip's directory", "has a name twice.");
        Entries = entries;
    }

    private byte[] Bytes(long at, int count)
    {
        var bytes = new byte[count];
        var read = 0;
        while (read < count)
        {
            var part = RandomAccess.Read(_file, bytes.AsSpan(read), at + read);
            if (part == 0) throw new PackException($"byte {at + read} of the zip", "the file ends there.");
            read += part;
        }
        return bytes;
    }

    private TreeHash Digest(long at, long count)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stretch = new StretchStream(_file, at, count);
        var buffer = new byte[128 * 1024];
        for (int read; (read = stretch.Read(buffer)) > 0;) hash.AppendData(buffer.AsSpan(0, read));
        return new TreeHash(hash.GetHashAndReset());
    }

    /// <summary>The first byte that is not as expected, or null.</summary>
    private long? Difference(long at, byte[] expected)
    {
        var there = new byte[expected.Length];
        var read = 0;
        for (int part; read < there.Length && (part = RandomAccess.Read(_file, there.AsSpan(read), at + read)) > 0;) read += part;
        var same = there.AsSpan(0, read).CommonPrefixLength(expected);
        return same == expected.Length ? null : at + same;
    }

    /// <summary>A stretch of a file.</summary>
    private sealed class StretchStream(SafeFileHandle file, long first, long count) : Stream
    {
        private long _at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => count;

        public override long Position
        {
            get => _at;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            var part = (int)Math.Min(buffer.Length, count - _at);
            if (part <= 0) return 0;
            var read = RandomAccess.Read(file, buffer[..part], first + _at);
            _at += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
