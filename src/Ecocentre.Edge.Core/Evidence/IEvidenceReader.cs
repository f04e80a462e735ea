namespace Ecocentre.Edge.Evidence;

/// <summary>Reading the log, for those who may not see how it is kept (Web). Any thread.</summary>
public interface IEvidenceReader
{
    /// <summary>Sequence of the newest entry, 0 while there is none.</summary>
    long Head { get; }

    /// <summary>Sequence of the oldest entry still held, <see cref="Head"/> + 1 while there is none.</summary>
    long Tail { get; }

    /// <summary>Entries after a sequence, in order, without holes as far as they are held.</summary>
    /// <param name="after">The last sequence already known; 0 from the beginning.</param>
    /// <param name="entriesMax">Most entries to return, at least 1.</param>
    IReadOnlyList<LogEntry> Read(long after, int entriesMax);

    /// <summary>The windows of a point, quick over a year of days.</summary>
    WindowRun Windows(WindowQuery query);

    /// <summary>Incidents with a sequence before a given one, newest first.</summary>
    /// <param name="before"><see cref="long.MaxValue"/> for the newest.</param>
    /// <param name="incidentsMax">Most to return, at least 1; fewer come when the search grows long.</param>
    IncidentRun Incidents(long before, int incidentsMax);
}
