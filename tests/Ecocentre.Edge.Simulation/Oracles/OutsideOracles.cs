using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Simulation.Outside;

namespace Ecocentre.Edge.Simulation.Oracles;

/// <summary>What the outside must have been told once everything works again.</summary>
internal static class OutsideOracles
{
    /// <summary>Every sequence up to the log's head arrived, none beyond it, and as it stands in the log as far as that still holds it.</summary>
    /// <param name="isWorn">The card lost something: numbers may be missing, if the log says after them that they are.</param>
    public static void ToldEverything(IReadOnlyList<LogEntry> held, long head, Receiver receiver, bool isWorn, Verdicts verdicts)
    {
        var said = isWorn ? SaidToBeLost(receiver) : 0;
        for (var sequence = 1L; sequence <= head; sequence++)
            verdicts.Check("told everything", receiver.Facts.ContainsKey(sequence) || sequence < said, $"sequence {sequence} never arrived");
        foreach (var entry in held)
            verdicts.Check("told everything", receiver.Facts.TryGetValue(entry.Sequence, out var told) && told.Equals(entry.Fact),
                $"sequence {entry.Sequence} was told as {receiver.Facts.GetValueOrDefault(entry.Sequence)}, the log has {entry.Fact}");
        verdicts.Check("told everything", receiver.Facts.Count <= head, $"{receiver.Facts.Count} sequences arrived, the log has {head}");
        foreach (var violation in receiver.Violations) verdicts.Wrong("told everything", violation);
    }

    /// <summary>The database has everything once, as far as a receiver that never lies was told it.</summary>
    public static void Stored(World world, Verdicts verdicts)
    {
        // What a worn card lost may have reached one of them and never the other.
        var lostUntil = world.IsWorn ? SaidToBeLost(world.Receiver) : 0;
        world.Database.Judge(world.Receiver.Facts, lostUntil, verdicts);
        foreach (var (from, to) in world.Forgotten.Where(range => range.From > lostUntil))
            verdicts.Check("sent again", world.Database.Missing(from, to) == 0,
                $"the database lost {from} to {to}, asked for it, and still lacks {world.Database.Missing(from, to)} of it");
        world.Ingest.Count();
        verdicts.Check("none set apart", world.Ingest.LinesSetApart == 0, $"the ingest set {world.Ingest.LinesSetApart} good lines apart");
    }

    /// <summary>Up to which sequence the log has said that entries are lost.</summary>
    private static long SaidToBeLost(Receiver receiver) =>
        receiver.Facts.Where(told => told.Value is IncidentFact { Incident.Kind: IncidentKind.LogSalvaged }).Select(told => told.Key).DefaultIfEmpty(0).Max();
}
