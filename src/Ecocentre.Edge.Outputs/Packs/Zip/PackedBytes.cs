using System.Buffers;

namespace Ecocentre.Edge.Outputs.Packs.Zip;

/// <summary>Takes up the packed bytes of a file in parts that are used again by the next one: files of many megabytes come and go by the hundred. One
/// thread.</summary>
internal sealed class PackedBytes : Stream
{
    // Large enough to be few, small enough that the last one wastes little.
    private const int PartBytes = 256 * 1024;

    private readonly List<byte[]> _parts = [];
    private int _count;

    /// <summary>What was written, in order; until it is disposed.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> Parts => _parts.Select((part, i) => part.AsMemory(0, i < _parts.Count - 1 ? PartBytes : _count)).Select(
        static part => (ReadOnlyMemory<byte>)part);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _parts.Count == 0 ? 0 : (_parts.Count - 1L) * PartBytes + _count;

    public override long Position
    {
        get => Length;
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            if (_parts.Count == 0 || _count == PartBytes)
            {
                _parts.Add(ArrayPool<byte>.Shared.Rent(PartBytes));
                _count = 0;
            }
            var length = Math.Min(buffer.Length, PartBytes - _count);
            buffer[..length].CopyTo(_parts[^1].AsSpan(_count));
            _count += length;
            buffer = buffer[length..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var part in _parts) ArrayPool<byte>.Shared.Return(part);
            _parts.Clear();
        }
        base.Dispose(disposing);
    }
}
