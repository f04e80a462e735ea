using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Ecocentre.Edge.Web.Answers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Ecocentre.Edge.Web.Streams;

/// <summary>What all streams of server-sent events (WHATWG HTML, section 9.2) have in common.</summary>
internal static class EventStream
{
    /// <summary>Proxies close a connection that is silent for half a minute or a minute.</summary>
    internal static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(15);

    /// <summary>A client that takes less than half its buffer in this time is gone without a word, and is hung up on: a phone that changes networks is
    /// back within it, and a connection to a machine that is switched off does not stay for the quarter of an hour TCP tries.</summary>
    internal static readonly TimeSpan StallMax = TimeSpan.FromMinutes(2);

    internal const string ContentType = "text/event-stream";

    /// <summary>Runs a stream until the client goes or the gateway ends; refuses it when there are too many.</summary>
    /// <remarks>Slowness is no reason to hang up, <see cref="StallMax"/> is: a client that was not scheduled for some seconds would else be cut off by
    /// the server's rate for answers that have an end.</remarks>
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
            if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
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
        catch (TimeoutException)
        {
            context.Abort();
        }
        finally
        {
            counts.Close();
        }
    }

    /// <summary>Sends what was written; waits while the client is slow: its socket and the pipe hold some tens of kilobytes.</summary>
    /// <returns>False when the client has gone.</returns>
    /// <exception cref="TimeoutException">It takes nothing any more (<see cref="StallMax"/>).</exception>
    internal static async ValueTask<bool> SendAsync(PipeWriter to, TimeProvider time, CancellationToken cancellation)
    {
        var flush = to.FlushAsync(cancellation);
        var flushed = flush.IsCompleted ? await flush : await flush.AsTask().WaitAsync(StallMax, time, cancellation);
        return !flushed.IsCompleted;
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
