using Ecocentre.Edge.Web.Access;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ecocentre.Edge.Web.Answers;

/// <summary>Stands before everything: headers that every answer carries, no bodies where none are taken, errors as problem details whatever threw, and
/// one line of log a request, without query, headers or tokens.</summary>
internal sealed class Front(TimeProvider time, ILogger logger)
{
    // As much of a path as a line of log needs.
    private const int PathShownMax = 120;

    private long _requests, _failures;

    /// <summary>Requests answered since start; streams count when they end.</summary>
    internal long Requests => Volatile.Read(ref _requests);

    /// <summary>Of these, answered 500.</summary>
    internal long Failures => Volatile.Read(ref _failures);

    internal async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var begun = time.GetTimestamp();
        Dress(context);
        // One route serves both; Kestrel leaves out the body of an answer to HEAD.
        if (HttpMethods.IsHead(context.Request.Method)) context.Request.Method = HttpMethods.Get;
        try
        {
            if (!await RefusesBodyAsync(context)) await next(context);
            var response = context.Response;
            if (!response.HasStarted && response.StatusCode >= StatusCodes.Status400BadRequest && response.ContentType is null)
                await Problems.WriteAsync(context, response.StatusCode, Words(response.StatusCode));
        }
        catch (Exception exception) when (context.RequestAborted.IsCancellationRequested || exception is ConnectionResetException)
        {
            // The client has gone; nobody reads what could be said.
        }
        catch (BadHttpRequestException exception)
        {
            await FailAsync(context, exception.StatusCode, Words(exception.StatusCode));
        }
        catch (Exception exception)
        {
            Interlocked.Increment(ref _failures);
            logger.LogError(exception, "{Method} {Path} failed.", context.Request.Method, Shown(context.Request.Path));
            await FailAsync(context, StatusCodes.Status500InternalServerError, "The gateway failed to answer; its log says why.");
        }
        Interlocked.Increment(ref _requests);
        Log(context, time.GetElapsedTime(begun));
    }

    private static void Dress(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // A year, as the examples of RFC 6797 have it.
        if (context.Request.IsHttps) headers.StrictTransportSecurity = "max-age=31536000";
    }

    private static async ValueTask<bool> RefusesBodyAsync(HttpContext context)
    {
        var request = context.Request;
        var hasBody = request.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0;
        if (!hasBody || !HttpMethods.IsGet(request.Method)) return false;
        // The rest of it is not waited for.
        context.Response.Headers.Connection = "close";
        if (request.ContentLength > WebServer.RequestBodyBytesMax)
            await Problems.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, Words(StatusCodes.Status413PayloadTooLarge));
        else await Problems.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, "Nothing here takes a body: ask by path and query.");
        return true;
    }

    private static async Task FailAsync(HttpContext context, int status, string? words)
    {
        if (context.Response.HasStarted)
        {
            // Cut off, so that nobody takes the half for the whole.
            context.Abort();
            return;
        }
        context.Response.Clear();
        Dress(context);
        await Problems.WriteAsync(context, status, words);
    }

    private static string? Words(int status) => status switch
    {
        StatusCodes.Status404NotFound => "There is nothing here. GET /openapi lists what there is.",
        StatusCodes.Status405MethodNotAllowed => "Only GET and HEAD are answered here: nothing of the building can be changed over HTTP.",
        StatusCodes.Status413PayloadTooLarge => $"At most {WebServer.RequestBodyBytesMax} bytes are read.",
        _ => null,
    };

    private void Log(HttpContext context, TimeSpan taken)
    {
        var status = context.Response.StatusCode;
        var level = status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden ? LogLevel.Information : LogLevel.Debug;
        if (!logger.IsEnabled(level)) return;
        logger.Log(level, "{Method} {Path} {Status} {Milliseconds:0.0} ms token {Token} from {Address}", context.Request.Method,
            Shown(context.Request.Path), status, taken.TotalMilliseconds, Grant.Of(context).Token?.Id ?? "-", context.Connection.RemoteIpAddress);
    }

    /// <summary>A path is the client's text: shortened, and without what could forge a line of log.</summary>
    private static string Shown(PathString path) => new([.. (path.Value ?? "").Take(PathShownMax).Select(c => char.IsControl(c) ? '?' : c)]);
}
