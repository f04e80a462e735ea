using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Signing;

/// <summary>Who outside of this machine is known to hold which checkpoint: sinks that acknowledged its record, and an authority that stamped it. Any
/// thread.</summary>
/// <param name="sinks">Names of the sinks that lie on other machines.</param>
/// <param name="cursor">The last sequence that a sink acknowledged.</param>
internal sealed class OutsideCopies(Func<ImmutableArray<string>> sinks, Func<string, long> cursor)
{
    /// <summary>The party that is no sink.</summary>
    internal const string Stamp = "timestamp";

    // Checkpoints come daily; whoever was away for a month holds the newest of them when it is back.
    private const int ToldMax = 32;

    private readonly Lock _gate = new();
    private readonly List<(long Size, long Sequence)> _told = [];
    private readonly SortedDictionary<string, OutsideCopy> _known = new(StringComparer.Ordinal);

    /// <summary>The newest copy of each party.</summary>
    internal ImmutableArray<OutsideCopy> Known
    {
        get
        {
            lock (_gate) return [.. _known.Values];
        }
    }

    /// <summary>Takes in the records of checkpoints that are in the log by now, and looks who acknowledged them.</summary>
    /// <param name="records">The log's records, in sequence.</param>
    internal void Look(IEnumerable<LogEntry> records, Instant now)
    {
        lock (_gate)
        {
            var newest = _told.Count == 0 ? 0 : _told[^1].Sequence;
            foreach (var entry in records)
                if (entry.Sequence > newest && entry.Fact is RecordFact fact && CheckpointRecord.From(fact) is { } record)
                    _told.Add((record.Checkpoint.Size, entry.Sequence));
            if (_told.Count > ToldMax) _told.RemoveRange(0, _told.Count - ToldMax);
            foreach (var sink in sinks())
            {
                var through = cursor(sink);
                foreach (var (size, sequence) in _told)
                    if (sequence <= through) Know(new OutsideCopy(sink, size, now));
            }
        }
    }

    /// <summary>An authority stamped a checkpoint.</summary>
    internal void Stamped(long size, Instant at)
    {
        lock (_gate) Know(new OutsideCopy(Stamp, size, at));
    }

    private void Know(OutsideCopy copy)
    {
        if (!_known.TryGetValue(copy.By, out var known) || copy.Size > known.Size) _known[copy.By] = copy;
    }
}
