using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>What opening a log has to know: its series, its standing, and the ends of its pages.</summary>
/// <param name="Head">Last sequence of the newest page, 0 without pages.</param>
/// <param name="Tail">First sequence of the oldest page, or null without pages.</param>
internal sealed record LogContent(SeriesCatalog Catalog, LogStanding Standing, IReadOnlyList<CursorFound> Cursors, long Head, long? Tail)
{
    /// <exception cref="InvalidDataException">Something is not what was written.</exception>
    public static LogContent Read(LogReader reader)
    {
        var series = new SeriesCatalog.Draft(SeriesCatalog.Empty);
        var copies = LogFile.SeriesTables.Select(table => reader.Bodies($"SELECT number, body FROM {table} ORDER BY number")).ToArray();
        if (copies[0].Count != copies[1].Count) throw new InvalidDataException("The two tables of series differ.");
        foreach (var ((number, body), copy) in copies[0].Zip(copies[1]))
        {
            if (number is < 1 or > SeriesCatalog.NumberMax || copy.Number != number || !copy.Body.AsSpan().SequenceEqual(body))
                throw new InvalidDataException($"The two tables differ in series {number}.");
            series.Add((int)number, SeriesCodec.Decode((int)number, body));
        }
        var catalog = series.Catalog;
        var standing = reader.Bodies("SELECT id, body FROM standing");
        if (standing.Count != 1) throw new InvalidDataException("The log's standing is missing.");
        var (head, tail) = reader.Ends();
        reader.CheckNewest();
        var stood = LogStanding.Decode(standing[0].Body, catalog);
        var cursors = stood.Cursors.Select(cursor => new CursorFound(cursor.Key, cursor.Value, reader.AppendedAfter(cursor.Value)));
        return new LogContent(catalog, stood, [.. cursors], head, tail);
    }
}

/// <summary>Where a sink was when the log was last written, and when the oldest entry after that was appended.</summary>
internal readonly record struct CursorFound(string Sink, long Acknowledged, Instant? Since);
