using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>Reads what stands for the air outside.</summary>
internal static class OutdoorPlaces
{
    // Background air had 280 ppm before industry; next to traffic under an inversion up to 800 are measured.
    private const double Co2Min = 280, Co2Max = 1000;

    internal static Outdoor Read(JsonPlace place, PointNames points)
    {
        var (co2, declared) = (place.Optional("co2"), place.Optional("co2Declared"));
        if (co2 is not null && declared is not null) declared.Wrong("stands beside \"co2\".",
            "Keep the point: what is measured needs no declaration.");
        return new Outdoor
        {
            Co2 = co2 is null ? null : Find(points, co2, "co2"),
            Co2DeclaredPpm = co2 is null ? declared?.Number(Co2Min, Co2Max) : null,
            Temperature = place.Optional("temperature") is { } temperature ? Find(points, temperature, "temperature") : null,
        };
    }

    private static PointId? Find(PointNames points, JsonPlace place, string quantity)
    {
        if (points.Find(place, quantity, q => q.Name == quantity) is not { } point) return null;
        if (!point.Private) return point.Id;
        place.Wrong($"{point.Name} watches a desk and is private.", "Name a sensor that stands outside.");
        return null;
    }
}
