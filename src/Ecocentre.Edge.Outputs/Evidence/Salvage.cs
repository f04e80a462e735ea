using System.Globalization;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;
using Microsoft.Data.Sqlite;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>Carries over what can still be read of a damaged log into a new file. Pages and records carry their own checksums, so nothing comes
/// over that is not what was written. The damaged file is kept beside the log, untouched.</summary>
/// <remarks>May be cut short at any moment: the new file is made under another name and takes its place only when it is whole.</remarks>
internal static class Salvage
{
    // Damaged files kept, the newest ones: one to look into, one more in case the salvage itself is to be compared.
    private const int BrokenMax = 2;
    // Pages in one transaction of the new file: some 20 MB at most.
    private const int PagesPerCommit = 1024;

    public static string NewPath(string path) => path + ".new";

    /// <returns>What was lost, already the newest entry of the log.</returns>
    /// <exception cref="SqliteException">The new file cannot be written; the damaged one stays where it is.</exception>
    /// <exception cref="IOException">Likewise.</exception>
    public static Incident Run(LogPlace place, SequenceGuard guard, Instant now, string reason)
    {
        var made = NewPath(place.Path);
        Remove(made);
        Incident incident;
        using (var damaged = DamagedFile.Open(place.Path))
            incident = Fill(place with { Path = made }, damaged, guard, now, $"The log {place.Path} was damaged ({reason.TrimEnd('.')}).");
        var broken = SetAside(place.Path);
        File.Move(made, place.Path);
        foreach (var old in Broken(place.Path).SkipLast(BrokenMax).Where(path => path != broken)) Remove(old);
        return incident;
    }

    /// <summary>Deletes a database with its companions.</summary>
    public static void Remove(string path)
    {
        foreach (var suffix in new[] { "", "-wal", "-shm", "-journal" }) File.Delete(path + suffix);
    }

    private static Incident Fill(LogPlace made, DamagedFile damaged, SequenceGuard guard, Instant now, string what)
    {
        using var writer = new LogWriter(LogFile.OpenForWriting(made, ours: false));
        var catalog = damaged.Series();
        writer.Begin();
        writer.InsertSeries(from number in Enumerable.Range(1, catalog.Count)
                            let series = catalog[number]
                            where series is not null
                            select (number, SeriesCodec.Encode(number, series)));
        var standing = damaged.Standing(catalog);
        var (pages, entries) = (0L, 0L);
        var kept = new SequenceRange(long.MaxValue, 0);
        foreach (var (row, body) in damaged.Pages())
        {
            writer.InsertPage(row, body);
            entries += row.Key.Range.Count;
            kept = new SequenceRange(Math.Min(kept.First, row.Key.Range.First), Math.Max(kept.Last, row.Key.Range.Last));
            if (++pages % PagesPerCommit != 0) continue;
            writer.Commit();
            writer.Begin();
        }
        var head = Math.Max(kept.Last, Math.Max(standing?.Head ?? 0, guard.Reserved));
        var text = what
            + (entries == 0 ? " Nothing in it can be read." : string.Create(CultureInfo.InvariantCulture, $" {entries} entries of {kept} are carried over."))
            + (damaged.PagesLost == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" At least {damaged.PagesLost} pages are unreadable."))
            + (standing is null ? " Cursors and counter registers are lost: sinks are offered everything again." : "")
            + string.Create(CultureInfo.InvariantCulture, $" Numbering goes on at {head + 1}. The damaged file is kept beside the log.");
        var incident = new Incident(now, IncidentKind.LogSalvaged, "gateway", text);
        var step = new LogStep(writer, catalog, head, now);
        step.Add([new IncidentFact(incident)]);
        step.Flush();
        writer.SaveStanding(new LogStanding(step.Head, false, standing?.Cursors ?? [], standing?.Carries ?? []).Encode(catalog));
        guard.Reserve(step.Head);
        writer.Commit();
        writer.CheckpointOnClose();
        return incident;
    }

    private static string SetAside(string path)
    {
        var newest = Broken(path).LastOrDefault();
        var number = newest is null ? 1 : int.Parse(newest.AsSpan(BrokenPrefix(path).Length), NumberStyles.None, CultureInfo.InvariantCulture) + 1;
        var broken = BrokenPrefix(path) + number.ToString(CultureInfo.InvariantCulture);
        // The database first: as long as it is there, the salvage would be begun anew, and needs its write-ahead file.
        File.Move(path, broken);
        if (File.Exists(path + "-wal")) File.Move(path + "-wal", broken + "-wal");
        File.Delete(path + "-shm");
        return broken;
    }

    private static string BrokenPrefix(string path) => Path.GetFullPath(path) + ".broken-";

    /// <summary>The damaged files kept, oldest first.</summary>
    private static List<string> Broken(string path)
    {
        var prefix = BrokenPrefix(path);
        return
        [
            .. Directory.GetFiles(Path.GetDirectoryName(prefix)!, Path.GetFileName(prefix) + "*")
                .Where(file => int.TryParse(file.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out _))
                .OrderBy(file => int.Parse(file.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture)),
        ];
    }
}
