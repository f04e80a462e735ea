using System.Globalization;
using Ecocentre.Edge.Evidence;

namespace Ecocentre.Edge.Outputs.Evidence.Checking;

/// <summary>Holds what lies beside a log against the log: its guard, its index of records, its key, and what earlier trouble left
/// behind.</summary>
internal sealed class CompanionCheck(string logPath, string centre, List<EvidenceFinding> findings)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Holds the guard against the log. Its known number is left to the kernel to store: it may be a step behind the log.</summary>
    /// <param name="known">The sequence that the guard knew before the log was looked at.</param>
    /// <param name="head">The newest sequence that was found in it.</param>
    public EvidencePart Guard(long known, long head)
    {
        var path = SequenceGuard.PathOf(logPath);
        if (!File.Exists(path))
            Find(true, path, "The guard is not there.", "Nothing is lost, but if the log were lost now, numbers would be given twice.",
                "The gateway makes it anew with its next start. If it does not run, start it; do not delete the log meanwhile.");
        else if (SequenceGuard.Read(logPath) is not { } guard)
            Find(true, path, "The guard is not what was written.", "Nothing is lost, but if the log were lost now, numbers would be "
                + "given twice.",
                "Delete it and restart the gateway, which makes it anew.");
        else if (guard.Centre != centre)
            Find(true, path, $"The guard is that of centre {guard.Centre}.", "The gateway refuses to start beside it.",
                "Put the right file here.");
        else if (head > 0 && known > head && guard.Reserved > head)
            Find(true, path, $"The guard knows sequence {known}, and the log ends at {head}.", "The log has lost its end, or is an "
                + "older copy.",
                "Start the gateway: it goes on after the numbers that were given and says what is missing. Or restore a newer backup.");
        else if (head > guard.Reserved)
            Find(true, path, $"The guard lets numbers up to {guard.Reserved} be given, and the log ends at {head}.", "The guard is an "
                + "older copy.",
                "Restart the gateway, which reserves anew; never copy a guard by hand.");
        return new EvidencePart("guard", File.Exists(path) ? "one line" : "nothing");
    }

    /// <param name="records">The log's own, in sequence, all kinds.</param>
    public EvidencePart Records(IReadOnlyList<LogEntry> records)
    {
        var path = logPath + ".records";
        const string meaning = "The entry, calibration or swap that it copies may not be found when the gateway starts; the log and the "
            + "archive have it.";
        if (!File.Exists(path))
        {
            Find(false, path, "The index of records is not there.", meaning, "The next start of the gateway makes it anew.");
            return new EvidencePart("records", "nothing");
        }
        var (entries, through, isTorn) = RecordIndex.Look(logPath);
        if (isTorn) Find(true, path, $"It is readable up to its record {entries.Count} only.", meaning, "Restart the gateway, which "
            + "looks up the rest in the log.");
        var known = entries.ToDictionary(entry => entry.Sequence, entry => entry.Fact);
        foreach (var record in records.Where(record => RecordIndex.IsKept(record) && record.Sequence <= through))
            if (!known.TryGetValue(record.Sequence, out var fact) || !fact.Equals(record.Fact))
            {
                Find(true, path, $"It has not the record {record.Sequence} as the log has it.", meaning, "Stop the gateway, delete the "
                    + "file, and start it again.");
                break;
            }
        return new EvidencePart("records", string.Create(CultureInfo.InvariantCulture, $"{entries.Count} records"));
    }

    public EvidencePart Key()
    {
        var path = logPath + ".key";
        if (!File.Exists(path))
        {
            Find(false, path, "There is no signing key.", "Checkpoints cannot be signed until there is one.", "The gateway makes one at "
                + "its start. If there was one "
                + "before, restore it from a backup: a new key is not signed by the old one.");
            return new EvidencePart("key", "nothing");
        }
        var others = File.GetUnixFileMode(path) & ~OwnerOnly;
        if (others != 0)
            Find(true, path, $"Others may touch the signing key ({others}).", "Whoever read it can sign in the centre's name; the "
                + "gateway refuses it.",
                $"chmod 600 {path}, and make a new key with `evidence key --rotate` if somebody may have read it.");
        return new EvidencePart("key", "its mode");
    }

    /// <summary>What earlier trouble left: worth knowing, and taking room.</summary>
    public void Left()
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(logPath))!;
        if (!Directory.Exists(folder)) return;
        var name = Path.GetFileName(logPath);
        foreach (var path in Directory.GetFiles(folder, name + ".broken-*").Where(p => !p.EndsWith("-wal",
            StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            Find(false, path, "A damaged log was kept here when the log was salvaged.", "What could be read of it is in the log.",
                "Look into it or delete it; it takes room.");
        foreach (var path in Directory.GetFileSystemEntries(folder, name + "*.before-restore-*").Order(StringComparer.Ordinal))
            Find(false, path, "It was set aside by a restore.", "It is not read any more.", "Delete it when you are sure.");
        foreach (var path in Directory.GetFileSystemEntries(folder, name + "*.restoring").Order(StringComparer.Ordinal))
            Find(false, path, "A restore was interrupted and left this.", "It is not read.", "Repeat `data restore`, or delete it.");
    }

    private void Find(bool isDamage, string where, string problem, string meaning, string remedy) =>
        findings.Add(new EvidenceFinding(isDamage, where, problem, meaning, remedy));
}
