using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Backups;

namespace Ecocentre.Edge.Outputs.Tests.Evidence.Backups;

public sealed class RestoreRunTests : IDisposable
{
    private readonly BackupBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Restored_log_goes_on_where_the_backup_ended_and_says_so()
    {
        _bench.Companions();
        using (var log = _bench.Open())
        {
            log.Sinks(["mqtt"], _bench.Now);
            _bench.Fill(log, 20);
            log.MoveCursor("mqtt", 100);
            _bench.Fill(log, 20);
            var manifest = _bench.Backup();
            log.MoveCursor("mqtt", log.Head);
            // What the lost log went on to do, for three days.
            _bench.Fill(log, 30);
            _bench.Time.Advance(TimeSpan.FromDays(3));
            _bench.Fill(log, 30);
            var restored = _bench.Restore();
            Assert.True(restored.Numbering >= log.Head, $"{restored.Numbering} may have been given already; the lost log stood at "
                + $"{log.Head}.");
            using var again = _bench.Open(_bench.RestoredPath);
            Assert.Null(again.Lost);
            Assert.Equal(100, again.Cursor("mqtt"));
            Assert.Equal(39, Assert.Single(again.Carries()).Register);
            // What the open hour and day are built up from is found across the jump.
            var kept = _bench.Appended.Where(entry => entry.Sequence <= manifest.Head).Select(entry => entry.Fact).OfType<WindowFact>();
            Assert.Equal(kept.Max(fact => fact.Aggregate.Window.Start), again.NewestMinute(4));
            var entries = again.Read(0, int.MaxValue);
            Assert.Equal(_bench.Appended.Where(entry => entry.Sequence <= manifest.Head), entries.SkipLast(1));
            Assert.Equal(restored.Numbering + 1, entries[^1].Sequence);
            var incident = Assert.IsType<IncidentFact>(entries[^1].Fact).Incident;
            Assert.Equal(IncidentKind.Restored, incident.Kind);
            Assert.InRange(incident.Value, TimeSpan.FromDays(3).TotalSeconds, TimeSpan.FromDays(3.1).TotalSeconds);
            Assert.Contains("10 leaves", incident.Text, StringComparison.Ordinal);
            Assert.Equal(restored.Numbering + 2, again.Append([Facts.Incident(_bench.Now, "on")], [], _bench.Now).First);
        }
        Assert.Equal(File.ReadAllBytes(_bench.LogPath + ".key"), File.ReadAllBytes(_bench.RestoredPath + ".key"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_bench.RestoredPath + ".key"));
        Assert.Equal(File.ReadAllBytes(_bench.LogPath + ".archive/2026/2026-11-01.day"), File.ReadAllBytes(_bench.RestoredPath
            + ".archive/2026/2026-11-01.day"));
        Assert.True(File.Exists(_bench.RestoredPath + ".tokens.json"));
    }

    [Fact]
    public void Restored_twice_from_the_same_backup_no_number_is_given_twice()
    {
        using (var log = _bench.Open()) _bench.Fill(log, 5);
        _bench.Backup();
        _bench.Time.Advance(TimeSpan.FromHours(2));
        _bench.Restore();
        long head;
        using (var log = _bench.Open(_bench.RestoredPath))
        {
            _bench.Fill(log, 600);
            head = log.Head;
        }
        var place = _bench.Place with { LogPath = _bench.Scratch.File("box2/log.db") };
        Assert.True(_bench.Restore(place).Numbering > head);
    }

    [Fact]
    public void Place_that_is_not_empty_is_refused_and_with_force_kept_aside()
    {
        _bench.Companions();
        using (var log = _bench.Open()) _bench.Fill(log, 5);
        _bench.Backup();
        Directory.CreateDirectory(Path.GetDirectoryName(_bench.RestoredPath)!);
        long head;
        using (var other = _bench.Open(_bench.RestoredPath))
        {
            for (var i = 0; i < 500; i++) other.Append([Facts.Incident(_bench.Now, "other")], [], _bench.Now);
            head = other.Head;
        }
        File.WriteAllText(_bench.RestoredPath + ".desks", "since an hour");
        var told = Assert.Throws<BackupException>(() => _bench.Restore());
        Assert.Contains("log.db", told.Message, StringComparison.Ordinal);
        Assert.Contains("--force", told.Message, StringComparison.Ordinal);
        using (var other = _bench.Open(_bench.RestoredPath)) Assert.Equal(head, other.Head);

        var restored = _bench.Restore(_bench.Place with { Force = true });
        Assert.All(restored.SetAside, path => Assert.True(Path.Exists(path)));
        using (var aside = _bench.Open(restored.SetAside.Single(p => Path.GetFileName(p).StartsWith("log.db.before",
            StringComparison.Ordinal))))
            Assert.Equal("other", ((IncidentFact)aside.Read(0, 1)[0].Fact).Incident.Text);
        // A copy of desk changes would never be emptied.
        Assert.Equal("since an hour", File.ReadAllText(_bench.RestoredPath + ".desks"));
    }

    [Fact]
    public void Running_gateway_is_not_restored_under()
    {
        using (var log = _bench.Open()) _bench.Fill(log, 5);
        _bench.Backup();
        Directory.CreateDirectory(Path.GetDirectoryName(_bench.RestoredPath)!);
        using var running = _bench.Open(_bench.RestoredPath);
        var told = Assert.Throws<BackupException>(() => _bench.Restore(_bench.Place with { Force = true }));
        Assert.Contains("another process", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Clock_before_the_backup_is_refused_unless_the_last_number_is_known()
    {
        using (var log = _bench.Open()) _bench.Fill(log, 5);
        var manifest = _bench.Backup();
        var early = new ManualTime(Facts.Start.ToDateTimeOffset().AddYears(-1));
        var told = Assert.Throws<BackupException>(() => new RestoreRun(_bench.Store, manifest, _bench.Place, early,
            new Progress<BackupProgress>()).Make(default));
        Assert.Contains("clock", told.Message, StringComparison.Ordinal);
        var known = _bench.Place with { HeadKnown = 1_000_000 };
        Assert.Equal(1_000_000, new RestoreRun(_bench.Store, manifest, known, early,
            new Progress<BackupProgress>()).Make(default).Numbering);
    }

    [Fact]
    public void Another_centre_is_refused()
    {
        using (var log = _bench.Open()) _bench.Fill(log, 5);
        _bench.Backup();
        Assert.Contains("lyon-1", Assert.Throws<BackupException>(() => _bench.Restore(_bench.Place with { Centre = "paris-2" })).Message,
            StringComparison.Ordinal);
    }
}
