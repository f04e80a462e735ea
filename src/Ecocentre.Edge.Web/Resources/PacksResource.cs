using System.Globalization;
using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Ecocentre.Edge.Web.Packs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Resources;

/// <summary><c>GET /api/v1/evidence/export?from&amp;to</c>: an evidence pack as it is made. For pages that show progress: <c>POST /api/v1/evidence/exports</c>
/// begins one, <c>GET evidence/exports/{id}</c> tells how far it is, <c>GET evidence/exports/{id}/file</c> gives it. One pack at a time is made.</summary>
internal static class PacksResource
{
    private const string Busy = "Another pack is being made. Ask again in a minute.", Zip = "application/zip";

    // A year of 400 points takes about so long on a small box.
    private const string BusySeconds = "60";

    internal static void Map(IEndpointRouteBuilder routes, CentreView view, PackDesk? desk)
    {
        if (desk is null) return;
        routes.Resource(new Allowed(Roles.Auditor, "from", "to"),
            "The evidence pack of local days, 'from' and 'to' included (2026-01-31): a zip that can be checked without trusting the gateway.")
            .MapGet("/api/v1/evidence/export", (string? from, string? to) => Days(from, to) is { } days
                ? new Answer(context => StreamAsync(context, desk, view.Centre, days)) : Problems.Of(StatusCodes.Status400BadRequest, DaysWanted))
            .Produces<string>(StatusCodes.Status200OK, Zip)
            .ProducesProblem(StatusCodes.Status409Conflict, Problems.ContentType).ProducesProblem(StatusCodes.Status503ServiceUnavailable,
                Problems.ContentType);
        MapBegin(routes, view, desk);
        routes.Resource(new Allowed(Roles.Auditor), "How far a pack is.").MapGet("/api/v1/evidence/exports/{id}",
            (string id) => desk.Find(id) is { } job ? Answer.Json(Describe(job)) : Gone()).Produces<PackProgress>()
            .ProducesProblem(StatusCodes.Status404NotFound, Problems.ContentType);
        routes.Resource(new Allowed(Roles.Auditor), "A pack that is done; it is kept for an hour.").MapGet("/api/v1/evidence/exports/{id}/file",
            (string id) => desk.Find(id) is { State: PackState.Done } job ? new Answer(context => SendAsync(context, job, view.Centre)) : Gone())
            .Produces<string>(StatusCodes.Status200OK, Zip).ProducesProblem(StatusCodes.Status404NotFound, Problems.ContentType);
    }

    private const string DaysWanted = "'from' and 'to' are local days as in 2026-01-31, the first one first.";

    private static void MapBegin(IEndpointRouteBuilder routes, CentreView view, PackDesk desk) =>
        routes.MapPost("/api/v1/evidence/exports", (string? from, string? to, HttpContext context) =>
            {
                if (!ComesFromOurs(context)) return Problems.Of(StatusCodes.Status403Forbidden, "This is for the gateway's own pages, or with a token.");
                if (Days(from, to) is not { } days) return Problems.Of(StatusCodes.Status400BadRequest, DaysWanted);
                if (desk.Begin(days.From, days.To) is not { } job) return TooEarly(context);
                context.Response.StatusCode = StatusCodes.Status202Accepted;
                context.Response.Headers.Location = $"/api/v1/evidence/exports/{job.Id}";
                return Answer.Json(Describe(job));
            }).WithMetadata(new Allowed(Roles.Auditor, "from", "to"))
            .WithSummary("Begins an evidence pack of local days; its Location tells how far it is.").WithDescription($"For {new Allowed(Roles.Auditor).Words}.")
            .Produces<PackProgress>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest, Problems.ContentType).ProducesProblem(StatusCodes.Status401Unauthorized, Problems.ContentType)
            .ProducesProblem(StatusCodes.Status403Forbidden, Problems.ContentType).ProducesProblem(StatusCodes.Status429TooManyRequests, Problems.ContentType)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable, Problems.ContentType);

    /// <summary>A program that shows its token did so on purpose; a browser's cookie goes with what any page asks for.</summary>
    private static bool ComesFromOurs(HttpContext context) =>
        context.Request.Headers.Authorization.Count > 0 || BearerCookie.ComesFromOurs(context.Request);

    private static (DateOnly From, DateOnly To)? Days(string? from, string? to) => Day(from) is { } first && Day(to) is { } last
        && first <= last ? (first, last) : null;

    private static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static IResult Gone() => Problems.Of(StatusCodes.Status404NotFound, "There is no such pack, or not any more. Begin it anew.");

    private static IResult TooEarly(HttpContext context)
    {
        context.Response.Headers.RetryAfter = BusySeconds;
        return Problems.Of(StatusCodes.Status503ServiceUnavailable, Busy);
    }

    private static async Task StreamAsync(HttpContext context, PackDesk desk, string centre, (DateOnly From, DateOnly To) days)
    {
        var isMade = await desk.StreamAsync(days.From, days.To, async refusal =>
        {
            if (refusal is not null)
            {
                await Problems.WriteAsync(context, StatusCodes.Status409Conflict, refusal);
                return null;
            }
            Head(context, centre, days.From, days.To);
            return context.Response.Body;
        }, context.RequestAborted);
        if (!isMade) await TooEarly(context).ExecuteAsync(context);
    }

    private static async Task SendAsync(HttpContext context, PackJob job, string centre)
    {
        Head(context, centre, job.From, job.To);
        await context.Response.SendFileAsync(job.Path, context.RequestAborted);
    }

    private static void Head(HttpContext context, string centre, DateOnly from, DateOnly to)
    {
        context.Response.ContentType = Zip;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentDisposition =
            string.Create(CultureInfo.InvariantCulture, $"attachment; filename=\"{centre}-{from:yyyy-MM-dd}-{to:yyyy-MM-dd}.zip\"");
    }

    private static PackProgress Describe(PackJob job) => new(
        job.Id, job.From.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), job.To.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        WebJson.Word(job.State), Math.Round(job.State == PackState.Done ? 1 : job.Share, 3), job.Text,
        job.State == PackState.Done ? new FileInfo(job.Path).Length : null, job.State == PackState.Done ? $"/api/v1/evidence/exports/{job.Id}/file" : null);
}

/// <summary>How far a pack is.</summary>
/// <param name="State"><c>running</c>, <c>done</c>, <c>refused</c> (there is no such pack; <paramref name="Text"/> says why), <c>failed</c>.</param>
/// <param name="Progress">Share done, 0 to 1.</param>
/// <param name="Bytes">When it is done.</param>
/// <param name="File">Where it is then.</param>
internal sealed record PackProgress(string Id, string From, string To, string State, double Progress, string Text, long? Bytes, string? File);
