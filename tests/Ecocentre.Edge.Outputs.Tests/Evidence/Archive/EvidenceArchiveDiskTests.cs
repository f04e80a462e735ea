using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Outputs.Evidence.Backups;
using Ecocentre.Edge.Outputs.Evidence.Checking;
using Ecocentre.Edge.Outputs.Tests.Evidence.Checking;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Tests.Evidence.Archive;

/// <summary>Log, archive and backups on a real disk that is full, read-only or gone.</summary>
public sealed class EvidenceArchiveDiskTests(LivedFolder lived) : IClassFixture<LivedFolder>
{
    // The lived folder takes some 2 MB; room for one more day, and for a copy.
    private const long Bytes = 12 << 20;

    private const string NotAllowed = "Mounting is not allowed here.";

    private readonly Instant _now = Facts.Start + TimeSpan.FromDays(5.5);

    [Fact]
    public void Full_disk_stops_sealing_and_recording_in_words_and_both_go_on_after()
    {
        using var disk = SmallDisk.Mount(Bytes);
        Assert.SkipWhen(disk is null, NotAllowed);
        lived.CopyTo(disk.Folder);
        var path = disk.File("log.db");
        using var log = EvidenceLog.Open(path, "lyon-1", LogOptions.Default, _now);
        using var archive = EvidenceArchive.Open(EvidenceArchive.FolderOf(path));
        var (size, root) = (archive.Leaves.Count, new MerkleTree(archive.Leaves).Root());
        log.HoldAfter(archive.SealedThrough);
        log.Append([Facts.Incident(_now, "before")], [], _now);
        var sealer = new DaySealer(log, archive, SealedLife.IsExact);
        disk.Fill();

        Assert.Throws<LogUnavailableException>(() => sealer.SealNext(_now + TimeSpan.FromDays(2), TestContext.Current.CancellationToken));
        var told = Assert.Throws<LogUnavailableException>(() => AppendMuch(log));
        Assert.Contains("no room", told.Message, StringComparison.OrdinalIgnoreCase);
        Assert.NotNull(log.Health().Trouble);
        // What is there is still read.
        Assert.NotEmpty(log.Read(0, 10));
        using (var reader = archive.Read(archive.Days[0])) Assert.Empty(reader.Check());

        disk.Free();
        log.Append([Facts.Incident(_now, "after")], [], _now);
        Assert.Null(log.Health().Trouble);
        while (sealer.SealNext(_now + TimeSpan.FromDays(2), TestContext.Current.CancellationToken) is not null)
        {
        }
        var tree = new MerkleTree(archive.Leaves);
        Assert.True(tree.Size > size);
        Assert.Equal(root, tree.Root(size));
        Assert.True(EvidenceCheck.Run(path, "lyon-1", _ => { }, default).IsWhole);
    }

    [Fact]
    public void Folder_on_a_read_only_disk_is_refused_in_words_and_left_as_it_is()
    {
        using var disk = SmallDisk.Mount(Bytes);
        Assert.SkipWhen(disk is null, NotAllowed);
        lived.CopyTo(disk.Folder);
        var path = disk.File("log.db");
        disk.SetReadOnly(true);
        foreach (var attempt in new Action[]
        {
            () => EvidenceLog.Open(path, "lyon-1", LogOptions.Default, _now).Dispose(),
            () => EvidenceCheck.Run(path, "lyon-1", _ => { }, default),
        })
            Assert.Contains("cannot be written", Assert.Throws<LogUnavailableException>(attempt).Message, StringComparison.Ordinal);
        // What is sealed can be read where nothing can be written.
        using (var archive = EvidenceArchive.OpenForReading(EvidenceArchive.FolderOf(path))) Assert.Equal(5, archive.Days.Count);
        disk.SetReadOnly(false);
        Assert.True(EvidenceCheck.Run(path, "lyon-1", _ => { }, default).IsWhole);
    }

    [Fact]
    public void Backup_onto_a_disk_that_is_too_small_is_refused_before_it_begins()
    {
        using var disk = SmallDisk.Mount(1 << 20);
        Assert.SkipWhen(disk is null, NotAllowed);
        using var scratch = new Scratch();
        lived.CopyTo(scratch.Folder);
        var told = Assert.Throws<BackupException>(() => Backup(scratch, disk));
        Assert.Contains("free, and this backup needs about", told.Message, StringComparison.Ordinal);
        Assert.Empty(new BackupStore(disk.Folder).Manifests([]));
    }

    [Fact]
    public void Backup_onto_a_disk_that_fills_up_meanwhile_is_told_and_the_earlier_one_stays()
    {
        using var disk = SmallDisk.Mount(Bytes);
        Assert.SkipWhen(disk is null, NotAllowed);
        using var scratch = new Scratch();
        lived.CopyTo(scratch.Folder);
        Backup(scratch, disk);
        using (var log = EvidenceLog.Open(scratch.File("log.db"), "lyon-1", LogOptions.Default, _now)) log.Append([Facts.Incident(_now,
            "new")], [], _now);
        var told = Assert.Throws<BackupException>(() => Backup(scratch, disk, _ => disk.Fill()));
        Assert.Contains("is full", told.Message, StringComparison.Ordinal);
        disk.Free();
        var store = new BackupStore(disk.Folder);
        Assert.All(Assert.Single(store.Manifests([])).Manifest.Files, file => Assert.Null(store.Check(file, default)));
        Backup(scratch, disk);
        Assert.Equal(2, store.Manifests([]).Count);
    }

    [Fact]
    public void Backup_onto_a_disk_that_is_unplugged_or_read_only_is_told()
    {
        using var disk = SmallDisk.Mount(Bytes);
        Assert.SkipWhen(disk is null, NotAllowed);
        using var scratch = new Scratch();
        lived.CopyTo(scratch.Folder);
        disk.SetReadOnly(true);
        Assert.Contains("Read-only", Assert.Throws<BackupException>(() => Backup(scratch, disk)).Message,
            StringComparison.OrdinalIgnoreCase);
        disk.SetReadOnly(false);
        var told = Assert.Throws<BackupException>(() => Backup(scratch, disk, progress =>
        {
            if (progress.What.StartsWith("archive/", StringComparison.Ordinal)) disk.Unplug();
        }));
        Assert.Contains("does not count", told.Message, StringComparison.Ordinal);
    }

    private void AppendMuch(EvidenceLog log)
    {
        // More than the write-ahead file has room for in place.
        for (var i = 0; i < 200; i++) log.Append([.. Enumerable.Range(0, 50).Select(n => Facts.Incident(_now, $"{n}{Guid.NewGuid()}"))],
            [], _now);
    }

    private static void Backup(Scratch scratch, SmallDisk disk, Action<BackupProgress>? progress = null) =>
        new BackupRun(new BackupSource("lyon-1", scratch.File("log.db"), "test", []), new BackupStore(disk.Folder), TimeProvider.System,
            new Watch(progress ?? (_ => { }))).Make(default);

    private sealed class Watch(Action<BackupProgress> told) : IProgress<BackupProgress>
    {
        public void Report(BackupProgress value) => told(value);
    }
}
