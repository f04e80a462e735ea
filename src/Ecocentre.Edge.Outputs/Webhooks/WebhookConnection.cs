using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Webhooks;

/// <summary>What a target answered.</summary>
internal enum WebhookAnswer : byte
{
    /// <summary>2xx: it has it.</summary>
    Taken,

    /// <summary>410: it wants nothing any more.</summary>
    Gone,

    /// <summary>413: it wants less at once.</summary>
    TooLarge,

    /// <summary>Everything else, and no answer: the same again later.</summary>
    Later,
}

/// <summary>Posts deliveries to one target, signed.</summary>
/// <remarks>One call at a time.</remarks>
internal sealed class WebhookConnection : IDisposable
{
    // A target that moved to another address is found again after this time.
    private static readonly TimeSpan ConnectionAgeMax = TimeSpan.FromMinutes(2);

    // The words of a target are read up to here: a reason fits, a page need not.
    private const int WordsBytesMax = 512;

    private readonly WebhookOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<Instant> _now;
    private readonly ServerTrust _trust;
    private readonly HttpClient _http;

    internal WebhookConnection(WebhookOptions options, TimeProvider time, Func<Instant> now)
    {
        (_options, _time, _now, _trust) = (options, time, now, new ServerTrust(options.AuthorityFile, time));
        _http = new HttpClient(new SocketsHttpHandler
        {
            // What is signed for one receiver is not shown to another.
            AllowAutoRedirect = false,
            SslOptions = _trust.Options(),
            UseCookies = false,
            PooledConnectionLifetime = ConnectionAgeMax,
            UseProxy = !options.Url.IsLoopback,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("ecocentre-edge", null));
    }

    /// <summary>Posts once.</summary>
    /// <returns>What it answered, in words when it was not taken, and how long it wants us to wait.</returns>
    internal async Task<(WebhookAnswer Answer, string? Words, TimeSpan? RetryAfter)> PostAsync(WebhookBatch batch, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            using var request = Sign(batch);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.IsSuccessStatusCode) return (WebhookAnswer.Taken, null, null);
            var words = $"{(int)response.StatusCode} {await WordsAsync(response, either.Token)}".TrimEnd();
            return response.StatusCode switch
            {
                HttpStatusCode.Gone => (WebhookAnswer.Gone, words, null),
                HttpStatusCode.RequestEntityTooLarge => (WebhookAnswer.TooLarge, words, null),
                >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest => (WebhookAnswer.Later,
                    $"{(int)response.StatusCode}: it sends us to {response.Headers.Location}. A signed delivery goes where the site says only: change the url.",
                    null),
                _ => (WebhookAnswer.Later, words, RetryAfter(response)),
            };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (WebhookAnswer.Later, $"No answer within {_options.Timeout.TotalSeconds:0.#} s.", null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            if (e.InnerException is AuthenticationException && _trust.Refusal is { } refusal) return (WebhookAnswer.Later, refusal, null);
            // The outer message says that it failed, the inner one why.
            var why = e.InnerException is { } inner && !e.Message.Contains(inner.Message) ? $" {inner.Message}" : "";
            return (WebhookAnswer.Later, e.Message + why, null);
        }
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Sign(WebhookBatch batch)
    {
        // The time of this try: a receiver refuses old ones, and a delivery may have waited for hours.
        var seconds = _now().UnixMilliseconds / 1000;
        var request = new HttpRequestMessage(HttpMethod.Post, _options.Url) { Content = new ByteArrayContent(batch.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(WebhookSignature.IdHeader, batch.Id);
        request.Headers.Add(WebhookSignature.TimestampHeader, seconds.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Sign(_options.Secret, batch.Id, seconds, batch.Body));
        return request;
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? header?.Date - _time.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static async Task<string> WordsAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var bytes = new byte[WordsBytesMax];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        var words = new string([.. Encoding.UTF8.GetString(bytes, 0, length).Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
        return words.Length > 0 ? words : response.ReasonPhrase ?? "";
    }
}
