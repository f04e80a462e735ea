namespace Ecocentre.Edge.Plant;

/// <summary>A place on the drawing of a storey, in metres: X to the right, Y downwards, from whichever corner the drawing counts from.</summary>
public readonly record struct FloorPoint(double X, double Y);
