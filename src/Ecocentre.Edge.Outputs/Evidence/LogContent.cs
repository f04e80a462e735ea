namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>What opening a log has to know: its series, its standing, and the ends of its pages.</summary>
/// <param name="Head">Last sequence of the newest page, 0 without pages.</param>
/// <param name="Tail">First sequence of the oldest page, or null without pages.</param>
internal sealed record LogContent(SeriesCatalog Catalog, LogStanding Standing, long Head, long? Tail)
{
    public static LogContent Read(LogReader reader)
    {
        var catalog = SeriesCatalog.Empty;
        foreach (var (number, body) in reader.Bodies("SELECT number, body FROM series ORDER BY number"))
        {
            if (number != catalog.Count + 1) throw new InvalidDataException($"Series {catalog.Count + 1} is missing.");
            catalog = catalog.With(SeriesCodec.Decode((int)number, body));
        }
        var standing = LogStanding.Empty;
        foreach (var (_, body) in reader.Bodies("SELECT id, body FROM standing")) standing = LogStanding.Decode(body, catalog);
        var (head, tail) = reader.Ends();
        return new LogContent(catalog, standing, head, tail);
    }
}
