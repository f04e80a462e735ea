using System.Globalization;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Evidence.Archive;

/// <summary>Takes out of the archive what need not be kept: a day's file is written anew without it, and its leaves stay as they were.</summary>
/// <remarks>One thread: the one that seals.</remarks>
public static class Retention
{
    /// <summary>Rewrites the days of which something is due to go, and then the oldest while there are too many bytes.</summary>
    /// <returns>What is said about bytes that were given up before their time; null when none were.</returns>
    /// <exception cref="LogUnavailableException">The disk does not let it be done now; what was done stays done.</exception>
    /// <exception cref="OperationCanceledException">What was done stays done.</exception>
    public static Incident? Apply(EvidenceArchive archive, ArchiveOptions options, Instant now, CancellationToken cancellation)
    {
        try
        {
            foreach (var day in archive.Days)
            {
                cancellation.ThrowIfCancellationRequested();
                if (day.MinuteBlocks == 0 && day.WindowBlocks == 0) continue;
                // Days are in order: those after one for which nothing is old enough are younger.
                var age = now - SealedDay.Start(day.Day.AddDays(1));
                if (age < Shortest(options)) break;
                Rewrite(archive, day, block => age >= options.MinutesKeepOf(block.Series), block => age >= options.WindowsKeepOf(block.Series));
            }
            return MakeRoom(archive, options, now, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LogUnavailableException($"The archive cannot be written: {e.Message}", e);
        }
    }

    private static Incident? MakeRoom(EvidenceArchive archive, ArchiveOptions options, Instant now, CancellationToken cancellation)
    {
        var bytes = archive.Days.Sum(day => day.Bytes);
        if (bytes <= options.BytesMax) return null;
        // A fiftieth at a time, so that not every day's end rewrites a day.
        var target = options.BytesMax - options.BytesMax / 50;
        var (given, before) = (new List<string>(), bytes);
        foreach (var minutes in new[] { true, false })
        {
            DateOnly? first = null, last = null;
            foreach (var day in archive.Days)
            {
                if (bytes <= target) break;
                cancellation.ThrowIfCancellationRequested();
                if ((minutes ? day.MinuteBlocks : day.WindowBlocks) == 0) continue;
                bytes += Rewrite(archive, day, _ => true, _ => !minutes) - day.Bytes;
                (first, last) = (first ?? day.Day, day.Day);
            }
            if (first is { } from) given.Add($"{(minutes ? "minutes" : "windows")} of {from:yyyy-MM-dd} to {last:yyyy-MM-dd}");
        }
        if (given.Count == 0) return null;
        return new Incident(now, IncidentKind.EntriesDropped, "archive", string.Create(CultureInfo.InvariantCulture,
            $"The archive has reached its {options.BytesMax} bytes: {string.Join(" and ", given)} ")
            + "were given up before their time; their leaves stay.", before - bytes);
    }

    private static TimeSpan Shortest(ArchiveOptions options)
    {
        var keeps = options.Points.Values.SelectMany(keep => new[] { keep.Minutes, keep.Windows }).OfType<TimeSpan>();
        return keeps.Append(options.MinutesKeep).Append(options.OccupancyMinutesKeep).Append(options.WindowsKeep).Min();
    }

    /// <returns>Bytes of the file then.</returns>
    private static long Rewrite(EvidenceArchive archive, SealedDay day, Func<SealedBlock, bool> dropMinutes, Func<SealedBlock, bool> dropWindows)
    {
        try
        {
            using var reader = archive.Read(day);
            var blocks = reader.Blocks();
            if (!blocks.Any(block => block.HasMinutes && dropMinutes(block) || block.HasWindows && dropWindows(block))) return day.Bytes;
            using var writer = archive.Begin(reader.Day);
            foreach (var block in blocks)
                writer.Keep(block, dropWindows(block) ? null : reader.WindowBytes(block), dropMinutes(block) ? null : reader.MinuteBytes(block));
            foreach (var (chunk, bytes) in reader.Chunks()) writer.Copy(chunk, bytes);
            var rewritten = writer.FinishCopy();
            archive.Replace(rewritten);
            return rewritten.Bytes;
        }
        catch (InvalidDataException e)
        {
            // A damaged day is left as it is: what is in it may still be made out.
            archive.Note(e);
            return day.Bytes;
        }
    }
}
