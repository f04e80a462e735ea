using System.Collections.Concurrent;
using System.Collections.Specialized;
using System.IO.Compression;
using System.Net;
using System.Text;

namespace Ecocentre.Edge.Peers;

/// <summary>One write as it reached the proxy.</summary>
/// <param name="Number">Counted from 1 in order of arrival.</param>
/// <param name="Path">As the client asked, <c>/write</c> or <c>/api/v2/write</c>.</param>
/// <param name="Authorization">The header, or null.</param>
/// <param name="Gzip">Whether the body came compressed.</param>
/// <param name="Lines">The decompressed body, without line ends and empty lines.</param>
public sealed record DatabaseWrite(
    int Number, string Path, NameValueCollection Query, string? Authorization, bool Gzip, IReadOnlyList<string> Lines);

/// <summary>What the proxy does with a write instead of passing it on.</summary>
public abstract record DatabaseAnswer
{
    /// <summary>Answers without asking the database.</summary>
    /// <param name="RetryAfter">Value of that header: seconds or an HTTP date.</param>
    public sealed record Status(int Code, string Text = "", string? RetryAfter = null) : DatabaseAnswer;

    /// <summary>Never answers; the connection stays open until the proxy ends or <see cref="DatabaseProxy.Release"/> is called.</summary>
    public sealed record Hang : DatabaseAnswer;

    /// <summary>Takes the body and cuts the connection. With <paramref name="Stored"/> the database had it before.</summary>
    public sealed record Cut(bool Stored) : DatabaseAnswer;
}

/// <summary>An HTTP server before a real database that plays the faults of servers and the answers of InfluxDB 2.x and 3.x. What it does not
/// answer itself goes to the database unchanged, except that <c>/api/v2/write?bucket=B</c> becomes <c>/write?db=B</c>, so that clients of those
/// versions write into a real engine.</summary>
/// <remarks>Any thread. Writes are judged in order of arrival, each on its own.</remarks>
public sealed class DatabaseProxy : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly HttpClient _database = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private readonly ConcurrentQueue<DatabaseWrite> _writes = new();
    private readonly Task _serving;
    private TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _number;

    private DatabaseProxy(Uri database)
    {
        _database.BaseAddress = database;
        Port = FreePort.Take();
        _listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port { get; }

    public Uri Uri => new($"http://127.0.0.1:{Port}/");

    /// <summary>Decides about each write; null passes it on. Called once a write, possibly from several threads.</summary>
    public Func<DatabaseWrite, DatabaseAnswer?> Judge { get; set; } = _ => null;

    /// <summary>All writes so far, in order of arrival.</summary>
    public IReadOnlyCollection<DatabaseWrite> Writes => _writes;

    public static DatabaseProxy Start(Uri database) => new(database);

    /// <summary>A judge that refuses with 400, and stores nothing of it, any write that holds a line of which <paramref name="bad"/> is true.</summary>
    public static Func<DatabaseWrite, DatabaseAnswer?> Refusing(Func<string, bool> bad, int code = 400, string words = "unable to parse") =>
        write => write.Lines.FirstOrDefault(bad) is { } line
            ? new DatabaseAnswer.Status(code, $$"""{"code":"invalid","message":"{{words}} '{{line[..Math.Min(20, line.Length)]}}'"}""")
            : null;

    /// <summary>Ends all hanging connections, so that their clients see them cut; later ones hang anew.</summary>
    public void Release() => Interlocked.Exchange(ref _release, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    public async ValueTask DisposeAsync()
    {
        Release();
        _listener.Close();
        await _serving;
        _database.Dispose();
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            _ = AnswerAsync(context);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            using var memory = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(memory);
            var body = memory.ToArray();
            if (!context.Request.Url!.AbsolutePath.EndsWith("/write", StringComparison.Ordinal))
            {
                await ForwardAsync(context, body, context.Request.Url.PathAndQuery);
                return;
            }
            var write = Read(context.Request, body);
            _writes.Enqueue(write);
            switch (Judge(write))
            {
                case null:
                    await ForwardAsync(context, body, PathOf(write));
                    break;
                case DatabaseAnswer.Status status:
                    if (status.RetryAfter is not null) context.Response.AddHeader("Retry-After", status.RetryAfter);
                    await SayAsync(context, status.Code, Encoding.UTF8.GetBytes(status.Text));
                    break;
                case DatabaseAnswer.Hang:
                    await _release.Task;
                    context.Response.Abort();
                    break;
                case DatabaseAnswer.Cut cut:
                    if (cut.Stored) using (await SendAsync(context.Request, body, PathOf(write))) { }
                    context.Response.Abort();
                    break;
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or IOException or HttpRequestException or ObjectDisposedException)
        {
            // The client went away, or the database is down: the client sees its connection cut, as it would without a proxy.
            context.Response.Abort();
        }
    }

    private DatabaseWrite Read(HttpListenerRequest request, byte[] body)
    {
        var gzip = request.Headers["Content-Encoding"] == "gzip";
        using var reader = new StreamReader(gzip ? new GZipStream(new MemoryStream(body), CompressionMode.Decompress) : new MemoryStream(body));
        return new DatabaseWrite(Interlocked.Increment(ref _number), request.Url!.AbsolutePath, request.QueryString, request.Headers["Authorization"],
            gzip, reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static string PathOf(DatabaseWrite write)
    {
        var query = write.Query.AllKeys.Where(key => key is not null)
            .Select(key => (Key: key == "bucket" ? "db" : key!, Value: write.Query[key]!))
            .Where(pair => pair.Key != "org")
            .Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}");
        return $"/write?{string.Join('&', query)}";
    }

    private async Task<HttpResponseMessage> SendAsync(HttpListenerRequest request, byte[] body, string path)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request.HttpMethod), path);
        if (body.Length > 0 || request.HttpMethod == "POST")
        {
            message.Content = new ByteArrayContent(body);
            foreach (var name in (string[])["Content-Type", "Content-Encoding"])
                if (request.Headers[name] is { } value) message.Content.Headers.TryAddWithoutValidation(name, value);
        }
        // Tokens are for 2.x and 3.x; the 1.x engine behind knows only user and password.
        if (request.Headers["Authorization"] is { } login && login.StartsWith("Basic ", StringComparison.Ordinal))
            message.Headers.TryAddWithoutValidation("Authorization", login);
        return await _database.SendAsync(message);
    }

    private async Task ForwardAsync(HttpListenerContext context, byte[] body, string path)
    {
        using var answer = await SendAsync(context.Request, body, path);
        await SayAsync(context, (int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync());
    }

    private static async Task SayAsync(HttpListenerContext context, int code, byte[] text)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength64 = text.Length;
        if (text.Length > 0 && code != 204) await context.Response.OutputStream.WriteAsync(text);
        context.Response.Close();
    }
}
