using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Backups;

namespace Ecocentre.Edge.Outputs.Tests.Evidence.Backups;

public sealed class BackupRunTests : IDisposable
{
    private readonly BackupBench _bench = new();

    public void Dispose() => _bench.Dispose();

    /// <summary>Goal: a backup made while the gateway writes holds the log of one moment, and the writer is never held up. Method: the log
    /// is appended to from within the copying, between its steps.</summary>
    [Fact]
    public void Backup_of_a_log_that_is_written_meanwhile_holds_one_moment()
    {
        _bench.Companions();
        using var log = _bench.Open();
        _bench.Fill(log, 1_000);
        var (before, during) = (log.Head, 0);
        var manifest = _bench.Backup(progress: progress =>
        {
            if (progress.What == "log" && during++ < 50) _bench.Fill(log, 1);
        });
        Assert.True(during > 1, "The log was copied in one step.");
        Assert.Equal(before, manifest.Head);
        Assert.True(manifest.Reserved >= log.Head, "Numbers given during the backup are not covered by its guard.");
        Assert.Empty(manifest.Faults);
        _bench.Restore();
        using var restored = _bench.Open(_bench.RestoredPath);
        Assert.Equal(_bench.Appended.Take((int)before), restored.Read(0, (int)before));
    }

    [Fact]
    public void Second_backup_copies_only_what_changed_and_both_can_be_restored()
    {
        _bench.Companions();
        using var log = _bench.Open();
        _bench.Fill(log, 3);
        var first = _bench.Backup();
        _bench.Write(_bench.LogPath + ".archive/2026/2026-11-02.day", 4_000, UnixFileMode.UserRead, seed: 2);
        _bench.Fill(log, 3);
        var day = StoredPath(first, "archive/2026/2026-11-01.day");
        var written = File.GetLastWriteTimeUtc(day);
        var second = _bench.Backup();
        Assert.Equal(written, File.GetLastWriteTimeUtc(day));
        Assert.Equal(first.Files.Single(f => f.Name == "key"), second.Files.Single(f => f.Name == "key"));
        // The log, the guard, the new day: nothing else was copied.
        Assert.Equal(["archive/2026/2026-11-02.day", "guard", "log"],
            second.Files.ExceptBy(first.Files.Select(f => f.Sha256), f => f.Sha256).Select(f =>
                f.Name).Except(["records"]).Order(StringComparer.Ordinal));
        _bench.Restore(manifest: first);
        Assert.False(File.Exists(_bench.RestoredPath + ".archive/2026/2026-11-02.day"));
        _bench.Restore(_bench.Place with { Force = true }, second);
        Assert.True(File.Exists(_bench.RestoredPath + ".archive/2026/2026-11-02.day"));
    }

    [Fact]
    public void Desk_changes_are_in_no_backup_and_the_key_only_when_it_may()
    {
        _bench.Companions();
        using (var log = _bench.Open()) _bench.Fill(log, 3);
        var manifest = _bench.Backup();
        Assert.DoesNotContain(manifest.Files, file => file.Name.Contains("desk", StringComparison.Ordinal));
        foreach (var path in Directory.GetFiles(_bench.Target, "*", SearchOption.AllDirectories))
            Assert.DoesNotContain("who sat where", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, manifest.Files.Single(f => f.Name == "key").Mode);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(StoredPath(manifest, "key")));
        var without = _bench.Backup(_bench.Source with { WithoutKey = true });
        Assert.True(without.WithoutKey);
        Assert.DoesNotContain(without.Files, file => file.Name == "key");
    }

    /// <summary>Goal: wherever a backup is interrupted, no manifest of it is there, the earlier one is whole and the next one succeeds.
    /// Method: it is cancelled at each word of progress.</summary>
    [Fact]
    public void Interrupted_anywhere_it_does_not_count_and_earlier_ones_do()
    {
        _bench.Companions();
        using var log = _bench.Open();
        _bench.Fill(log, 100);
        _bench.Backup();
        for (var word = 1; word < 40; word++)
        {
            _bench.Fill(log, 1);
            _bench.Write(_bench.LogPath + $".archive/2026/{word:D2}.day", 300, UnixFileMode.UserRead, word);
            using var cancelled = new CancellationTokenSource();
            var words = 0;
            try
            {
                _bench.Backup(progress: _ =>
                {
                    if (++words == word) cancelled.Cancel();
                }, cancellation: cancelled.Token);
                Assert.True(words < word);
                break;
            }
            catch (OperationCanceledException)
            {
                Assert.Single(_bench.Store.Manifests([]));
                Assert.Single(_bench.Store.UnfinishedSince());
            }
        }
        _bench.Backup();
        Assert.Empty(_bench.Store.UnfinishedSince());
        foreach (var (_, manifest) in _bench.Store.Manifests([]))
            Assert.All(manifest.Files, file => Assert.Null(_bench.Store.Check(file, default)));
    }

    /// <summary>Goal: a disk that fails or fills up at any byte is told in words, and the earlier backup stays whole.</summary>
    [Theory]
    [InlineData(28, "is full")]
    [InlineData(5, "stopped")]
    public void Target_that_fails_half_way_is_told(int error, string words)
    {
        _bench.Companions();
        using var log = _bench.Open();
        _bench.Fill(log, 3);
        _bench.Backup();
        foreach (var bytes in new[] { 0, 1, 200, 1_000, 4_000 })
        {
            _bench.Write(_bench.LogPath + ".archive/2026/2026-11-02.day", 5_000, UnixFileMode.UserRead, bytes);
            var left = (long)bytes;
            var failing = new BackupStore(_bench.Target) { Create = path => new FailingStream(path, () => left, n => left -= n, error) };
            var told = Assert.Throws<BackupException>(() => _bench.Backup(store: failing));
            Assert.Contains(words, told.Message, StringComparison.Ordinal);
            Assert.Contains("does not count", told.Message, StringComparison.Ordinal);
            var (_, manifest) = Assert.Single(_bench.Store.Manifests([]));
            Assert.All(manifest.Files, file => Assert.Null(_bench.Store.Check(file, default)));
        }
    }

    [Fact]
    public void Target_that_goes_away_is_told()
    {
        _bench.Companions();
        using var log = _bench.Open();
        _bench.Fill(log, 3);
        var told = Assert.Throws<BackupException>(() => _bench.Backup(progress: progress =>
        {
            if (progress.What.StartsWith("archive/", StringComparison.Ordinal)
                && Directory.Exists(_bench.Target)) Directory.Delete(_bench.Target, true);
        }));
        Assert.Contains("unplugged", told.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data")]
    [InlineData("data/backups")]
    [InlineData("data/log.db.archive/x")]
    [InlineData("link")]
    public void Target_in_the_folder_of_the_log_is_refused(string target)
    {
        using (var log = _bench.Open()) _bench.Fill(log, 1);
        Directory.CreateSymbolicLink(_bench.Scratch.File("link"), _bench.Scratch.File("data"));
        var told = Assert.Throws<BackupException>(() => _bench.Backup(store: new BackupStore(_bench.Scratch.File(target))));
        Assert.Contains("another disk", told.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_bench.Scratch.File("data/files")));
    }

    [Fact]
    public void Second_backup_at_the_same_time_is_refused()
    {
        using var log = _bench.Open();
        _bench.Fill(log, 1);
        using var held = _bench.Store.Begin(_bench.Now);
        Assert.Contains("Another backup", Assert.Throws<BackupException>(() => _bench.Backup()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Place_without_a_log_is_refused() =>
        Assert.Contains("no log", Assert.Throws<BackupException>(() => _bench.Backup()).Message, StringComparison.Ordinal);

    [Fact]
    public void Damaged_log_is_copied_as_it_is_and_salvaged_when_it_is_restored()
    {
        _bench.Companions();
        using (var log = _bench.Open()) _bench.Fill(log, 300);
        var bytes = File.ReadAllBytes(_bench.LogPath);
        Array.Clear(bytes, 0, 4096);
        File.WriteAllBytes(_bench.LogPath, bytes);
        var manifest = _bench.Backup();
        Assert.Contains("copied as they are", Assert.Single(manifest.Faults), StringComparison.Ordinal);
        _bench.Restore();
        using var restored = _bench.Open(_bench.RestoredPath);
        Assert.Equal(_bench.Appended, restored.Read(0, _bench.Appended.Count));
        Assert.True(restored.Head > manifest.Reserved);
    }

    [Fact]
    public void Flipped_bit_in_a_page_is_said_and_the_rest_is_backed_up()
    {
        using (var log = _bench.Open()) _bench.Fill(log, 60);
        var bytes = File.ReadAllBytes(_bench.LogPath);
        bytes[bytes.Length * 2 / 3] ^= 4;
        File.WriteAllBytes(_bench.LogPath, bytes);
        Assert.Contains("1 pages of the log are damaged", Assert.Single(_bench.Backup().Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_guard_is_said()
    {
        using (var log = _bench.Open()) _bench.Fill(log, 2);
        File.Delete(_bench.LogPath + ".guard");
        Assert.Contains("guard", Assert.Single(_bench.Backup().Faults), StringComparison.Ordinal);
        var restored = _bench.Restore();
        Assert.True(restored.Numbering > _bench.Appended.Count);
    }

    private string StoredPath(BackupManifest manifest, string name)
    {
        var sha = manifest.Files.Single(f => f.Name == name).Sha256;
        return Path.Combine(_bench.Target, "files", sha[..2], sha);
    }

    /// <summary>A file on a disk that takes so many bytes and no more.</summary>
    private sealed class FailingStream(string path, Func<long> left, Action<long> take, int error)
        : FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, 0)
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (left() < buffer.Length) throw new IOException("No.", error);
            take(buffer.Length);
            base.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    }
}
