using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>The log's SQLite file: how it is opened and what tables it has.</summary>
/// <remarks>Minute windows (<c>detail</c>) and everything else (<c>evidence</c>) lie in tables of their own, one row a page of entries, keyed by the
/// last sequence of the page: each is read, pruned and salvaged from its ends. A page never spans both, so sequences of the two interleave
/// page by page. <c>standing</c> is one small row rewritten with every step.</remarks>
internal static class LogFile
{
    /// <summary>SQLite's own default page: a step dirties some eight pages whatever their size, so larger ones only write more.</summary>
    public const int PageBytes = 4096;

    /// <summary>What the write-ahead file may take between two checkpoints.</summary>
    public const long AheadBytesMax = 4L << 20;

    // What is read lies one after the other and is read once: only the upper pages of the trees are met again. SQLite's own default is 2,000.
    private const int ReaderCacheKilobytes = 128;

    // "ECEL" in ASCII, in the SQLite header (file format, section 1.3.17), so that no other program's database is taken for a log.
    private const int ApplicationId = 0x4543454C;

    // Raised, in the header and in meta, by whoever writes what a program of before would take for damage; see LogStanding for what lies in a row.
    private const int SchemaVersion = 1;

    // 512 pages are 2 MB, about an hour of steps: often enough to keep the write-ahead file under its bound, rare enough that the pages every
    // step rewrites reach the card once an hour.
    private const int CheckpointPages = 512;

    static LogFile() => SQLitePCL.Batteries_V2.Init();

    /// <summary>The series are kept twice: without them no page can be read.</summary>
    public static IReadOnlyList<string> SeriesTables { get; } = ["series", "series_copy"];

    /// <summary>meta, series, series_copy, standing, detail, evidence.</summary>
    public const int TableCount = 6;

    /// <summary>Opens the file for the one writer, making it if there is none.</summary>
    /// <param name="ours">True when it is known to be this centre's log: what speaks against it is damage then.</param>
    /// <exception cref="LogRefusedException">It is another program's database, a newer version's or another centre's log.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="SqliteException">SQLite's own trouble, damage included.</exception>
    public static SqliteConnection OpenForWriting(LogPlace place, bool ours)
    {
        var connection = Connect(place.Path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            // No tables: a new file, or one whose making was cut short before its first commit.
            var fresh = Number(connection, "SELECT count(*) FROM sqlite_master") == 0;
            if (!fresh) Identify(connection, place.Path, place.Centre, ours);
            Run(connection, $"PRAGMA page_size={PageBytes}");
            Run(connection, "PRAGMA auto_vacuum=INCREMENTAL");
            if (Word(connection, "PRAGMA journal_mode=WAL") != "wal")
                throw new LogRefusedException($"{place.Path}: its file system cannot share memory between readers. Give the log a path on a local disk.");
            Run(connection, "PRAGMA synchronous=FULL");
            Run(connection, $"PRAGMA wal_autocheckpoint={CheckpointPages}");
            Run(connection, $"PRAGMA journal_size_limit={AheadBytesMax}");
            Run(connection, $"PRAGMA max_page_count={(place.Options.BytesMax - AheadBytesMax) / PageBytes}");
            Run(connection, "PRAGMA temp_store=MEMORY");
            Run(connection, "PRAGMA cell_size_check=ON");
            if (fresh) Create(connection, place.Centre);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens an existing file for reading, beside the writer or alone. Neither reading nor closing changes it.</summary>
    public static SqliteConnection OpenForReading(string path)
    {
        // ReadWrite, not ReadOnly: a reader of a write-ahead log needs to write its shared-memory file.
        var connection = Connect(path, SqliteOpenMode.ReadWrite);
        try
        {
            Run(connection, "PRAGMA query_only=ON");
            Run(connection, "PRAGMA cell_size_check=ON");
            Run(connection, $"PRAGMA cache_size=-{ReaderCacheKilobytes}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether a file is a log of this centre, in the format of this program.</summary>
    /// <exception cref="LogRefusedException">It is another program's database, a newer version's or another centre's log.</exception>
    public static void Identify(string path, string centre)
    {
        using var connection = OpenForReading(path);
        Identify(connection, path, centre, ours: false);
    }

    /// <summary>Gives a damaged file the first page of an empty log: header and schema, whose tables begin at the same pages in every log because
    /// they are made in the same order.</summary>
    public static void ReplaceFirstPage(string damaged, string empty)
    {
        var page = new byte[PageBytes];
        using (var source = new FileStream(empty, FileMode.Open, FileAccess.Read)) source.ReadExactly(page);
        // SQLite file format 1.3.8: the size in the header counts only while "version valid for" (92) equals the change counter (24). Made unequal,
        // the size is that of the file.
        BinaryPrimitives.WriteUInt32BigEndian(page.AsSpan(24), 1);
        BinaryPrimitives.WriteUInt32BigEndian(page.AsSpan(92), 0);
        using var target = new FileStream(damaged, FileMode.Open, FileAccess.Write);
        target.Write(page);
    }

    public static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var rows = command.ExecuteReader();
        // incremental_vacuum does its work row by row, so all of them are fetched.
        while (rows.Read())
        {
        }
    }

    /// <summary>The one number a query gives, 0 where it gives none.</summary>
    public static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() is long number ? number : 0;
    }

    private static string? Word(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() as string;
    }

    private static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            // Seconds. Only another program's backup or inspection can hold a lock; a step does not wait long for it.
            DefaultTimeout = 2,
        }.ToString());
        connection.Open();
        // Closing after damage was found must not carry the write-ahead file into the damaged one.
        SQLitePCL.raw.sqlite3_db_config(connection.Handle, SQLitePCL.raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
        return connection;
    }

    private static void Identify(SqliteConnection connection, string path, string centre, bool ours)
    {
        var application = Number(connection, "PRAGMA application_id");
        var version = Number(connection, "PRAGMA user_version");
        if (ours)
        {
            if (application == ApplicationId && version > SchemaVersion && version == Format(connection)) throw Newer(path, version);
            if (application != ApplicationId || version != SchemaVersion) throw new InvalidDataException("Its first page is not a log's.");
            return;
        }
        if (application != ApplicationId)
            throw new LogRefusedException($"{path} is a database of another program. Give the log a path of its own.");
        if (version != SchemaVersion)
            throw Newer(path, version);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT value FROM meta WHERE key = 'centre'";
        if (command.ExecuteScalar() is string known && known != centre)
            throw new LogRefusedException(
                $"{path} is the log of centre {known}, and this site is {centre}. Give each centre a path of its own.");
    }

    private static LogRefusedException Newer(string path, long version) => new(
        $"{path} has log format {version}; this program knows format {SchemaVersion}. Use the program that wrote it; nothing of it was changed.");

    /// <summary>The format as it is kept beside the header, so that a turned bit in one of the two is not taken for another format; 0 where it is
    /// not.</summary>
    private static long Format(SqliteConnection connection) =>
        long.TryParse(Word(connection, "SELECT value FROM meta WHERE key = 'format'"), NumberStyles.None, CultureInfo.InvariantCulture, out var format)
            ? format : 0;

    private static void Create(SqliteConnection connection, string centre)
    {
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"""
            PRAGMA application_id={ApplicationId};
            PRAGMA user_version={SchemaVersion};
            CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
            CREATE TABLE series(number INTEGER PRIMARY KEY, body BLOB NOT NULL);
            CREATE TABLE series_copy(number INTEGER PRIMARY KEY, body BLOB NOT NULL);
            CREATE TABLE standing(id INTEGER PRIMARY KEY CHECK (id = 1), body BLOB NOT NULL);
            CREATE TABLE detail(last INTEGER PRIMARY KEY, first INTEGER NOT NULL, at INTEGER NOT NULL, body BLOB NOT NULL);
            CREATE TABLE evidence(last INTEGER PRIMARY KEY, first INTEGER NOT NULL, at INTEGER NOT NULL, body BLOB NOT NULL);
            INSERT INTO meta VALUES ('centre', $centre), ('format', '{SchemaVersion}');
            INSERT INTO standing VALUES (1, $standing);
            """;
        command.Parameters.AddWithValue("$centre", centre);
        command.Parameters.AddWithValue("$standing", LogStanding.Empty.Encode(SeriesCatalog.Empty));
        command.ExecuteNonQuery();
        transaction.Commit();
    }
}
