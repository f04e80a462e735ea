using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Ecocentre.Edge.Web.Answers;

/// <summary>Errors as RFC 9457 problem details: a sentence for people, never a stack trace, never what the client sent.</summary>
internal static class Problems
{
    internal const string ContentType = "application/problem+json";

    /// <summary>A resource's own error.</summary>
    /// <param name="more">Members beyond the usual ones.</param>
    internal static IResult Of(int status, string detail, Action<Utf8JsonWriter>? more = null) =>
        new Answer(context => WriteAsync(context, status, detail, more));

    internal static Task WriteAsync(HttpContext context, int status, string? detail, Action<Utf8JsonWriter>? more = null)
    {
        using var content = new MemoryStream();
        using (var json = new Utf8JsonWriter(content))
        {
            json.WriteStartObject();
            json.WriteString("type", "about:blank");
            json.WriteString("title", ReasonPhrases.GetReasonPhrase(status));
            json.WriteNumber("status", status);
            if (detail is not null) json.WriteString("detail", detail);
            more?.Invoke(json);
            json.WriteEndObject();
        }
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = ContentType;
        response.ContentLength = content.Length;
        response.Headers.CacheControl = "no-store";
        return response.Body.WriteAsync(content.GetBuffer(), 0, (int)content.Length, context.RequestAborted);
    }
}
