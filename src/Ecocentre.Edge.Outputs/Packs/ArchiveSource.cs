using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Packs;

/// <summary>An archive as what packs are made from. The archive stays the caller's; a day's file is opened when it is first asked for and stays open.</summary>
public sealed class ArchiveSource : PackSource, IDisposable
{
    private readonly EvidenceArchive _archive;
    private readonly PackOrigin _origin;
    private readonly Func<byte[], byte[]> _sign;
    private readonly Dictionary<DateOnly, DayBlocks> _open = [];
    private readonly Lock _gate = new();

    /// <param name="checkpoint">A signed head of the archive's tree, at the end of one of its days; later days are left out.</param>
    /// <param name="keys">The chain, the one that signs last.</param>
    /// <param name="sign">Signs with it: ECDSA over SHA-256, DER.</param>
    /// <exception cref="PackRefusedException">The checkpoint is not at the end of a day.</exception>
    public ArchiveSource(EvidenceArchive archive, PackOrigin origin, SignedNote checkpoint, IReadOnlyList<KeyRecord> keys, Func<byte[], byte[]> sign)
    {
        (_archive, _origin, Checkpoint, Keys, _sign) = (archive, origin, checkpoint, keys, sign);
        var size = Ecocentre.Edge.Evidence.Tree.Checkpoint.Parse(checkpoint.Text).Size;
        Days = [.. archive.Days.TakeWhile(day => day.FirstLeaf + day.LeafCount <= size).Select(day => new PackDay(day.Day, day.FirstLeaf, day.LeafCount))];
        if (Days.Count == 0 || Days[^1].FirstLeaf + Days[^1].LeafCount != size)
            throw new PackRefusedException($"The newest checkpoint is over {size} leaves, and no day of the archive ends there. `evidence check` says more.");
    }

    /// <inheritdoc/>
    public override string Centre => _origin.Centre;

    /// <inheritdoc/>
    public override string Name => _origin.Name;

    /// <inheritdoc/>
    public override TimeZoneInfo Zone => _origin.Zone;

    /// <inheritdoc/>
    public override string Program => _origin.Program;

    /// <inheritdoc/>
    public override IReadOnlyList<PackDay> Days { get; }

    /// <inheritdoc/>
    public override SignedNote Checkpoint { get; }

    /// <inheritdoc/>
    public override byte[]? TimeStamp => File.Exists(_archive.PathOf(Days[^1].Day, "tsr")) ? File.ReadAllBytes(_archive.PathOf(Days[^1].Day, "tsr")) : null;

    /// <inheritdoc/>
    public override IReadOnlyList<KeyRecord> Keys { get; }

    /// <summary>The newest signed head that lies beside a day of the archive and ends it; null where there is none.</summary>
    /// <param name="others">Heads known from elsewhere.</param>
    public static SignedNote? NewestCheckpoint(EvidenceArchive archive, IEnumerable<SignedNote> others)
    {
        var ends = archive.Days.Select(day => day.FirstLeaf + day.LeafCount).ToHashSet();
        var beside = archive.Days.Reverse().Select(day => Parse(archive.PathOf(day.Day, "checkpoint"))).OfType<SignedNote>().Take(1);
        return others.Concat(beside).Where(note => ends.Contains(SizeOf(note))).MaxBy(SizeOf);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> LeavesOf(PackDay day)
    {
        using var reader = _archive.Read(Find(day));
        foreach (var line in Reading(reader.Leaves)) yield return line;
    }

    /// <inheritdoc/>
    public override IEnumerable<(long Index, string Line)> EntriesOf(PackDay day)
    {
        using var reader = _archive.Read(Find(day));
        foreach (var entry in Reading(reader.EntryLines)) yield return entry;
    }

    /// <inheritdoc/>
    public override IEnumerable<TreeHash> LeafHashes() => _archive.Leaves.Take(checked((int)(Days[^1].FirstLeaf + Days[^1].LeafCount)));

    /// <inheritdoc/>
    public override IReadOnlyList<Aggregate[]> Windows(PackDay day, long leaf)
    {
        var blocks = Open(day);
        var number = leaf - day.FirstLeaf;
        if (number >= blocks.Places.Length || blocks.Places[number] is not { At: > 0 } block)
            throw new IOException($"The windows of leaf {leaf}, sealed with {day.Day:yyyy-MM-dd}, are not in the archive any more.");
        // Reading is a matter of the file's handle and its place alone: two workers may read the same day.
        return Reading(() => blocks.Reader.Rows(block.Day, block.At));
    }

    /// <inheritdoc/>
    public override string? Text(string sha256) => _archive.Text(sha256);

    /// <inheritdoc/>
    public override byte[] Sign(byte[] content) => _sign(content);

    public void Dispose()
    {
        foreach (var day in _open.Values) day.Reader.Dispose();
    }

    private static long SizeOf(SignedNote note) => Ecocentre.Edge.Evidence.Tree.Checkpoint.Parse(note.Text).Size;

    private static SignedNote? Parse(string path)
    {
        try
        {
            return File.Exists(path) && SignedNote.Parse(File.ReadAllText(path)) is var note && SizeOf(note) >= 0 ? note : null;
        }
        catch (Exception e) when (e is FormatException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static T Reading<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    private SealedDay Find(PackDay day) => _archive.Find(day.Day) ?? throw new IOException($"The day {day.Day:yyyy-MM-dd} is not in the archive any more.");

    private DayBlocks Open(PackDay day)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(day.Day, out var known)) return known;
            var reader = _archive.Read(Find(day));
            // A hundred thousand of them in a year: nothing else of them is kept.
            return _open[day.Day] = new DayBlocks(reader, [.. Reading(() => reader.Blocks()).Select(block => (block.Day, block.WindowsAt))]);
        }
    }

    /// <summary>A day's file, and where the windows of its blocks lie, by number.</summary>
    private sealed record DayBlocks(DayReader Reader, (DateOnly Day, long At)[] Places);
}

/// <summary>Whose evidence a pack is of.</summary>
/// <param name="Centre">Id of the centre.</param>
/// <param name="Name">For people.</param>
/// <param name="Program">Name and version of the program that writes it.</param>
public sealed record PackOrigin(string Centre, string Name, TimeZoneInfo Zone, string Program);
