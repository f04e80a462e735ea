using Ecocentre.Edge.Outputs.Evidence.Backups;

namespace Ecocentre.Edge.Outputs.Tests.Evidence.Backups;

public sealed class BackupStoreTests : IDisposable
{
    private readonly BackupBench _bench = new();

    public void Dispose() => _bench.Dispose();

    /// <summary>Goal: one flipped bit or missing byte in any file of a backup is found and named, and such a backup restores
    /// nothing.</summary>
    [Fact]
    public void Damage_to_any_file_is_found_and_restores_nothing()
    {
        _bench.Companions();
        using (var log = _bench.Open()) _bench.Fill(log, 5);
        var manifest = _bench.Backup();
        foreach (var file in manifest.Files)
        {
            var path = Path.Combine(_bench.Target, "files", file.Sha256[..2], file.Sha256);
            var whole = File.ReadAllBytes(path);
            var flipped = (byte[])whole.Clone();
            flipped[new Random(7).Next(flipped.Length)] ^= 16;
            foreach (var bytes in new[] { flipped, whole[..^1], null })
            {
                if (bytes is null) File.Delete(path);
                else File.WriteAllBytes(path, bytes);
                Assert.Contains(file.Name, _bench.Store.Check(file, default)!, StringComparison.Ordinal);
                var told = Assert.Throws<BackupException>(() => _bench.Restore());
                Assert.Contains("nothing was restored", told.Message, StringComparison.Ordinal);
                Assert.Equal(["log.db.lock"], Directory.GetFiles(Path.GetDirectoryName(_bench.RestoredPath)!).Select(Path.GetFileName));
            }
            File.WriteAllBytes(path, whole);
        }
        _bench.Restore();
    }

    [Fact]
    public void Damaged_list_is_no_backup_and_deletes_nothing()
    {
        _bench.Companions();
        using (var log = _bench.Open()) _bench.Fill(log, 2);
        _bench.Backup();
        var path = Directory.GetFiles(_bench.Target, "backup-*.json").Single();
        var text = File.ReadAllText(path);
        File.WriteAllText(path, text.Replace("\"head\"", "\"heaD\"", StringComparison.Ordinal));
        var damaged = new List<string>();
        Assert.Empty(_bench.Store.Manifests(damaged));
        Assert.Contains("damaged", Assert.Single(damaged), StringComparison.Ordinal);
        var files = Directory.GetFiles(_bench.Target, "*", SearchOption.AllDirectories).Length;
        _bench.Store.Prune(BackupBench.Centre, 1);
        Assert.Equal(files, Directory.GetFiles(_bench.Target, "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void Only_the_newest_of_a_centre_are_kept_and_others_are_left_alone()
    {
        _bench.Companions();
        using var log = _bench.Open();
        _bench.Fill(log, 1);
        _bench.Backup(_bench.Source with { Centre = "paris-2" });
        for (var round = 0; round < 4; round++)
        {
            _bench.Fill(log, 1);
            _bench.Backup();
        }
        Assert.Equal(2, _bench.Store.Prune(BackupBench.Centre, 2).Count);
        var left = _bench.Store.Manifests([]);
        Assert.Equal(["paris-2", "lyon-1", "lyon-1"], left.Select(m => m.Manifest.Centre));
        Assert.All(left.SelectMany(m => m.Manifest.Files), file => Assert.Null(_bench.Store.Check(file, default)));
        var held = left.SelectMany(m => m.Manifest.Files).Select(f => f.Sha256).Distinct().Count();
        Assert.Equal(held, Directory.GetFiles(Path.Combine(_bench.Target, "files"), "*", SearchOption.AllDirectories).Length);
    }
}
