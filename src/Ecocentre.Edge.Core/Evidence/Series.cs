using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Evidence;

/// <summary>What the log keeps of a point so that its windows can be read years later, when the site file says something else.</summary>
/// <param name="Quantity">Dotted name of the quantity.</param>
/// <param name="Unit">Canonical unit; part of the identity.</param>
public sealed record Series(string Name, string Quantity, string Unit, PointKind Kind, string Device, string? Place)
{
    public static Series Of(Point point) =>
        new(point.Name, point.Quantity.Name, point.Quantity.Unit, point.Quantity.Kind, point.Device, point.Place);
}
