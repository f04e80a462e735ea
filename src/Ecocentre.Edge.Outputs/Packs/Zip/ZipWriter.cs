using System.IO.Compression;
using System.Security.Cryptography;
using Ecocentre.Edge.Evidence.Tree;

namespace Ecocentre.Edge.Outputs.Packs.Zip;

/// <summary>Writes a zip onto a stream that need not seek: the same files give the same bytes. One thread; entries may be packed by others
/// (<see cref="Pack"/>) and are put in the order of the calls.</summary>
/// <param name="output">Stays open.</param>
/// <param name="offsetMax">Beyond it ZIP64 is used; another one only in tests.</param>
internal sealed class ZipWriter(Stream output, long offsetMax = ZipLayout.OffsetMax) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<ZipEntry> _entries = [];
    private long _at;

    /// <summary>Bytes written so far.</summary>
    internal long Bytes => _at;

    /// <summary>Packs a file in memory. Any thread.</summary>
    /// <param name="write">Writes its content.</param>
    internal static PackedFile Pack(string name, Action<Stream> write)
    {
        var packed = new PackedBytes();
        try
        {
            using var content = new ContentStream(packed);
            write(content);
            return content.Finish(name, packed);
        }
        catch
        {
            packed.Dispose();
            throw;
        }
    }

    /// <summary>Puts a packed file next; its packed bytes are gone then.</summary>
    internal void Put(PackedFile file)
    {
        using var packed = file.Packed;
        if (file.Bytes > uint.MaxValue || packed.Length > uint.MaxValue) throw new IOException($"{file.Name} is larger than 4 GiB.");
        var entry = new ZipEntry(file.Name, _at, packed.Length, file.Bytes, file.Crc, file.PackedHash);
        Write(ZipLayout.Local(file.Name));
        foreach (var part in packed.Parts) Write(part.Span);
        Write(ZipLayout.Descriptor(entry));
        _entries.Add(entry);
    }

    /// <summary>Ends the zip.</summary>
    /// <param name="comment">Gives the comment, in ASCII, for the SHA-256 of all bytes before the end record.</param>
    internal void Finish(Func<TreeHash, string> comment)
    {
        var directoryAt = _at;
        foreach (var entry in _entries) Write(ZipLayout.Directory(entry, offsetMax));
        var length = _at - directoryAt;
        Write(ZipLayout.End64(_entries.Count, directoryAt, length, offsetMax));
        output.Write(ZipLayout.End(_entries.Count, directoryAt, length, comment(new TreeHash(_hash.GetHashAndReset())), offsetMax));
        output.Flush();
    }

    public void Dispose() => _hash.Dispose();

    private void Write(ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        _hash.AppendData(bytes);
        _at += bytes.Length;
    }

    /// <summary>Takes a content: packs it and reckons its sums on the way.</summary>
    private sealed class ContentStream : Stream
    {
        // Small writes (lines of text) are gathered: sums and packing cost more for each call than for each byte.
        private readonly byte[] _gathered = new byte[64 * 1024];
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly DeflateStream _deflate;
        private int _count;
        private uint _crc;
        private long _bytes;

        // Fastest: a pack is made once and mostly of digits; the better levels take three times as long for a tenth less.
        internal ContentStream(Stream packed) => _deflate = new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true);

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _bytes + _count;

        public override long Position
        {
            get => Length;
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (buffer.Length > 0)
            {
                var part = Math.Min(buffer.Length, _gathered.Length - _count);
                buffer[..part].CopyTo(_gathered.AsSpan(_count));
                _count += part;
                buffer = buffer[part..];
                if (_count == _gathered.Length) Flush();
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
            var gathered = _gathered.AsSpan(0, _count);
            _crc = Crc32.Append(_crc, gathered);
            _hash.AppendData(gathered);
            _deflate.Write(gathered);
            (_bytes, _count) = (_bytes + _count, 0);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        internal PackedFile Finish(string name, PackedBytes packed)
        {
            Flush();
            _deflate.Dispose();
            // Of nothing the library makes no bytes, and others then find no end: RFC 1951 section 3.2.6, a last block with its end alone.
            if (_bytes == 0) packed.Write([3, 0]);
            var content = new TreeHash(_hash.GetHashAndReset());
            foreach (var part in packed.Parts) _hash.AppendData(part.Span);
            return new PackedFile(name, packed, _bytes, _crc, content, new TreeHash(_hash.GetHashAndReset()));
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _deflate.Dispose();
                _hash.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}

/// <summary>A file that is packed and not in a zip yet.</summary>
/// <param name="Content">SHA-256 of the content.</param>
/// <param name="PackedHash">SHA-256 of the packed bytes.</param>
internal sealed record PackedFile(string Name, PackedBytes Packed, long Bytes, uint Crc, TreeHash Content, TreeHash PackedHash);
