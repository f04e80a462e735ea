using System.Collections.Immutable;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Evidence.Archive;

namespace Ecocentre.Edge.Outputs.Evidence.Backups;

/// <summary>Puts single files of an archive back from backups: days, checkpoints and texts that are damaged or gone. What is sealed never
/// changes, so any generation that has the file will do; a day must be the one whose leaf hashes the archive knows. Log, key and numbers
/// are left alone.</summary>
/// <remarks>Used once, while no gateway runs.</remarks>
public sealed class MendRun(BackupStore store, string centre, string logPath)
{
    private const string Prefix = "archive/", Passing = ".part", Aside = ".broken";

    private readonly string _folder = EvidenceArchive.FolderOf(Path.GetFullPath(logPath));

    /// <returns>Files put back, and what is wrong still and in no backup, in words.</returns>
    /// <exception cref="BackupException">It cannot be done; in words.</exception>
    public (ImmutableArray<string> Mended, ImmutableArray<string> Left) Make(CancellationToken cancellation)
    {
        try
        {
            using var held = LogLock.Take(Path.GetFullPath(logPath));
            var (mended, left) = (new List<string>(), new List<string>());
            var files = store.Manifests([]).Where(m => m.Manifest.Centre == centre).Reverse().SelectMany(m => m.Manifest.Files)
                .Where(file => file.Name.StartsWith(Prefix, StringComparison.Ordinal) && !file.Name.Contains("..",
                    StringComparison.Ordinal))
                .GroupBy(file => file.Name[Prefix.Length..]).ToDictionary(group => group.Key, group => group.DistinctBy(f =>
                    f.Sha256).ToArray(), StringComparer.Ordinal);
            var there = Directory.Exists(_folder) ? Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Select(path =>
                Path.GetRelativePath(_folder, path)) : [];
            // Days first: a checkpoint belongs to one that is there.
            foreach (var name in files.Keys.Union(there).Where(IsMendable).OrderBy(IsCheckpoint).ThenBy(name => name,
                StringComparer.Ordinal))
            {
                cancellation.ThrowIfCancellationRequested();
                if (WrongWith(Path.Combine(_folder, name), name) is not { } wrong) continue;
                if (IsCheckpoint(name) && !File.Exists(Path.Combine(_folder, Path.ChangeExtension(name, ".day")))) continue;
                if (files.GetValueOrDefault(name)?.Any(file => PutBack(file, name)) == true) mended.Add(name);
                else if (wrong.Length > 0) left.Add(wrong);
            }
            return ([.. mended], [.. left]);
        }
        catch (Exception e) when (e is LogRefusedException or LogUnavailableException or IOException or UnauthorizedAccessException)
        {
            throw new BackupException(e.Message, e);
        }
    }

    private static bool IsMendable(string name) =>
        name.EndsWith(".day", StringComparison.Ordinal) || IsCheckpoint(name) || IsText(name);

    private static bool IsCheckpoint(string name) => name.EndsWith(".checkpoint", StringComparison.Ordinal);

    private static bool IsText(string name) => name.StartsWith("texts/", StringComparison.Ordinal)
        && TreeHash.TryParseHex(name.AsSpan("texts/".Length), out _);

    /// <returns>Null when it is whole; empty when it is gone, which for what no archive knows of is no fault.</returns>
    private static string? WrongWith(string path, string name)
    {
        if (!File.Exists(path)) return "";
        try
        {
            if (name.EndsWith(".day", StringComparison.Ordinal))
            {
                using var reader = DayReader.Open(path);
                return reader.Check() is [var first, ..] ? first : null;
            }
            if (IsText(name)) return TreeHash.Of(File.ReadAllBytes(path)).ToString() == Path.GetFileName(name) ? null
                : $"{path} is not what its name says.";
            SignedNote.Parse(File.ReadAllText(path));
            return null;
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            return e.Message.StartsWith(path, StringComparison.Ordinal) ? e.Message : $"{path}: {e.Message}";
        }
    }

    private bool PutBack(BackupFile file, string name)
    {
        if (store.Check(file, CancellationToken.None) is not null) return false;
        var (path, passing) = (Path.Combine(_folder, name), Path.Combine(_folder, name + Passing));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (var source = store.Open(file))
        using (var target = new FileStream(passing, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            source.CopyTo(target);
            target.Flush(flushToDisk: true);
        }
        File.SetUnixFileMode(passing, file.Mode);
        if (WrongWith(passing, name) is not null || name.EndsWith(".day", StringComparison.Ordinal) && !IsOurs(passing))
        {
            File.Delete(passing);
            return false;
        }
        if (File.Exists(path)) File.Move(path, path + Aside, overwrite: true);
        File.Move(passing, path);
        return true;
    }

    /// <summary>Whether a day has the leaves that the tree has in its place; where the hashes are lost too, whether the day after it names
    /// it.</summary>
    private bool IsOurs(string path)
    {
        using var reader = DayReader.Open(path);
        var day = reader.Day;
        var hashes = Path.Combine(_folder, "leaves");
        if (File.Exists(hashes))
        {
            using var leaves = new LeafHashes(hashes, writing: false);
            if (leaves.Count >= day.FirstLeaf + day.LeafCount) return leaves.Holds(day);
        }
        foreach (var other in Directory.GetFiles(_folder, "*.day", SearchOption.AllDirectories))
            if (TryRead(other) is { } after && after.Previous == day.Day) return after.FirstLeaf == day.FirstLeaf + day.LeafCount
                && after.First == day.Last + 1;
        return false;
    }

    private static SealedDay? TryRead(string path)
    {
        try
        {
            using var reader = DayReader.Open(path);
            return reader.Day;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
