using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Evidence;

/// <summary>One fact of the log with its place in it.</summary>
/// <param name="Sequence">Gapless per centre, from 1; the idempotency key of everything published.</param>
public readonly record struct LogEntry(long Sequence, LogFact Fact);

/// <summary>What a log entry says. One sealed record for each kind of fact.</summary>
/// <param name="At">When it is true: the start of a window, the instant of an incident.</param>
public abstract record LogFact(Instant At);

/// <summary>A closed or revised window of a point. <see cref="Aggregate.Point"/> is meaningless here: <paramref name="Series"/> names it.</summary>
public sealed record WindowFact(Series Series, Aggregate Aggregate) : LogFact(Aggregate.Window.Start);

/// <summary>An incident.</summary>
public sealed record IncidentFact(Incident Incident) : LogFact(Incident.At);
