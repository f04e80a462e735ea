using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Ecocentre.Edge.Outputs.Evidence.Backups;

/// <summary>A copy of a log's file as it stood at one moment, made while its gateway goes on writing.</summary>
/// <param name="Head">Newest sequence in it.</param>
/// <param name="PagesDamaged">Pages of entries whose bytes are not what was written: they were damaged before they were copied.</param>
internal sealed record LogCopy(long Head, long PagesDamaged)
{
    // 256 kB: the word about progress comes several times a second even from a slow card.
    private const int PagesPerStep = 64;

    /// <summary>Copies with SQLite's online backup from one read transaction. It takes no lock that the writer waits for; the write-ahead
    /// file only grows by what is written meanwhile.</summary>
    /// <param name="to">The copy; it is not synced.</param>
    /// <param name="progress">Gets bytes copied and bytes in all.</param>
    /// <exception cref="SqliteException">The log is damaged, or a disk does not let it be read or written.</exception>
    public static LogCopy Make(string path, string to, Action<long, long> progress, CancellationToken cancellation)
    {
        using var source = LogFile.OpenForReading(path);
        // Begun by the first read. With it open, the steps are of one moment, and SQLite does not begin anew when the writer writes.
        LogFile.Run(source, "BEGIN");
        LogFile.Number(source, "SELECT count(*) FROM sqlite_master");
        using var target = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            // No locks: shared folders do not know them, and nobody else is there.
            DataSource = to, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false, Vfs = "unix-none",
        }.ToString());
        target.Open();
        LogFile.Run(target, "PRAGMA journal_mode=OFF");
        LogFile.Run(target, "PRAGMA synchronous=OFF");
        Step(source, target, progress, cancellation);
        var (head, damaged) = Look(source);
        LogFile.Run(source, "ROLLBACK");
        return new LogCopy(head, damaged);
    }

    private static void Step(SqliteConnection source, SqliteConnection target, Action<long, long> progress, CancellationToken cancellation)
    {
        var backup = raw.sqlite3_backup_init(target.Handle, "main", source.Handle, "main");
        if (backup.IsInvalid) throw Refused(target, raw.sqlite3_errcode(target.Handle));
        var outcome = raw.SQLITE_OK;
        while (outcome == raw.SQLITE_OK)
        {
            if (cancellation.IsCancellationRequested) break;
            outcome = raw.sqlite3_backup_step(backup, PagesPerStep);
            long pages = raw.sqlite3_backup_pagecount(backup);
            progress((pages - raw.sqlite3_backup_remaining(backup)) * LogFile.PageBytes, pages * LogFile.PageBytes);
        }
        raw.sqlite3_backup_finish(backup);
        cancellation.ThrowIfCancellationRequested();
        if (outcome != raw.SQLITE_DONE) throw Refused(target, outcome);
    }

    /// <summary>Head, and how many pages are not what was written, in the same transaction.</summary>
    private static (long Head, long Damaged) Look(SqliteConnection source)
    {
        long head = 0, damaged = 0;
        foreach (var kind in new[] { PageKind.Detail, PageKind.Evidence })
        {
            using var command = source.CreateCommand();
            command.CommandText = $"SELECT last, first, at, body FROM {PageKinds.Table(kind)} ORDER BY last";
            using var rows = command.ExecuteReader();
            while (rows.Read())
            {
                var key = new PageKey(new SequenceRange(rows.GetInt64(1), rows.GetInt64(0)), new Time.Instant(rows.GetInt64(2)));
                head = Math.Max(head, key.Range.Last);
                if (!PageCodec.IsWhole(key, rows.GetFieldValue<byte[]>(3))) damaged++;
            }
        }
        return (head, damaged);
    }

    private static SqliteException Refused(SqliteConnection connection, int code) =>
        new(raw.sqlite3_errmsg(connection.Handle).utf8_to_string(), code & 0xff, code);
}
