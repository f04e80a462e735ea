using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Ecocentre.Edge.Web.Answers;
using Microsoft.AspNetCore.Http;

namespace Ecocentre.Edge.Web.Streams;

/// <summary>What all streams of server-sent events (WHATWG HTML, section 9.2) have in common.</summary>
internal static class EventStream
{
    /// <summary>Proxies close a connection that is silent for half a minute or a minute.</summary>
    internal static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(15);

    internal const string ContentType = "text/event-stream";

    /// <summary>Runs a stream until the client goes or the gateway ends; refuses it when there are too many.</summary>
    internal static async Task RunAsync(
        HttpContext context, StreamCounts counts, Func<PipeWriter, CancellationToken, Task> follow, CancellationToken ending)
    {
        if (!Representation.Takes(context.Request.Headers.Accept, ContentType))
        {
            await Problems.WriteAsync(context, StatusCodes.Status406NotAcceptable, $"This comes as {ContentType} only.");
            return;
        }
        if (!counts.TryOpen())
        {
            context.Response.Headers.RetryAfter = "10";
            await Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, $"{StreamCounts.StreamsMax} streams are open already.");
            return;
        }
        try
        {
            var (response, to) = (context.Response, context.Response.BodyWriter);
            response.ContentType = ContentType;
            response.Headers.CacheControl = "no-store";
            // nginx would hold events back otherwise.
            response.Headers["X-Accel-Buffering"] = "no";
            // How long a browser waits before it connects again.
            to.Write("retry: 2000\n\n"u8);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, ending);
            await follow(to, either.Token);
        }
        catch (OperationCanceledException)
        {
            // The client has gone, or the gateway ends.
        }
        finally
        {
            counts.Close();
        }
    }

    /// <summary>Writes one event; <paramref name="content"/> is one line.</summary>
    internal static void Write(PipeWriter to, string name, ReadOnlySpan<byte> content, long? id = null)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"event: {name}\ndata: ");
        if (id is { } sequence) head = string.Create(CultureInfo.InvariantCulture, $"id: {sequence}\n{head}");
        to.Write(Encoding.UTF8.GetBytes(head));
        to.Write(content);
        to.Write("\n\n"u8);
    }
}
