using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Resources;

/// <summary><c>GET /api/v1/privacy</c>: what is kept of people, for how long, and who may see it; as it is built, not as it is meant.</summary>
internal static class PrivacyResource
{
    internal static void Map(IEndpointRouteBuilder routes, CentreView view)
    {
        var hidden = view.Spaces.Where(space => view.Desks.Count(desk => desk.Space == space.Id) is > 0 and < PointHistory.DesksMin)
            .Select(space => space.Id).ToArray();
        var statement = Representation.Json(new PrivacyStatement(
            "A desk's state now is shown to viewers, booking systems and admins.",
            $"Changes of single desks can be read for {DeskHistory.Keep.TotalHours:0} hours, by booking systems and admins, and are gone then. No history of a "
            + "single desk is served to anyone, whatever their role.",
            $"The history of occupancy is by space, and only of spaces with at least {PointHistory.DesksMin} desks, by "
            + $"{OccupancyHistory.Finest.TotalMinutes:0} minutes at the finest.",
            "Sensors that watch a single desk feed its state and nothing else: no window, no log of readings, no topic, no answer.",
            (int)DeskHistory.Keep.TotalHours, PointHistory.DesksMin, view.Points.Count(point => point.Private), hidden));
        routes.Resource(new Allowed(Roles.Any), "What is kept of people, for how long, and who may see it.").MapGet("/api/v1/privacy",
            () => Answer.Of(statement)).Produces<PrivacyStatement>();
    }
}

/// <summary>What is kept of people, for how long, and who may see it.</summary>
/// <param name="DeskChangeHoursMax">How long a change of a desk can be read.</param>
/// <param name="DesksPerCellMin">Fewest desks of a space whose occupancy has a history.</param>
/// <param name="PrivatePoints">Points of this centre that watch a single desk.</param>
/// <param name="SpacesWithoutHistory">Spaces of this centre with desks, but too few.</param>
internal sealed record PrivacyStatement(
    string Now, string Changes, string History, string Sensors, int DeskChangeHoursMax, int DesksPerCellMin, int PrivatePoints,
    string[] SpacesWithoutHistory);
