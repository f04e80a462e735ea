using System.Text.Json;
using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Resources;

/// <summary><c>GET /api/v1/bearer</c>: who asks. <c>POST /api/v1/login</c> and <c>/api/v1/logout</c>: a browser trades a token for a cookie that no script
/// can read, and gives it back.</summary>
internal static class BearerResource
{
    // A token has 60 characters; what is longer is none.
    private const int BodyBytesMax = 1_024;

    internal static void Map(IEndpointRouteBuilder routes, Doorkeeper doorkeeper)
    {
        routes.Resource(new Allowed(Roles.Any), "Whose token this is and what its role is.").MapGet("/api/v1/bearer",
            (HttpContext context) =>
            {
                var grant = Grant.Of(context);
                return Answer.Json(new BearerNow(
                    grant.Token?.Name, TokenFile.Words.First(word => word.Value == grant.Roles).Key, grant.Token?.Expires?.ToString()));
            }).Produces<BearerNow>();
        routes.MapBrowserOrder("/api/v1/login", "A browser trades {\"token\": …} for a cookie; programs send the token itself with each request.",
            context => LoginAsync(context, doorkeeper)).Accepts<Login>("application/json");
        routes.MapBrowserOrder("/api/v1/logout", "The cookie is taken back.", context =>
        {
            BearerCookie.TakeBack(context);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
    }

    private static RouteHandlerBuilder MapBrowserOrder(
        this IEndpointRouteBuilder routes, string pattern, string summary, Func<HttpContext, Task> handler) =>
        routes.MapPost(pattern, (HttpContext asking) => new Answer(context => BearerCookie.ComesFromOurs(asking.Request)
                ? handler(context)
                : Problems.WriteAsync(context, StatusCodes.Status403Forbidden, "This is for the gateway's own pages.")))
            .WithMetadata(new Allowed(Roles.None)).WithSummary(summary).WithDescription("For anybody.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status403Forbidden, Problems.ContentType)
            .ProducesProblem(StatusCodes.Status429TooManyRequests, Problems.ContentType);

    private static async Task LoginAsync(HttpContext context, Doorkeeper doorkeeper)
    {
        // No form of another page can send this type without being asked first.
        if (!context.Request.HasJsonContentType() || await TokenAsync(context) is not { } token)
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "Send {\"token\": \"…\"} as application/json.");
            return;
        }
        if (doorkeeper.Find(token) is null)
        {
            doorkeeper.ChargeWrongToken(context);
            await Problems.WriteAsync(context, StatusCodes.Status401Unauthorized, "This token is not known, has expired or was revoked.");
            return;
        }
        BearerCookie.Give(context, token.Trim());
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task<string?> TokenAsync(HttpContext context)
    {
        if (context.Request.ContentLength is null or > BodyBytesMax) return null;
        try
        {
            return (await JsonSerializer.DeserializeAsync<Login>(context.Request.Body, WebJson.Options, context.RequestAborted))?.Token;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Who asks.</summary>
/// <param name="Name">Of the token; null for somebody on this machine while there are no tokens.</param>
/// <param name="Role"><c>viewer</c>, <c>booking</c>, <c>auditor</c> or <c>admin</c>.</param>
/// <param name="Expires">From then on the token is refused, or null.</param>
internal sealed record BearerNow(string? Name, string Role, string? Expires);

/// <summary>What a browser logs in with.</summary>
internal sealed record Login(string? Token);
