using System.Globalization;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Resources;

/// <summary><c>GET /api/v1/incidents</c>: what weakened the evidence, newest first, page by page.</summary>
internal static class IncidentsResource
{
    // Some screens full; 200 bytes each.
    private const int CountUsual = 100, CountMax = 1_000;

    internal static void Map(IEndpointRouteBuilder routes, CentreView view)
    {
        // One reader of long stretches of the log at a time leaves the processor to the gateway.
        var turns = new SemaphoreSlim(1);
        routes.Resource(new Allowed(Roles.Viewer | Roles.Auditor, "before", "limit"),
            "What weakened the evidence, newest first; 'before' a sequence for the next page.")
            .MapGet("/api/v1/incidents", async (string? before, string? limit, HttpContext context) =>
            {
                var (sequence, count) = (long.MaxValue, CountUsual);
                if (before is not null && !(long.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out sequence) && sequence > 0))
                    return Problems.Of(StatusCodes.Status400BadRequest, "'before' is the sequence of an entry.");
                if (limit is not null && !(int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is > 0 and <= CountMax))
                    return Problems.Of(StatusCodes.Status400BadRequest, $"'limit' is a number from 1 to {CountMax}.");
                await turns.WaitAsync(context.RequestAborted);
                try
                {
                    var run = view.Log.Incidents(sequence, count);
                    if (run.Next is { } next) context.Response.Headers.Link = $"</api/v1/incidents?before={next}&limit={count}>; rel=\"next\"";
                    return Answer.Json(new IncidentPage(view.Zone, [.. run.Incidents.Select(Describe)], run.Next));
                }
                finally
                {
                    turns.Release();
                }
            }).Produces<IncidentPage>();
    }

    private static IncidentTold Describe(LogEntry entry)
    {
        var incident = ((IncidentFact)entry.Fact).Incident;
        return new IncidentTold(
            entry.Sequence, incident.At.ToString(), WebJson.Word(incident.Kind), incident.Subject, incident.Text, WebJson.Number(incident.Value));
    }
}

/// <summary>Incidents, newest first.</summary>
/// <param name="Next">What to ask before for the next page, or null.</param>
internal sealed record IncidentPage(string Zone, IncidentTold[] Incidents, long? Next);

/// <summary>Something that weakens evidence, or ends such a time.</summary>
/// <param name="Sequence">Of its log entry.</param>
/// <param name="Subject">Point, device, bus or sink; the centre's own say <c>gateway</c>.</param>
internal sealed record IncidentTold(long Sequence, string At, string Kind, string Subject, string Text, double? Value);
