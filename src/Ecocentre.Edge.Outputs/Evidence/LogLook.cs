using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;
using Microsoft.Data.Sqlite;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>What a log knows of its points and receivers, looked at beside whoever has it open. Nothing is written; a picture of one moment.</summary>
public sealed class LogLook
{
    private readonly SeriesCatalog _catalog;

    private LogLook(SeriesCatalog catalog, ImmutableArray<string> sinks, Instant? last) => (_catalog, Sinks, Last) = (catalog, sinks, last);

    /// <summary>Receivers that it keeps a place for.</summary>
    public ImmutableArray<string> Sinks { get; }

    /// <summary>When something was appended last, or null for an empty log.</summary>
    public Instant? Last { get; }

    /// <summary>The newest series of each point.</summary>
    public IEnumerable<Series> Series => _catalog.Names.Select(name => _catalog[_catalog.NumberOf(name)]!);

    /// <returns>Null where there is no log yet.</returns>
    /// <exception cref="LogRefusedException">It is no log of this centre that this program can read; the message says what it is.</exception>
    /// <exception cref="LogUnavailableException">It cannot be looked at now.</exception>
    public static LogLook? At(string path, string centre)
    {
        path = Path.GetFullPath(path);
        if (!File.Exists(path) || new FileInfo(path).Length == 0) return null;
        try
        {
            LogFile.Identify(path, centre);
            using var reader = new LogReader(path);
            var content = LogContent.Read(reader);
            return new LogLook(content.Catalog, [.. content.Cursors.Select(cursor => cursor.Sink).Where(sink => sink != Outbox.HeldName)], reader.NewestAt());
        }
        catch (Exception e) when (e is SqliteException or InvalidDataException || LogTrouble.IsOfDisk(e))
        {
            throw LogTrouble.Unavailable(path, e);
        }
    }

    /// <inheritdoc cref="EvidenceLog.Conflicts"/>
    public IReadOnlyList<string> Conflicts(IEnumerable<Series> series) => [.. series.Select(_catalog.Conflict).OfType<string>()];
}
