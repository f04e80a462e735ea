using Microsoft.AspNetCore.Http;

namespace Ecocentre.Edge.Web.Answers;

/// <summary>An answer that writes itself.</summary>
internal sealed class Answer(Func<HttpContext, Task> write) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => write(httpContext);

    /// <summary>What a resource says now, as JSON; whoever knows the same content already is told so (304).</summary>
    internal static IResult Json<T>(T content) => Of(Representation.Json(content));

    internal static IResult Of(Representation representation) => new Answer(representation.WriteAsync);
}
