using System.Net;
using System.Text;
using System.Text.Json;
using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Ecocentre.Edge.Web.Resources;

/// <summary><c>GET /openapi/v1.json</c>: all routes for machines. <c>GET /openapi</c>: the same as one page for people, without scripts or anything from
/// elsewhere.</summary>
internal static class OpenApiResource
{
    private const string Document = "v1";
    private const string SecurityScheme = "token";
    private const string Style = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}"
        + "h2{font-size:1.1rem;border-top:1px solid #ccc;padding-top:1rem}code{background:#f2f2f2;padding:.1em .3em}table{border-collapse:collapse}"
        + "td,th{text-align:left;vertical-align:top;padding:.2rem .8rem .2rem 0}";

    internal static void Map(IEndpointRouteBuilder routes, CentreView view)
    {
        Representation? json = null, page = null;
        routes.Resource(new Allowed(Roles.None), "All routes for machines: OpenAPI 3.1.").MapGet("/openapi/v1.json",
            async Task<IResult> (HttpContext context) => Answer.Of(json ??= await WriteAsync(context, view))).ExcludeFromDescription();
        routes.Resource(new Allowed(Roles.None), "All routes for people.").MapGet("/openapi", async Task<IResult> (HttpContext context) =>
        {
            page ??= Page((json ??= await WriteAsync(context, view)).Plain);
            context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
            return Answer.Of(page);
        }).ExcludeFromDescription();
    }

    /// <remarks>What describes the routes is built when somebody asks, as a server that never listens, and let go of: hardly anybody does.</remarks>
    private static async Task<Representation> WriteAsync(HttpContext context, CentreView view)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddSingleton(context.RequestServices.GetRequiredService<EndpointDataSource>());
        builder.Services.AddRoutingCore().AddOpenApi(Document, options => Describe(options, view));
        await using var describing = builder.Build();
        var document = await describing.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Document).GetOpenApiDocumentAsync(context.RequestAborted);
        using var content = new MemoryStream();
        await document.SerializeAsJsonAsync(content, OpenApiSpecVersion.OpenApi3_1, context.RequestAborted);
        return new Representation(content.ToArray(), "application/json");
    }

    private static void Describe(OpenApiOptions options, CentreView view)
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Ecocentre.Edge", Version = Document,
                Description = $"The building of centre {view.Centre} as it is and as it was. Times are RFC 3339 in UTC; the centre's zone is {view.Zone}. "
                    + "Errors are problem details (RFC 9457). JSON answers carry an ETag; If-None-Match is answered 304.",
            };
            // Relative to wherever the document was fetched from: the gateway does not know the names it is reached by.
            document.Servers = [new OpenApiServer { Url = "/" }];
            document.Tags = null;
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [SecurityScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "ecocentre-edge token add" },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            operation.Tags = null;
            operation.OperationId = Name(context.Description.RelativePath ?? "");
            var allowed = context.Description.ActionDescriptor.EndpointMetadata.OfType<Allowed>().Single();
            if (allowed.Roles != Roles.None)
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(SecurityScheme, context.Document)] = [] }];
            // Only JSON has a shape to describe.
            foreach (var answer in operation.Responses!.Values)
                foreach (var (type, content) in answer.Content ?? new Dictionary<string, OpenApiMediaType>())
                    if (!type.EndsWith("json", StringComparison.Ordinal)) content.Schema = new OpenApiSchema { Type = JsonSchemaType.String };
            return Task.CompletedTask;
        });
    }

    /// <summary><c>getPointsWindows</c> for <c>api/v1/points/{point}/windows</c>.</summary>
    private static string Name(string path)
    {
        var words = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(word => word is not ("api" or "v1"))
            .Select(word => word.StartsWith('{') ? "By" + char.ToUpperInvariant(word[1]) + word[2..^1] : char.ToUpperInvariant(word[0]) + word[1..]);
        return "get" + string.Concat(words);
    }

    private static Representation Page(ReadOnlyMemory<byte> openApi)
    {
        using var document = JsonDocument.Parse(openApi);
        var root = document.RootElement;
        var text = new StringBuilder("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Ecocentre.Edge</title>")
            .Append($"<meta name=\"viewport\" content=\"width=device-width\"><style>{Style}</style></head><body><h1>Ecocentre.Edge</h1>")
            .Append($"<p>{Safe(root.GetProperty("info").GetProperty("description"))}</p>")
            .Append("<p>For machines: <a href=\"/openapi/v1.json\">/openapi/v1.json</a>.</p>");
        foreach (var path in root.GetProperty("paths").EnumerateObject())
            foreach (var operation in path.Value.EnumerateObject()) Describe(text, path.Name, operation);
        return new Representation(Encoding.UTF8.GetBytes(text.Append("</body></html>\n").ToString()), "text/html; charset=utf-8");
    }

    private static void Describe(StringBuilder text, string path, JsonProperty operation)
    {
        text.Append($"<h2><code>{operation.Name.ToUpperInvariant()} {WebUtility.HtmlEncode(path)}</code></h2>")
            .Append($"<p>{Safe(operation.Value.GetProperty("summary"))} <em>{Safe(operation.Value.GetProperty("description"))}</em></p><table>");
        if (operation.Value.TryGetProperty("parameters", out var parameters))
            foreach (var parameter in parameters.EnumerateArray())
                text.Append($"<tr><td><code>{Safe(parameter.GetProperty("name"))}</code></td><td>in {Safe(parameter.GetProperty("in"))}</td></tr>");
        foreach (var answer in operation.Value.GetProperty("responses").EnumerateObject())
        {
            var types = answer.Value.TryGetProperty("content", out var content) ? string.Join(", ", content.EnumerateObject().Select(type => type.Name)) : "";
            text.Append($"<tr><td>{WebUtility.HtmlEncode(answer.Name)}</td><td>{Safe(answer.Value.GetProperty("description"))}</td>")
                .Append($"<td>{WebUtility.HtmlEncode(types)}</td></tr>");
        }
        text.Append("</table>");
    }

    private static string Safe(JsonElement text) => WebUtility.HtmlEncode(text.GetString() ?? "");
}
