using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Ecocentre.Edge.Web.Resources;

/// <summary><c>GET /</c> and the other pages of the dashboard with all they are made of: files that were built before, held in memory, from nowhere
/// else.</summary>
internal static class PagesResource
{
    // All of the dashboard is below 2 MB; what is more was not built by its script.
    private const long FolderBytesMax = 16 * 1024 * 1024;

    private const string Unbuilt = "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\">"
        + "<title>Ecocentre.Edge</title><h1>The gateway runs</h1><p>Its pages were not built. With Node.js 20 or newer: "
        + "<code>bash src/Ecocentre.Edge.Web/dashboard/build</code>, then build the gateway again.</p>"
        + "<p><a href=\"/openapi\">What programs can ask</a></p></html>";

    // One page shows them all; which it is to be, its script reads from the address.
    private static readonly string[] Pages = ["/", "/air", "/energy", "/label", "/devices", "/display"];

    internal static void Map(IEndpointRouteBuilder routes, string folder, ILogger logger)
    {
        var files = Read(folder, logger);
        var page = files.GetValueOrDefault("index.html");
        foreach (var path in Pages) routes.MapPage(path, context => page?.WriteAsync(context) ?? SayUnbuiltAsync(context));
        foreach (var (name, file) in files)
            if (name != "index.html") routes.MapPage($"/{name}", file.WriteAsync);
    }

    private static void MapPage(this IEndpointRouteBuilder routes, string pattern, RequestDelegate write) =>
        routes.MapGet(pattern, write).WithMetadata(new Allowed(Roles.None) { ForPages = true }).ExcludeFromDescription();

    private static Dictionary<string, PageFile> Read(string folder, ILogger logger)
    {
        var files = new Dictionary<string, PageFile>(StringComparer.Ordinal);
        if (!File.Exists(Path.Combine(folder, "index.html"))) return files;
        try
        {
            var all = new DirectoryInfo(folder).GetFiles("*", SearchOption.AllDirectories);
            if (all.Sum(file => file.Length) > FolderBytesMax) throw new IOException($"{folder} holds more than {FolderBytesMax} bytes.");
            foreach (var file in all.Where(file => file.Extension is not (".br" or ".gz")))
            {
                var name = Path.GetRelativePath(folder, file.FullName).Replace('\\', '/');
                files[name] = PageFile.Read(file.FullName, changes: !name.StartsWith("assets/", StringComparison.Ordinal));
            }
            return files;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.LogError("The dashboard's files cannot be read: {Reason}", e.Message);
            return [];
        }
    }

    private static Task SayUnbuiltAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(Unbuilt, context.RequestAborted);
    }
}
