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

/// <summary>Something said or decided that is not a window: an instrument, a calibration, a swap, a reading by hand, a verdict.</summary>
/// <param name="Subject">Name of the device, point or criterion it speaks of.</param>
/// <param name="Json">The content, one JSON object in UTF-16 without line breaks; the same content always gives the same text, because it is hashed.
/// The type that writes a kind documents its keys.</param>
public sealed record RecordFact(Instant At, RecordKind Kind, string Subject, string Json) : LogFact(At);
