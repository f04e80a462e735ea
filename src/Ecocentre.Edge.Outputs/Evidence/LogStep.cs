using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>What one transaction makes of the log: the head and the series it will have if the commit succeeds.</summary>
internal sealed class LogStep(LogWriter writer, SeriesCatalog catalog, long head, Instant now)
{
    private readonly List<(PageRow Row, byte[] Body)> _pending = [];

    public long Head { get; private set; } = head;

    /// <summary>The head before this step: pages up to there may be deleted in it.</summary>
    public long HeadBefore { get; } = head;

    public SeriesCatalog Catalog { get; private set; } = catalog;

    public LogWriter Writer => writer;

    public Instant Now => now;

    /// <summary>Bytes of the pages that are not yet written.</summary>
    public long PendingBytes { get; private set; }

    /// <summary>The pages of nothing but windows, as they were given.</summary>
    public List<(PageKey Key, LogFact[] Facts)> Windows { get; } = [];

    /// <summary>Packs facts into pages, minute windows first; the order within each kind stays.</summary>
    public void Add(IReadOnlyList<LogFact> facts)
    {
        Learn(facts.OfType<WindowFact>().Select(window => window.Series));
        foreach (var kind in new[] { PageKind.Detail, PageKind.Evidence })
            foreach (var chunk in facts.Where(fact => PageKinds.Of(fact) == kind).Chunk(PageCodec.EntriesMax))
            {
                var key = new PageKey(new SequenceRange(Head + 1, Head + chunk.Length), now);
                var body = PageCodec.Encode(key, chunk, Catalog);
                _pending.Add((new PageRow(kind, key), body));
                if (Array.TrueForAll(chunk, fact => fact is WindowFact)) Windows.Add((key, chunk));
                PendingBytes += body.Length;
                Head += chunk.Length;
            }
    }

    /// <summary>Takes in the series that are new.</summary>
    /// <exception cref="LogRefusedException">A point is known with another unit, quantity or kind.</exception>
    public void Learn(IEnumerable<Series> series)
    {
        SeriesCatalog.Draft? draft = null;
        var bodies = new List<(int Number, byte[] Body)>();
        foreach (var one in series)
        {
            if ((draft?.NumberOf(one) ?? Catalog.NumberOf(one)) != 0) continue;
            draft ??= new SeriesCatalog.Draft(Catalog);
            if (draft.Conflict(one) is { } conflict) throw new LogRefusedException(conflict);
            draft.Add(draft.Count + 1, one);
            bodies.Add((draft.Count, SeriesCodec.Encode(draft.Count, one)));
        }
        if (draft is null) return;
        writer.InsertSeries(bodies);
        Catalog = draft.Catalog;
    }

    /// <summary>Writes the pages added since the last call.</summary>
    public void Flush()
    {
        foreach (var (row, body) in _pending) writer.InsertPage(row, body);
        _pending.Clear();
        PendingBytes = 0;
    }
}
