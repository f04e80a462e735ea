using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Resources;

/// <summary><c>GET /api/v1/plan</c>: walls and desks on the drawing of each storey, as the site declares them.</summary>
internal static class PlanResource
{
    internal static void Map(IEndpointRouteBuilder routes, CentreView view)
    {
        var plan = Representation.Json(Draw(view));
        routes.Resource(new Allowed(Roles.Any),
            "Walls and desks on the drawing of each storey, in m: x to the right, y downwards. What nobody drew is not there.")
            .MapGet("/api/v1/plan", () => Answer.Of(plan)).Produces<PlanDrawn>();
    }

    private static PlanDrawn Draw(CentreView view) => new(
    [
        .. view.Spaces.Where(space => space.Outline is not null).GroupBy(space => space.Storey).Select(storey => new StoreyDrawn(
            storey.Key,
            [.. storey.Select(space => new SpaceDrawn(space.Id, [.. space.Outline!.Corners.Select(Pair)]))],
            [
                .. view.Desks.Where(desk => desk.At is not null && storey.Any(space => space.Id == desk.Space))
                    .Select(desk => new DeskDrawn(desk.Id, desk.Space, Pair(desk.At!.Value))),
            ])),
    ]);

    private static double[] Pair(FloorPoint point) => [point.X, point.Y];
}

/// <summary>The drawings of a centre.</summary>
internal sealed record PlanDrawn(StoreyDrawn[] Storeys);

/// <summary>A storey's drawing.</summary>
/// <param name="Name">As the building names it, or null.</param>
internal sealed record StoreyDrawn(string? Name, SpaceDrawn[] Spaces, DeskDrawn[] Desks);

/// <summary>The walls of a space.</summary>
/// <param name="Outline">Corners, each x and y.</param>
internal sealed record SpaceDrawn(string Id, double[][] Outline);

/// <summary>Where a desk stands.</summary>
/// <param name="At">x and y.</param>
internal sealed record DeskDrawn(string Id, string Space, double[] At);
