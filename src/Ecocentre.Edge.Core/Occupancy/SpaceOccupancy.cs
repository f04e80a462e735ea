namespace Ecocentre.Edge.Occupancy;

/// <summary>How many people are in a space at one moment, as far as it is known. Immutable.</summary>
/// <param name="Space">Index of the space in the site's order.</param>
/// <param name="Desks">Desks in it.</param>
/// <param name="Occupied">Of these, occupied or held.</param>
/// <param name="Unknown">Of these, unknown or with a fault.</param>
/// <param name="Free">Of these, free.</param>
/// <param name="IsOccupied">Somebody is in the space: a desk is taken or its room sensor says so; null when nobody can tell.</param>
public readonly record struct SpaceOccupancy(int Space, int Desks, int Occupied, int Unknown, int Free, bool? IsOccupied);
