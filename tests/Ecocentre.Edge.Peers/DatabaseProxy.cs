using System.Collections.Concurrent;
using System.Collections.Specialized;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Web;

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

    /// <summary>The database takes it; the answer breaks off in the middle of its first line.</summary>
    public sealed record Torn : DatabaseAnswer;

    /// <summary>The database takes the first half of the lines; the answer is this one.</summary>
    public sealed record Half(int Code, string Text = "") : DatabaseAnswer;

    /// <summary>The database takes it without the lines that <paramref name="IsSwallowed"/> says; the answer is that of the database.</summary>
    public sealed record Without(Func<string, bool> IsSwallowed) : DatabaseAnswer;

    /// <summary>The database takes it; the answer comes after a while.</summary>
    public sealed record Late(TimeSpan After) : DatabaseAnswer;
}

/// <summary>An HTTP server before a real database that plays the faults of servers and the answers of InfluxDB 2.x and 3.x. What it does
/// not answer itself goes to the database unchanged, except that <c>/api/v2/write?bucket=B</c> becomes <c>/write?db=B</c>, so that clients
/// of those versions write into a real engine.</summary>
/// <remarks>Any thread. Writes are judged in order of arrival, each on its own.</remarks>
public sealed class DatabaseProxy : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly HttpClient _database = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private readonly ConcurrentQueue<DatabaseWrite> _writes = new();
    private readonly ConcurrentDictionary<HttpWire, Task> _connections = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _accepting;
    private TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _number;

    private DatabaseProxy(Uri database)
    {
        _database.BaseAddress = database;
        Port = FreePort.Take();
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public Uri Uri => new($"http://127.0.0.1:{Port}/");

    /// <summary>Decides about each write; null passes it on. Called once a write, possibly from several threads.</summary>
    public Func<DatabaseWrite, DatabaseAnswer?> Judge { get; set; } = _ => null;

    /// <summary>All writes so far, in order of arrival.</summary>
    public IReadOnlyCollection<DatabaseWrite> Writes => _writes;

    public static DatabaseProxy Start(Uri database) => new(database);

    /// <summary>A judge that refuses, and stores nothing of it, any write that holds a line of which <paramref name="bad"/> is
    /// true.</summary>
    public static Func<DatabaseWrite, DatabaseAnswer?> Refusing(Func<string, bool> bad, int code = 400, string words = "unable to parse") =>
        write => write.Lines.FirstOrDefault(bad) is { } line
            ? new DatabaseAnswer.Status(code, $$"""{"code":"invalid","message":"{{words}} '{{line[..Math.Min(20, line.Length)]}}'"}""")
            : null;

    /// <summary>Cuts all hanging connections; later ones hang anew.</summary>
    public void Release() => Interlocked.Exchange(ref _release, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    public async ValueTask DisposeAsync()
    {
        // Also what is judged from now on ends.
        await _ending.CancelAsync();
        _listener.Stop();
        await _accepting;
        foreach (var connection in _connections.Keys) connection.Cut();
        await Task.WhenAll(_connections.Values);
        _database.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var wire = new HttpWire(await _listener.AcceptSocketAsync());
                _connections[wire] = ServeAsync(wire);
            }
        }
        catch (Exception) when (_ending.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(HttpWire wire)
    {
        await Task.Yield();
        try
        {
            while (await wire.ReadAsync() is { } request) await AnswerAsync(wire, request);
            wire.Dispose();
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or SocketException or ObjectDisposedException
            or OperationCanceledException)
        {
            // The client went away, or the database is down: the client sees its connection cut, as it would without a proxy.
            wire.Cut();
        }
        _connections.TryRemove(wire, out _);
    }

    private async Task AnswerAsync(HttpWire wire, WireRequest request)
    {
        if (!request.Target.Split('?')[0].EndsWith("/write", StringComparison.Ordinal))
        {
            await ForwardAsync(wire, request, request.Target);
            return;
        }
        var write = Read(request);
        _writes.Enqueue(write);
        switch (Judge(write))
        {
            case DatabaseAnswer.Status status:
                await wire.AnswerAsync(status.Code, Encoding.UTF8.GetBytes(status.Text), status.RetryAfter);
                break;
            case DatabaseAnswer.Hang:
                await _release.Task.WaitAsync(_ending.Token);
                wire.Cut();
                break;
            case DatabaseAnswer.Cut cut:
                if (cut.Stored) (await SendAsync(request, PathOf(write))).Dispose();
                wire.Cut();
                break;
            case DatabaseAnswer.Torn:
                (await SendAsync(request, PathOf(write))).Dispose();
                await wire.TearAsync();
                wire.Cut();
                break;
            case DatabaseAnswer.Half half:
                (await SendAsync(Only(request, write.Lines.Take(write.Lines.Count / 2)), PathOf(write))).Dispose();
                await wire.AnswerAsync(half.Code, Encoding.UTF8.GetBytes(half.Text));
                break;
            case DatabaseAnswer.Without without when write.Lines.All(without.IsSwallowed):
                await wire.AnswerAsync(204, []);
                break;
            case DatabaseAnswer.Without without:
                await ForwardAsync(wire, Only(request, write.Lines.Where(line => !without.IsSwallowed(line))), PathOf(write));
                break;
            case DatabaseAnswer.Late late:
                await Task.Delay(late.After, _ending.Token);
                await ForwardAsync(wire, request, PathOf(write));
                break;
            default:
                await ForwardAsync(wire, request, PathOf(write));
                break;
        }
    }

    /// <summary>The request with these lines as its body.</summary>
    private static WireRequest Only(WireRequest request, IEnumerable<string> lines) => request with
    {
        Headers = request.Headers.Where(header => !header.Key.Equals("Content-Encoding", StringComparison.OrdinalIgnoreCase))
            .ToDictionary(StringComparer.OrdinalIgnoreCase),
        Body = Encoding.UTF8.GetBytes(string.Join('\n', lines)),
    };

    private DatabaseWrite Read(WireRequest request)
    {
        var gzip = request.Header("Content-Encoding") == "gzip";
        var body = new MemoryStream(request.Body);
        using var reader = new StreamReader(gzip ? new GZipStream(body, CompressionMode.Decompress) : body);
        var target = request.Target.Split('?', 2);
        var query = HttpUtility.ParseQueryString(target.ElementAtOrDefault(1) ?? "");
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new DatabaseWrite(Interlocked.Increment(ref _number), target[0], query, request.Header("Authorization"), gzip, lines);
    }

    private static string PathOf(DatabaseWrite write)
    {
        var query = write.Query.AllKeys.Where(key => key is not (null or "org"))
            .Select(key => $"{(key == "bucket" ? "db" : key)}={Uri.EscapeDataString(write.Query[key]!)}");
        return $"/write?{string.Join('&', query)}";
    }

    private async Task<HttpResponseMessage> SendAsync(WireRequest request, string path)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), path);
        if (request.Method == "POST")
        {
            message.Content = new ByteArrayContent(request.Body);
            foreach (var name in (string[])["Content-Type", "Content-Encoding"])
                if (request.Header(name) is { } value) message.Content.Headers.TryAddWithoutValidation(name, value);
        }
        // Tokens are for 2.x and 3.x; the 1.x engine behind knows only user and password.
        if (request.Header("Authorization") is { } login && login.StartsWith("Basic ", StringComparison.Ordinal))
            message.Headers.TryAddWithoutValidation("Authorization", login);
        return await _database.SendAsync(message, _ending.Token);
    }

    private async Task ForwardAsync(HttpWire wire, WireRequest request, string path)
    {
        using var answer = await SendAsync(request, path);
        await wire.AnswerAsync((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync());
    }
}
