using Ecocentre.Edge.Time;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>A row of a page table without its body.</summary>
internal readonly record struct PageRow(PageKind Kind, PageKey Key);

/// <summary>The one connection that writes, with its statements prepared.</summary>
/// <remarks>Every member throws <see cref="SqliteException"/> for SQLite's trouble. One thread at a time.</remarks>
internal sealed class LogWriter : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly SqliteCommand _rollback;
    private readonly SqliteCommand _saveStanding;
    private readonly SqliteCommand _pageCount;
    private readonly SqliteCommand _freeCount;
    private readonly SqliteCommand[] _insertPage = new SqliteCommand[2];
    private readonly SqliteCommand[] _oldest = new SqliteCommand[2];
    private readonly SqliteCommand[] _delete = new SqliteCommand[2];

    public LogWriter(SqliteConnection connection)
    {
        _connection = connection;
        // IMMEDIATE: the write lock is taken before any work is done, so that a foreign lock shows at once.
        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _rollback = Prepare("ROLLBACK");
        _pageCount = Prepare("PRAGMA page_count");
        _freeCount = Prepare("PRAGMA freelist_count");
        _saveStanding = Prepare("INSERT OR REPLACE INTO standing VALUES (1, $body)", "$body");
        foreach (var kind in new[] { PageKind.Detail, PageKind.Evidence })
        {
            var table = PageKinds.Table(kind);
            _insertPage[(int)kind] = Prepare($"INSERT INTO {table} VALUES ($last, $first, $at, $body)", "$last", "$first", "$at", "$body");
            _oldest[(int)kind] = Prepare($"SELECT last, first, at FROM {table} ORDER BY last LIMIT 1");
            _delete[(int)kind] = Prepare($"DELETE FROM {table} WHERE last = $last", "$last");
        }
    }

    /// <summary>Bytes of the file that hold something.</summary>
    public long BytesUsed => ((long)_pageCount.ExecuteScalar()! - (long)_freeCount.ExecuteScalar()!) * LogFile.PageBytes;

    /// <summary>Bytes of the file.</summary>
    public long BytesOnDisk => (long)_pageCount.ExecuteScalar()! * LogFile.PageBytes;

    public void Begin() => _begin.ExecuteNonQuery();

    public void Commit() => _commit.ExecuteNonQuery();

    /// <summary>Ends a transaction that failed, if SQLite has not ended it already. Never throws: what failed before is what matters.</summary>
    public void Rollback()
    {
        try
        {
            if (raw.sqlite3_get_autocommit(_connection.Handle) == 0) _rollback.ExecuteNonQuery();
        }
        catch (SqliteException)
        {
            // The next transaction cannot begin, and the file is opened anew.
        }
    }

    /// <summary>Carries the write-ahead file into the database, as far as the disk lets it, so that its blocks can be used again.</summary>
    public void TryCheckpoint()
    {
        try
        {
            Run("PRAGMA wal_checkpoint(RESTART)");
        }
        catch (SqliteException)
        {
            // A full disk has no room for it either.
        }
    }

    /// <summary>Stores series in both of their tables.</summary>
    /// <param name="series">Bodies of <see cref="SeriesCodec"/>, under their numbers.</param>
    public void InsertSeries(IEnumerable<(int Number, byte[] Body)> series)
    {
        // Thousands at the first start of a site: SQLite's own calls take a third of the time of commands.
        var database = _connection.Handle!;
        sqlite3_stmt[] inserts = [.. LogFile.SeriesTables.Select(PrepareInsert)];
        try
        {
            foreach (var (number, body) in series)
                foreach (var insert in inserts)
                {
                    Check(raw.sqlite3_bind_int64(insert, 1, number));
                    Check(raw.sqlite3_bind_blob(insert, 2, body));
                    Check(raw.sqlite3_step(insert));
                    Check(raw.sqlite3_reset(insert));
                }
        }
        finally
        {
            foreach (var insert in inserts) insert.Dispose();
        }

        sqlite3_stmt PrepareInsert(string table)
        {
            Check(raw.sqlite3_prepare_v2(database, $"INSERT INTO {table} VALUES (?, ?)", out var insert));
            return insert;
        }

        void Check(int result) => SqliteException.ThrowExceptionForRC(result, database);
    }

    public void InsertPage(PageRow row, byte[] body)
    {
        var insert = _insertPage[(int)row.Kind];
        insert.Parameters[0].Value = row.Key.Range.Last;
        insert.Parameters[1].Value = row.Key.Range.First;
        insert.Parameters[2].Value = row.Key.At.UnixMilliseconds;
        insert.Parameters[3].Value = body;
        insert.ExecuteNonQuery();
    }

    public void SaveStanding(byte[] body)
    {
        _saveStanding.Parameters[0].Value = body;
        _saveStanding.ExecuteNonQuery();
    }

    public PageRow? Oldest(PageKind kind)
    {
        using var row = _oldest[(int)kind].ExecuteReader();
        if (!row.Read()) return null;
        return new PageRow(kind, new PageKey(new SequenceRange(row.GetInt64(1), row.GetInt64(0)), new Instant(row.GetInt64(2))));
    }

    public void Delete(PageRow row)
    {
        _delete[(int)row.Kind].Parameters[0].Value = row.Key.Range.Last;
        _delete[(int)row.Kind].ExecuteNonQuery();
    }

    /// <summary>Deletes what lies beyond a head and a catalog: a commit that failed may have reached the disk all the same.</summary>
    public void DeleteBeyond(long head, int series)
    {
        Run($"DELETE FROM detail WHERE last > {head}");
        Run($"DELETE FROM evidence WHERE last > {head}");
        foreach (var table in LogFile.SeriesTables) Run($"DELETE FROM {table} WHERE number > {series}");
    }

    /// <summary>Runs one statement.</summary>
    public void Run(string sql) => LogFile.Run(_connection, sql);

    /// <summary>Lets closing carry the write-ahead file into the database and delete it.</summary>
    public void CheckpointOnClose() =>
        raw.sqlite3_db_config(_connection.Handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, out _);

    public void Dispose() => _connection.Dispose();

    private SqliteCommand Prepare(string sql, params string[] parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters) command.Parameters.Add(new SqliteParameter { ParameterName = name, Value = DBNull.Value });
        return command;
    }
}
