namespace Ecocentre.Edge.Sites;

/// <summary>A bounded place of the centre: a room, an open space, a plant room.</summary>
/// <param name="Id">Stands as <c>place</c> in points and database tags.</param>
/// <param name="Storey">As the building names it, or null.</param>
public sealed record Space(string Id, string Name, string? Storey);
