using System.Globalization;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Resources;

/// <summary><c>GET /api/v1/centre</c>: who this is, its zone and clock, and the head of its log.</summary>
internal static class CentreResource
{
    internal static void Map(IEndpointRouteBuilder routes, CentreView view)
    {
        var points = view.Points.Count(point => !point.Private);
        var opening = Describe(view.Opening);
        routes.Resource(new Allowed(Roles.Any), "Who this is, its zone and clock, and the head of its log.").MapGet("/api/v1/centre", () =>
        {
            var snapshot = view.Latest();
            return Answer.Json(new CentreNow(
                view.Centre, view.Name, view.Zone, view.Version, view.Since.ToString(), snapshot.At.ToString(), snapshot.Era, snapshot.ClockTrusted,
                points, view.Spaces.Length, view.Desks.Length, opening,
                new LogEnds(view.Log.Head, view.Log.Tail)));
        }).Produces<CentreNow>();
    }

    private static OpeningTold Describe(OpeningHours opening) => new(
        [
            .. opening.Weekly.OrderBy(stretch => ((int)stretch.Day + 6) % 7).ThenBy(stretch => stretch.From)
                .Select(stretch => new OpenTold(WebJson.Word(stretch.Day), Clock(stretch.From), Clock(stretch.To))),
        ],
        [.. opening.Holidays.Order().Select(day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))]);

    private static string Clock(TimeSpan sinceMidnight) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)sinceMidnight.TotalHours:00}:{sinceMidnight.Minutes:00}");
}

/// <summary>The centre at a moment.</summary>
/// <param name="Zone">IANA name. All times are UTC; days of figures are days of this zone.</param>
/// <param name="Since">When the gateway started.</param>
/// <param name="Era">Counts the times its clock was set.</param>
/// <param name="ClockTrusted">False: readings are questionable.</param>
internal sealed record CentreNow(
    string Id, string Name, string Zone, string Version, string Since, string Now, int Era, bool ClockTrusted, int Points, int Spaces, int Desks,
    OpeningTold Opening, LogEnds Log);

/// <summary>When the centre is open, by its own clock; no stretch where nobody declared it.</summary>
/// <param name="Holidays">Dates on which it stays closed.</param>
internal sealed record OpeningTold(OpenTold[] Weekly, string[] Holidays);

/// <summary>A stretch of a weekday.</summary>
/// <param name="Day"><c>monday</c> … <c>sunday</c>.</param>
/// <param name="From">As in <c>08:30</c>.</param>
/// <param name="To">As in <c>19:00</c>, not included; <c>24:00</c> is the end of the day.</param>
internal sealed record OpenTold(string Day, string From, string To);

/// <summary>First and last sequence the log holds.</summary>
internal sealed record LogEnds(long Head, long Tail);
