namespace Ecocentre.Edge.Simulation.Disks;

/// <summary>The disk under one world's databases: it may be full, it may fail, and it remembers what a power cut would leave of what was never
/// synced.</summary>
/// <remarks>SQLite is told of it through <see cref="SqliteDisk"/>; one world's thread at a time. What is written otherwise (guard, archive, keys) is synced
/// by whoever writes it, and stays.</remarks>
internal sealed class SimulatedDisk : IDisposable
{
    // A sector is written whole or not at all; that much every card promises.
    private const int SectorBytes = 512;

    private readonly Dictionary<string, DiskFile> _files = [];
    private readonly bool _remembers;

    /// <param name="folder">Everything that SQLite opens in it lies on this disk.</param>
    /// <param name="remembers">Whether power may be cut: remembering costs time.</param>
    public SimulatedDisk(string folder, bool remembers)
    {
        (Folder, _remembers) = (folder, remembers);
        SqliteDisk.Mount(this);
    }

    public string Folder { get; }

    /// <summary>No file can grow.</summary>
    public bool IsFull { get; set; }

    /// <summary>Nothing can be written.</summary>
    public bool IsFailing { get; set; }

    /// <summary>Writes that were refused.</summary>
    public long Refused { get; private set; }

    /// <summary>Writes that a power cut took back, wholly or in part.</summary>
    public long TakenBack { get; private set; }

    public void Dispose() => SqliteDisk.Unmount(this);

    /// <summary>What lies on the disk after the power was cut: all that was synced, and of what was written since some of it, in any order, sector by
    /// sector.</summary>
    public byte[] LeftBy(string path, Random random)
    {
        if (!_files.TryGetValue(path, out var file)) return File.ReadAllBytes(path);
        var left = new DiskFile();
        left.Write(0, file.Synced.AsSpan(0, file.SyncedLength));
        foreach (var (offset, bytes) in file.Unsynced)
        {
            var fate = random.Next(3);
            if (bytes is null)
            {
                if (fate > 0) left.Truncate(offset);
                continue;
            }
            if (fate < 2) TakenBack++;
            for (var at = 0; fate > 0 && at < bytes.Length; at += SectorBytes)
                if (fate == 2 || random.Next(2) == 0) left.Write(offset + at, bytes.AsSpan(at, Math.Min(SectorBytes, bytes.Length - at)));
        }
        return left.Synced[..left.SyncedLength];
    }

    /// <summary>SQLite opens a file: when nobody else has it open, what lies there was synced by whoever put it there.</summary>
    internal void Opened(string path)
    {
        if (!_remembers) return;
        if (!_files.TryGetValue(path, out var file)) _files.Add(path, file = new DiskFile());
        if (file.Handles++ > 0 || !File.Exists(path)) return;
        // Somebody else's lock is no reason not to look.
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        file.Begin(bytes);
    }

    internal void Closed(string path)
    {
        if (_remembers && _files.TryGetValue(path, out var file)) file.Handles--;
    }

    /// <returns>False when there is no room for it.</returns>
    internal bool MayWrite(string path, long end)
    {
        if (!IsFull || new FileInfo(path) is { Exists: true, Length: var length } && end <= length) return true;
        Refused++;
        return false;
    }

    internal void Refuse() => Refused++;

    internal void Wrote(string path, long offset, ReadOnlySpan<byte> bytes)
    {
        if (_remembers && _files.TryGetValue(path, out var file)) file.Unsynced.Add((offset, bytes.ToArray()));
    }

    internal void Truncated(string path, long length)
    {
        if (_remembers && _files.TryGetValue(path, out var file)) file.Unsynced.Add((length, null));
    }

    internal void Synced(string path)
    {
        if (_remembers && _files.TryGetValue(path, out var file)) file.Sync();
    }

    /// <summary>A file as the last sync left it, and what was done to it since.</summary>
    private sealed class DiskFile
    {
        public byte[] Synced { get; private set; } = [];

        public int SyncedLength { get; private set; }

        /// <summary>In order; without bytes: cut off at the offset.</summary>
        public List<(long Offset, byte[]? Bytes)> Unsynced { get; } = [];

        public int Handles { get; set; }

        public void Begin(byte[] bytes)
        {
            (Synced, SyncedLength) = (bytes, bytes.Length);
            Unsynced.Clear();
        }

        public void Sync()
        {
            foreach (var (offset, bytes) in Unsynced)
                if (bytes is null) Truncate(offset);
                else Write(offset, bytes);
            Unsynced.Clear();
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            var end = checked((int)(offset + bytes.Length));
            if (end > Synced.Length)
            {
                var larger = new byte[Math.Max(end, 2 * Synced.Length)];
                Synced.AsSpan(0, SyncedLength).CopyTo(larger);
                Synced = larger;
            }
            bytes.CopyTo(Synced.AsSpan((int)offset));
            SyncedLength = Math.Max(SyncedLength, end);
        }

        public void Truncate(long length)
        {
            if (length >= SyncedLength) return;
            Synced.AsSpan((int)length, SyncedLength - (int)length).Clear();
            SyncedLength = (int)length;
        }
    }
}
