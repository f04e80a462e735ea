using System.Buffers;
using System.Text;
using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Evidence.Tree;

namespace Ecocentre.Edge.Outputs.Evidence.Archive;

/// <summary>Writes the file of a day under a passing name: blocks, entries, the day itself; then it is synced and takes its name at once.</summary>
/// <remarks>One thread. Disposed before <see cref="Finish"/>, it leaves nothing that counts.</remarks>
internal sealed class DayWriter : IDisposable
{
    // Lines of a leaf are some 350 bytes, and much alike: this many are compressed together, and unpacked to read one of them.
    private const int ChunkBytesMax = 64 << 10;

    private const byte ChunkVersion = 1;

    private readonly string _path, _passing;
    private readonly FileStream _file;
    private readonly ArrayBufferWriter<byte> _lines = new(ChunkBytesMax);
    private readonly List<LeafChunk> _chunks = [];
    private readonly List<SealedBlock> _blocks = [];
    private readonly List<TreeHash> _hashes = [];
    private readonly SealedDay _day;
    private int _chunkLeaves;

    /// <param name="day">What is known of it before its blocks are.</param>
    internal DayWriter(string path, SealedDay day)
    {
        (_path, _passing, _day) = (path, PassingName(path), day);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _file = new FileStream(_passing, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
        _file.Write(DayFrames.Title);
    }

    /// <summary>Hashes of the leaves so far.</summary>
    internal IReadOnlyList<TreeHash> Hashes => _hashes;

    internal static string PassingName(string path) => path + ".part";

    internal static ReadOnlySpan<byte> Unpack(ReadOnlySpan<byte> chunk) => Squeezed.Unpack(ChunkVersion, chunk);

    /// <summary>Adds a block and its leaf.</summary>
    internal void Add(BlockLeaf leaf, byte[]? windows, byte[]? minutes)
    {
        _blocks.Add(new SealedBlock(
            leaf.Day, leaf.Part, leaf.Series, 0, leaf.Windows?.Count ?? 0, leaf.Minutes?.Count ?? 0, windows is not null, minutes is not null)
        {
            WindowsAt = windows is null ? 0 : DayFrames.Write(_file, windows), MinutesAt = minutes is null ? 0 : DayFrames.Write(_file, minutes),
        });
        Add(leaf);
    }

    internal void Add(EntryLeaf leaf) => Add((Leaf)leaf);

    /// <summary>Takes over a block of an existing file whose leaf comes with <see cref="Copy"/>.</summary>
    internal void Keep(SealedBlock block, byte[]? windows, byte[]? minutes) => _blocks.Add(block with
    {
        WindowsAt = windows is null ? 0 : DayFrames.Write(_file, windows), MinutesAt = minutes is null ? 0 : DayFrames.Write(_file, minutes),
    });

    /// <summary>Takes over a frame of leaves as it is.</summary>
    internal void Copy(LeafChunk chunk, byte[] bytes) => _chunks.Add(chunk with { At = DayFrames.Write(_file, bytes) });

    /// <summary>Adds the leaf of the day, syncs the file and gives it its name.</summary>
    /// <exception cref="IOException">The disk does not let it be stored; nothing was changed.</exception>
    internal SealedDay Finish(long pending)
    {
        var entries = _hashes.Count - _blocks.Count;
        Add(new DayLeaf(_day.Day, _day.First, _day.Last, _blocks.Count, entries, _day.Previous));
        EndChunk();
        return Store(_day with
        {
            LeafCount = _hashes.Count, Blocks = _blocks.Count, Entries = entries, Pending = pending,
            OtherDays = [.. _blocks.Select(b => b.Day).Where(d => d != _day.Day).Distinct().Order()],
            LeavesChecksum = LeafHashes.ChecksumOf(_hashes),
        });
    }

    /// <summary>Stores a file that was taken over.</summary>
    internal SealedDay FinishCopy() => Store(_day);

    public void Dispose() => _file.Dispose();

    private SealedDay Store(SealedDay day)
    {
        day = day with { MinuteBlocks = _blocks.Count(b => b.MinutesAt > 0), WindowBlocks = _blocks.Count(b => b.WindowsAt > 0) };
        var index = DayFrames.Write(_file, DayIndex.Encode(day.Day, _chunks, _blocks));
        var summary = DayFrames.Write(_file, DayIndex.Encode(day));
        DayFrames.WriteTrailer(_file, index, summary);
        _file.Flush(flushToDisk: true);
        day = day with { Bytes = _file.Length };
        _file.Dispose();
        File.Move(_passing, _path, overwrite: true);
        // The journal that takes the file's sync takes its new name with it.
        using var renamed = new FileStream(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        renamed.Flush(flushToDisk: true);
        return day;
    }

    private void Add(Leaf leaf)
    {
        var line = leaf.ToLine();
        var bytes = Encoding.UTF8.GetBytes(line);
        _hashes.Add(TreeHash.Leaf(bytes));
        if (_lines.WrittenCount + bytes.Length > ChunkBytesMax) EndChunk();
        _lines.Write(bytes);
        _lines.Write("\n"u8);
        _chunkLeaves++;
    }

    private void EndChunk()
    {
        if (_chunkLeaves == 0) return;
        _chunks.Add(new LeafChunk(DayFrames.Write(_file, Squeezed.Pack(ChunkVersion, _lines.WrittenSpan)), _chunkLeaves));
        _lines.Clear();
        _chunkLeaves = 0;
    }
}
