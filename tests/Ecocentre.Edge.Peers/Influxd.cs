using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Text;
using System.Text.Json;

namespace Ecocentre.Edge.Peers;

/// <summary>How a database is set up. The default takes anybody and keeps its own limits.</summary>
public sealed record InfluxdSetup
{
    /// <summary>With a name, only this user (an administrator) may write and ask.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>With a certificate and its key (PEM files) it speaks https.</summary>
    public (string File, string Key)? Certificate { get; init; }

    /// <summary>Largest body of a write, in bytes; beyond it influxd answers 413. 25,000,000 is influxd's own default.</summary>
    public int BodyBytesMax { get; init; } = 25_000_000;
}

/// <summary>A real InfluxDB 1.6.7 (Debian <c>influxdb</c>) on free loopback ports with a scratch folder. It can be killed, frozen and
/// started again on the same port with what it had stored.</summary>
public sealed class Influxd : IAsyncDisposable
{
    private readonly Scratch _scratch = new();
    private readonly InfluxdSetup _setup;
    // Whatever certificate it was given: the tests' own questions are not what is tried.
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false, SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    });
    private PeerProcess? _process;

    private Influxd(InfluxdSetup setup)
    {
        _setup = setup;
        Port = FreePort.Take();
        if (setup.User is null) return;
        var login = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{setup.User}:{setup.Password}"));
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", login);
    }

    public int Port { get; }

    public Uri Uri => new($"{(_setup.Certificate is null ? "http" : "https")}://127.0.0.1:{Port}/");

    public PeerProcess Process => _process ?? throw new InvalidOperationException("The database is not running.");

    /// <summary>What the running (or last) process said.</summary>
    public string Output => _process?.Output ?? "";

    /// <param name="databases">Databases to create.</param>
    public static async Task<Influxd> StartAsync(InfluxdSetup? setup = null, params string[] databases)
    {
        var database = new Influxd(setup ?? new InfluxdSetup());
        database.Configure();
        await database.RestartAsync();
        if (database._setup.User is { } user)
            await database.AskAsync($"CREATE USER \"{user}\" WITH PASSWORD '{database._setup.Password}' WITH ALL PRIVILEGES");
        foreach (var name in databases) await database.CreateDatabaseAsync(name);
        return database;
    }

    /// <summary>Ends it as a power cut would.</summary>
    public void Kill() => Process.Kill();

    /// <summary>Connections stay open, nobody answers.</summary>
    public void Freeze() => Process.Freeze();

    public void Thaw() => Process.Thaw();

    /// <summary>Starts it (again) on the same port and folder; one still running is killed first. Completes when it takes
    /// connections.</summary>
    public async Task RestartAsync()
    {
        _process?.Dispose();
        _process = PeerProcess.Start("influxd", ["-config", _scratch.File("influxdb.conf")]);
        await _process.WaitForPortAsync(Port);
    }

    public Task CreateDatabaseAsync(string name) => AskAsync($"CREATE DATABASE \"{name}\"");

    /// <summary>Asks in InfluxQL. All series of the answer one after another, times in nanoseconds, numbers as influxd printed
    /// them.</summary>
    /// <exception cref="InvalidOperationException">The database refused the question.</exception>
    public async Task<IReadOnlyList<JsonElement[]>> RowsAsync(string database, string question)
    {
        using var answer = await AskAsync(question, database);
        var rows = new List<JsonElement[]>();
        foreach (var result in answer.RootElement.GetProperty("results").EnumerateArray())
        {
            if (result.TryGetProperty("error", out var error)) throw new InvalidOperationException($"{question}: {error}");
            if (!result.TryGetProperty("series", out var series)) continue;
            foreach (var one in series.EnumerateArray())
                foreach (var row in one.GetProperty("values").EnumerateArray())
                    rows.Add([.. row.EnumerateArray().Select(cell => cell.Clone())]);
        }
        return rows;
    }

    /// <summary>Every stored row's <c>seq</c>, over all measurements, in ascending order; what was stored twice in two places stands
    /// twice.</summary>
    public async Task<IReadOnlyList<long>> SequencesAsync(string database, string? centre = null)
    {
        var where = centre is null ? "" : $" WHERE centre = '{centre}'";
        var rows = await RowsAsync(database, $"SELECT seq FROM /.*/{where}");
        return [.. rows.Select(row => row[1].GetInt64()).Order()];
    }

    public ValueTask DisposeAsync()
    {
        _process?.Dispose();
        _http.Dispose();
        _scratch.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<JsonDocument> AskAsync(string question, string? database = null)
    {
        var form = new Dictionary<string, string> { ["q"] = question, ["epoch"] = "ns" };
        if (database is not null) form["db"] = database;
        using var answer = await _http.PostAsync(new Uri(Uri, "query"), new FormUrlEncodedContent(form));
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{question}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text);
    }

    private void Configure() => _scratch.Write("influxdb.conf", string.Create(CultureInfo.InvariantCulture, $"""
        reporting-disabled = true
        bind-address = "127.0.0.1:{FreePort.Take()}"
        [meta]
          dir = "{_scratch.File("meta")}"
        [data]
          dir = "{_scratch.File("data")}"
          wal-dir = "{_scratch.File("wal")}"
          query-log-enabled = false
        [monitor]
          store-enabled = false
        [subscriber]
          enabled = false
        [continuous_queries]
          enabled = false
        [http]
          bind-address = "127.0.0.1:{Port}"
          auth-enabled = {(_setup.User is null ? "false" : "true")}
          log-enabled = false
          max-body-size = {_setup.BodyBytesMax}
          https-enabled = {(_setup.Certificate is null ? "false" : "true")}
          https-certificate = "{_setup.Certificate?.File}"
          https-private-key = "{_setup.Certificate?.Key}"
        """));
}
