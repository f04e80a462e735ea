using System.Text;
using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Ecocentre.Edge.Web.Meanings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Resources;

/// <summary><c>GET /api/v1/model</c>: what there is and what each point means, for other building software: Brick and RealEstateCore as JSON-LD, or
/// Haystack as JSON or Zinc. Points that watch a single desk are not there.</summary>
internal static class ModelResource
{
    private const string JsonLd = "application/ld+json", Json = "application/json", Zinc = "text/zinc";

    internal static void Map(IEndpointRouteBuilder routes, CentreView view)
    {
        // A thousand points take a megabyte of text, which is seldom asked for: it is drawn when it is, and kept while nobody needs the room.
        var graph = new Fleeting(() => new Representation(
            Representation.Json(json => BrickGraph.Write(json, new CentrePlant(view))).Plain, JsonLd));
        var haystack = new Fleeting(() => Representation.Json(new HaystackGrid(new CentrePlant(view)).Write));
        var zinc = new Fleeting(() => new Representation(
            Encoding.UTF8.GetBytes(new HaystackGrid(new CentrePlant(view)).ToZinc()), Zinc + "; charset=utf-8"));
        routes.Resource(new Allowed(Roles.Viewer | Roles.Auditor, "format"),
            "What there is and what each point means: 'format' jsonld (Brick 1.4 and RealEstateCore), haystack (Haystack 4 as JSON) or zinc.")
            .MapGet("/api/v1/model", (string? format, HttpContext context) => format switch
            {
                "haystack" => Answer.Of(haystack.Now),
                "zinc" => Answer.Of(zinc.Now),
                null when Wants(context, Zinc) => Answer.Of(zinc.Now),
                null or "jsonld" => Answer.Of(graph.Now),
                _ => Problems.Of(StatusCodes.Status400BadRequest, "The format is jsonld, haystack or zinc."),
            }).Produces<object>(StatusCodes.Status200OK, JsonLd, Json, Zinc);
    }

    /// <summary>Takes that, and no JSON.</summary>
    private static bool Wants(HttpContext context, string mediaType) =>
        Representation.Takes(context.Request.Headers.Accept, mediaType) && !Representation.Takes(context.Request.Headers.Accept, JsonLd);
}
