using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Ecocentre.Edge.Web.Streams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Resources;

/// <summary><c>GET /api/v1/desks[?space=&amp;state=]</c> and <c>/api/v1/desks/{desk}</c>: desks as they are now.</summary>
internal static class DesksResource
{
    /// <summary>Who may see what single desks do.</summary>
    internal const Roles Readers = Roles.Viewer | Roles.Booking;

    private static readonly string[] States = [.. Enum.GetValues<DeskState>().Select(DeskJson.Word)];

    internal static void Map(IEndpointRouteBuilder routes, CentreView view, DeskPicture picture)
    {
        var byId = view.Desks.Select((desk, index) => (desk.Id, index)).ToDictionary(pair => pair.Id, pair => pair.index, StringComparer.Ordinal);
        var spaces = view.Spaces.Select(space => space.Id).ToHashSet(StringComparer.Ordinal);
        routes.Resource(new Allowed(Readers, "space", "state"),
            "All desks now, or those of a space or in a state. 'sequence' is where desks/changes goes on.")
            .MapGet("/api/v1/desks", (string? space, string? state) =>
            {
                if (space is null && state is null) return Answer.Of(picture.Now.Content);
                if (space is not null && !spaces.Contains(space))
                    return Problems.Of(StatusCodes.Status400BadRequest, "There is no such space. GET /api/v1/spaces lists them.");
                if (state is not null && !States.Contains(state))
                    return Problems.Of(StatusCodes.Status400BadRequest, $"There is no such state. There are {string.Join(", ", States)}.");
                return Answer.Of(picture.Of(status =>
                    (space is null || view.Desks[status.Desk].Space == space) && (state is null || DeskJson.Word(status.State) == state)));
            }).Produces<DeskList>();
        routes.Resource(new Allowed(Readers), "One desk now, by our id or by the booking system's.")
            .MapGet("/api/v1/desks/{desk}", (string desk) =>
            {
                if (!byId.TryGetValue(desk, out var index)) index = view.Desks.FindIndex(one => one.Ref == desk);
                var desks = view.Latest().Desks;
                if (index < 0 || index >= desks.Length)
                    return Problems.Of(StatusCodes.Status404NotFound, "There is no such desk. GET /api/v1/desks lists them.");
                return Answer.Of(Representation.Json(json => DeskJson.Write(json, view.Desks[index], desks[index])));
            }).Produces<DeskNow>().ProducesProblem(StatusCodes.Status404NotFound, Problems.ContentType);
    }

    private static int FindIndex<T>(this System.Collections.Immutable.ImmutableArray<T> items, Func<T, bool> wanted)
    {
        for (var i = 0; i < items.Length; i++)
            if (wanted(items[i])) return i;
        return -1;
    }
}

/// <summary>Desks at a moment.</summary>
/// <param name="Zone">The centre's zone; times are UTC.</param>
/// <param name="Sequence">Of the newest change the picture shows.</param>
internal sealed record DeskList(string Zone, long Sequence, DeskNow[] Desks);

/// <summary>A desk at a moment.</summary>
/// <param name="Ref">The booking system's own id.</param>
/// <param name="State"><c>free</c>, <c>occupied</c>, <c>held</c> (left moments ago), <c>unknown</c> or <c>fault</c>; only <c>free</c> is free.</param>
/// <param name="Since">When the state began.</param>
/// <param name="ObservedAt">Newest reading it rests on.</param>
/// <param name="ValidUntil">After it, and nothing newer heard, the desk is to be read as unknown.</param>
/// <param name="Confidence">0 to 1.</param>
/// <param name="Sequence">Of the change that led here, gapless over all desks.</param>
internal sealed record DeskNow(
    string Id, string Ref, string Space, string State, string? Since, string? ObservedAt, string? ValidUntil, double Confidence, long Sequence);
