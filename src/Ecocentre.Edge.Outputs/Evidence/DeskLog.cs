using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Time;
using Microsoft.Data.Sqlite;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>The changes of desks of the last day, in a small file of their own beside the log, so that numbering goes on after a restart and whoever was
/// told by number is told the rest.</summary>
/// <remarks>
/// <para>Not in the log itself, because they must be gone after <see cref="Keep"/>: a damaged log is kept beside the new one, logs are copied, and entries
/// cannot be taken out of a tree of hashes. This file is overwritten where something is deleted, and deleted whole when it is damaged.</para>
/// <para>Numbers are reserved ahead. A run that ended in good order left the last number it gave, and the next goes on after it; after any other end the
/// next run jumps past everything that was reserved, so that no number is given twice though the last changes may be lost. Where nothing is stored,
/// numbering begins at the Unix time in milliseconds, beyond whatever a lost file gave. All of it stays below 2^53, where numbers in JSON are exact.</para>
/// <para>One thread at a time. The log's own lock keeps a second process away.</para>
/// </remarks>
public sealed class DeskLog : IDisposable
{
    /// <summary>How long a change stays. An hour less than the day that is promised: it is deleted once an hour.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromHours(23);

    /// <summary>Most changes held; the oldest go first.</summary>
    public const int ChangesMax = DeskHistory.ChangesMax;

    /// <summary>Most desks remembered that are no longer declared.</summary>
    public const int GoneMax = 1_024;

    // Numbers reserved at a time: a month of 128 desks, and at the fastest that loose contacts can change them minutes without a disk.
    private const long ReserveStep = 1_000_000;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly TimeSpan PrunePeriod = TimeSpan.FromHours(1);

    // A change stored ahead of now was stored before the clock was set back: nobody knows how old it is.
    private static readonly TimeSpan AheadMax = TimeSpan.FromMinutes(1);

    private readonly string _path;
    private readonly string _centre;
    private SqliteConnection? _connection;
    private long _reserved;
    private long _held;
    private Instant? _prunedAt;

    static DeskLog() => SQLitePCL.Batteries_V2.Init();

    private DeskLog(string logPath, string centre) => (_path, _centre) = (PathOf(logPath), centre);

    /// <summary>The last number that was given, by this run or an earlier one; numbering goes on after it.</summary>
    public long Sequence { get; private set; }

    /// <summary>Ids of desks that were declared once and are no longer: what is said of them outside is to be taken back.</summary>
    public IReadOnlyList<string> Gone { get; private set; } = [];

    /// <summary>The file of a log's desk changes.</summary>
    public static string PathOf(string logPath) => logPath + ".desks";

    /// <summary>Opens the file, making it when there is none; one that is damaged or another centre's is begun anew.</summary>
    /// <param name="logPath">Path of the log, which is open already.</param>
    /// <param name="desks">Ids of the desks that the site declares.</param>
    /// <exception cref="LogUnavailableException">The disk does not let it be opened.</exception>
    public static DeskLog Open(string logPath, string centre, IReadOnlyCollection<string> desks, Instant now)
    {
        var log = new DeskLog(logPath, centre);
        try
        {
            try
            {
                log.Begin(desks, now);
            }
            catch (Exception e) when (LogTrouble.IsDamage(e))
            {
                log.BeginAnew(desks, now);
            }
            return log;
        }
        catch (Exception e) when (LogTrouble.IsOfDisk(e))
        {
            log.Dispose();
            throw LogTrouble.Unavailable(log._path, e);
        }
    }

    /// <summary>The site declares other desks from now on.</summary>
    /// <exception cref="LogUnavailableException">The disk does not let it be written now; nothing has changed.</exception>
    public void Declare(IReadOnlyCollection<string> desks)
    {
        try
        {
            if (_connection is null) Reopen();
            Learn(desks);
        }
        catch (Exception e) when (LogTrouble.IsOfDisk(e))
        {
            throw LogTrouble.Unavailable(_path, e);
        }
    }

    /// <summary>All changes held, in order of their numbers; the desk's index in them means nothing.</summary>
    /// <exception cref="LogUnavailableException">The disk does not let them be read now.</exception>
    public IReadOnlyList<StoredDeskChange> Read()
    {
        try
        {
            var changes = new List<StoredDeskChange>();
            using var command = Command("SELECT desk, state, since, observed, valid, confidence, sequence FROM changes ORDER BY sequence");
            using var rows = command.ExecuteReader();
            while (rows.Read())
                changes.Add(new StoredDeskChange(rows.GetString(0), new DeskStatus(
                    0, (DeskState)rows.GetByte(1), new Instant(rows.GetInt64(2)), new Instant(rows.GetInt64(3)), new Instant(rows.GetInt64(4)),
                    rows.GetDouble(5), rows.GetInt64(6))));
            return changes;
        }
        catch (Exception e) when (LogTrouble.IsOfDisk(e) || e is InvalidCastException or OverflowException)
        {
            throw LogTrouble.Unavailable(_path, e);
        }
    }

    /// <summary>Stores changes, and deletes what is too old, in one transaction. Without changes it only deletes, at most once an hour.</summary>
    /// <param name="changes">In order, each with a number higher than all before.</param>
    /// <exception cref="LogUnavailableException">Nothing was stored; the same changes may be stored later.</exception>
    public void Append(IReadOnlyList<StoredDeskChange> changes, Instant now)
    {
        var isPruning = !(now >= _prunedAt && now - _prunedAt < PrunePeriod) || _held + changes.Count > ChangesMax;
        if (changes.Count == 0 && !isPruning) return;
        try
        {
            if (_connection is null) Reopen();
            using (var transaction = _connection!.BeginTransaction())
            {
                Insert(changes, now);
                if (changes.Count > 0) Reserve(changes[^1].Status.Sequence);
                if (isPruning) Prune(now);
                transaction.Commit();
            }
            if (changes.Count > 0) Sequence = changes[^1].Status.Sequence;
            _held += changes.Count;
            if (!isPruning) return;
            (_prunedAt, _held) = (now, LogFile.Number(_connection, "SELECT count(*) FROM changes"));
            // Deleted rows live on in the write-ahead file until it is begun anew.
            LogFile.Run(_connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (Exception e) when (LogTrouble.IsOfDisk(e))
        {
            _connection?.Dispose();
            _connection = null;
            if (LogTrouble.IsDamage(e)) Delete();
            throw LogTrouble.Unavailable(_path, e);
        }
    }

    /// <summary>Leaves the last number for the next run and closes the file.</summary>
    public void Dispose()
    {
        if (_connection is null) return;
        try
        {
            SaveReserved(Sequence);
        }
        catch (SqliteException)
        {
            // The next run jumps ahead.
        }
        _connection.Dispose();
        _connection = null;
    }

    private void Begin(IReadOnlyCollection<string> desks, Instant now)
    {
        // Who sat where concerns nobody else on the box. SQLite gives its companion files the mode of the file.
        new FileStream(_path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }).Dispose();
        File.SetUnixFileMode(_path, OwnerOnly);
        _connection = Connect();
        if (Number("reserved") is not { } reserved) reserved = Math.Max(1, now.UnixMilliseconds);
        Sequence = reserved;
        Reserve(Sequence, always: true);
        Learn(desks);
        Prune(now);
        (_prunedAt, _held) = (now, LogFile.Number(_connection, "SELECT count(*) FROM changes"));
        // The reservation must be on the disk before a number of it is told.
        LogFile.Run(_connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private void Learn(IReadOnlyCollection<string> desks)
    {
        foreach (var desk in desks) Execute("INSERT OR IGNORE INTO desks VALUES ($desk)", ("$desk", desk));
        var known = new List<string>();
        using (var command = Command("SELECT desk FROM desks ORDER BY rowid"))
        using (var rows = command.ExecuteReader())
            while (rows.Read()) known.Add(rows.GetString(0));
        Gone = [.. known.Except(desks, StringComparer.Ordinal)];
        foreach (var desk in Gone.SkipLast(GoneMax)) Execute("DELETE FROM desks WHERE desk = $desk", ("$desk", desk));
    }

    private void BeginAnew(IReadOnlyCollection<string> desks, Instant now)
    {
        _connection?.Dispose();
        Delete();
        Begin(desks, now);
    }

    /// <summary>After trouble: the numbers that were given meanwhile are known, whatever the file says.</summary>
    private void Reopen()
    {
        _connection = Connect();
        Reserve(Sequence, always: true);
        LogFile.Run(_connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            // Seconds; see the log's own connections.
            DataSource = _path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false, DefaultTimeout = 2,
        }.ToString());
        try
        {
            connection.Open();
            LogFile.Run(connection, "PRAGMA journal_mode=WAL");
            // What a power failure takes of the last changes only makes the next run jump: a sync for each would wear the card.
            LogFile.Run(connection, "PRAGMA synchronous=NORMAL");
            LogFile.Run(connection, "PRAGMA secure_delete=ON");
            LogFile.Run(connection, $"""
                CREATE TABLE IF NOT EXISTS standing(key TEXT PRIMARY KEY, value) WITHOUT ROWID;
                CREATE TABLE IF NOT EXISTS desks(desk TEXT UNIQUE NOT NULL);
                CREATE TABLE IF NOT EXISTS changes(sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, desk TEXT NOT NULL, state INTEGER NOT NULL,
                    since INTEGER NOT NULL, observed INTEGER NOT NULL, valid INTEGER NOT NULL, confidence REAL NOT NULL);
                """);
            using var command = connection.CreateCommand();
            command.CommandText = "INSERT OR IGNORE INTO standing VALUES ('centre', $centre); SELECT value FROM standing WHERE key = 'centre'";
            command.Parameters.AddWithValue("$centre", _centre);
            if (command.ExecuteScalar() as string != _centre) throw new InvalidDataException("It belongs to another centre.");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Insert(IReadOnlyList<StoredDeskChange> changes, Instant now)
    {
        if (changes.Count == 0) return;
        // Prepared once for all of them: the loop that judges waits meanwhile.
        using var insert = Command("INSERT OR REPLACE INTO changes VALUES ($0, $1, $2, $3, $4, $5, $6, $7)");
        for (var i = 0; i < 8; i++) insert.Parameters.AddWithValue($"${i}", DBNull.Value);
        foreach (var (desk, status) in changes)
        {
            insert.Parameters[0].Value = status.Sequence;
            insert.Parameters[1].Value = now.UnixMilliseconds;
            insert.Parameters[2].Value = desk;
            insert.Parameters[3].Value = (int)status.State;
            insert.Parameters[4].Value = status.Since.UnixMilliseconds;
            insert.Parameters[5].Value = status.ObservedAt.UnixMilliseconds;
            insert.Parameters[6].Value = status.ValidUntil.UnixMilliseconds;
            insert.Parameters[7].Value = status.Confidence;
            insert.ExecuteNonQuery();
        }
    }

    /// <summary>Sees to it that numbers after this one may be given for a good while.</summary>
    private void Reserve(long sequence, bool always = false)
    {
        if (!always && sequence + ReserveStep / 2 < _reserved) return;
        SaveReserved(sequence + ReserveStep);
        _reserved = sequence + ReserveStep;
    }

    private void SaveReserved(long reserved) => Execute("INSERT OR REPLACE INTO standing VALUES ('reserved', $reserved)", ("$reserved", reserved));

    private void Prune(Instant now)
    {
        Execute("DELETE FROM changes WHERE at < $old OR at > $ahead",
            ("$old", (now - Keep).UnixMilliseconds), ("$ahead", (now + AheadMax).UnixMilliseconds));
        Execute("DELETE FROM changes WHERE sequence <= (SELECT sequence FROM changes ORDER BY sequence DESC LIMIT 1 OFFSET $most)", ("$most", ChangesMax));
    }

    private long? Number(string key)
    {
        using var command = Command("SELECT value FROM standing WHERE key = $key");
        command.Parameters.AddWithValue("$key", key);
        return command.ExecuteScalar() as long?;
    }

    private void Execute(string sql, params (string Name, object Value)[] parameters)
    {
        using var command = Command(sql);
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql)
    {
        var command = (_connection ?? throw new InvalidDataException("It is not open.")).CreateCommand();
        command.CommandText = sql;
        return command;
    }

    private void Delete()
    {
        foreach (var suffix in new[] { "", "-wal", "-shm" }) File.Delete(_path + suffix);
    }
}

/// <summary>A change of a desk as it is stored.</summary>
/// <param name="Desk">Id of the desk.</param>
/// <param name="Status">What it became; <see cref="DeskStatus.Desk"/> means nothing here.</param>
public readonly record struct StoredDeskChange(string Desk, DeskStatus Status);
