using System.Collections.Immutable;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge;

/// <summary>Immutable picture of now, swapped whole; readers on any thread see one consistent moment.</summary>
/// <param name="At">When it was taken, on the gateway's clock.</param>
/// <param name="Latest">By <see cref="Plant.PointId"/>: the newest reading in time order; quality Missing and the epoch where there was none yet.</param>
/// <param name="Live">By <see cref="Plant.PointId"/>: the last closed 10 s window; empty until the first closed.</param>
public sealed record Snapshot(Instant At, int Era, bool ClockTrusted, ImmutableArray<Reading> Latest, ImmutableArray<Aggregate> Live);
