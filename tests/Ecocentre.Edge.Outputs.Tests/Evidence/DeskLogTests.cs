using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Tests.Evidence;

public sealed class DeskLogTests : IDisposable
{
    /// <summary>2026-11-21T10:00:00Z</summary>
    private static readonly Instant Zero = Instant.From(new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero));

    private readonly Scratch _scratch = new();

    private string Log => _scratch.File("log.db");

    private string FilePath => DeskLog.PathOf(Log);

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Changes_come_back_as_they_were_and_numbers_go_on_after_an_orderly_end()
    {
        long first;
        using (var log = Open())
        {
            first = log.Sequence;
            Assert.Equal(Zero.UnixMilliseconds, first);
            log.Append([Change("d01", first + 1, 1), Change("d02", first + 2, 2, DeskState.Unknown)], At(2));
            log.Append([Change("d01", first + 3, 3, DeskState.Held)], At(3));
        }
        using var again = Open(at: 60);
        Assert.Equal(first + 3, again.Sequence);
        Assert.Equal([Change("d01", first + 1, 1), Change("d02", first + 2, 2, DeskState.Unknown), Change("d01", first + 3, 3, DeskState.Held)], again.Read());
    }

    [Fact]
    public void Nobody_else_on_the_box_may_read_who_sat_where()
    {
        File.WriteAllText(FilePath, "");
        File.SetUnixFileMode(FilePath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        using var log = Open();
        log.Append([Change("d01", log.Sequence + 1, 1)], At(1));
        Assert.All(Directory.EnumerateFiles(_scratch.Folder, Path.GetFileName(FilePath) + "*"),
            file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public void After_any_other_end_numbers_jump_past_whatever_was_told()
    {
        var log = Open();
        var first = log.Sequence;
        log.Append([Change("d01", first + 1, 1)], At(1));
        // The process dies here; what it told after the last transaction is in no file.
        CopyAsIs(out var copy);
        log.Dispose();
        using var next = DeskLog.Open(copy, "lyon-1", ["d01", "d02"], At(60));
        Assert.True(next.Sequence >= first + 100_000, $"{next.Sequence} after {first + 1}");
        Assert.Equal([Change("d01", first + 1, 1)], next.Read());
    }

    [Fact]
    public void However_many_numbers_are_given_they_were_reserved_before()
    {
        var log = Open();
        var sequence = log.Sequence;
        for (var i = 0; i < 5; i++) log.Append([Change("d01", sequence += 400_000, i)], At(i));
        CopyAsIs(out var copy);
        log.Dispose();
        using var next = DeskLog.Open(copy, "lyon-1", ["d01"], At(60));
        Assert.True(next.Sequence >= sequence + 400_000, $"{next.Sequence} after {sequence}");
    }

    [Fact]
    public void Nothing_stays_for_a_day()
    {
        using var log = Open();
        var sequence = log.Sequence;
        for (var minute = 0; minute < 48 * 60; minute++)
        {
            var now = At(60 * minute);
            if (minute % 10 == 0) log.Append([Change("d01", ++sequence, 60 * minute)], now);
            else log.Append([], now);
            if (minute % 100 != 0) continue;
            var oldest = log.Read()[0].Status.Since;
            Assert.True(now - oldest < TimeSpan.FromHours(24), $"{oldest} is there at {now}.");
            if (minute > 25 * 60) Assert.True(now - oldest > TimeSpan.FromHours(21), $"{oldest} is the oldest at {now}.");
        }
    }

    [Fact]
    public void What_was_deleted_is_in_no_byte_of_the_files()
    {
        using var log = Open("secret-desk", "other");
        log.Append([Change("seat-of-somebody", log.Sequence + 1, 1)], At(1));
        Assert.Contains("seat-of-somebody", Bytes(), StringComparison.Ordinal);
        log.Append([], At(24 * 3600));
        Assert.Empty(log.Read());
        Assert.DoesNotContain("seat-of-somebody", Bytes(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_stored_before_the_clock_was_set_back_is_deleted_because_nobody_knows_its_age()
    {
        using var log = Open();
        log.Append([Change("d01", log.Sequence + 1, 7200)], At(7200));
        log.Append([Change("d01", log.Sequence + 1, 30)], At(30));
        Assert.Equal(30, (Assert.Single(log.Read()).Status.Since - Zero).TotalSeconds);
    }

    [Fact]
    public void More_changes_than_the_bound_push_the_oldest_out()
    {
        using var log = Open();
        var first = log.Sequence;
        var changes = Enumerable.Range(1, DeskLog.ChangesMax + 500).Select(i => Change("d01", first + i, 1)).ToArray();
        foreach (var chunk in changes.Chunk(10_000)) log.Append(chunk, At(1));
        var held = log.Read();
        Assert.Equal((DeskLog.ChangesMax, changes[^1]), (held.Count, held[^1]));
    }

    [Fact]
    public void Desks_that_are_no_longer_declared_are_known()
    {
        using (var log = Open("d01", "d02", "d03")) Assert.Empty(log.Gone);
        using (var log = Open("d02")) Assert.Equal(["d01", "d03"], log.Gone);
        using (var log = Open("d01", "d02")) Assert.Equal(["d03"], log.Gone);
    }

    [Fact]
    public void A_damaged_file_and_another_centres_are_begun_anew_far_ahead()
    {
        long last;
        using (var log = Open()) log.Append([Change("d01", last = log.Sequence + 1, 1)], At(1));
        File.WriteAllBytes(FilePath, [.. Enumerable.Repeat((byte)7, 5000)]);
        using (var log = Open(at: 60))
        {
            Assert.True(log.Sequence > last);
            Assert.Empty(log.Read());
            last = log.Sequence;
        }
        using var other = DeskLog.Open(Log, "paris-2", ["d01"], At(120));
        Assert.Empty(other.Read());
        Assert.True(other.Sequence > last);
    }

    [Fact]
    public void A_disk_that_refuses_says_so_and_takes_the_same_changes_later_without_giving_a_number_twice()
    {
        var log = Open();
        var first = log.Sequence;
        log.Append([Change("d01", first + 1, 1)], At(1));
        // Another program holds it locked.
        using (var held = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={FilePath};Pooling=False"))
        {
            held.Open();
            using var command = held.CreateCommand();
            command.CommandText = "BEGIN EXCLUSIVE";
            command.ExecuteNonQuery();
            Assert.Contains("locked", Assert.Throws<LogUnavailableException>(() => log.Append([Change("d01", first + 2, 2)], At(2))).Message, StringComparison.Ordinal);
        }
        log.Append([Change("d01", first + 2, 2), Change("d01", first + 3, 3)], At(3));
        Assert.Equal([first + 1, first + 2, first + 3], log.Read().Select(c => c.Status.Sequence));
        CopyAsIs(out var copy);
        log.Dispose();
        using (var next = DeskLog.Open(copy, "lyon-1", ["d01"], At(60))) Assert.True(next.Sequence > first + 100_000);
        using (var next = Open(at: 60)) Assert.Equal(first + 3, next.Sequence);
    }

    private static Instant At(double seconds) => Zero + TimeSpan.FromSeconds(seconds);

    private static StoredDeskChange Change(string desk, long sequence, double since, DeskState state = DeskState.Occupied) => new(
        desk, new DeskStatus(0, state, At(since), At(since - 0.5), At(since + 25), 0.75, sequence));

    private DeskLog Open(params string[] desks) => DeskLog.Open(Log, "lyon-1", desks.Length > 0 ? desks : ["d01", "d02"], Zero);

    private DeskLog Open(double at) => DeskLog.Open(Log, "lyon-1", ["d01", "d02"], At(at));

    /// <summary>The files as a process that is killed leaves them.</summary>
    private void CopyAsIs(out string log)
    {
        log = _scratch.File("copy.db");
        foreach (var suffix in new[] { "", "-wal" })
            if (File.Exists(FilePath + suffix)) File.Copy(FilePath + suffix, DeskLog.PathOf(log) + suffix, overwrite: true);
    }

    private string Bytes() => string.Concat(new[] { "", "-wal" }.Where(suffix => File.Exists(FilePath + suffix)).Select(suffix =>
    {
        using var file = new FileStream(FilePath + suffix, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file, System.Text.Encoding.Latin1);
        return reader.ReadToEnd();
    }));
}
