namespace Ecocentre.Edge.Plant;

/// <summary>What stands for the air outside: points of sensors out there, or a constant that the site declares in their stead. Immutable.</summary>
/// <remarks>The default, <see cref="None"/>, knows nothing: criteria that compare with outdoor air are then not applicable, and say so.</remarks>
public sealed record Outdoor
{
    public static Outdoor None { get; } = new();

    /// <summary>Point of quantity <c>co2</c>, or null.</summary>
    public PointId? Co2 { get; init; }

    /// <summary>CO2 in ppm that the site declares because it measures none; null when <see cref="Co2"/> is there. Whoever judges with it says that it
    /// is declared, not measured.</summary>
    public double? Co2DeclaredPpm { get; init; }

    /// <summary>Point of quantity <c>temperature</c>, or null.</summary>
    public PointId? Temperature { get; init; }
}
