using System.Globalization;
using System.Security.Cryptography;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Evidence.Archive;

namespace Ecocentre.Edge.Outputs.Evidence.Checking;

/// <summary>Holds an archive against itself: every day file against its checksums and leaves, the days against each other, the leaf hashes
/// against the days, the checkpoints against the hashes, the texts against their names. It changes nothing.</summary>
/// <remarks>Used once. Memory is that of the largest day and 32 bytes for each leaf.</remarks>
internal sealed class ArchiveCheck(string logPath, List<EvidenceFinding> findings)
{
    private const string FromBackup = "Put that file back from a backup with `data restore --mend`, then look again.";

    private readonly string _folder = EvidenceArchive.FolderOf(logPath);
    private readonly List<SealedDay> _days = [];

    /// <summary>Hashes of the leaves by the day files; of a missing day by the file of hashes; null where nobody knows them.</summary>
    private readonly List<TreeHash?> _hashes = [];

    /// <summary>Everything up to this sequence is sealed; 0 while nothing is.</summary>
    public long SealedThrough => _days is [.., var last] ? last.Pending - 1 : 0;

    /// <summary>Whether there is an archive at all.</summary>
    public bool Exists => Directory.Exists(_folder);

    /// <param name="keys">Keys that may have signed checkpoints; none when they are not known.</param>
    /// <param name="progress">Gets a word now and then.</param>
    public EvidencePart Run(IReadOnlyCollection<NoteKey> keys, Action<string> progress, CancellationToken cancellation)
    {
        if (!Exists) return new EvidencePart("archive", "there is none yet");
        var stored = Stored();
        foreach (var path in Directory.GetFiles(_folder, "*.day", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            progress($"archive: {Path.GetFileName(path)}");
            CheckDay(path, stored);
        }
        CheckEnd(stored);
        var checkpoints = CheckCheckpoints(keys);
        var texts = CheckTexts();
        foreach (var path in Directory.GetFiles(_folder, "*.broken", SearchOption.AllDirectories))
            findings.Add(new EvidenceFinding(false, path, "A damaged day was kept here when it was sealed again.", "The log still had "
                + "what it held.",
                "Look into it or delete it; it takes room."));
        return new EvidencePart("archive", string.Create(CultureInfo.InvariantCulture,
            $"{_days.Count} days, {_hashes.Count} leaves, {checkpoints} checkpoints, {texts} texts"));
    }

    /// <summary>What has left the log must have been sealed.</summary>
    /// <param name="tail">The oldest sequence in the log.</param>
    public void CheckHandover(long tail)
    {
        if (_days.Count == 0 || tail <= SealedThrough + 1) return;
        Find(_folder, $"The days are sealed through sequence {SealedThrough}, and the log begins at {tail}.",
            "What lies between is neither in the log nor in the archive: a log without its archive, or the reverse, was put here.",
            "Restore log and archive from the same backup; `data restore` does so.");
    }

    private TreeHash[] Stored()
    {
        var path = Path.Combine(_folder, "leaves");
        if (!File.Exists(path)) return [];
        var bytes = File.ReadAllBytes(path);
        return [.. Enumerable.Range(0, bytes.Length / TreeHash.Bytes).Select(i => new TreeHash(bytes.AsSpan(i * TreeHash.Bytes,
            TreeHash.Bytes)))];
    }

    private void CheckDay(string path, TreeHash[] stored)
    {
        try
        {
            using var reader = DayReader.Open(path);
            foreach (var wrong in reader.Check())
                Find(path, wrong[(wrong.StartsWith(path, StringComparison.Ordinal) ? path.Length + 2 : 0)..],
                    "That part of the day cannot be read or proven; the rest of the day can.", FromBackup);
            if (Path.GetFileNameWithoutExtension(path) != reader.Day.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))
                Find(path, $"It is the file of {reader.Day.Day:yyyy-MM-dd}.", "It stands under another day's name.", "Give it its own "
                    + "name again.");
            Follow(path, reader, stored);
        }
        catch (InvalidDataException e)
        {
            Find(path, e.Message[(e.Message.StartsWith(path, StringComparison.Ordinal) ? path.Length + 2 : 0)..],
                "The day cannot be read. The tree goes on from the copy of its leaf hashes; its content cannot be shown.", FromBackup);
        }
    }

    /// <summary>Each day says where it stands: what comes before it must be there.</summary>
    private void Follow(string path, DayReader reader, TreeHash[] stored)
    {
        var day = reader.Day;
        var before = _days.LastOrDefault();
        if (before is not null && day.FirstLeaf == _hashes.Count && day.First != before.Last + 1)
            Find(path, $"It seals from sequence {day.First}, and {before.Day:yyyy-MM-dd} through {before.Last}.", "Entries between were "
                + "never sealed, or twice.",
                "Keep the archive for the auditor, and restore it from a backup.");
        if (day.FirstLeaf > _hashes.Count) FindMissing(day, before, stored);
        else if (day.FirstLeaf < _hashes.Count)
            Find(path, $"Its leaves begin at {day.FirstLeaf}, and the days before have {_hashes.Count}.", "Two files claim the same "
                + "leaves.",
                "Keep the archive for the auditor, and restore it from a backup.");
        _days.Add(day);
        if (_hashes.Count > day.FirstLeaf) return;
        var own = Hashes(reader);
        // Where the lines cannot be read, the copy of their hashes stands in when it is theirs.
        var copy = stored.Skip((int)day.FirstLeaf).Take(day.LeafCount).ToArray();
        var isCopied = copy.Length == day.LeafCount && LeafHashes.ChecksumOf(copy) == day.LeavesChecksum;
        if (!isCopied)
            Find(Path.Combine(_folder, "leaves"), $"It has not the hashes of {day.Day:yyyy-MM-dd}.", "It is a copy; nothing is lost "
                + "while the day's own file is whole.",
                "Restart the gateway, which makes it again from the days.");
        _hashes.AddRange(own?.Select(hash => (TreeHash?)hash) ?? (isCopied ? copy.Select(hash => (TreeHash?)hash)
            : new TreeHash?[day.LeafCount]));
    }

    private void FindMissing(SealedDay day, SealedDay? before, TreeHash[] stored)
    {
        var missing = day.FirstLeaf - _hashes.Count;
        var known = stored.Length >= day.FirstLeaf;
        Find(_folder, $"The day sealed before {day.Day:yyyy-MM-dd}{(day.Previous is { } previous ? $", {previous:yyyy-MM-dd}," : "")} is "
            + "not there or cannot be read: "
                + $"its {missing} leaves and the sequences {(before?.Last ?? 0) + 1} to {day.First - 1}.",
            known ? "The tree goes on from the copy of its leaf hashes; its content cannot be shown."
                : "Nobody knows its leaf hashes: nothing can be sealed or proven until it is back.", FromBackup);
        for (var leaf = _hashes.Count; leaf < day.FirstLeaf; leaf++) _hashes.Add(known ? stored[leaf] : null);
    }

    private static TreeHash[]? Hashes(DayReader reader)
    {
        try
        {
            TreeHash[] hashes = [.. reader.Leaves().Select(TreeHash.Leaf)];
            return LeafHashes.ChecksumOf(hashes) == reader.Day.LeavesChecksum ? hashes : null;
        }
        catch (InvalidDataException)
        {
            // Said by the check of the day already.
            return null;
        }
    }

    private void CheckEnd(TreeHash[] stored)
    {
        var path = Path.Combine(_folder, "leaves");
        if (_hashes.Count > 0 && !File.Exists(path))
            Find(path, "The copy of the leaf hashes is not there.", "It is a copy; nothing is lost while the day files are whole.",
                "Restart the gateway, which makes it again from the days.");
        if (stored.Length <= _hashes.Count) return;
        Find(path, $"It has {stored.Length} leaf hashes, and the days that can be read have {_hashes.Count}.", "The last day's file is "
            + "damaged or gone.",
            "Restart the gateway: it seals that day again to the same bytes while the log still has it. Else put the file back from a "
                + "backup.");
        foreach (var hash in stored.Skip(_hashes.Count)) _hashes.Add(hash);
    }

    /// <summary>Each checkpoint's root over so many of the hashes, and its signature.</summary>
    private int CheckCheckpoints(IReadOnlyCollection<NoteKey> keys)
    {
        var notes = Directory.GetFiles(_folder, "*.checkpoint", SearchOption.AllDirectories).Append(logPath
            + ".checkpoint").Where(File.Exists)
            .Order(StringComparer.Ordinal).Select(path => (Path: path, Checkpoint: Read(path, keys))).Where(pair =>
                pair.Checkpoint is not null)
            .OrderBy(pair => pair.Checkpoint!.Size).ToArray();
        var tree = new MerkleFrontier();
        var isKnown = true;
        foreach (var (path, checkpoint) in notes)
        {
            while (isKnown && tree.Size < checkpoint!.Size && tree.Size < _hashes.Count)
                if (_hashes[(int)tree.Size] is { } hash) tree.Append(hash);
                else isKnown = false;
            if (tree.Size < checkpoint!.Size && isKnown)
                Find(path, $"It speaks of {checkpoint.Size} leaves, and the archive has {_hashes.Count}.", "The archive was cut off, or "
                    + "is older than the checkpoint.",
                    "Put the missing days back from a backup; until then nothing new is signed.");
            else if (isKnown && tree.Root != checkpoint.Root)
                Find(path, $"Its root {checkpoint.Root.ToBase64()} is not that of the first {checkpoint.Size} leaves, which is "
                    + $"{tree.Root.ToBase64()}.",
                    "Leaves were changed after they were signed, or the checkpoint is not of this archive.", "Keep the archive for the "
                        + "auditor, and restore it from a backup.");
        }
        return notes.Length;
    }

    private Checkpoint? Read(string path, IReadOnlyCollection<NoteKey> keys)
    {
        try
        {
            var note = SignedNote.Parse(File.ReadAllText(path));
            if (keys.Count > 0 && note.Verify(keys).IsEmpty)
                Find(path, "None of this centre's keys signed it.", "It proves nothing.", "Keep it for the auditor, and put the right "
                    + "one back from a backup.");
            return Checkpoint.Parse(note.Text);
        }
        catch (FormatException e)
        {
            Find(path, $"It is no signed checkpoint: {e.Message}", "It proves nothing; outsiders hold copies of it.", FromBackup);
            return null;
        }
    }

    private int CheckTexts()
    {
        var folder = Path.Combine(_folder, "texts");
        if (!Directory.Exists(folder)) return 0;
        var texts = Directory.GetFiles(folder).Where(path => !path.EndsWith(".part",
            StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();
        foreach (var path in texts)
            if (Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))) != Path.GetFileName(path))
                Find(path, "Its content is not what its name says.", "Verdicts of its time cannot be judged again from this copy.",
                    FromBackup);
        return texts.Length;
    }

    private void Find(string where, string problem, string meaning, string remedy) =>
        findings.Add(new EvidenceFinding(true, where, problem, meaning, remedy));
}
