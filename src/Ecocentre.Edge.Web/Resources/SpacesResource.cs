using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Resources;

/// <summary><c>GET /api/v1/spaces</c>: the spaces and how full they are now.</summary>
internal static class SpacesResource
{
    internal static void Map(IEndpointRouteBuilder routes, CentreView view) => routes.Resource(
        new Allowed(Roles.Any), "The spaces and how full they are now.").MapGet("/api/v1/spaces", () =>
        {
            var snapshot = view.Latest();
            return Answer.Json(view.Spaces.Select((space, index) =>
            {
                var known = index < snapshot.Spaces.Length;
                var now = known ? snapshot.Spaces[index] : default;
                return new SpaceNow(
                    space.Id, space.Name, space.Storey, space.AreaSquareMetres, space.PeopleMax, now.Desks, now.Occupied, now.Free, now.Unknown,
                    known ? now.IsOccupied : null);
            }));
        }).Produces<SpaceNow[]>();
}

/// <summary>A space and how full it is.</summary>
/// <param name="AreaSquareMetres">Null where nobody declared it.</param>
/// <param name="PeopleMax">People it is designed for, or null.</param>
/// <param name="Occupied">Desks occupied or held.</param>
/// <param name="Unknown">Desks of which nothing is known, or with a fault: neither free nor taken.</param>
/// <param name="IsOccupied">Somebody is there; null when nobody can tell.</param>
internal sealed record SpaceNow(
    string Id, string Name, string? Storey, double? AreaSquareMetres, int? PeopleMax, int Desks, int Occupied, int Free, int Unknown, bool? IsOccupied);
