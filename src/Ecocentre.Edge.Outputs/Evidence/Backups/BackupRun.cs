using Ecocentre.Edge.Time;
using Microsoft.Data.Sqlite;

namespace Ecocentre.Edge.Outputs.Evidence.Backups;

/// <summary>Makes one backup of a log, its archive and what belongs to them, while the gateway runs or not.</summary>
/// <remarks>The order makes it consistent. The index of records and the last checkpoint come before the log, so that they know nothing the
/// log and the archive do not. The log comes before the archive: what has left the log was sealed before, and what is sealed never changes,
/// so the two together hold everything up to the moment of the log's copy. The guard comes last: no number that anything in the backup has
/// lies beyond it.</remarks>
public sealed class BackupRun(BackupSource source, BackupStore store, TimeProvider time, IProgress<BackupProgress> progress)
{
    /// <summary>Name in a backup of the note that was signed last.</summary>
    internal const string CheckpointName = "checkpoint";

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly List<BackupFile> _files = [];
    private readonly List<string> _faults = [];
    private long _done, _total;
    private bool _logIsDamaged;

    private Instant Now => Instant.From(time.GetUtcNow());

    /// <summary>Copies everything and writes the manifest last.</summary>
    /// <exception cref="BackupException">It cannot be done or went wrong half-way; in words. Earlier backups are untouched.</exception>
    public (string Name, BackupManifest Manifest) Make(CancellationToken cancellation)
    {
        RefuseFolder();
        try
        {
            var begun = Now;
            using var held = Hold(begun);
            _total = Room();
            PutIfThere("records", source.LogPath + ".records", cancellation);
            PutIfThere(CheckpointName, CheckpointPath, cancellation);
            var logAt = Now;
            var head = PutLog(cancellation);
            PutArchive(cancellation);
            if (!source.WithoutKey)
            {
                PutIfThere("key", source.LogPath + ".key", cancellation);
                // A key on its way into office, if it is handed over right now.
                PutIfThere("key.next", source.LogPath + ".key.next", cancellation);
            }
            foreach (var item in source.Others) PutIfThere(item.Name, item.Path, cancellation);
            var guard = PutGuard(cancellation);
            var manifest = new BackupManifest
            {
                Format = BackupManifest.FormatNow, Centre = source.Centre, Program = source.Program, BegunAt = begun.UnixMilliseconds,
                LogAt = logAt.UnixMilliseconds, Log = logAt.ToString(), LogPath = Path.GetFullPath(source.LogPath), Head = head > 0 ? head
                    : guard.Known, Reserved = Math.Max(guard.Reserved, head),
                Checkpoint = Checkpoint(), WithoutKey = source.WithoutKey, LogIsDamaged = _logIsDamaged, Faults = [.. _faults],
                    Files = [.. _files],
            };
            return (store.End(manifest), manifest);
        }
        catch (SqliteException e) when (LogTrouble.IsFull(e))
        {
            throw new BackupException($"{store.Folder} is full. {Untouched} Free some room, use a larger disk, or keep fewer backups "
                + "with --keep.", e);
        }
        catch (SqliteException e)
        {
            throw new BackupException($"The log cannot be copied: {LogTrouble.Unavailable(source.LogPath, e).Message} {Untouched}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BackupException(Words(e), e);
        }
    }

    private string CheckpointPath => source.LogPath + ".checkpoint";

    private string Untouched => "This backup is not complete and does not count; earlier ones are as they were.";

    private void RefuseFolder()
    {
        if (!File.Exists(source.LogPath) && SequenceGuard.Read(source.LogPath) is null)
            throw new BackupException($"There is no log at {source.LogPath}; there is nothing to back up.");
        if (File.Exists(store.Folder)) throw new BackupException($"{store.Folder} is a file. Name a folder on another disk.");
        var target = Real(store.Folder);
        var home = Real(Path.GetDirectoryName(Path.GetFullPath(source.LogPath))!);
        if (IsIn(target, Real(source.LogPath + ".archive")) || target == home || IsIn(target, home))
            throw new BackupException($"{store.Folder} lies in the folder of the log: what takes the one takes the other. Name a folder "
                + "on another disk.");
    }

    private IDisposable Hold(Instant now)
    {
        try
        {
            return store.Begin(now);
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            throw new BackupException($"Another backup is writing to {store.Folder}. Wait for its end.", e);
        }
    }

    /// <summary>Bytes to be read. Refuses at once where the target has not the room for what it does not hold yet.</summary>
    private long Room()
    {
        var log = Length(source.LogPath) + Length(source.LogPath + "-wal");
        var archive = ArchiveFiles().Sum(item => Length(item.Path));
        var held = store.Manifests([]).SelectMany(m => m.Manifest.Files).DistinctBy(f => f.Sha256)
            .ToLookup(f => f.Name, StringComparer.Ordinal);
        var fresh = ArchiveFiles().Sum(item => held[item.Name].Any(f => f.Bytes == Length(item.Path)) ? 0 : Length(item.Path));
        // The manifest names each file in some 200 bytes; a megabyte for all that is small.
        var needed = log + fresh + 200L * ArchiveFiles().Count() + (1 << 20);
        var free = new DriveInfo(store.Folder).AvailableFreeSpace;
        if (free < needed)
            throw new BackupException($"{store.Folder} has {Megabytes(free)} free, and this backup needs about {Megabytes(needed)} more "
                + "than what is there. "
                + $"{Untouched} Free some room, use a larger disk, or keep fewer backups with --keep.");
        return log + archive;
    }

    private long PutLog(CancellationToken cancellation)
    {
        if (!File.Exists(source.LogPath))
        {
            _faults.Add($"The log {source.LogPath} is gone; only what lies beside it is in this backup. Start the gateway: it begins a "
                + "new one and says so.");
            return 0;
        }
        try
        {
            LogCopy? copy = null;
            _files.Add(store.PutMade("log", Private, to =>
            {
                File.Delete(to);
                copy = LogCopy.Make(source.LogPath, to, (bytes, all) => progress.Report(new BackupProgress("log", bytes, all)),
                    cancellation);
            }, cancellation));
            _done += Length(source.LogPath);
            if (copy!.PagesDamaged > 0)
                _faults.Add($"{copy.PagesDamaged} pages of the log are damaged, here and in the copy. `ecocentre-edge evidence check` "
                    + "names them.");
            return copy.Head;
        }
        catch (SqliteException e) when (LogTrouble.IsDamage(e))
        {
            // A dying card is when a backup is wanted most: what opens the copy salvages it, as it would the log itself.
            _faults.Add($"The log is damaged ({e.Message.TrimEnd('.')}); its files were copied as they are, and what can be read is "
                + "carried over when it is restored.");
            _logIsDamaged = true;
            PutIfThere("log", source.LogPath, cancellation);
            PutIfThere("log-wal", source.LogPath + "-wal", cancellation);
            return 0;
        }
    }

    private void PutArchive(CancellationToken cancellation)
    {
        foreach (var item in ArchiveFiles()) PutIfThere(item.Name, item.Path, cancellation);
    }

    private IEnumerable<BackupItem> ArchiveFiles()
    {
        var folder = source.LogPath + ".archive";
        if (!Directory.Exists(folder)) return [];
        return Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => !path.EndsWith(".part", StringComparison.Ordinal))
            .Select(path => new BackupItem("archive/" + Path.GetRelativePath(folder, path).Replace('\\', '/'), path))
            .OrderBy(item => item.Name, StringComparer.Ordinal);
    }

    private void PutIfThere(string name, string path, CancellationToken cancellation)
    {
        if (!File.Exists(path)) return;
        try
        {
            _files.Add(store.Put(name, path, Length(path), File.GetUnixFileMode(path), bytes =>
            {
                _done += bytes;
                progress.Report(new BackupProgress(name, _done, _total));
            }, cancellation));
        }
        catch (FileNotFoundException)
        {
            // Gone since the folder was listed: it was not sealed yet, or another takes its place.
        }
    }

    private GuardLine PutGuard(CancellationToken cancellation)
    {
        if (SequenceGuard.Read(source.LogPath) is not { } guard)
        {
            _faults.Add($"The guard {SequenceGuard.PathOf(source.LogPath)} is missing or damaged. The gateway makes it anew with its "
                + "next step.");
            return default;
        }
        PutIfThere("guard", SequenceGuard.PathOf(source.LogPath), cancellation);
        return guard;
    }

    /// <summary>The note with the most leaves: the signer's own, or one that a day was sealed with since.</summary>
    private string? Checkpoint() => ArchiveFiles().Where(item => item.Name.EndsWith(".checkpoint",
        StringComparison.Ordinal)).Select(item => item.Path)
        .Append(CheckpointPath).Where(File.Exists).Select(File.ReadAllText).MaxBy(CheckpointLines.Size);

    private string Words(Exception e) => IsFull(e)
        ? $"{store.Folder} is full. {Untouched} Free some room, use a larger disk, or keep fewer backups with --keep."
        : !Directory.Exists(store.Folder)
            ? $"{store.Folder} has gone away: was the disk unplugged? {Untouched} Plug it in again and repeat."
            : $"The backup stopped: {e.Message.TrimEnd('.')}. {Untouched} Check the disk and who owns the folder, and repeat.";

    // EAGAIN of Linux: what flock(2) answers when another has the lock.
    private const int WouldBlock = 11;

    // ENOSPC of Linux, as the runtime hands it on.
    private static bool IsFull(Exception e) => e is IOException { HResult: 28 };

    private static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    private static string Megabytes(long bytes) => FormattableString.Invariant($"{bytes / 1e6:0.#} MB");

    private static bool IsIn(string path, string folder) => path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    /// <summary>A path with the symbolic links along it followed.</summary>
    private static string Real(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(full) is not { } parent) return full;
        var here = Path.Combine(Real(parent), Path.GetFileName(full));
        return new FileInfo(here) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : here;
    }
}

/// <summary>A backup or a restore cannot be done, in words for people.</summary>
public sealed class BackupException(string message, Exception? inner = null) : Exception(message, inner);
