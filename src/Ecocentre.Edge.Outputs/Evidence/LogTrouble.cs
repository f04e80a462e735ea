using Microsoft.Data.Sqlite;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>The disk's trouble, and SQLite's, in words for people with a remedy. Result codes: SQLite, "Result and Error Codes".</summary>
internal static class LogTrouble
{
    private const int Busy = 5;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;
    // SQLITE_IOERR_SHORT_READ: a file ends before what it should hold.
    private const int ShortRead = 522;

    private const string Damaged = "the file is damaged. What can be read is carried over into a new file when the log is next opened or written.";

    public static bool IsFull(SqliteException e) => e.SqliteErrorCode == Full;

    /// <summary>The file is not what was written: time to salvage.</summary>
    public static bool IsDamage(Exception e) => e is InvalidDataException or SqliteException { SqliteErrorCode: Corrupt or NotADatabase }
        or SqliteException { SqliteExtendedErrorCode: ShortRead };

    /// <summary>The file may not be opened, or not now: nothing is known of what is in it.</summary>
    public static bool IsAccess(SqliteException e) => e.SqliteErrorCode is Busy or ReadOnly or CannotOpen;

    /// <summary>Whether it came from the disk, and not from a mistake in the program.</summary>
    public static bool IsOfDisk(Exception e) => e is SqliteException or IOException or UnauthorizedAccessException or InvalidDataException;

    public static LogUnavailableException Unavailable(string path, Exception e) =>
        new($"{path}: {(e is SqliteException sqlite ? Words(sqlite, path) : Words(e, path))}", e);

    private static string Words(SqliteException e, string path) => e.SqliteErrorCode switch
    {
        _ when IsDamage(e) => Damaged,
        Full => "no room left to write. Free space on its disk, or give the log fewer bytes than the disk has.",
        ReadOnly or CannotOpen => Permissions(path),
        InputOutput => $"the disk failed (SQLite {e.SqliteExtendedErrorCode}). Check the card and its file system; replace the card when it fails again.",
        Busy => "another program holds it locked. Close that program; copies are made with its own backup command.",
        _ => $"SQLite says {e.Message} ({e.SqliteExtendedErrorCode}).",
    };

    private static string Words(Exception e, string path) => e switch
    {
        UnauthorizedAccessException => Permissions(path),
        InvalidDataException => Damaged,
        _ => $"the disk failed ({e.Message.TrimEnd('.')}). Free space on it and check its health.",
    };

    private static string Permissions(string path) =>
        $"cannot be written. Check that the disk is mounted for writing and that the gateway's user owns {Path.GetDirectoryName(path)}.";
}
