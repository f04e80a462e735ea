using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: it does its main job; 503 with the reasons when it does not.</summary>
internal static class HealthResource
{
    internal static void Map(IEndpointRouteBuilder routes, CentreView view)
    {
        routes.MapGet("/health/live", () => Results.Json(new { status = "live", since = view.Since.ToString(), version = view.Version }));
        routes.MapGet("/health/ready", () =>
        {
            var troubles = view.Troubles();
            var ready = !troubles.Any(t => t.Fatal);
            return Results.Json(
                new { status = ready ? "ready" : "not ready", head = view.Log.Head, troubles },
                statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        });
    }
}
