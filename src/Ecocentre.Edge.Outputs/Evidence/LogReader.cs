using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;
using Microsoft.Data.Sqlite;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>One connection that reads, with its statements prepared and the page it unpacked last.</summary>
/// <remarks>One thread at a time; <see cref="LogReaders"/> lends it out. Every read is a snapshot of one moment of the file.</remarks>
internal sealed class LogReader(string path, NewestPages? newest = null) : IDisposable
{
    /// <summary>Pages unpacked for one question: a month of quarter hours, some tenths of a second on a small box. Then the asker is told where to
    /// ask on.</summary>
    public const int SearchedPagesMax = 3_000;

    // The two tables are each in order of their key, so SQLite merges them without sorting.
    private const string PagesAfter = """
        SELECT last, first, at, 0, body FROM detail WHERE last > $after
        UNION ALL SELECT last, first, at, 1, body FROM evidence WHERE last > $after ORDER BY 1
        """;

    private const string OldestAfter = """
        SELECT min(last), at FROM (
            SELECT * FROM (SELECT last, at FROM detail WHERE last > $after ORDER BY last LIMIT 1)
            UNION ALL SELECT * FROM (SELECT last, at FROM evidence WHERE last > $after ORDER BY last LIMIT 1))
        """;

    private readonly SqliteConnection _connection = LogFile.OpenForReading(path);
    private PageKey _unpackedKey;
    private LogEntry[] _unpacked = [];

    /// <summary>When the newest page was appended, or null without pages.</summary>
    public Instant? NewestAt() => LogFile.Number(_connection,
        "SELECT max(at) FROM (SELECT max(at) AS at FROM detail UNION ALL SELECT max(at) FROM evidence)") is > 0 and var at ? new Instant(at) : null;

    /// <summary>Entries of a range.</summary>
    /// <param name="unreadable">Takes pages whose bytes are not what was written; they are passed over.</param>
    public List<LogEntry> Read(SequenceRange range, int entriesMax, SeriesCatalog catalog, UnreadablePages unreadable)
    {
        var entries = new List<LogEntry>((int)Math.Min(entriesMax, Math.Min(range.Count, PageCodec.EntriesMax)));
        using var command = Command(PagesAfter, range.First - 1);
        using var rows = command.ExecuteReader();
        while (entries.Count < entriesMax && rows.Read())
        {
            var row = Row(rows);
            if (row.Key.Range.First > range.Last) break;
            if (Unpack(row, rows, catalog, unreadable) is not { } page) continue;
            var from = (int)Math.Max(0, range.First - row.Key.Range.First);
            var count = Math.Min(page.Length - from, entriesMax - entries.Count);
            entries.AddRange(page.AsSpan(from, count));
        }
        // Who follows the log goes on behind it: half a megabyte that nobody asks for again.
        if (entries.Count > 0 && entries[^1].Sequence == _unpackedKey.Range.Last) (_unpackedKey, _unpacked) = (default, []);
        return entries;
    }

    /// <summary>When the oldest entry after a sequence was appended, or null when there is none.</summary>
    public Instant? AppendedAfter(long after)
    {
        using var command = Command(OldestAfter, after);
        using var rows = command.ExecuteReader();
        return rows.Read() && !rows.IsDBNull(1) ? new Instant(rows.GetInt64(1)) : null;
    }

    /// <summary>The sequence after which every page of a kind lies that was appended at or after an instant; the largest number when there is none.</summary>
    /// <param name="run">How many older pages in a row end the search: the clock may have been wrong for a while in between.</param>
    public long Before(PageKind kind, Instant since, int run)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = $"SELECT last, first, at FROM {PageKinds.Table(kind)} ORDER BY last DESC";
        using var rows = command.ExecuteReader();
        var before = long.MaxValue;
        for (var older = 0; older < run && rows.Read();)
        {
            if (rows.GetInt64(2) < since.UnixMilliseconds)
            {
                older++;
                continue;
            }
            older = 0;
            before = rows.GetInt64(1) - 1;
        }
        return before;
    }

    /// <summary>The next page of a kind after a sequence, with the sequence it ends at, or null. Empty when it is unreadable.</summary>
    public (long Last, LogEntry[] Entries)? NextPage(PageKind kind, long after, SeriesCatalog catalog, UnreadablePages unreadable)
    {
        using var command = Command(
            $"SELECT last, first, at, {(int)kind}, body FROM {PageKinds.Table(kind)} WHERE last > $after ORDER BY last LIMIT 1", after);
        using var rows = command.ExecuteReader();
        if (!rows.Read()) return null;
        var row = Row(rows);
        return (row.Key.Range.Last, Unpack(row, rows, catalog, unreadable) ?? []);
    }

    /// <summary>The last sequence before the pages of a kind that were appended at or after an instant, found by halving; right as far as the clock
    /// was not set back meanwhile.</summary>
    public long SeekBefore(PageKind kind, Instant at)
    {
        var table = PageKinds.Table(kind);
        using var command = Command($"SELECT last, at FROM {table} WHERE last > $after ORDER BY last LIMIT 1", 0);
        var (low, high) = (LogFile.Number(_connection, $"SELECT min(last) FROM {table}") - 1, LogFile.Number(_connection, $"SELECT max(last) FROM {table}"));
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            command.Parameters[0].Value = middle;
            using var rows = command.ExecuteReader();
            if (!rows.Read() || rows.GetInt64(1) >= at.UnixMilliseconds) high = middle;
            else low = rows.GetInt64(0);
        }
        return high;
    }

    /// <summary>The sequence so many pages of a kind further back, 0 when there are not so many.</summary>
    public long StepBack(PageKind kind, long last, int pages)
    {
        using var command = Command($"SELECT last FROM {PageKinds.Table(kind)} WHERE last <= $after ORDER BY last DESC LIMIT 1 OFFSET {pages}", last);
        return command.ExecuteScalar() is long found ? found : 0;
    }

    /// <summary>The last sequence after another of any page that was appended before an instant; that other one when there is none.</summary>
    public long LastAppendedBefore(Instant at, long after)
    {
        using var command = Command("""
            SELECT max(last) FROM (SELECT last, at FROM detail WHERE last > $after UNION ALL SELECT last, at FROM evidence WHERE last > $after)
            WHERE at < $at
            """, after);
        command.Parameters.AddWithValue("$at", at.UnixMilliseconds);
        return command.ExecuteScalar() is long last ? last : after;
    }

    /// <summary>Keys of the pages of a kind after a sequence, in order; bodies stay on the disk.</summary>
    public IEnumerable<PageKey> Keys(PageKind kind, long after)
    {
        using var command = Command($"SELECT last, first, at FROM {PageKinds.Table(kind)} WHERE last > $after ORDER BY last", after);
        using var rows = command.ExecuteReader();
        while (rows.Read()) yield return new PageKey(new SequenceRange(rows.GetInt64(1), rows.GetInt64(0)), new Instant(rows.GetInt64(2)));
    }

    /// <summary>The entries of one page; empty when it is gone or unreadable.</summary>
    public LogEntry[] Page(PageKind kind, PageKey key, SeriesCatalog catalog, UnreadablePages unreadable)
    {
        using var command = Command($"SELECT last, first, at, {(int)kind}, body FROM {PageKinds.Table(kind)} WHERE last = $after", key.Range.Last);
        using var rows = command.ExecuteReader();
        return rows.Read() ? Unpack(Row(rows), rows, catalog, unreadable) ?? [] : [];
    }

    /// <summary>Incidents before a sequence, newest first.</summary>
    public IncidentRun Incidents(long before, int incidentsMax, SeriesCatalog catalog, UnreadablePages unreadable)
    {
        var found = new List<LogEntry>();
        using var command = Command("SELECT last, first, at, 1, body FROM evidence WHERE first < $after ORDER BY last DESC", before);
        using var rows = command.ExecuteReader();
        for (var pages = 0; rows.Read(); pages++)
        {
            var row = Row(rows);
            if (pages == SearchedPagesMax) return new IncidentRun(found, row.Key.Range.Last + 1);
            foreach (var entry in (Unpack(row, rows, catalog, unreadable) ?? []).Reverse())
            {
                if (entry.Sequence >= before || entry.Fact is not IncidentFact) continue;
                if (found.Count == incidentsMax) return new IncidentRun(found, found[^1].Sequence);
                found.Add(entry);
            }
        }
        return new IncidentRun(found, null);
    }

    /// <summary>Rows of a number and a body.</summary>
    public List<(long Number, byte[] Body)> Bodies(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        using var rows = command.ExecuteReader();
        var bodies = new List<(long, byte[])>();
        while (rows.Read()) bodies.Add((rows.GetInt64(0), rows.GetFieldValue<byte[]>(1)));
        return bodies;
    }

    /// <summary>Last sequence of the newest page (0 without pages) and first of the oldest.</summary>
    public (long Head, long? Tail) Ends()
    {
        long head = 0;
        long? tail = null;
        foreach (var table in new[] { "detail", "evidence" })
        {
            head = Math.Max(head, LogFile.Number(_connection, $"SELECT max(last) FROM {table}"));
            using var command = _connection.CreateCommand();
            command.CommandText = $"SELECT first FROM {table} ORDER BY last LIMIT 1";
            if (command.ExecuteScalar() is long first) tail = tail < first ? tail : first;
        }
        return (head, tail);
    }

    /// <summary>Looks at the newest page of each kind: where a power failure would have struck.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public void CheckNewest()
    {
        foreach (var table in new[] { "detail", "evidence" })
        {
            using var command = _connection.CreateCommand();
            command.CommandText = $"SELECT last, first, at, 0, body FROM {table} ORDER BY last DESC LIMIT 1";
            using var rows = command.ExecuteReader();
            if (rows.Read() && !PageCodec.IsWhole(Row(rows).Key, rows.GetFieldValue<byte[]>(4)))
                throw new InvalidDataException($"The newest page of {table} is not what was written.");
        }
    }

    /// <summary>Walks through the whole structure of the file.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public bool Check()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "PRAGMA quick_check(1)";
        return command.ExecuteScalar() is "ok" ? true : throw new InvalidDataException("SQLite's quick check finds its structure broken.");
    }

    public void Dispose() => _connection.Dispose();

    private LogEntry[]? Unpack(PageRow row, SqliteDataReader rows, SeriesCatalog catalog, UnreadablePages unreadable)
    {
        if (newest?.Find(row.Key) is { } appended)
        {
            // Who has come so far does not come back to what was unpacked on the way.
            (_unpackedKey, _unpacked) = (default, []);
            return appended;
        }
        if (row.Key == _unpackedKey) return _unpacked;
        try
        {
            _unpacked = PageCodec.Decode(row.Key, rows.GetFieldValue<byte[]>(4), catalog);
            _unpackedKey = row.Key;
            return _unpacked;
        }
        catch (Exception e) when (e is InvalidDataException or InvalidCastException or OverflowException or ArgumentException)
        {
            unreadable.Add(row.Key, e.Message);
            return null;
        }
    }

    private SqliteCommand Command(string sql, long after)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$after", after);
        return command;
    }

    private static PageRow Row(SqliteDataReader rows) =>
        new((PageKind)rows.GetInt64(3), new PageKey(new SequenceRange(rows.GetInt64(1), rows.GetInt64(0)), new Instant(rows.GetInt64(2))));
}
