using System.Globalization;
using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Ecocentre.Edge.Web.Streams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Resources;

/// <summary><c>GET /api/v1/desks/stream</c>: every change of a desk as it happens, as server-sent events; <c>Last-Event-ID</c> resumes.</summary>
internal static class DeskStreamResource
{
    internal static void Map(IEndpointRouteBuilder routes, DeskStream stream, StreamCounts counts, CancellationToken ending) => routes.Resource(
        new Allowed(Roles.Booking, "after"),
        "Server-sent events: 'desks' with all desks first, then 'desk' for each change, its sequence as id. Last-Event-ID, or 'after', resumes without a gap "
        + "up to a day back. 'missed', then 'desks', for one that was too slow.")
        .MapGet("/api/v1/desks/stream", (string? after, HttpContext context) =>
        {
            var known = context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last ? last : after;
            long cursor = 0;
            if (known is not null && !long.TryParse(known, NumberStyles.None, CultureInfo.InvariantCulture, out cursor))
                return Problems.Of(StatusCodes.Status400BadRequest, "Last-Event-ID and 'after' are the id of an event of this stream.");
            var token = Grant.Of(context).Token;
            return new Answer(answering => EventStream.RunAsync(
                answering, counts, (to, cancellation) => stream.FollowAsync(to, token, known is null ? null : cursor, cancellation), ending));
        }).Produces<string>(StatusCodes.Status200OK, EventStream.ContentType);
}
