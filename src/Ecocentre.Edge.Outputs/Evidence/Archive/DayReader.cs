using System.Security.Cryptography;
using System.Text;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Windows;
using Microsoft.Win32.SafeHandles;

namespace Ecocentre.Edge.Outputs.Evidence.Archive;

/// <summary>Reads the file of one sealed day, part by part; what is not asked for is not read. It goes on reading the same file when the day is rewritten
/// meanwhile. One thread.</summary>
/// <remarks>Every member throws <see cref="InvalidDataException"/>, naming the file and the place, where the bytes are not what was written, and
/// <see cref="IOException"/> where the disk does not let them be read.</remarks>
public sealed class DayReader : IDisposable
{
    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly long _index;

    private DayReader(string path, SafeFileHandle file, SealedDay day, long index) => (_path, _file, Day, _index) = (path, file, day, index);

    public SealedDay Day { get; }

    internal static DayReader Open(string path)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            var (index, summary) = DayFrames.ReadTrailer(file);
            return new DayReader(path, file, DayIndex.DecodeSummary(DayFrames.Read(file, summary), RandomAccess.GetLength(file)), index);
        }
        catch (InvalidDataException e)
        {
            file.Dispose();
            throw Named(path, e);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The blocks, in the order of their leaves: by point, day, part.</summary>
    /// <param name="point">Only those of a point, or all.</param>
    public IReadOnlyList<SealedBlock> Blocks(string? point = null) => Reading(() => DayIndex.Decode(Day, DayFrames.Read(_file, _index), point).Blocks);

    /// <summary>The lines of the leaves, in order, as they are hashed.</summary>
    public IEnumerable<string> Leaves()
    {
        foreach (var chunk in Reading(() => DayIndex.Decode(Day, DayFrames.Read(_file, _index), "").Chunks))
            foreach (var line in Reading(() => Encoding.UTF8.GetString(DayWriter.Unpack(DayFrames.Read(_file, chunk.At))).Split('\n')[..^1]))
                yield return line;
    }

    /// <summary>The lines of the leaves of incidents and records, in order, each with its index in the tree.</summary>
    public IEnumerable<(long Index, string Line)> EntryLines()
    {
        var index = Day.FirstLeaf;
        foreach (var chunk in Reading(() => DayIndex.Decode(Day, DayFrames.Read(_file, _index), "").Chunks))
        {
            // Blocks come first, the day itself last.
            if (index + chunk.Leaves > Day.FirstLeaf + Day.Blocks)
                foreach (var entry in Reading(() => EntryLines(chunk.At, index))) yield return entry;
            index += chunk.Leaves;
        }
    }

    /// <summary>The line of one leaf.</summary>
    /// <param name="leaf">Its index in the tree, within this day.</param>
    public string Leaf(long leaf)
    {
        var within = leaf - Day.FirstLeaf;
        ArgumentOutOfRangeException.ThrowIfNegative(within);
        foreach (var chunk in Reading(() => DayIndex.Decode(Day, DayFrames.Read(_file, _index), "").Chunks))
        {
            if (within < chunk.Leaves)
                return Reading(() => Encoding.UTF8.GetString(DayWriter.Unpack(DayFrames.Read(_file, chunk.At))).Split('\n')[(int)within]);
            within -= chunk.Leaves;
        }
        throw new ArgumentOutOfRangeException(nameof(leaf));
    }

    /// <summary>Incidents and records that were sealed with the day, in sequence.</summary>
    public IEnumerable<LogEntry> Entries()
    {
        var number = 0;
        foreach (var line in Leaves())
        {
            if (number++ < Day.Blocks || number > Day.Blocks + Day.Entries) continue;
            if (Parse(line) is EntryLeaf leaf) yield return new LogEntry(leaf.Sequence, leaf.Fact);
        }
    }

    /// <summary>The windows kept bit for bit, by length and start; empty where retention took them.</summary>
    /// <param name="only">The one kind wanted, or null for all.</param>
    public IReadOnlyList<WindowFact> Windows(SealedBlock block, WindowKind? only = null) => block.WindowsAt == 0 ? []
        : Reading(() => WindowColumns.Decode(block.Series, SealedDay.Start(block.Day), DayFrames.Read(_file, block.WindowsAt), only));

    /// <summary>As <see cref="Windows"/> of all kinds, without the point; one after the other they are what the block's leaf is over.</summary>
    /// <param name="day">The UTC day of the block.</param>
    /// <param name="at">Where its frame lies.</param>
    internal IReadOnlyList<Aggregate[]> Rows(DateOnly day, long at) => Reading(() => WindowColumns.Rows(SealedDay.Start(day), DayFrames.Read(_file, at)));

    /// <summary>The rounded minutes, by start; empty where there are none, or retention took them.</summary>
    public IReadOnlyList<WindowFact> Minutes(SealedBlock block) => block.MinutesAt == 0 ? []
        : Reading(() => MinuteColumns.Decode(block.Series, SealedDay.Start(block.Day), DayFrames.Read(_file, block.MinutesAt)));

    /// <summary>The minute block as it is stored and hashed; null where there is none.</summary>
    public byte[]? MinuteBytes(SealedBlock block) => Frame(block.MinutesAt);

    /// <summary>Holds everything in the file against its checksums and leaves.</summary>
    /// <returns>What is wrong, in words; empty when all is whole.</returns>
    public IReadOnlyList<string> Check()
    {
        var wrong = new List<string>();
        var leaves = new List<string>();
        Try(() => leaves.AddRange(Leaves()));
        if (leaves.Count != Day.LeafCount) wrong.Add($"{_path}: {leaves.Count} leaves where {Day.LeafCount} were written.");
        else if (LeafHashes.ChecksumOf([.. leaves.Select(TreeHash.Leaf)]) != Day.LeavesChecksum)
            wrong.Add($"{_path}: its leaves are not those that were sealed.");
        IReadOnlyList<SealedBlock> blocks = [];
        Try(() => blocks = Blocks());
        foreach (var block in blocks) Try(() => CheckBlock(block));
        return wrong;

        void CheckBlock(SealedBlock block)
        {
            var at = (int)(block.Leaf - Day.FirstLeaf);
            if (at >= leaves.Count || Parse(leaves[at]) is not BlockLeaf leaf) return;
            var name = $"{block.Series.Name} of {block.Day:yyyy-MM-dd}, part {block.Part}";
            if (block.HasWindows && DigestOf([.. Windows(block).Select(fact => fact.Aggregate)]) != leaf.Windows?.Sha256)
                wrong.Add($"{_path}: the windows of {name} are not those of their leaf.");
            if (MinuteBytes(block) is { } minutes && TreeHash.Of(minutes) != leaf.Minutes?.Sha256)
                wrong.Add($"{_path}: the minutes of {name} are not those of their leaf.");
        }

        void Try(Action check)
        {
            try
            {
                check();
            }
            catch (Exception e) when (e is InvalidDataException or IOException)
            {
                wrong.Add(e.Message);
            }
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>SHA-256 over the lines of windows in their order.</summary>
    internal static TreeHash DigestOf(ReadOnlySpan<Aggregate> windows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> line = stackalloc byte[WindowText.LineBytesMax];
        foreach (ref readonly var window in windows) hash.AppendData(line[..WindowText.Write(window, line)]);
        return new TreeHash(hash.GetHashAndReset());
    }

    internal byte[]? WindowBytes(SealedBlock block) => Frame(block.WindowsAt);

    internal IEnumerable<(LeafChunk Chunk, byte[] Bytes)> Chunks() =>
        Reading(() => DayIndex.Decode(Day, DayFrames.Read(_file, _index), "").Chunks).Select(chunk => (chunk, Frame(chunk.At)!));

    private List<(long Index, string Line)> EntryLines(long at, long index)
    {
        var (entries, begin) = (new List<(long, string)>(), Encoding.ASCII.GetBytes(EntryLeaf.Begin));
        var lines = DayWriter.Unpack(DayFrames.Read(_file, at));
        for (; lines.Length > 0; index++)
        {
            var end = lines.IndexOf((byte)'\n');
            if (end < 0) throw new InvalidDataException($"A line of its leaves at byte {at} does not end.");
            if (lines.StartsWith(begin)) entries.Add((index, Encoding.UTF8.GetString(lines[..end])));
            lines = lines[(end + 1)..];
        }
        return entries;
    }

    private byte[]? Frame(long at) => at == 0 ? null : Reading(() => DayFrames.Read(_file, at));

    private Leaf Parse(string line) => Reading(() =>
    {
        try
        {
            return Ecocentre.Edge.Evidence.Leaves.Leaf.Parse(line);
        }
        catch (FormatException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    });

    private T Reading<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e)
        {
            throw Named(_path, e);
        }
        catch (Exception e) when (e is OverflowException or ArgumentException)
        {
            throw Named(_path, e);
        }
    }

    private static InvalidDataException Named(string path, Exception e) =>
        e.Message.StartsWith(path, StringComparison.Ordinal) ? (InvalidDataException)e : new InvalidDataException($"{path}: {e.Message}", e);
}
