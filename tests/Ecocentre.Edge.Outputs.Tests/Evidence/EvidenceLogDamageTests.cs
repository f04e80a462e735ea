using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Tests.Evidence;

public sealed class EvidenceLogDamageTests : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly Series[] _plant = Facts.Plant(25);

    public void Dispose() => _scratch.Dispose();

    /// <summary>Goal: whatever a power failure or a worn card did to the files, the log opens, gives nothing but what was written, and gives no
    /// number twice. Method: the files of a running log are copied, one of them is damaged at a random place, and the copy is opened.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Damaged_anywhere_it_opens_and_gives_nothing_that_was_not_written(int seed)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var (original, files) = RunningLog();
        var random = new Random(seed);
        for (var round = 0; round < 25; round++)
        {
            var what = Damage(files, random, out var damaged);
            var folder = Directory.CreateDirectory(_scratch.File($"{seed}-{round}")).FullName;
            var path = Path.Combine(folder, "log.db");
            foreach (var (suffix, bytes) in damaged) File.WriteAllBytes(path + suffix, bytes);

            using (var log = Open(path))
            {
                var kept = HoldAgainst(original, log, what);
                var range = log.Append([Facts.Incident(Facts.Start, "after")], [], Facts.Start);
                var said = log.Read(original.Count, 100).Any(entry => entry.Fact is IncidentFact { Incident.Kind: IncidentKind.LogSalvaged });
                Assert.True(said || kept == original.Count, $"{what}: {original.Count - kept} entries are lost and nothing says so.");
                Assert.True(range.First > original.Count, $"{what}: sequence {range.First} was given before.");
            }
            using (var again = Open(path))
            {
                HoldAgainst(original, again, what + ", opened again");
                Assert.Null(again.Lost);
            }
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_torn_write_ahead_file_costs_only_its_end()
    {
        // So many steps that the database holds the greater part of them already.
        var (original, files) = RunningLog(steps: 300);
        var path = _scratch.File("torn.db");
        File.WriteAllBytes(path, files[""]);
        File.WriteAllBytes(path + ".guard", files[".guard"]);
        // The file's header (32 bytes) and three frames: SQLite file format, section 4.1.
        File.WriteAllBytes(path + "-wal", files["-wal"][..(32 + 3 * (24 + 4096))]);
        using var log = Open(path);
        Assert.NotNull(log.Lost);
        Assert.Contains("lost its end", log.Lost.Text, StringComparison.Ordinal);
        var kept = HoldAgainst(original, log, "torn");
        Assert.InRange(kept, original.Count / 2, original.Count - 1);
        Assert.Equal(Enumerable.Range(1, kept).Select(n => (long)n), log.Read(0, kept).Select(entry => entry.Sequence));
    }

    [Fact]
    public void A_hole_in_the_file_is_salvaged_around_and_the_damaged_file_is_kept()
    {
        var (original, files) = RunningLog(checkpointed: true);
        var bytes = (byte[])files[""].Clone();
        Array.Clear(bytes, bytes.Length / 2 / 4096 * 4096, 4096 * 3);
        var path = _scratch.File("hole.db");
        File.WriteAllBytes(path, bytes);
        File.WriteAllBytes(path + ".guard", files[".guard"]);
        using var log = Open(path);
        var seen = log.Read(0, int.MaxValue);
        // What is behind the hole is read as well as what is before it.
        Assert.Contains(seen, entry => entry.Sequence == 1);
        Assert.Contains(seen, entry => entry.Sequence == original.Count);
        Assert.InRange(HoldAgainst(original, log, "hole"), original.Count * 8 / 10, original.Count - 1);
        // The ends of the file are whole, so opening found nothing; reading found it, and mended it.
        Assert.Equal(IncidentKind.LogSalvaged, Assert.IsType<IncidentFact>(log.Read(original.Count, 1)[0].Fact).Incident.Kind);
        Assert.Equal(bytes, File.ReadAllBytes(path + ".broken-1"));
    }

    [Fact]
    public void A_file_whose_first_page_is_gone_is_salvaged()
    {
        var (original, files) = RunningLog(checkpointed: true);
        var bytes = (byte[])files[""].Clone();
        Array.Clear(bytes, 0, 4096);
        var path = _scratch.File("headless.db");
        File.WriteAllBytes(path, bytes);
        File.WriteAllBytes(path + ".guard", files[".guard"]);
        using var log = Open(path);
        Assert.NotNull(log.Lost);
        Assert.Equal(original.Count, HoldAgainst(original, log, "headless"));
        Assert.Equal(10, log.Cursor("mqtt"));
        Assert.Equal("a", Assert.Single(log.Carries()).Point);
        Assert.Equal(bytes, File.ReadAllBytes(path + ".broken-1"));
    }

    [Fact]
    public void A_log_that_is_gone_is_said_and_numbering_goes_on()
    {
        var (original, files) = RunningLog();
        var path = _scratch.File("gone.db");
        File.WriteAllBytes(path + ".guard", files[".guard"]);
        using var log = Open(path);
        Assert.Contains("is gone", log.Lost!.Text, StringComparison.Ordinal);
        var entry = Assert.Single(log.Read(0, 10));
        Assert.True(entry.Sequence > original.Count);
        Assert.Equal(new IncidentFact(log.Lost), entry.Fact);
    }

    [Fact]
    public void A_log_deleted_under_a_running_gateway_is_said_and_numbering_goes_on()
    {
        var path = _scratch.File("deleted.db");
        var original = new List<LogEntry>();
        using var log = Open(path);
        Fill(log, original, steps: 20);
        File.Delete(path);
        var range = log.Append([Facts.Incident(Facts.Start, "anew")], [], Facts.Start);
        Assert.True(range.First > original.Count);
        var entries = log.Read(0, 10).Select(entry => ((IncidentFact)entry.Fact).Incident).ToList();
        Assert.Equal([IncidentKind.LogSalvaged, IncidentKind.DeviceLost], entries.Select(incident => incident.Kind));
        Assert.Contains("is gone", entries[0].Text, StringComparison.Ordinal);
        Assert.Equal(10, log.Cursor("mqtt"));
    }

    [Fact]
    public void A_write_ahead_file_without_its_database_is_not_taken_for_the_new_ones()
    {
        var (original, files) = RunningLog();
        var path = _scratch.File("orphan.db");
        File.WriteAllBytes(path + "-wal", files["-wal"]);
        File.WriteAllBytes(path + ".guard", files[".guard"]);
        using (var log = Open(path)) Assert.Equal(0, HoldAgainst(original, log, "orphan"));
        using var again = Open(path);
        Assert.Null(again.Lost);
    }

    [Fact]
    public void A_salvage_cut_short_is_ended()
    {
        var (original, files) = RunningLog(checkpointed: true);
        // Cut short between setting the damaged file aside and renaming the new one.
        var path = _scratch.File("cut.db");
        File.WriteAllBytes(path + ".new", files[""]);
        File.WriteAllBytes(path + ".guard", files[".guard"]);
        using (var log = Open(path)) Assert.Equal(original.Count, HoldAgainst(original, log, "renamed"));
        // Cut short while the new file was being made.
        File.WriteAllBytes(path + ".new", files[""][..8000]);
        using (var log = Open(path)) Assert.Equal(original.Count, HoldAgainst(original, log, "half"));
        Assert.False(File.Exists(path + ".new"));
    }

    [Fact]
    public void Damage_under_a_running_log_is_said_and_mended()
    {
        var path = _scratch.File("running.db");
        var original = new List<LogEntry>();
        using var log = Open(path);
        Fill(log, original, steps: 120);
        log.Prune(Facts.Start);
        using (var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            // The first half of what is not yet in the page cache of a reader: tables and pages alike.
            file.Position = 4096;
            file.Write(new byte[file.Length / 2 / 4096 * 4096]);
        }
        File.WriteAllBytes(path + "-wal", []);
        HoldAgainst(original, log, "while running");
        var range = log.Append([Facts.Incident(Facts.Start, "mended")], [], Facts.Start);
        Assert.True(range.First > original.Count);
        HoldAgainst(original, log, "running");
        Assert.Contains(log.Read(original.Count, 100), entry => entry.Fact is IncidentFact { Incident.Kind: IncidentKind.LogSalvaged });
        Assert.Null(log.Health().Trouble);
    }

    [Fact]
    public void A_page_with_a_flipped_bit_is_passed_over_and_said_once()
    {
        var path = _scratch.File("flipped.db");
        var original = new List<LogEntry>();
        using (var log = Open(path)) Fill(log, original, steps: 40);
        var bytes = File.ReadAllBytes(path);
        // Two thirds into the file lie the compressed bytes of some page.
        bytes[bytes.Length * 2 / 3] ^= 4;
        File.WriteAllBytes(path, bytes);
        using var again = Open(path);
        var kept = HoldAgainst(original, again, "flipped");
        Assert.InRange(kept, original.Count - 60, original.Count);
        again.Append([], [], Facts.Start);
        again.Read(0, int.MaxValue);
        again.Append([], [], Facts.Start);
        var incidents = again.Read(original.Count, 100).Count(entry => entry.Fact is IncidentFact { Incident.Kind: IncidentKind.LogSalvaged });
        Assert.Equal(kept == original.Count ? 0 : 1, incidents);
    }

    [Fact]
    public void What_is_not_a_log_is_refused_and_left_alone()
    {
        var text = _scratch.Write("site.json", "{ \"centre\": \"lyon-1\" }");
        Assert.Contains("not a log", Assert.Throws<LogRefusedException>(() => Open(text)).Message, StringComparison.Ordinal);
        Assert.Equal("{ \"centre\": \"lyon-1\" }", File.ReadAllText(text));

        var folder = Directory.CreateDirectory(_scratch.File("folder")).FullName;
        Assert.Contains("is a folder", Assert.Throws<LogRefusedException>(() => Open(folder)).Message, StringComparison.Ordinal);

        var foreign = _scratch.File("foreign.db");
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={foreign};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE booking(id)";
            command.ExecuteNonQuery();
        }
        Assert.Contains("another program", Assert.Throws<LogRefusedException>(() => Open(foreign)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_programs_log_is_refused_and_not_a_byte_of_it_changed()
    {
        var path = _scratch.File("log.db");
        using (var log = Open(path)) log.Append([Facts.Incident(Facts.Start, "of the newer program")], [], Facts.Start);
        Raise("PRAGMA user_version=7; UPDATE meta SET value='7' WHERE key='format'");
        var bytes = File.ReadAllBytes(path);
        Assert.Contains("log format 7", Assert.Throws<LogRefusedException>(() => Open(path)).Message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(path));
        Assert.DoesNotContain(Directory.GetFiles(_scratch.Folder), file => file.Contains("broken", StringComparison.Ordinal));

        // A turned bit is no newer program: the header alone says 7 then.
        Raise("UPDATE meta SET value='1' WHERE key='format'");
        using (var log = Open(path)) Assert.Contains(log.Read(0, 10), entry => entry.Fact is IncidentFact { Incident.Text: "of the newer program" });

        void Raise(string sql)
        {
            using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path};Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = sql + "; PRAGMA wal_checkpoint(TRUNCATE)";
            command.ExecuteNonQuery();
        }
    }

    [Fact]
    public void Kinds_that_a_newer_program_wrote_are_kept_and_given_as_they_are()
    {
        var path = _scratch.File("log.db");
        var (record, incident) = (new RecordFact(Facts.Start, (RecordKind)77, "gateway", "{\"a\":1}"), Facts.Incident(Facts.Start, "new", (IncidentKind)177));
        using (var log = Open(path)) log.Append([record, incident], [], Facts.Start);
        using (var log = Open(path))
        {
            Assert.Equal([record, incident], log.Read(0, 10).Select(entry => entry.Fact));
            Assert.Contains(log.Records(), entry => entry.Fact == record);
        }
    }

    [Fact]
    public void An_empty_file_becomes_a_log_and_a_missing_folder_is_made()
    {
        var empty = _scratch.Write("empty.db", "");
        using (var log = Open(empty)) Assert.Equal(0, log.Head);
        using (var log = Open(_scratch.File("a/b/log.db"))) Assert.Equal(0, log.Head);
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_said_with_a_remedy()
    {
        // /proc takes no files, for root either.
        var unavailable = Assert.Throws<LogUnavailableException>(() => Open("/proc/ecocentre/log.db"));
        Assert.Contains("/proc/ecocentre/log.db", unavailable.Message, StringComparison.Ordinal);
        Assert.Contains("Make it and give it to the gateway's user", unavailable.Message, StringComparison.Ordinal);
        unavailable = Assert.Throws<LogUnavailableException>(() => Open("/proc/log.db"));
        Assert.Contains("log.db", unavailable.Message, StringComparison.Ordinal);
    }

    /// <summary>Every entry that comes from the log is what was written under its sequence, or says what was lost.</summary>
    /// <returns>How many of the original ones came.</returns>
    private static int HoldAgainst(List<LogEntry> original, EvidenceLog log, string what)
    {
        var kept = 0;
        long before = 0;
        foreach (var entry in log.Read(0, int.MaxValue))
        {
            Assert.True(entry.Sequence > before, $"{what}: sequence {entry.Sequence} after {before}.");
            before = entry.Sequence;
            if (entry.Sequence > original.Count) Assert.True(entry.Fact is IncidentFact, what);
            else
            {
                kept++;
                Assert.True(original[(int)entry.Sequence - 1] == entry, $"{what}: entry {entry.Sequence} is not what was written.");
            }
        }
        return kept;
    }

    private static string Damage(Dictionary<string, byte[]> files, Random random, out Dictionary<string, byte[]> damaged)
    {
        damaged = new Dictionary<string, byte[]>(files);
        var suffix = random.Next(3) == 0 ? "" : "-wal";
        var bytes = (byte[])files[suffix].Clone();
        var at = random.Next(bytes.Length);
        switch (random.Next(5))
        {
            case 0:
                damaged[suffix] = bytes[..at];
                return $"{suffix} cut off at {at} of {bytes.Length}";
            case 1:
                bytes[at] ^= (byte)(1 << random.Next(8));
                damaged[suffix] = bytes;
                return $"{suffix} bit flipped at {at}";
            case 2:
                Array.Clear(bytes, at / 4096 * 4096, Math.Min(4096, bytes.Length - at / 4096 * 4096));
                damaged[suffix] = bytes;
                return $"{suffix} block of {at} zero";
            case 3:
                random.NextBytes(bytes.AsSpan(at, Math.Min(random.Next(1, 600), bytes.Length - at)));
                damaged[suffix] = bytes;
                return $"{suffix} overwritten from {at}";
            default:
                // Both at once: the database flipped, and the write-ahead file gone with its newest pages.
                damaged.Remove("-wal");
                var database = (byte[])files[""].Clone();
                database[random.Next(database.Length)] ^= (byte)(1 << random.Next(8));
                damaged[""] = database;
                return "database bit flipped and write-ahead file gone";
        }
    }

    /// <summary>The entries of a log, and its files as they lie on the disk while it is open.</summary>
    private (List<LogEntry> Entries, Dictionary<string, byte[]> Files) RunningLog(bool checkpointed = false, int steps = 150)
    {
        var path = _scratch.File("original.db");
        var entries = new List<LogEntry>();
        var files = new Dictionary<string, byte[]>();
        var log = Open(path);
        Fill(log, entries, steps);
        if (checkpointed) log.Dispose();
        foreach (var suffix in new[] { "", "-wal", ".guard" })
            if (File.Exists(path + suffix)) files[suffix] = Copy(path + suffix);
        log.Dispose();
        return (entries, files);
    }

    private void Fill(EvidenceLog log, List<LogEntry> entries, int steps)
    {
        log.Sinks(["mqtt"], Facts.Start);
        for (var step = 0; step < steps; step++)
        {
            var start = Facts.Start + TimeSpan.FromMinutes(step);
            var facts = Facts.Windows(_plant, WindowKind.Minute, start, new Random(step));
            if (step % 15 == 0) facts.AddRange(Facts.Windows(_plant, WindowKind.QuarterHour, start, new Random(step)));
            if (step % 3 == 0) facts.Add(Facts.Incident(start, $"Step {step}."));
            log.Append(facts, [new CounterCarry("a", step, start)], start);
            if (step == 1) log.MoveCursor("mqtt", 10);
        }
        entries.AddRange(log.Read(0, int.MaxValue));
        Assert.Equal(log.Head, entries.Count);
    }

    private static byte[] Copy(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static EvidenceLog Open(string path) => EvidenceLog.Open(path, "lyon-1", LogOptions.Default, Facts.Start);
}
