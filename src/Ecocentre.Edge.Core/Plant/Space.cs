namespace Ecocentre.Edge.Plant;

/// <summary>A bounded place of the centre: a room, an open space, a plant room. Immutable.</summary>
/// <param name="Id">Stands as <c>place</c> in points and database tags.</param>
/// <param name="Storey">As the building names it, or null.</param>
public sealed record Space(string Id, string Name, string? Storey)
{
    /// <summary>Floor area in m², or null where nobody declared it: criteria that weigh by area leave the space out and say so.</summary>
    public double? AreaSquareMetres { get; init; }

    /// <summary>Clear height in m, or null.</summary>
    public double? HeightMetres { get; init; }

    /// <summary>People it is designed for, or null. Desks are counted from the desks themselves.</summary>
    public int? PeopleMax { get; init; }

    /// <summary>Its walls on the drawing of its storey, or null: it is then shown beside the drawing.</summary>
    public Outline? Outline { get; init; }
}
