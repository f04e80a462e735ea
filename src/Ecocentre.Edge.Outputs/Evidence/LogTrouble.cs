using Microsoft.Data.Sqlite;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>SQLite's trouble in words for people, with a remedy. Result codes: SQLite, "Result and Error Codes".</summary>
internal static class LogTrouble
{
    private const int Busy = 5;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    public static bool IsFull(SqliteException e) => e.SqliteErrorCode == Full;

    /// <summary>The file is not what was written: time to salvage.</summary>
    public static bool IsDamage(SqliteException e) => e.SqliteErrorCode is Corrupt or NotADatabase;

    public static LogUnavailableException Unavailable(string path, SqliteException e) => new($"{path}: {Words(e, path)}", e);

    private static string Words(SqliteException e, string path) => e.SqliteErrorCode switch
    {
        Full => "no room left to write. Free space on its disk, or give the log fewer bytes than the disk has.",
        ReadOnly or CannotOpen => $"cannot be written. Check that the disk is mounted for writing and that the gateway's user owns {Folder(path)}.",
        InputOutput => $"the disk failed (SQLite {e.SqliteExtendedErrorCode}). Check the card and its file system; replace the card when it fails again.",
        Corrupt or NotADatabase => "the file is damaged. What can be read is carried over into a new file when the log is next opened or written.",
        Busy => "another program holds it locked. Close that program; copies are made with its own backup command.",
        _ => $"SQLite says {e.Message} ({e.SqliteExtendedErrorCode}).",
    };

    private static string Folder(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
}
