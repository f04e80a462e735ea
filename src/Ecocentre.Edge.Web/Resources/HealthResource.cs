using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Resources;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: it does its main job; 503 when it does not, with the reasons for those who may
/// see the building.</summary>
internal static class HealthResource
{
    internal static void Map(IEndpointRouteBuilder routes, CentreView view, Func<IReadOnlyList<Trouble>> troubles)
    {
        routes.Resource(new Allowed(Roles.None), "The process answers.").MapGet("/health/live",
            () => Results.Json(new Liveness("live", view.Since.ToString(), view.Version))).Produces<Liveness>();
        routes.Resource(new Allowed(Roles.None), "The gateway does its main job; why not is told to viewers, auditors and admins.")
            .MapGet("/health/ready", (HttpContext context) =>
            {
                var found = troubles();
                var ready = !found.Any(trouble => trouble.Fatal);
                var told = (Grant.Of(context).Roles & (Roles.Viewer | Roles.Auditor | Roles.Admin)) != 0;
                return Results.Json(
                    new Readiness(ready ? "ready" : "not ready", told ? view.Log.Head : null, told ? found : null), WebJson.Options,
                    statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
            }).Produces<Readiness>().Produces<Readiness>(StatusCodes.Status503ServiceUnavailable);
    }
}

/// <summary>The process answers.</summary>
internal sealed record Liveness(string Status, string Since, string Version);

/// <summary>Whether the gateway does its main job.</summary>
/// <param name="Status"><c>ready</c> or <c>not ready</c>.</param>
/// <param name="Head">Sequence of the newest log entry; null for those who may not see the building, as are the troubles.</param>
internal sealed record Readiness(string Status, long? Head, IReadOnlyList<Trouble>? Troubles);
