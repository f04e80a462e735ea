using System.Collections.Immutable;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>Reads the spaces of a site file.</summary>
internal static class SpacePlaces
{
    // The largest office floor in Europe has some 30,000 m²; a hall higher than 50 m has other problems.
    private const double AreaMax = 100_000, HeightMin = 1, HeightMax = 50;
    private const int PeopleMax = 10_000;

    internal static ImmutableArray<Space> Read(JsonPlace root)
    {
        var spaces = ImmutableArray.CreateBuilder<Space>();
        foreach (var place in root.Optional("spaces")?.Items() ?? [])
        {
            var id = place["id"].Name();
            if (spaces.Any(s => s.Id == id)) place["id"].Wrong($"\"{id}\" is the id of an earlier space.", "Give each space its own.");
            if (id == OccupancyPlan.Centre) place["id"].Wrong($"\"{id}\" is the name of all spaces together.", "Give this one another.");
            spaces.Add(new Space(id, place.Optional("name")?.Text() ?? id, place.Optional("storey")?.Text())
            {
                AreaSquareMetres = place.Optional("area")?.Number(0.1, AreaMax),
                HeightMetres = place.Optional("height")?.Number(HeightMin, HeightMax),
                PeopleMax = place.Optional("people")?.Integer(0, PeopleMax),
                Outline = place.Optional("outline") is { } outline ? FloorPlaces.Outline(outline) : null,
            });
        }
        return spaces.ToImmutable();
    }
}
