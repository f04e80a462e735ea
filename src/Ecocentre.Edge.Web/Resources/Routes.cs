using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Resources;

/// <summary>How a resource is put on the map: who may use it, what it answers, how it is documented.</summary>
internal static class Routes
{
    /// <summary>What is mapped on the result is for these, and documented so. The parameters of what answers are those of path and query, all text: what is
    /// wrong with them is said by the resource.</summary>
    /// <remarks>What reads them is written when the program is built, for each <c>MapGet</c> that stands in the text of a resource. One that takes the context
    /// alone and returns a task says which (<c>async Task&lt;IResult&gt;</c>): otherwise it is taken for a delegate whose result nobody wants.</remarks>
    internal static RouteGroupBuilder Resource(this IEndpointRouteBuilder routes, Allowed allowed, string summary)
    {
        var route = routes.MapGroup("").WithMetadata(allowed).WithSummary(summary)
            .WithDescription(allowed.Roles == Roles.None ? "For anybody." : $"For {allowed.Words}.");
        if (allowed.Query.Length > 0) route.ProducesProblem(StatusCodes.Status400BadRequest, Problems.ContentType);
        if (allowed.Roles != Roles.None)
            route.ProducesProblem(StatusCodes.Status401Unauthorized, Problems.ContentType)
                .ProducesProblem(StatusCodes.Status403Forbidden, Problems.ContentType);
        return route.ProducesProblem(StatusCodes.Status429TooManyRequests, Problems.ContentType);
    }
}
