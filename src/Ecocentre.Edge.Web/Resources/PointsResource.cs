using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Ecocentre.Edge.Windows;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Resources;

/// <summary><c>GET /api/v1/points</c> and <c>/api/v1/points/{point}</c>: each point with its newest reading and its last 10 s window. Points that watch a
/// single desk are not there.</summary>
internal static class PointsResource
{
    internal static void Map(IEndpointRouteBuilder routes, CentreView view)
    {
        var points = view.Points.Where(point => !point.Private).ToArray();
        var byName = new PointsByName(points);
        var roles = view.PointRoles.SelectMany(role => role.Value.Select(name => (Name: name, Role: role.Key))).ToLookup(pair => pair.Name, pair => pair.Role);
        string[] RolesOf(Point point) => [.. roles[point.Name].Order(StringComparer.Ordinal)];
        var allowed = new Allowed(Roles.Viewer | Roles.Auditor);
        routes.Resource(allowed, "Every point with its newest reading and its last 10 s.").MapGet("/api/v1/points", () =>
        {
            var snapshot = view.Latest();
            return Answer.Json(points.Select(point => Describe(point, RolesOf(point), snapshot)));
        }).Produces<PointNow[]>();
        routes.Resource(allowed, "One point with its newest reading and its last 10 s.").MapGet("/api/v1/points/{point}", (string point) =>
            byName[point] is { } found ? Answer.Json(Describe(found, RolesOf(found), view.Latest())) : None())
            .Produces<PointNow>().ProducesProblem(StatusCodes.Status404NotFound, Problems.ContentType);
    }

    internal static IResult None() => Problems.Of(StatusCodes.Status404NotFound, "There is no such point. GET /api/v1/points lists them.");

    private static PointNow Describe(Point point, string[] roles, Snapshot snapshot)
    {
        var reading = snapshot.Latest[point.Id.Value];
        return new PointNow(
            point.Name, point.Quantity.Name, point.Quantity.Unit, WebJson.Word(point.Quantity.Kind), point.Quantity.Obis, point.Device, point.Place, roles,
            WebJson.Number(reading.Value), WebJson.Time(reading.At), WebJson.Word(reading.Quality),
            snapshot.Live.IsDefaultOrEmpty ? null : Describe(snapshot.Live[point.Id.Value]));
    }

    private static LiveFigures Describe(Aggregate live) => new(
        live.Window.Start.ToString(), live.Window.Length.TotalSeconds, WebJson.Number(live.Mean), WebJson.Number(live.Min), WebJson.Number(live.Max),
        WebJson.Number(live.Last), WebJson.Number(live.Delta), live.Coverage);
}

/// <summary>A point at a moment.</summary>
/// <param name="Kind"><c>gauge</c>, <c>counter</c> or <c>state</c>.</param>
/// <param name="Obis">Code of IEC 62056-61, where there is one.</param>
/// <param name="Roles">What the site says it is for, as in <c>main</c>, <c>pv</c>, <c>export</c>, <c>outdoorTemperature</c>.</param>
/// <param name="Value">In its unit; null where nothing is known.</param>
/// <param name="At">When it was read.</param>
/// <param name="Quality"><c>good</c>, <c>questionable</c>, <c>invalid</c> or <c>missing</c>.</param>
/// <param name="Live">What it did in the last 10 s.</param>
internal sealed record PointNow(
    string Name, string Quantity, string Unit, string Kind, string? Obis, string Device, string? Place, string[] Roles, double? Value, string? At,
    string Quality, LiveFigures? Live);

/// <summary>What a point did in the last 10 s.</summary>
/// <param name="Coverage">Share of it backed by good readings, 0 to 1.</param>
internal sealed record LiveFigures(
    string Start, double Seconds, double? Mean, double? Min, double? Max, double? Last, double? Delta, double Coverage);
