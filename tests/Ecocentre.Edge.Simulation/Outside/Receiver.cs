using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs;
using Ecocentre.Edge.Simulation.Scheduling;

namespace Ecocentre.Edge.Simulation.Outside;

/// <summary>The outside party that is told from the log: it outlives every gateway process, and remembers what it was told.</summary>
public sealed class Receiver(Agenda agenda, Random random)
{
    // It comes in order, nearly.
    private readonly SortedList<long, LogFact> _facts = [];
    private readonly List<(long From, long To, ReceiverFault Fault)> _faults = [];

    /// <summary>What arrived, by sequence.</summary>
    public IReadOnlyDictionary<long, LogFact> Facts => _facts;

    /// <summary>Entries delivered, those that came again counted again.</summary>
    public long Deliveries { get; private set; }

    /// <summary>What the receiver saw that may never be.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>Sequences that are accepted and thrown away: a planted bug, which the oracles must find.</summary>
    public long? Loses { get; init; }

    public void FailBetween(long from, long to, ReceiverFault fault) => _faults.Add((from, to, fault));

    /// <summary>What the receiver answers to one batch now.</summary>
    public ReceiverFault FaultNow()
    {
        foreach (var (from, to, fault) in _faults)
            if (agenda.Now >= from && agenda.Now < to) return fault;
        return ReceiverFault.None;
    }

    /// <summary>Some time between a tenth of a millisecond and two seconds.</summary>
    public TimeSpan Latency() => TimeSpan.FromMilliseconds(Math.Pow(10, random.NextDouble() * 4.3 - 1));

    public void Take(ReadOnlySpan<LogEntry> entries)
    {
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = entries[i];
            if (i > 0 && entry.Sequence != entries[i - 1].Sequence + 1)
                Violations.Add($"A batch went from sequence {entries[i - 1].Sequence} to {entry.Sequence}.");
            Deliveries++;
            if (entry.Sequence == Loses) continue;
            if (!_facts.TryAdd(entry.Sequence, entry.Fact) && !_facts[entry.Sequence].Equals(entry.Fact))
                Violations.Add($"Sequence {entry.Sequence} came again as something else: first {_facts[entry.Sequence]}, then {entry.Fact}.");
        }
    }
}

/// <summary>How the receiver may fail for a while.</summary>
public enum ReceiverFault
{
    None,

    /// <summary>Nobody there.</summary>
    Away,

    /// <summary>Takes the batch and forgets to say so.</summary>
    AnswerLost,

    /// <summary>Never answers.</summary>
    Hangs,

    /// <summary>Throws, as a library might.</summary>
    Throws,
}
