using System.Globalization;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Ecocentre.Edge.Web.Streams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Resources;

/// <summary><c>GET /api/v1/desks/changes?after=&amp;wait=</c>: the changes after a sequence, at once or as soon as there is one.</summary>
internal static class DeskChangesResource
{
    // 280 bytes each: some 280 kB at most.
    private const int ChangesMax = 1_000;

    // Proxies give up after a minute.
    private const int WaitSecondsMax = 55;

    internal static void Map(IEndpointRouteBuilder routes, CentreView view, Pulse pulse) => routes.Resource(
        new Allowed(Roles.Booking, "after", "wait", "limit"),
        $"Changes after a sequence, oldest first; with 'wait' (as in 30s, up to {WaitSecondsMax}s) the answer comes as soon as there is one. Without "
        + "'after' only what is to come. 410 when changes after it are gone: begin again with GET desks.")
        .MapGet("/api/v1/desks/changes", async (string? after, string? wait, string? limit, HttpContext context) =>
        {
            if (!TryNumber(after, 0, long.MaxValue, view.DeskChanges.Head, out var cursor))
                return Problems.Of(StatusCodes.Status400BadRequest, "'after' is the sequence of a change, or 0.");
            if (!TryNumber(limit, 1, ChangesMax, ChangesMax, out var count))
                return Problems.Of(StatusCodes.Status400BadRequest, $"'limit' is a number from 1 to {ChangesMax}.");
            if (!TryNumber(wait?.TrimEnd('s'), 0, WaitSecondsMax, 0, out var seconds))
                return Problems.Of(StatusCodes.Status400BadRequest, $"'wait' is a number of seconds from 0 to {WaitSecondsMax}, as in 30s.");
            var begun = view.Time.GetTimestamp();
            while (true)
            {
                var next = pulse.Next;
                var changes = view.DeskChanges.After(cursor, (int)count);
                var left = TimeSpan.FromSeconds(seconds) - view.Time.GetElapsedTime(begun);
                if (!changes.IsGapless) return Gone(changes.Head);
                if (changes.Changes.Length > 0 || left <= TimeSpan.Zero) return Answer.Of(Page(changes, cursor, view));
                try
                {
                    await next.WaitAsync(left, view.Time, context.RequestAborted);
                }
                catch (TimeoutException)
                {
                    // One last look.
                }
            }
        }).Produces<DeskChangePage>().ProducesProblem(StatusCodes.Status410Gone, Problems.ContentType);

    private static IResult Gone(long head) => Problems.Of(StatusCodes.Status410Gone,
        "Changes after this sequence are not held any more, or it was never given. GET /api/v1/desks, and go on after its sequence.",
        json => json.WriteNumber("head", head));

    private static Representation Page(DeskChanges changes, long after, CentreView view) => Representation.Json(json =>
    {
        var last = changes.Changes.Length > 0 ? changes.Changes[^1].Sequence : after;
        json.WriteStartObject();
        json.WriteString("zone", view.Zone);
        json.WriteNumber("sequence", last);
        json.WriteBoolean("more", last < changes.Head);
        json.WriteStartArray("changes");
        foreach (var change in changes.Changes) DeskJson.Write(json, view.Desks[change.Desk], change);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static bool TryNumber(string? text, long min, long max, long usual, out long value)
    {
        value = usual;
        return text is null || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max;
    }
}

/// <summary>Changes of desks, oldest first.</summary>
/// <param name="Sequence">Of the last of them: what to ask after next.</param>
/// <param name="More">There are more already.</param>
internal sealed record DeskChangePage(string Zone, long Sequence, bool More, DeskNow[] Changes);
