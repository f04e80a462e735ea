using System.Globalization;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;
using Microsoft.Data.Sqlite;

namespace Ecocentre.Edge.Outputs.Evidence.Checking;

/// <summary>Holds a log's file against itself while its gateway runs or not: structure, series, standing, every page's checksum, and that
/// no sequence is missing without a word about it. It changes nothing.</summary>
/// <remarks>Used once.</remarks>
internal sealed class LogCheck(string path, string centre, List<EvidenceFinding> findings)
{
    // Damaged pages named one by one; a file with more is to be replaced, not read about.
    private const int PagesNamedMax = 20;

    // SQLite's own words about its structure, of which the first few say it all.
    private const int StructureLinesMax = 5;

    private const string Salvages = "Restart the gateway: it carries over what can be read into a new file, keeps the damaged one and "
        + "says in the log "
        + "what is lost. Replace the card if it happens again.";

    private readonly List<(SequenceRange Range, PageKind Kind)> _ranges = [];
    // Entries that say that numbering jumped to them, or, of a salvage, that something before them is lost.
    private readonly HashSet<long> _jumps = [], _salvages = [];

    /// <summary>Newest sequence that was read, 0 when none could be.</summary>
    public long Head { get; private set; }

    /// <summary>Oldest sequence that is there.</summary>
    public long Tail { get; private set; } = 1;

    /// <summary>The records that the index beside the log has copies of, as far as they are in the log.</summary>
    public List<LogEntry> Records { get; } = [];

    /// <param name="progress">Gets a word now and then.</param>
    public EvidencePart Run(Action<string> progress, CancellationToken cancellation)
    {
        if (!File.Exists(path))
        {
            Find(path, "The log is not there.", "Everything that was not sealed or told outside is lost.",
                "Restore a backup with `data restore`; or start the gateway, which begins a new log, jumps ahead in its numbers and says "
                    + "so.");
            return new EvidencePart("log", "nothing");
        }
        try
        {
            using var connection = LogFile.OpenForReading(path);
            // One moment: a gateway that goes on writing changes nothing of what is seen here.
            LogFile.Run(connection, "BEGIN");
            CheckStructure(connection);
            var catalog = CheckSeries();
            var pages = CheckPages(connection, catalog, progress, cancellation);
            CheckGaps();
            return new EvidencePart("log", string.Create(CultureInfo.InvariantCulture, $"{pages} pages, sequences {Tail} to {Head}"));
        }
        catch (SqliteException e) when (!LogTrouble.IsAccess(e))
        {
            Find(path, $"SQLite cannot read it on: {e.Message.TrimEnd('.')}.", "What lies behind the damage was not looked at.", Salvages);
            return new EvidencePart("log", "in part");
        }
    }

    private void CheckStructure(SqliteConnection connection)
    {
        using (var command = connection.CreateCommand())
        {
            command.CommandText = "SELECT value FROM meta WHERE key = 'centre'";
            if (command.ExecuteScalar() as string is { } known && known != centre)
                Find(path, $"It is the log of centre {known}, and the site is {centre}.", "It is none of this centre's evidence.",
                    "Put the right file here, or name the right site.");
        }
        using var check = connection.CreateCommand();
        check.CommandText = $"PRAGMA quick_check({StructureLinesMax})";
        using var lines = check.ExecuteReader();
        while (lines.Read())
            if (lines.GetString(0) is var line && line != "ok")
                Find(path, $"Its structure is broken: {line.TrimEnd('.')}.", "Some pages may not be found; those that are found are "
                    + "checked one by one.", Salvages);
    }

    /// <summary>The series by both of their tables; where one is damaged, from what is left.</summary>
    private SeriesCatalog CheckSeries()
    {
        try
        {
            using var reader = new LogReader(path);
            return LogContent.Read(reader).Catalog;
        }
        catch (Exception e) when (e is InvalidDataException or SqliteException)
        {
            Find(path, $"{e.Message.TrimEnd('.')}.", "The log's beginning or end is not as it was written; pages are checked with what "
                + "is left.", Salvages);
        }
        return SeriesLeft();
    }

    /// <summary>The series that either table still tells.</summary>
    private SeriesCatalog SeriesLeft()
    {
        var catalog = new SeriesCatalog.Draft(SeriesCatalog.Empty);
        using var reader = new LogReader(path);
        foreach (var table in LogFile.SeriesTables)
            foreach (var (number, body) in reader.Bodies($"SELECT number, body FROM {table} ORDER BY number"))
                try
                {
                    if (number is >= 1 and <= SeriesCatalog.NumberMax && catalog[(int)number] is null)
                        catalog.Add((int)number, SeriesCodec.Decode((int)number, body));
                }
                catch (InvalidDataException)
                {
                    // The other table may have it; else pages that speak of it are said not to be readable.
                }
        return catalog.Catalog;
    }

    private long CheckPages(SqliteConnection connection, SeriesCatalog catalog, Action<string> progress, CancellationToken cancellation)
    {
        long pages = 0, bad = 0;
        foreach (var kind in new[] { PageKind.Detail, PageKind.Evidence })
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT last, first, at, body FROM {PageKinds.Table(kind)} ORDER BY last";
            using var rows = command.ExecuteReader();
            while (rows.Read())
            {
                cancellation.ThrowIfCancellationRequested();
                var key = new PageKey(new SequenceRange(rows.GetInt64(1), rows.GetInt64(0)), new Instant(rows.GetInt64(2)));
                // A word for each thousand pages: some seconds on a slow card.
                if (++pages % 1_000 == 0) progress($"log: {pages} pages");
                _ranges.Add((key.Range, kind));
                try
                {
                    Take(kind, PageCodec.Decode(key, rows.GetFieldValue<byte[]>(3), catalog));
                }
                catch (Exception e) when (e is InvalidDataException or InvalidCastException or OverflowException or ArgumentException)
                {
                    if (++bad > PagesNamedMax) continue;
                    var what = kind == PageKind.Detail ? "minute windows" : "evidence";
                    Find(path, $"The page with the sequences {key.Range}, appended at {key.At}, cannot be read: {e.Message.TrimEnd('.')}.",
                        $"{key.Range.Count} entries of {what} are lost here; readers pass them over and the log says so once.",
                            "Replace the card if more follow. "
                            + "What was sealed or told outside before is still there; a backup from before has them.");
                }
            }
        }
        if (bad > PagesNamedMax) Find(path, $"{bad - PagesNamedMax} more pages cannot be read.", "The file is damaged throughout.",
            Salvages);
        return pages;
    }

    private void Take(PageKind kind, LogEntry[] entries)
    {
        if (kind == PageKind.Detail) return;
        foreach (var entry in entries)
        {
            if (entry.Fact is IncidentFact { Incident.Kind: IncidentKind.LogSalvaged or IncidentKind.Restored }) _jumps.Add(entry.Sequence);
            if (entry.Fact is IncidentFact { Incident.Kind: IncidentKind.LogSalvaged }) _salvages.Add(entry.Sequence);
            if (entry.Fact is RecordFact) Records.Add(entry);
        }
    }

    /// <summary>Sequences may be missing where old minutes were deleted in good order, and where the entry after the gap says what was
    /// lost.</summary>
    private void CheckGaps()
    {
        if (_ranges.Count == 0) return;
        _ranges.Sort((left, right) => left.Range.First.CompareTo(right.Range.First));
        (Tail, Head) = (_ranges[0].Range.First, _ranges.Max(page => page.Range.Last));
        // Minutes leave the log before evidence does: up to the oldest page of minutes there may be holes.
        var whole = _ranges.Where(page => page.Kind == PageKind.Detail).Select(page => page.Range.First).DefaultIfEmpty(0).Min();
        var before = _ranges[0].Range;
        foreach (var (range, _) in _ranges.Skip(1))
        {
            if (range.First <= before.Last)
                Find(path, $"The sequences {range} and {before} overlap.", "A number means two facts.", "Report it: this is a fault of "
                    + "the program, or a file "
                    + "that was put together by hand.");
            var isDeleted = range.First <= whole;
            if (range.First > before.Last + 1 && !isDeleted && !_jumps.Contains(range.First) && !_salvages.Any(told => told > range.First))
                Find(path, $"The sequences {before.Last + 1} to {range.First - 1} are missing, and no entry says why.",
                    "Entries were lost, or taken out.", "Restore them from a backup, and keep this file to look into.");
            before = range.Last > before.Last ? range : before;
        }
    }

    private void Find(string where, string problem, string meaning, string remedy) =>
        findings.Add(new EvidenceFinding(true, where, problem, meaning, remedy));
}
