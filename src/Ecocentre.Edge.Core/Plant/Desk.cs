using System.Collections.Immutable;

namespace Ecocentre.Edge.Plant;

/// <summary>One workplace and what watches it. Immutable.</summary>
/// <param name="Id">Unique in the centre; stands in topics and addresses.</param>
/// <param name="Ref">The booking system's own id; equals <paramref name="Id"/> where the site says nothing.</param>
/// <param name="Space">Id of the space it stands in.</param>
/// <param name="Sensors">Points of quantity <c>presence</c> or <c>contact</c> that watch it; each has <see cref="Point.Private"/>.
/// Empty: always unknown.</param>
public sealed record Desk(string Id, string Ref, string Space, ImmutableArray<PointId> Sensors);
