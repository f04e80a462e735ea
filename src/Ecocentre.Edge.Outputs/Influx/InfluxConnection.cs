using System.IO.Compression;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;

namespace Ecocentre.Edge.Outputs.Influx;

/// <summary>Posts bodies to one database and says what the answer means. Knows addresses and logins of all flavours, nothing of
/// retries.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class InfluxConnection : IDisposable
{
    // The words of a server are read up to here; a page of a proxy may be longer.
    private const int WordsBytesMax = 4_096;

    // So long a reason still fits into an incident and on a screen.
    private const int WordsCharactersMax = 400;

    // A database that moved to another address is found again after this time.
    private static readonly TimeSpan ConnectionAgeMax = TimeSpan.FromMinutes(2);

    private readonly InfluxOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly Uri _address;
    private readonly ServerTrust _trust;

    /// <param name="wire">What carries requests instead of the network; owned from now on.</param>
    public InfluxConnection(InfluxOptions options, TimeProvider time, HttpMessageHandler? wire = null)
    {
        _options = options;
        _time = time;
        _trust = new ServerTrust(options.AuthorityFile, time);
        _http = new HttpClient(wire ?? new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            SslOptions = _trust.Options(),
            PooledConnectionLifetime = ConnectionAgeMax,
            UseProxy = !options.Url.IsLoopback,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = Login(options);
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("ecocentre-edge", null));
        _address = WriteAddress(options);
    }

    /// <summary>Posts lines once.</summary>
    /// <returns>Never <see cref="AnswerClass.Unreachable"/> for a timeout: that is the caller's, by
    /// <paramref name="cancellation"/>.</returns>
    public async Task<Answer> PostAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellation)
    {
        var answer = await SendAsync(_address, Body(lines), cancellation);
        var missing = answer.Class == AnswerClass.Denied && answer.Words.Contains("database not found", StringComparison.Ordinal);
        if (!missing || !_options.CreateDatabase) return answer;
        var created = await CreateDatabaseAsync(cancellation);
        return created.Class == AnswerClass.Taken ? await SendAsync(_address, Body(lines), cancellation) : answer;
    }

    public void Dispose() => _http.Dispose();

    private Task<Answer> CreateDatabaseAsync(CancellationToken cancellation)
    {
        var name = _options.Database.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        var question = new FormUrlEncodedContent([new("q", $"CREATE DATABASE \"{name}\"")]);
        return SendAsync(Below(_options.Url, "query"), question, cancellation);
    }

    private async Task<Answer> SendAsync(Uri address, HttpContent body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = body };
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            var meaning = Answer.Classify(response.StatusCode);
            if (meaning == AnswerClass.Taken) return new Answer(meaning, "");
            var words = $"{(int)response.StatusCode} {await WordsAsync(response, cancellation)}";
            return new Answer(meaning, words, RetryAfter(response));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            var refusal = exception.InnerException is AuthenticationException ? _trust.Refusal : null;
            return new Answer(AnswerClass.Unreachable, refusal ?? Sentence(exception));
        }
    }

    private HttpContent Body(ReadOnlyMemory<byte> lines)
    {
        HttpContent body = new ReadOnlyMemoryContent(lines);
        if (_options.Gzip)
        {
            var compressed = new MemoryStream();
            using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(lines.Span);
            body = new ReadOnlyMemoryContent(compressed.GetBuffer().AsMemory(0, (int)compressed.Length));
            body.Headers.ContentEncoding.Add("gzip");
        }
        body.Headers.ContentType = new MediaTypeHeaderValue("text/plain", "utf-8");
        return body;
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
        var length = await stream.ReadAtLeastAsync(bytes, WordsBytesMax, throwOnEndOfStream: false, cancellation);
        var words = WordsOfJson(bytes.AsMemory(0, length)) ?? Encoding.UTF8.GetString(bytes, 0, length).Trim();
        if (words.Length == 0) words = response.ReasonPhrase ?? "";
        return words.Length <= WordsCharactersMax ? words : string.Concat(words.AsSpan(0, WordsCharactersMax), "…");
    }

    /// <summary>1.x: <c>{"error":…}</c>; 2.x: <c>{"code":…,"message":…}</c>; 3.x:
    /// <c>{"error":…,"data":[{"error_message":…}]}</c>.</summary>
    private static string? WordsOfJson(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return null;
            var words = Text(root, "error") ?? Text(root, "message");
            if (words is null || !root.TryGetProperty("data", out var details) || details.ValueKind != JsonValueKind.Array) return words;
            return details.GetArrayLength() == 0 ? words : $"{words}: {Text(details[0], "error_message")}";
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString() : null;

    /// <summary>The outer message says that it failed, the inner ones why (certificate, refused connection).</summary>
    private static string Sentence(Exception exception)
    {
        var sentence = exception.Message;
        for (var inner = exception.InnerException; inner is not null; inner = inner.InnerException)
            if (!sentence.Contains(inner.Message, StringComparison.Ordinal)) sentence += " " + inner.Message;
        return sentence;
    }

    private static AuthenticationHeaderValue? Login(InfluxOptions options)
    {
        if (options.Token is not null)
            return new(options.Flavour is InfluxFlavour.Influx2 or InfluxFlavour.Influx3 ? "Token" : "Bearer", options.Token);
        if (options.User is null) return null;
        return new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.User}:{options.Password}")));
    }

    private static Uri WriteAddress(InfluxOptions options)
    {
        var database = Uri.EscapeDataString(options.Database);
        return options.Flavour switch
        {
            InfluxFlavour.Influx1 => Below(options.Url, $"write?db={database}{Pair("rp", options.RetentionPolicy)}&precision=ns"),
            InfluxFlavour.Influx2 => Below(options.Url, $"api/v2/write?bucket={database}{Pair("org", options.Organisation)}&precision=ns"),
            InfluxFlavour.Influx3 => Below(options.Url, $"api/v2/write?bucket={database}&precision=ns"),
            _ => Below(options.Url, $"write?precision=ns{Pair("db", options.Database)}"),
        };

        static string Pair(string name, string? value) => string.IsNullOrEmpty(value) ? "" : $"&{name}={Uri.EscapeDataString(value)}";
    }

    private static Uri Below(Uri root, string path) => new($"{root.AbsoluteUri.TrimEnd('/')}/{path}");
}
