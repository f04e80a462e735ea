using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;
using Microsoft.Data.Sqlite;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>A log's file, open and found whole, or made whole.</summary>
/// <param name="Head">Numbering goes on after this.</param>
/// <param name="Lost">What is said in the log about entries that are lost; null when none are.</param>
/// <param name="Told">Whether <paramref name="Lost"/> is in the log already.</param>
internal sealed record OpenedLog(LogWriter Writer, LogReaders Readers, LogContent Content, long Head, Incident? Lost, bool Told)
{
    // After an unclean end SQLite's structure is checked whole up to this size: some three seconds on a card that reads 45 MB/s. A larger file is
    // checked at its ends, and each page by its checksum when it is read.
    private const long CheckBytesMax = 128L << 20;

    private static ReadOnlySpan<byte> Magic => "SQLite format 3\0"u8;

    /// <param name="damage">What was found wrong with it while it was in use, or null.</param>
    /// <exception cref="LogRefusedException">The file is not this centre's log.</exception>
    /// <exception cref="SqliteException">The disk does not let it be opened.</exception>
    /// <exception cref="IOException">The disk does not let it be salvaged.</exception>
    public static OpenedLog Open(LogPlace place, SequenceGuard guard, Instant now, string? damage = null)
    {
        TidyUp(place.Path);
        var existed = File.Exists(place.Path);
        RefuseForeign(place.Path, guard);
        try
        {
            return Attempt(place, guard, now, existed, damage is null ? null : Salvage.Run(place, guard, now, damage));
        }
        catch (SqliteException e) when (damage is null && LogTrouble.IsDamage(e))
        {
            return Attempt(place, guard, now, existed, Salvage.Run(place, guard, now, e.Message));
        }
        catch (InvalidDataException e) when (damage is null)
        {
            return Attempt(place, guard, now, existed, Salvage.Run(place, guard, now, e.Message));
        }
    }

    /// <summary>Ends a salvage that was cut short: before the damaged file was set aside it is begun anew, after that the new file stands ready.</summary>
    private static void TidyUp(string path)
    {
        var made = Salvage.NewPath(path);
        // A write-ahead file that lost its database would be taken for the new one's.
        if (!File.Exists(path)) Salvage.Remove(path);
        if (!File.Exists(path) && File.Exists(made)) File.Move(made, path);
        else Salvage.Remove(made);
    }

    private static void RefuseForeign(string path, SequenceGuard guard)
    {
        if (guard.Found || !File.Exists(path)) return;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Span<byte> head = stackalloc byte[Magic.Length];
        var length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (length > 0 && !head[..length].SequenceEqual(Magic[..length]))
            throw new LogRefusedException($"{path} is not a log but some other file. Give the log a path of its own.");
    }

    private static OpenedLog Attempt(LogPlace place, SequenceGuard guard, Instant now, bool existed, Incident? salvaged)
    {
        LogWriter? writer = null;
        LogReaders? readers = null;
        try
        {
            writer = new LogWriter(LogFile.OpenForWriting(place, guard.Found));
            readers = new LogReaders(place.Path);
            var content = readers.With(LogContent.Read);
            if (!content.Standing.Clean && writer.BytesOnDisk <= CheckBytesMax) readers.With(reader => reader.Check());
            var head = Math.Max(content.Standing.Head, content.Head);
            if (salvaged is not null) return new OpenedLog(writer, readers, content, head, salvaged, Told: true);
            if (guard.Known <= head) return new OpenedLog(writer, readers, content, head, null, Told: true);
            return new OpenedLog(writer, readers, content, guard.Reserved, EndLost(place, guard, existed ? head : null, now), Told: false);
        }
        catch
        {
            writer?.Dispose();
            readers?.Dispose();
            throw;
        }
    }

    /// <param name="head">Newest entry found, or null when there was no file.</param>
    private static Incident EndLost(LogPlace place, SequenceGuard guard, long? head, Instant now) => new(
        now, IncidentKind.LogSalvaged, "gateway",
        (head is null
            ? $"The log {place.Path} is gone: its entries up to sequence {guard.Known} are lost. "
            : $"The log {place.Path} has lost its end, or is an older copy: entries {head + 1} to {guard.Known} are missing. ")
        + $"Numbering goes on at {guard.Reserved + 1}.",
        guard.Known - (head ?? 0));
}

/// <summary>Where a log is, whose it is, and how large it may become.</summary>
/// <param name="Sealed">The highest sequence in the archive beside it, 0 without one: numbering goes on after it, whatever else is lost.</param>
internal sealed record LogPlace(string Path, string Centre, LogOptions Options, long Sealed = 0);
