using Ecocentre.Edge.Evidence;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>The windows appended last, page by page as they were given, until every sink was told of them: what is told at once need not be unpacked again
/// for each. Any thread.</summary>
/// <remarks>Only what is committed stands here; whoever finds nothing unpacks what is on the disk, which says the same.</remarks>
internal sealed class NewestPages
{
    /// <summary>Pages kept: the minute of 16,000 points, which takes 2 MB.</summary>
    public const int PagesMax = 4;

    private readonly Lock _gate = new();
    private IReadOnlyList<(PageKey Key, LogEntry[] Entries)> _pages = [];

    /// <summary>A step was committed. One without pages of windows changes nothing.</summary>
    public void Renew(IReadOnlyList<(PageKey Key, LogFact[] Facts)> committed)
    {
        if (committed.Count == 0) return;
        var pages = committed.Count > PagesMax ? [] : committed.Select(page => (page.Key, Entries(page.Key, page.Facts))).ToArray();
        lock (_gate) _pages = pages;
    }

    /// <summary>The entries of a page, or null.</summary>
    public LogEntry[]? Find(PageKey key)
    {
        lock (_gate)
        {
            foreach (var page in _pages)
                if (page.Key == key) return page.Entries;
            return null;
        }
    }

    /// <summary>Every sink was told up to a sequence.</summary>
    public void Forget(long told)
    {
        lock (_gate)
            if (_pages.Count > 0 && _pages[^1].Key.Range.Last <= told) _pages = [];
    }

    private static LogEntry[] Entries(PageKey key, LogFact[] facts)
    {
        var entries = new LogEntry[facts.Length];
        for (var row = 0; row < facts.Length; row++)
        {
            var window = (WindowFact)facts[row];
            // A page names the series alone.
            if (window.Aggregate.Point != default) window = new WindowFact(window.Series, window.Aggregate with { Point = default });
            entries[row] = new LogEntry(key.Range.First + row, window);
        }
        return entries;
    }
}
