using System.Collections.Immutable;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>Which sink has taken what. In memory; every step stores it with its entries, so that moving a cursor costs no write of its own and a
/// crash only means that the last entries are offered again.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class Outbox
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, SinkLag> _sinks = new(StringComparer.Ordinal);

    /// <summary>Everything after this stays until it is sealed; null where nothing is sealed. Kept among the cursors under a name that no sink has.</summary>
    public long? Held { get; private set; }

    /// <summary>The name under which <see cref="Held"/> is stored.</summary>
    public const string HeldName = "archive";

    public void Hold(long sequence)
    {
        lock (_gate) Held = sequence;
    }

    public void Register(string sink, long acknowledged, long tail, long head, Instant? since)
    {
        lock (_gate) _sinks[sink] = LagOf(sink, acknowledged, tail, head, since);
    }

    public void Forget(string sink)
    {
        lock (_gate) _sinks.Remove(sink);
    }

    public bool Knows(string sink)
    {
        lock (_gate) return _sinks.ContainsKey(sink);
    }

    /// <exception cref="InvalidOperationException">No such sink is registered.</exception>
    public SinkLag Lag(string sink)
    {
        lock (_gate) return Of(sink);
    }

    /// <summary>Moves a cursor forward; one that is there already stays.</summary>
    public void Move(string sink, long acknowledged, long tail, long head, Instant? since)
    {
        lock (_gate)
        {
            var lag = Of(sink);
            if (acknowledged > lag.Acknowledged) _sinks[sink] = LagOf(sink, acknowledged, tail, head, since ?? lag.Since);
        }
    }

    /// <summary>Entries were appended or given up: the lags are counted anew.</summary>
    public void Grow(long tail, long head, Instant now)
    {
        lock (_gate)
        {
            foreach (var lag in _sinks.Values.ToArray()) _sinks[lag.Sink] = LagOf(lag.Sink, lag.Acknowledged, tail, head, lag.Since ?? now);
        }
    }

    /// <summary>The sequence that every sink has taken, and that is sealed; null when there is no sink and nothing is sealed.</summary>
    public long? AllHave()
    {
        lock (_gate)
        {
            var taken = _sinks.Count == 0 ? Held : _sinks.Values.Min(lag => lag.Acknowledged);
            return Held < taken ? Held : taken;
        }
    }

    /// <summary>The sequence that every sink has taken; null when there is no sink.</summary>
    public long? Told()
    {
        lock (_gate) return _sinks.Count == 0 ? null : _sinks.Values.Min(lag => lag.Acknowledged);
    }

    /// <summary>What is stored: all cursors, <see cref="Held"/> among them.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Cursors()
    {
        lock (_gate)
        {
            var cursors = _sinks.Values.Select(lag => KeyValuePair.Create(lag.Sink, lag.Acknowledged));
            return Held is { } held ? [.. cursors, KeyValuePair.Create(HeldName, held)] : [.. cursors];
        }
    }

    public ImmutableArray<SinkLag> Lags()
    {
        lock (_gate) return [.. _sinks.Values];
    }

    private static SinkLag LagOf(string sink, long acknowledged, long tail, long head, Instant? since)
    {
        // Entries before the tail are given up and wait for nobody.
        var entries = Math.Max(0, head - Math.Max(acknowledged, tail - 1));
        return new SinkLag(sink, acknowledged, entries, entries == 0 ? null : since);
    }

    private SinkLag Of(string sink) =>
        _sinks.GetValueOrDefault(sink) ?? throw new InvalidOperationException($"Sink {sink} is not registered with the log.");
}
