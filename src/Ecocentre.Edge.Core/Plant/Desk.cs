using System.Collections.Immutable;
using Ecocentre.Edge.Occupancy;

namespace Ecocentre.Edge.Plant;

/// <summary>One workplace and what watches it. Immutable.</summary>
/// <param name="Id">Unique in the centre; stands in topics and addresses.</param>
/// <param name="Ref">The booking system's own id; equals <paramref name="Id"/> where the site says nothing.</param>
/// <param name="Space">Id of the space it stands in.</param>
/// <param name="Sensors">Points of quantity <c>presence</c> or <c>contact</c> that watch it, the primary one first; each has <see cref="Point.Private"/>
/// (<see cref="OccupancyPlan"/> sees to it). Several desks may name the same point. Empty: always unknown.</param>
public sealed record Desk(string Id, string Ref, string Space, ImmutableArray<PointId> Sensors)
{
    /// <summary>How its sensors' readings become its state.</summary>
    public DeskRules Rules { get; init; } = DeskRules.Default;

    /// <summary>Where it stands on the drawing of its storey, or null.</summary>
    public FloorPoint? At { get; init; }
}
