using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Simulation.Outside;

namespace Ecocentre.Edge.Simulation.Oracles;

/// <summary>What the outside must have been told once everything works again.</summary>
internal static class OutsideOracles
{
    /// <summary>Every sequence up to the log's head arrived, none beyond it, and as it stands in the log as far as that still holds it.</summary>
    public static void ToldEverything(IReadOnlyList<LogEntry> held, long head, Receiver receiver, Verdicts verdicts)
    {
        for (var sequence = 1L; sequence <= head; sequence++)
        {
            var missing = sequence;
            verdicts.Check("told everything", receiver.Facts.ContainsKey(sequence), () => $"sequence {missing} never arrived");
        }
        foreach (var entry in held)
            verdicts.Check("told everything", receiver.Facts.TryGetValue(entry.Sequence, out var told) && told.Equals(entry.Fact),
                () => $"sequence {entry.Sequence} was told as {receiver.Facts.GetValueOrDefault(entry.Sequence)}, the log has {entry.Fact}");
        verdicts.Check("told everything", receiver.Facts.Count <= head, () => $"{receiver.Facts.Count} sequences arrived, the log has {head}");
        foreach (var violation in receiver.Violations) verdicts.Wrong("told everything", violation);
    }
}
