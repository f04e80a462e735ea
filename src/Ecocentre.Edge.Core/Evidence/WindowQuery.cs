using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Evidence;

/// <summary>Asks the log for the windows of one point.</summary>
/// <param name="Point">Name of the point; of series that once bore it under another device or place too.</param>
/// <param name="Kind">Their length; windows of 10 s are never stored.</param>
/// <param name="From">Windows that begin at or after this …</param>
/// <param name="To">… and before this.</param>
/// <param name="Zone">The centre's zone: when its days end.</param>
/// <param name="WindowsMax">Most windows to return, at least 1.</param>
public sealed record WindowQuery(string Point, WindowKind Kind, Instant From, Instant To, TimeZoneInfo Zone, int WindowsMax);

/// <summary>What the log holds of it, by start; of a revised window the highest revision. Windows nobody lived through are absent.</summary>
/// <param name="Next">From where to ask on, when there is more or the search was long; null when everything up to the end was looked through.</param>
public sealed record WindowRun(IReadOnlyList<WindowFact> Windows, Instant? Next);

/// <summary>Incidents, newest first.</summary>
/// <param name="Incidents">Entries whose fact is an <see cref="IncidentFact"/>.</param>
/// <param name="Next">Before which sequence to ask on, or null when the log's tail was reached.</param>
public sealed record IncidentRun(IReadOnlyList<LogEntry> Incidents, long? Next);
