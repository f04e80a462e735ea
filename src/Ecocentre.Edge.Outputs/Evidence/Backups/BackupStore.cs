using System.Security.Cryptography;
using System.Text;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Evidence.Backups;

/// <summary>A folder with backups: files named by the SHA-256 of their bytes under <c>files/</c>, each there once however many generations
/// hold it, and for each generation a manifest that was written last. Nothing in it is ever changed, so an interrupted backup harms none
/// that was there before.</summary>
/// <remarks>One thread at a time. It needs nothing of the file system but long names: no modes, links or colons.</remarks>
public sealed class BackupStore
{
    private const string Files = "files", Partial = "partial-", Unfinished = "unfinished-";

    // Read and written at a time: large enough for a card's erase block, small enough for a small box.
    private const int PieceBytes = 1 << 18;

    private readonly string _folder;

    public BackupStore(string folder) => _folder = Path.GetFullPath(folder);

    /// <summary>Its full path.</summary>
    public string Folder => _folder;

    /// <summary>How its files are written; tests let it fail.</summary>
    internal Func<string, Stream> Create { get; init; } = static path =>
        new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);

    /// <summary>Makes the folder and keeps other backups away from it.</summary>
    /// <exception cref="IOException">It cannot be made, or another backup is writing there.</exception>
    public IDisposable Begin(Instant now)
    {
        Directory.CreateDirectory(Path.Combine(_folder, Files));
        var held = new FileStream(Path.Combine(_folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            // Left by a backup that was interrupted: nothing refers to them.
            foreach (var left in Directory.GetFiles(Path.Combine(_folder, Files), Partial + "*")) File.Delete(left);
            foreach (var left in Directory.GetFiles(_folder, Unfinished + "*")) File.Delete(left);
            Write("README.txt", Encoding.UTF8.GetBytes(Readme));
            Write($"{Unfinished}{BackupManifest.Stamp(now)}.txt", UnfinishedText);
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Copies a file's first bytes, unless they are here already.</summary>
    /// <param name="bytes">So many of them; what the file grows by meanwhile is left out.</param>
    /// <param name="progress">Gets the bytes that were read.</param>
    /// <exception cref="IOException">It cannot be read, is shorter, or the target takes no more.</exception>
    public BackupFile Put(string name, string path, long bytes, UnixFileMode mode, Action<long> progress, CancellationToken cancellation)
    {
        using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var digest = Digest(source, bytes, null, progress, cancellation);
        if (!Has(digest, bytes))
        {
            source.Position = 0;
            digest = Take(target => Digest(source, bytes, target, static _ => { }, cancellation));
        }
        return new BackupFile(name, bytes, digest, mode);
    }

    /// <summary>Takes a file that a writer of its own makes inside the store.</summary>
    /// <param name="make">Makes the file under the path it is given.</param>
    public BackupFile PutMade(string name, UnixFileMode mode, Action<string> make, CancellationToken cancellation)
    {
        var partial = Path.Combine(_folder, Files, Partial + "made");
        make(partial);
        using (var made = new FileStream(partial, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0))
        {
            made.Flush(flushToDisk: true);
            var bytes = made.Length;
            var digest = Digest(made, bytes, null, static _ => { }, cancellation);
            Keep(partial, digest);
            return new BackupFile(name, bytes, digest, mode);
        }
    }

    /// <summary>Writes the manifest: from now on the backup is there.</summary>
    /// <returns>Name of its file.</returns>
    public string End(BackupManifest manifest)
    {
        var bytes = manifest.Encode();
        var name = manifest.FileName(bytes);
        Write(name, bytes);
        foreach (var left in Directory.GetFiles(_folder, Unfinished + "*")) File.Delete(left);
        return name;
    }

    /// <summary>All complete backups, oldest first, whichever centre they are of.</summary>
    /// <param name="damaged">Receives what is wrong with manifests that cannot be used.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public IReadOnlyList<(string Name, BackupManifest Manifest)> Manifests(List<string> damaged)
    {
        var found = new List<(string Name, BackupManifest Manifest)>();
        if (!Directory.Exists(_folder)) return found;
        foreach (var path in Directory.GetFiles(_folder).Where(path => BackupManifest.IsName(Path.GetFileName(path))))
            try
            {
                found.Add((Path.GetFileName(path), BackupManifest.Decode(Path.GetFileName(path), File.ReadAllBytes(path))));
            }
            catch (InvalidDataException e)
            {
                damaged.Add(e.Message);
            }
        return [.. found.OrderBy(m => m.Manifest.BegunAt)];
    }

    /// <summary>When backups were begun that have not ended, for people.</summary>
    public IReadOnlyList<string> UnfinishedSince() => !Directory.Exists(_folder) ? [] :
        [.. Directory.GetFiles(_folder, Unfinished + "*").Select(p =>
            Path.GetFileNameWithoutExtension(p)[Unfinished.Length..]).Order(StringComparer.Ordinal)];

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="IOException">It is not there.</exception>
    public Stream Open(BackupFile file) => new FileStream(PathOf(file.Sha256), FileMode.Open, FileAccess.Read, FileShare.Read,
        bufferSize: 0);

    /// <summary>The keys that the log of a backup tells of; none where it has no records, or they cannot be read.</summary>
    public KeyChain Keys(BackupManifest manifest)
    {
        var file = manifest.Files.FirstOrDefault(file => file.Name == "records");
        return KeyChain.Of(file is null || !Has(file.Sha256, file.Bytes) ? []
            : RecordIndex.LookAt(PathOf(file.Sha256)).Entries.Select(entry => entry.Fact).OfType<RecordFact>());
    }

    /// <summary>Whether a file is here in its length. Its bytes are not looked at.</summary>
    public bool Has(string sha256, long bytes) => new FileInfo(PathOf(sha256)) is { Exists: true } there && there.Length == bytes;

    /// <summary>What is wrong with a file, in words, or null.</summary>
    public string? Check(BackupFile file, CancellationToken cancellation)
    {
        var path = PathOf(file.Sha256);
        if (!File.Exists(path)) return $"{file.Name} is missing: {path} is not there.";
        try
        {
            using var stream = Open(file);
            if (stream.Length != file.Bytes) return $"{file.Name} has {stream.Length} bytes in place of {file.Bytes}: {path}.";
            return Digest(stream, file.Bytes, null, static _ => { }, cancellation) == file.Sha256 ? null : $"{file.Name} is damaged: the "
                + $"digest of {path} is not its name.";
        }
        catch (IOException e)
        {
            return $"{file.Name} cannot be read: {e.Message}";
        }
    }

    /// <summary>Deletes the oldest backups of a centre beyond a number, and files that no backup holds.</summary>
    /// <returns>Names of the backups deleted.</returns>
    public IReadOnlyList<string> Prune(string centre, int keep)
    {
        var damaged = new List<string>();
        var all = Manifests(damaged);
        var old = all.Where(m => m.Manifest.Centre == centre).SkipLast(keep).Select(m => m.Name).ToArray();
        foreach (var name in old) File.Delete(Path.Combine(_folder, name));
        // A list that cannot be read may speak of any of them.
        if (damaged.Count > 0) return old;
        var held = all.Where(m => !old.Contains(m.Name)).SelectMany(m => m.Manifest.Files).Select(f =>
            f.Sha256).ToHashSet(StringComparer.Ordinal);
        foreach (var folder in Directory.GetDirectories(Path.Combine(_folder, Files)))
            foreach (var path in Directory.GetFiles(folder))
                if (!held.Contains(Path.GetFileName(path))) File.Delete(path);
        return old;
    }

    /// <summary>Whether the target keeps file modes; FAT and most shared folders do not.</summary>
    public bool KeepsModes()
    {
        var probe = Path.Combine(_folder, "lock");
        try
        {
            File.SetUnixFileMode(probe, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return File.GetUnixFileMode(probe) == (UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string PathOf(string sha256) => Path.Combine(_folder, Files, sha256[..2], sha256);

    /// <summary>Writes a file whole under its name: torn, it would be taken for damaged, not for another.</summary>
    private void Write(string name, ReadOnlySpan<byte> bytes)
    {
        var partial = Path.Combine(_folder, Files, Partial + "small");
        File.Delete(partial);
        using (var file = Create(partial))
        {
            file.Write(bytes);
            Sync(file);
        }
        File.Move(partial, Path.Combine(_folder, name), overwrite: true);
    }

    private string Take(Func<Stream, string> write)
    {
        var partial = Path.Combine(_folder, Files, Partial + "copy");
        File.Delete(partial);
        string digest;
        using (var target = Create(partial))
        {
            digest = write(target);
            Sync(target);
        }
        Keep(partial, digest);
        return digest;
    }

    private void Keep(string partial, string digest)
    {
        // Whoever may read the disk may read the key: modes are asked for where the target knows them.
        if (KeepsModes()) File.SetUnixFileMode(partial, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(digest))!);
        File.Move(partial, PathOf(digest), overwrite: true);
    }

    private static void Sync(Stream stream)
    {
        if (stream is FileStream file) file.Flush(flushToDisk: true);
        else stream.Flush();
    }

    /// <summary>The digest of so many bytes of a stream, which are handed on if there is somebody to take them.</summary>
    private static string Digest(Stream source, long bytes, Stream? target, Action<long> progress, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[PieceBytes];
        for (long done = 0; done < bytes;)
        {
            cancellation.ThrowIfCancellationRequested();
            var read = source.Read(piece.AsSpan(0, (int)Math.Min(piece.Length, bytes - done)));
            if (read == 0) throw new EndOfStreamException($"A file ended after {done} bytes; it had {bytes} a moment ago.");
            hash.AppendData(piece, 0, read);
            target?.Write(piece, 0, read);
            done += read;
            progress(read);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static ReadOnlySpan<byte> UnfinishedText => "A backup was begun here and has not ended. It is of no use; earlier ones are.\n"u8;

    private const string Readme =
        """
        Backups of the evidence of a shared work centre, made by `ecocentre-edge data backup`.

        backup-CENTRE-TIME-DIGEST.json  one complete backup each: what it holds, with the SHA-256 of every file.
        files/                          the files, each under its SHA-256; several backups share what did not change.
        unfinished-TIME.txt             a backup that was interrupted. It is of no use; the others are.

        Check:    ecocentre-edge data backup THIS_FOLDER --verify
        Restore:  ecocentre-edge data restore THIS_FOLDER --site /path/to/site.json

        Keep it locked away: whoever can read it can read the tokens' hashes, and the signing key unless it was left out.
        Nothing in here may be changed by hand.

        """;
}
