using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Ecocentre.Edge.Web.Streams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Resources;

/// <summary><c>GET /api/v1/live</c>: the building as it is, once a second, as server-sent events for dashboards.</summary>
internal static class LiveResource
{
    internal static void Map(IEndpointRouteBuilder routes, LiveStream stream, StreamCounts counts, CancellationToken ending) => routes.Resource(
        new Allowed(Roles.Viewer),
        "Server-sent events: 'now' once a second with every point's value, time and quality and the spaces; 'desks' whenever a desk changed. Only ever the "
        + "newest: a slow client gets fewer.").MapGet("/api/v1/live", (HttpContext context) =>
        {
            var token = Grant.Of(context).Token;
            return new Answer(answering =>
                EventStream.RunAsync(answering, counts, (to, cancellation) => stream.FollowAsync(to, token, cancellation), ending));
        }).Produces<string>(StatusCodes.Status200OK, EventStream.ContentType);
}
