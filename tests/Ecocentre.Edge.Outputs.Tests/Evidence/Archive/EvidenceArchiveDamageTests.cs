using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Outputs.Evidence.Backups;
using Ecocentre.Edge.Outputs.Tests.Evidence.Checking;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Tests.Evidence.Archive;

/// <summary>Whatever is damaged or gone, the tree goes on from what was signed, the rest stays readable, and what cannot go on says
/// so.</summary>
public sealed class EvidenceArchiveDamageTests(LivedFolder lived) : IClassFixture<LivedFolder>, IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly Instant _now = Facts.Start + TimeSpan.FromDays(5.5);

    public void Dispose() => _scratch.Dispose();

    private string LogPath => _scratch.File("log.db");

    private string Folder => EvidenceArchive.FolderOf(LogPath);

    private string[] Days => [.. Directory.GetFiles(Folder, "*.day", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>Goal: a flipped bit in any file of the archive costs what it hit; root and proofs go on. Method: bits are flipped at seeded
    /// places in each file in turn, the archive is opened for writing and a day more is sealed.</summary>
    [Theory]
    [InlineData(1)]
    public void Flipped_bit_anywhere_leaves_the_tree_as_it_was(int seed)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        lived.CopyTo(_scratch.Folder);
        var (size, root) = Head();
        var files = Days.Append(Path.Combine(Folder, "leaves")).ToArray();
        foreach (var name in files.Select(path => Path.GetRelativePath(_scratch.Folder, path)))
        {
            Begin();
            var path = _scratch.File(name);
            var bytes = File.ReadAllBytes(path);
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, bytes);
            GoesOn(size, root, name);
            using var archive = EvidenceArchive.OpenForReading(Folder);
            foreach (var day in archive.Days.Where(day => !path.Contains($"{day.Day:yyyy-MM-dd}", StringComparison.Ordinal)))
            {
                using var reader = archive.Read(day);
                Assert.Empty(reader.Check());
            }
        }
    }

    [Theory]
    [InlineData(".archive/leaves")]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("newest")]
    [InlineData("")]
    [InlineData(".guard")]
    public void File_that_is_gone_leaves_the_tree_as_it_was(string file)
    {
        lived.CopyTo(_scratch.Folder);
        var (size, root) = Head();
        File.Delete(file switch { "0" => Days[0], "1" => Days[1], "newest" => Days[^1], _ => LogPath + file });
        GoesOn(size, root, file);
    }

    [Fact]
    public void Hashes_of_a_day_that_nobody_knows_stop_the_sealing_until_the_day_is_put_back()
    {
        lived.CopyTo(_scratch.Folder);
        var (size, root) = Head();
        var store = new BackupStore(_scratch.File("../" + Path.GetFileName(_scratch.Folder) + "-stick"));
        try
        {
            new BackupRun(new BackupSource("lyon-1", LogPath, "test", []), store, TimeProvider.System,
                new Progress<BackupProgress>()).Make(default);
            File.Delete(Days[1]);
            File.Delete(Path.Combine(Folder, "leaves"));
            using (var log = Open())
            using (var archive = EvidenceArchive.Open(Folder))
            {
                var before = archive.Days.Count;
                var told = Assert.Throws<LogUnavailableException>(() => Seal(log, archive));
                Assert.Contains("Put the day's file back from a backup", told.Message, StringComparison.Ordinal);
                Assert.Equal(before, archive.Days.Count);
            }
            var (mended, left) = new MendRun(store, "lyon-1", LogPath).Make(default);
            Assert.EndsWith(".day", Assert.Single(mended), StringComparison.Ordinal);
            Assert.Empty(left);
            GoesOn(size, root, "mended");
        }
        finally
        {
            Directory.Delete(store.Folder, recursive: true);
        }
    }

    [Fact]
    public void Damaged_day_is_put_back_from_the_newest_backup_that_has_it_whole()
    {
        lived.CopyTo(_scratch.Folder);
        var store = new BackupStore(_scratch.File("../" + Path.GetFileName(_scratch.Folder) + "-stick"));
        try
        {
            var whole = File.ReadAllBytes(Days[2]);
            Backup();
            Flip(Days[2]);
            // A backup of the damaged file does not stand in the way of the older one.
            Backup();
            var (mended, left) = new MendRun(store, "lyon-1", LogPath).Make(default);
            Assert.Equal(Path.GetRelativePath(Folder, Days[2]), Assert.Single(mended));
            Assert.Empty(left);
            Assert.Equal(whole, File.ReadAllBytes(Days[2]));

            // Damaged in every backup.
            Flip(Days[1]);
            foreach (var path in Directory.GetFiles(Path.Combine(store.Folder, "files"), "*", SearchOption.AllDirectories)) Flip(path);
            (mended, left) = new MendRun(store, "lyon-1", LogPath).Make(default);
            Assert.Empty(mended);
            Assert.Contains(Path.GetFileName(Days[1]), Assert.Single(left), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(store.Folder, recursive: true);
        }

        void Backup() => new BackupRun(new BackupSource("lyon-1", LogPath, "test", []), store, TimeProvider.System,
            new Progress<BackupProgress>()).Make(default);

        static void Flip(string path)
        {
            var bytes = File.ReadAllBytes(path);
            bytes[bytes.Length / 2] ^= 8;
            File.WriteAllBytes(path, bytes);
        }
    }

    /// <summary>Goal: log and archive restored from one backup belong together, and the tree goes on from what was signed at the time of
    /// the backup.</summary>
    [Fact]
    public void Restored_tree_goes_on_from_the_backups()
    {
        lived.CopyTo(_scratch.Folder);
        var (size, root) = Head();
        var store = new BackupStore(_scratch.File("stick"));
        var data = Directory.CreateDirectory(_scratch.File("data")).FullName;
        lived.CopyTo(data);
        var manifest = new BackupRun(
            new BackupSource("lyon-1", Path.Combine(data, "log.db"), "test", []), store, TimeProvider.System,
                new Progress<BackupProgress>()).Make(default).Manifest;
        File.Delete(LogPath);
        File.Delete(LogPath + ".guard");
        Directory.Delete(Folder, recursive: true);
        File.Delete(LogPath + ".records");
        new RestoreRun(store, manifest, new RestorePlace("lyon-1", LogPath, LogOptions.Default, []), TimeProvider.System,
            new Progress<BackupProgress>()).Make(default);
        GoesOn(size, root, "restored");
        Assert.True(EvidenceCheckTests.IsWhole(LogPath));
    }

    private void Begin()
    {
        Directory.Delete(_scratch.Folder, recursive: true);
        Directory.CreateDirectory(_scratch.Folder);
        lived.CopyTo(_scratch.Folder);
    }

    private (long Size, TreeHash Root) Head()
    {
        using var archive = EvidenceArchive.OpenForReading(Folder);
        return (archive.Leaves.Count, new MerkleTree(archive.Leaves).Root());
    }

    /// <summary>Opens everything as a gateway does, seals a day more, and holds the tree against the old root.</summary>
    private void GoesOn(long size, TreeHash root, string what)
    {
        using var log = Open();
        using var archive = EvidenceArchive.Open(Folder);
        Seal(log, archive);
        var tree = new MerkleTree(archive.Leaves);
        Assert.True(tree.Size > size, $"{what}: nothing was sealed.");
        Assert.True(tree.Root(size) == root, $"{what}: the tree does not begin with the {size} leaves that were signed.");
        Assert.True(TreeProof.IsConsistent(size, root, tree.Size, tree.Root(), tree.Consistency(size, tree.Size)), what);
    }

    private void Seal(EvidenceLog log, EvidenceArchive archive)
    {
        if (archive.Days.Count > 0) log.HoldAfter(archive.SealedThrough);
        log.Append([Facts.Incident(_now, "a day later")], [], _now);
        var sealer = new DaySealer(log, archive, SealedLife.IsExact);
        while (sealer.SealNext(_now + TimeSpan.FromDays(2), TestContext.Current.CancellationToken) is not null)
        {
        }
    }

    private EvidenceLog Open() => EvidenceLog.Open(LogPath, "lyon-1", LogOptions.Default with { EvidenceKeep = TimeSpan.FromDays(100) },
        _now);
}
