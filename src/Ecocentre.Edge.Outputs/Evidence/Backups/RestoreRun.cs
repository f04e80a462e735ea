using System.Collections.Immutable;
using System.Security.Cryptography;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;
using Microsoft.Data.Sqlite;

namespace Ecocentre.Edge.Outputs.Evidence.Backups;

/// <summary>Puts a backup in the place of a log that was lost. Everything is copied and checked under other names first; then it takes its
/// places, the log itself last.</summary>
/// <remarks>
/// <para>Nobody knows which numbers the lost log gave after the backup. Numbering therefore jumps past all it can have given: what the
/// backup's guard had reserved, what a guard found in the place says, what the operator knows, and <see cref="NumbersPerSecondMax"/> for
/// each second since.</para>
/// <para>Cursors stay where they were in the backup: they only ever move forward, so whoever has more is told some again, and nobody misses
/// anything.</para>
/// <para>Desk changes are in no backup. A file of them that lies in the place stays where it is, because a copy of it would never be
/// emptied.</para>
/// </remarks>
public sealed class RestoreRun(BackupStore store, BackupManifest manifest, RestorePlace place, TimeProvider time,
    IProgress<BackupProgress> progress)
{
    /// <summary>More numbers than a gateway gives in a second: 65,536 points by the minute with their longer windows are 1,200, and a
    /// revision of some.</summary>
    public const long NumbersPerSecondMax = 2_000;

    // A box without a battery clock may be some hours wrong until it is told the time; so may the one have been that made the backup.
    private static readonly TimeSpan ClockDoubt = TimeSpan.FromDays(1);

    private const string Coming = ".restoring";

    // Read and written at a time.
    private const int PieceBytes = 1 << 18;

    private long _done;

    private string Log => Path.GetFullPath(place.LogPath);

    private string Archive => Log + ".archive";

    /// <summary>Restores everything, or nothing.</summary>
    /// <exception cref="BackupException">It cannot be done, in words; what was there is as it was.</exception>
    public Restored Make(CancellationToken cancellation)
    {
        var now = Instant.From(time.GetUtcNow());
        if (manifest.Centre != place.Centre)
            throw new BackupException($"The backup is of centre {manifest.Centre}, and the site is {place.Centre}. Name the site of that "
                + "centre.");
        if (now < manifest.End - ClockDoubt && place.HeadKnown is null)
            throw new BackupException($"This machine's clock says {now}, before the backup was made ({manifest.End}). Set the clock "
                + "first: numbering jumps by the "
                + "time since the backup. Or say with --head which number was the last.");
        try
        {
            var written = Place(now, out var setAside, out var numbering, cancellation);
            var incident = Tell(now, numbering);
            var leftOut = manifest.Files.Where(file => Target(file) is null).Select(file => file.Name);
            return new Restored(manifest, numbering, [.. written], [.. setAside], [.. leftOut], incident);
        }
        catch (Exception e) when (e is LogRefusedException or LogUnavailableException)
        {
            throw new BackupException(e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new BackupException($"The restore stopped: {e.Message.TrimEnd('.')}. Free room on the disk, check who owns the folder, "
                + "and repeat.", e);
        }
    }

    private List<string> Place(Instant now, out List<string> setAside, out long numbering, CancellationToken cancellation)
    {
        var files = manifest.Files.Select(file => (File: file, Target: Target(file)!)).Where(pair => pair.Target is not null)
            // The log comes last: until it is there, a gateway that starts finds the guard and no log, says so, and gives no number twice.
            .OrderBy(pair => pair.File.Name.StartsWith("log", StringComparison.Ordinal)).ToArray();
        using var held = LogLock.Take(Log);
        var occupied = Occupied(files.Select(pair => pair.Target));
        if (occupied.Count > 0 && !place.Force)
            throw new BackupException($"There is something already: {string.Join(", ", occupied)}. Restore into an empty place, or say "
                + "--force: "
                + "then what is there is set aside under another name, not deleted.");
        numbering = Numbering(now);
        try
        {
            RemoveComing(files.Select(pair => pair.Target));
            foreach (var (file, target) in files) Copy(file, ComingOf(target), cancellation);
            Renumber(numbering);
        }
        catch
        {
            RemoveComing(files.Select(pair => pair.Target));
            throw;
        }
        setAside = [.. occupied.Select(path => SetAside(path, now))];
        if (Directory.Exists(Archive + Coming)) Directory.Move(Archive + Coming, Archive);
        foreach (var (_, target) in files.Where(pair => !IsOfArchive(pair.Target))) File.Move(ComingOf(target), target);
        return [.. files.Select(pair => pair.Target)];
    }

    private bool IsOfArchive(string target) => target.StartsWith(Archive + "/", StringComparison.Ordinal);

    /// <summary>Where a file waits until everything is there; the archive's in a folder of their own, which takes its place as a
    /// whole.</summary>
    private string ComingOf(string target) => IsOfArchive(target) ? Archive + Coming + target[Archive.Length..] : target + Coming;

    private void RemoveComing(IEnumerable<string> targets)
    {
        if (Directory.Exists(Archive + Coming)) Directory.Delete(Archive + Coming, recursive: true);
        foreach (var coming in targets.Select(ComingOf).SelectMany(path => new[] { path, path + "-wal", path + "-shm" }))
            if (File.Exists(coming)) File.Delete(coming);
    }

    private string? Target(BackupFile file) => file.Name switch
    {
        "log" => Log,
        "log-wal" => Log + "-wal",
        "guard" => SequenceGuard.PathOf(Log),
        "records" => Log + ".records",
        "key" or "key.next" => $"{Log}.{file.Name}",
        BackupRun.CheckpointName => Log + ".checkpoint",
        _ when file.Name.StartsWith("archive/", StringComparison.Ordinal) && !file.Name.Contains("..", StringComparison.Ordinal) =>
            Path.Combine(Archive, file.Name["archive/".Length..]),
        _ => place.Others.GetValueOrDefault(file.Name),
    };

    private List<string> Occupied(IEnumerable<string> targets)
    {
        string[] own = [Log, Log + "-wal", Log + "-shm", SequenceGuard.PathOf(Log), Log + ".records", Log + ".key", Log + ".key.next", Log + ".checkpoint",
            Archive];
        return
        [
            .. own.Where(Path.Exists),
            .. targets.Where(target => !IsOfArchive(target) && !own.Contains(target)
                && File.Exists(target)),
        ];
    }

    private long Numbering(Instant now)
    {
        var reserved = Math.Max(manifest.Reserved, Math.Max(manifest.Head, place.HeadKnown ?? 0));
        if (SequenceGuard.Read(Log) is { } found && found.Centre == place.Centre) reserved = Math.Max(reserved, Math.Max(found.Reserved,
            found.Known));
        // Who says what the last number was knows it; else it is reckoned.
        if (place.HeadKnown is not null) return reserved;
        var since = now - manifest.End + ClockDoubt;
        return reserved + NumbersPerSecondMax * (long)since.TotalSeconds;
    }

    private void Copy(BackupFile file, string to, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        using var source = OpenOrSay(file);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // Made with its mode: a key that was readable for a moment was readable.
        using (var target = new FileStream(to, new FileStreamOptions
        {
            Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = file.Mode, BufferSize = 0,
        }))
        {
            var piece = new byte[PieceBytes];
            for (int read; (read = source.Read(piece)) > 0;)
            {
                hash.AppendData(piece, 0, read);
                target.Write(piece, 0, read);
                progress.Report(new BackupProgress(file.Name, _done += read, manifest.Files.Sum(f => f.Bytes)));
            }
            target.Flush(flushToDisk: true);
        }
        File.SetUnixFileMode(to, file.Mode);
        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != file.Sha256)
            throw new BackupException($"{file.Name} in the backup is damaged; nothing was restored. `ecocentre-edge data backup "
                + $"{store.Folder} --verify` "
                + "names everything that is; an older backup in it can be restored with --at.");
    }

    private Stream OpenOrSay(BackupFile file)
    {
        try
        {
            return store.Open(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BackupException($"{file.Name} is missing from the backup; nothing was restored. An older one can be restored with "
                + "--at.", e);
        }
    }

    /// <summary>Lets the restored log go on after a number, and the guard know it.</summary>
    private void Renumber(long numbering)
    {
        File.WriteAllBytes(SequenceGuard.PathOf(Log) + Coming, SequenceGuard.Bytes(place.Centre, numbering));
        var path = Log + Coming;
        // A log that was damaged when it was copied is salvaged when it is opened, and goes on after what the guard says.
        if (!File.Exists(path) || manifest.LogIsDamaged) return;
        using (var writer = new LogWriter(LogFile.OpenForWriting(new LogPlace(path, place.Centre, place.Log), ours: false)))
        {
            using var readers = new LogReaders(path);
            var content = readers.With(LogContent.Read);
            writer.Begin();
            writer.SaveStanding((content.Standing with { Head = numbering, Clean = true }).Encode(content.Catalog));
            writer.Commit();
            readers.Dispose();
            writer.CheckpointOnClose();
        }
        foreach (var suffix in new[] { "-wal", "-shm" }) File.Delete(path + suffix);
    }

    private static string SetAside(string path, Instant now)
    {
        var aside = $"{path}.before-restore-{BackupManifest.Stamp(now)}";
        if (Directory.Exists(path)) Directory.Move(path, aside);
        else File.Move(path, aside);
        return aside;
    }

    /// <summary>Says it in the log, where everybody who is told from it hears of it.</summary>
    private string Tell(Instant now, long numbering)
    {
        using var log = EvidenceLog.Open(Log, place.Centre, place.Log, now);
        var text = $"Restored from the backup of {manifest.End}, which ends at sequence {manifest.Head}. What was recorded after it, "
            + "until the gateway starts "
            + $"again, is not here; numbering goes on after {numbering}. Counters go on from their registers of then: their growth since "
                + "stands in the first "
            + "minute after it, and a second time for whoever has windows of the time between. "
            + Checkpoint();
        log.Append([new IncidentFact(new Incident(now, IncidentKind.Restored, "gateway", text, (now - manifest.End).TotalSeconds))], [],
            now);
        return text;
    }

    private string Checkpoint()
    {
        var known = CheckpointLines.Words(manifest.Checkpoint) is not { } words ? "No checkpoint had been signed by then."
            : $"The last checkpoint in the backup has {words}: the tree goes on from it.";
        var newer = place.NewerCheckpoint
            ?? "A checkpoint with more leaves that an outsider holds vouches for leaves that are lost, and later checkpoints do not "
                + "extend it.";
        var key = manifest.WithoutKey ? " The signing key was left out of the backup: a new one is made, which the old one has not "
            + "signed." : "";
        return $"{known} {newer}{key}";
    }
}
