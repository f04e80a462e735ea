using System.Collections.Immutable;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge;

/// <summary>Immutable picture of now, swapped whole; readers on any thread see one consistent moment.</summary>
/// <param name="At">When it was taken, on the gateway's clock.</param>
/// <param name="Latest">By <see cref="Plant.PointId"/>: the newest reading in time order; quality Missing and the epoch where there was none yet, and
/// always for a private point.</param>
/// <param name="Live">By <see cref="Plant.PointId"/>: the last closed 10 s window; empty until the first closed.</param>
public sealed record Snapshot(Instant At, int Era, bool ClockTrusted, ImmutableArray<Reading> Latest, ImmutableArray<Aggregate> Live)
{
    /// <summary>By index of the desk in the site's order.</summary>
    public ImmutableArray<DeskStatus> Desks { get; init; } = [];

    /// <summary>By index of the space in the site's order.</summary>
    public ImmutableArray<SpaceOccupancy> Spaces { get; init; } = [];

    /// <summary>Number of the newest change of a desk, 0 before the first.</summary>
    public long DeskSequence { get; init; }
}
