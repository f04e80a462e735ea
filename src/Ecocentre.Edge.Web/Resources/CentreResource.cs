using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Resources;

/// <summary><c>GET /api/v1/centre</c>: who this is, its zone and clock, and the head of its log.</summary>
internal static class CentreResource
{
    internal static void Map(IEndpointRouteBuilder routes, CentreView view)
    {
        var points = view.Points.Count(point => !point.Private);
        routes.MapResource("/api/v1/centre", new Allowed(Roles.Any), "Who this is, its zone and clock, and the head of its log.", () =>
        {
            var snapshot = view.Latest();
            return Answer.Json(new CentreNow(
                view.Centre, view.Name, view.Zone, view.Version, view.Since.ToString(), snapshot.At.ToString(), snapshot.Era, snapshot.ClockTrusted,
                points, view.Spaces.Length, view.Desks.Length, new LogEnds(view.Log.Head, view.Log.Tail)));
        }).Produces<CentreNow>();
    }
}

/// <summary>The centre at a moment.</summary>
/// <param name="Zone">IANA name. All times are UTC; days of figures are days of this zone.</param>
/// <param name="Since">When the gateway started.</param>
/// <param name="Era">Counts the times its clock was set.</param>
/// <param name="ClockTrusted">False: readings are questionable.</param>
internal sealed record CentreNow(
    string Id, string Name, string Zone, string Version, string Since, string Now, int Era, bool ClockTrusted, int Points, int Spaces, int Desks,
    LogEnds Log);

/// <summary>First and last sequence the log holds.</summary>
internal sealed record LogEnds(long Head, long Tail);
