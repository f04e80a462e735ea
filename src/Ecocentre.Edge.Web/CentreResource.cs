using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web;

/// <summary><c>GET /api/v1/centre</c>: who this is, its zone and clock, and the head of its log.</summary>
internal static class CentreResource
{
    internal static void Map(IEndpointRouteBuilder routes, CentreView view) =>
        routes.MapGet("/api/v1/centre", () =>
        {
            var snapshot = view.Latest();
            return Results.Json(new
            {
                id = view.Centre,
                zone = view.Zone,
                version = view.Version,
                since = view.Since.ToString(),
                now = snapshot.At.ToString(),
                era = snapshot.Era,
                clockTrusted = snapshot.ClockTrusted,
                points = view.Points.Length,
                log = new { head = view.Log.Head, tail = view.Log.Tail },
            });
        });
}
