using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Resources;

/// <summary>How a resource is put on the map: who may use it, what it answers, how it is documented.</summary>
internal static class Routes
{
    /// <param name="handler">Its parameters are those of path and query, all text: what is wrong with them is said by the resource.</param>
    internal static RouteHandlerBuilder MapResource(this IEndpointRouteBuilder routes, string pattern, Allowed allowed, string summary, Delegate handler)
    {
        var route = routes.MapGet(pattern, handler).WithMetadata(allowed).WithSummary(summary)
            .WithDescription(allowed.Roles == Roles.None ? "For anybody." : $"For {allowed.Words}.");
        if (allowed.Query.Length > 0) route.ProducesProblem(StatusCodes.Status400BadRequest, Problems.ContentType);
        if (allowed.Roles != Roles.None)
            route.ProducesProblem(StatusCodes.Status401Unauthorized, Problems.ContentType)
                .ProducesProblem(StatusCodes.Status403Forbidden, Problems.ContentType);
        return route.ProducesProblem(StatusCodes.Status429TooManyRequests, Problems.ContentType);
    }
}
