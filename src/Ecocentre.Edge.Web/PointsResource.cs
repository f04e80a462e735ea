using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Windows;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web;

/// <summary><c>GET /api/v1/points</c> and <c>/api/v1/points/{point}</c>: each point with its newest reading and its last 10 s window.</summary>
internal static class PointsResource
{
    internal static void Map(IEndpointRouteBuilder routes, CentreView view)
    {
        var byName = view.Points.ToDictionary(p => p.Name, StringComparer.Ordinal);
        routes.MapGet("/api/v1/points", () =>
        {
            var snapshot = view.Latest();
            return Results.Json(view.Points.Select(p => Describe(p, snapshot)));
        });
        routes.MapGet("/api/v1/points/{point}", (string point) => byName.TryGetValue(point, out var found)
            ? Results.Json(Describe(found, view.Latest()))
            : Results.Problem($"There is no point '{point}'. GET /api/v1/points lists them.", statusCode: StatusCodes.Status404NotFound));
    }

    private static object Describe(Point point, Snapshot snapshot)
    {
        var reading = snapshot.Latest[point.Id.Value];
        return new
        {
            name = point.Name,
            quantity = point.Quantity.Name,
            unit = point.Quantity.Unit,
            obis = point.Quantity.Obis,
            device = point.Device,
            place = point.Place,
            value = Number(reading.Value),
            at = reading.At.UnixMilliseconds == 0 ? null : reading.At.ToString(),
            quality = Word(reading.Quality),
            live = snapshot.Live.IsDefaultOrEmpty ? null : Describe(snapshot.Live[point.Id.Value]),
        };
    }

    private static object Describe(Aggregate live) => new
    {
        start = live.Window.Start.ToString(),
        seconds = live.Window.Length.TotalSeconds,
        mean = Number(live.Mean),
        min = Number(live.Min),
        max = Number(live.Max),
        last = Number(live.Last),
        delta = Number(live.Delta),
        coverage = live.Coverage,
    };

    /// <summary>JSON has no NaN: what is not known is null.</summary>
    private static double? Number(double value) => double.IsFinite(value) ? value : null;

    private static string Word(Quality quality) => quality.ToString().ToLowerInvariant();
}
