using Ecocentre.Edge.Time;
using Microsoft.Data.Sqlite;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>A log's file of which some bytes are wrong or missing, read wherever it can be read. It is not changed.</summary>
internal sealed class DamagedFile : IDisposable
{
    private const int RowsPerRead = 64;

    private readonly SqliteConnection? _connection;
    private readonly string? _copy;

    private DamagedFile(SqliteConnection? connection, string? copy)
    {
        _connection = connection;
        _copy = copy;
    }

    /// <summary>Pages met that are not what was written. Pages in regions that cannot be entered at all are not counted.</summary>
    public long PagesLost { get; private set; }

    /// <summary>Opens the file as it is; failing that a copy of it of which the first page, which never changes much, is replaced by a fresh one;
    /// failing that nothing, of which nothing can be read.</summary>
    public static DamagedFile Open(string path)
    {
        if (TryOpen(path) is { } asItIs) return new DamagedFile(asItIs, null);
        var copy = path + ".copy";
        var model = path + ".empty";
        Salvage.Remove(copy);
        Salvage.Remove(model);
        File.Copy(path, copy);
        if (File.Exists(path + "-wal")) File.Copy(path + "-wal", copy + "-wal");
        using (var empty = LogFile.OpenForWriting(new LogPlace(model, "", LogOptions.Default), ours: false))
            LogFile.Run(empty, "PRAGMA wal_checkpoint(TRUNCATE)");
        LogFile.ReplaceFirstPage(copy, model);
        Salvage.Remove(model);
        return new DamagedFile(TryOpen(copy), copy);
    }

    /// <summary>The series that can be read from either of their two tables, under their numbers.</summary>
    public SeriesCatalog Series()
    {
        var catalog = new SeriesCatalog.Draft(SeriesCatalog.Empty);
        foreach (var table in LogFile.SeriesTables)
            foreach (var (number, body) in Rows($"SELECT number, body FROM {table} ORDER BY number").Concat(
                Rows($"SELECT number, body FROM {table} ORDER BY number DESC")))
            {
                if (number is < 1 or > SeriesCatalog.NumberMax || catalog[(int)number] is not null) continue;
                try
                {
                    catalog.Add((int)number, SeriesCodec.Decode((int)number, body));
                }
                catch (InvalidDataException)
                {
                    // The other table may have it.
                }
            }
        return catalog.Catalog;
    }

    public LogStanding? Standing(SeriesCatalog catalog)
    {
        try
        {
            foreach (var (_, body) in Rows("SELECT id, body FROM standing")) return LogStanding.Decode(body, catalog);
        }
        catch (InvalidDataException)
        {
            // As if there were none.
        }
        return null;
    }

    /// <summary>Every page that is what was written, each once.</summary>
    public IEnumerable<(PageRow Row, byte[] Body)> Pages() => Pages(PageKind.Detail).Concat(Pages(PageKind.Evidence));

    public void Dispose()
    {
        _connection?.Dispose();
        if (_copy is not null) Salvage.Remove(_copy);
    }

    /// <summary>Walks a table upwards; where it cannot go on, leaps ahead by growing leaps and walks back down to the hole.</summary>
    private IEnumerable<(PageRow Row, byte[] Body)> Pages(PageKind kind)
    {
        long after = 0;
        while (true)
        {
            var (rows, failed) = Walk(kind, after, long.MaxValue, upwards: true);
            foreach (var row in rows) yield return row;
            if (rows.Count > 0) after = rows[^1].Row.Key.Range.Last;
            if (!failed && rows.Count == 0) yield break;
            if (!failed) continue;

            var landing = Leap(kind, after);
            for (var before = landing; ;)
            {
                var (back, _) = Walk(kind, after, before, upwards: false);
                if (back.Count == 0) break;
                foreach (var row in back) yield return row;
                before = back[^1].Row.Key.Range.Last;
            }
            if (landing == long.MaxValue) yield break;
            after = landing - 1;
        }
    }

    /// <returns>A key from which the table can be walked upwards again, or the largest number.</returns>
    private long Leap(PageKind kind, long after)
    {
        for (long leap = 1; leap < long.MaxValue / 4 - after; leap *= 2)
        {
            var (rows, _) = Walk(kind, after + leap, long.MaxValue, upwards: true);
            if (rows.Count > 0) return rows[0].Row.Key.Range.Last;
        }
        return long.MaxValue;
    }

    /// <summary>Some rows between two keys, both excluded, that are what was written.</summary>
    /// <returns>Failed: SQLite could not go on, or nothing of what it gave was whole.</returns>
    private (List<(PageRow Row, byte[] Body)> Rows, bool Failed) Walk(PageKind kind, long after, long before, bool upwards)
    {
        var whole = new List<(PageRow, byte[])>();
        if (_connection is null) return (whole, false);
        var given = 0;
        try
        {
            using var command = _connection.CreateCommand();
            command.CommandText = $"SELECT last, first, at, body FROM {PageKinds.Table(kind)} "
                + $"WHERE last > {after} AND last < {before} ORDER BY last {(upwards ? "" : "DESC")} LIMIT {RowsPerRead}";
            using var rows = command.ExecuteReader();
            for (; rows.Read(); given++)
            {
                var key = new PageKey(new SequenceRange(rows.GetInt64(1), rows.GetInt64(0)), new Instant(rows.GetInt64(2)));
                var body = rows.GetFieldValue<byte[]>(3);
                if (PageCodec.IsWhole(key, body)) whole.Add((new PageRow(kind, key), body));
                else PagesLost++;
            }
            return (whole, given > 0 && whole.Count == 0);
        }
        catch (Exception e) when (e is SqliteException or InvalidCastException or InvalidOperationException)
        {
            return (whole, true);
        }
    }

    private List<(long Number, byte[] Body)> Rows(string sql)
    {
        var bodies = new List<(long, byte[])>();
        try
        {
            if (_connection is null) return bodies;
            using var command = _connection.CreateCommand();
            command.CommandText = sql;
            using var rows = command.ExecuteReader();
            while (rows.Read()) bodies.Add((rows.GetInt64(0), rows.GetFieldValue<byte[]>(1)));
        }
        catch (Exception e) when (e is SqliteException or InvalidCastException or InvalidOperationException)
        {
            // What came before the damage is of use.
        }
        return bodies;
    }

    private static SqliteConnection? TryOpen(string path)
    {
        SqliteConnection? connection = null;
        try
        {
            connection = LogFile.OpenForReading(path);
            if (LogFile.Number(connection, "SELECT count(*) FROM sqlite_master WHERE type = 'table'") >= LogFile.TableCount) return connection;
        }
        catch (SqliteException)
        {
            // Its first page is gone.
        }
        connection?.Dispose();
        return null;
    }
}
