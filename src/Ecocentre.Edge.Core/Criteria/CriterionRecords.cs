using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Criteria;

/// <summary>Records of the log that criteria look at: hand entries, corrections, calibrations, swaps, instruments, checkpoints and keys. One
/// thread.</summary>
public sealed class CriterionRecords
{
    /// <summary>Records kept: fifty a day for two years; the oldest are given up beyond it, and judging says so by their absence.</summary>
    public const int RecordsMax = 40_000;

    private readonly List<LogEntry> _records = [];
    private readonly List<(long Sequence, HandEntry Entry)> _entries = [];
    private readonly Dictionary<(RecordKind Kind, string Subject), List<RecordFact>> _bySubject = [];

    /// <summary>In the order of the log.</summary>
    public IEnumerable<RecordFact> All => _records.Select(e => (RecordFact)e.Fact);

    /// <summary>The newest time of a record of a device, or null.</summary>
    public RecordFact? Newest(RecordKind kind, string subject, Instant before) =>
        _bySubject.GetValueOrDefault((kind, subject))?.Where(r => r.At < before).MaxBy(r => r.At);

    /// <summary>The hand entries of a point that are true within a stretch of time, each in its last correction.</summary>
    public IEnumerable<HandEntry> Entries(string point, Instant from, Instant to)
    {
        var standing = new SortedDictionary<long, HandEntry>();
        foreach (var (sequence, entry) in _entries)
        {
            if (entry.Corrects is { } corrected) standing.Remove(corrected);
            standing.Add(sequence, entry);
        }
        return standing.Values.Where(e => e.Point == point && e.When >= from && e.When < to);
    }

    /// <summary>Takes a record.</summary>
    /// <returns>False for anything else; verdicts and configurations are not kept.</returns>
    internal bool Take(LogEntry entry)
    {
        if (entry.Fact is not RecordFact { Kind: not (RecordKind.Verdict or RecordKind.Configuration) } record) return false;
        _records.Add(entry);
        Index(entry.Sequence, record);
        if (_records.Count <= RecordsMax) return true;
        _records.RemoveRange(0, RecordsMax / 10);
        _entries.Clear();
        _bySubject.Clear();
        foreach (var (sequence, fact) in _records) Index(sequence, (RecordFact)fact);
        return true;
    }

    private void Index(long sequence, RecordFact record)
    {
        if (HandEntry.From(record) is { } entry) _entries.Add((sequence, entry));
        if (!_bySubject.TryGetValue((record.Kind, record.Subject), out var ofSubject)) _bySubject[(record.Kind, record.Subject)] = ofSubject = [];
        ofSubject.Add(record);
    }
}
