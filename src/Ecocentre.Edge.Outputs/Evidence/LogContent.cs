namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>What opening a log has to know: its series, its standing, and the ends of its pages.</summary>
/// <param name="Head">Last sequence of the newest page, 0 without pages.</param>
/// <param name="Tail">First sequence of the oldest page, or null without pages.</param>
internal sealed record LogContent(SeriesCatalog Catalog, LogStanding Standing, long Head, long? Tail)
{
    public static LogContent Read(LogReader reader)
    {
        var catalog = SeriesCatalog.Empty;
        var copies = LogFile.SeriesTables.Select(table => reader.Bodies($"SELECT number, body FROM {table} ORDER BY number")).ToArray();
        if (copies[0].Count != copies[1].Count) throw new InvalidDataException("The two tables of series differ.");
        foreach (var ((number, body), copy) in copies[0].Zip(copies[1]))
        {
            if (number is < 1 or > SeriesCatalog.NumberMax || copy.Number != number || !copy.Body.AsSpan().SequenceEqual(body))
                throw new InvalidDataException($"The two tables differ in series {number}.");
            catalog = catalog.With((int)number, SeriesCodec.Decode((int)number, body));
        }
        var standing = reader.Bodies("SELECT id, body FROM standing");
        if (standing.Count != 1) throw new InvalidDataException("The log's standing is missing.");
        var (head, tail) = reader.Ends();
        reader.CheckNewest();
        return new LogContent(catalog, LogStanding.Decode(standing[0].Body, catalog), head, tail);
    }
}
