using System.Text.Json;

namespace Ecocentre.Edge.Peers;

/// <summary>One value as VictoriaMetrics keeps it.</summary>
public sealed record StoredValue(IReadOnlyDictionary<string, string> Labels, long UnixMilliseconds, double Value);

/// <summary>A real VictoriaMetrics single node (Debian <c>victoria-metrics</c>) on a free loopback port with a scratch folder.</summary>
/// <remarks>It names a series measurement_field, keeps milliseconds, stores a string field as 0 and answers 204 to lines it cannot
/// read.</remarks>
public sealed class VictoriaMetrics : IAsyncDisposable
{
    private readonly Scratch _scratch = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private PeerProcess? _process;

    private VictoriaMetrics() => Port = FreePort.Take();

    public int Port { get; }

    public Uri Uri => new($"http://127.0.0.1:{Port}/");

    public PeerProcess Process => _process ?? throw new InvalidOperationException("The database is not running.");

    public static async Task<VictoriaMetrics> StartAsync()
    {
        var database = new VictoriaMetrics();
        await database.RestartAsync();
        return database;
    }

    /// <summary>Ends it as a power cut would; up to a second of what it took may be lost, since it writes behind.</summary>
    public void Kill() => Process.Kill();

    /// <summary>Starts it (again) on the same port and folder; one still running is killed first. Completes when it takes
    /// connections.</summary>
    public async Task RestartAsync()
    {
        _process?.Dispose();
        _process = PeerProcess.Start("victoria-metrics",
            ["-storageDataPath", _scratch.Folder, $"-httpListenAddr=127.0.0.1:{Port}", "-retentionPeriod=100y", "-loggerLevel=WARN"]);
        await _process.WaitForPortAsync(Port);
    }

    /// <summary>All stored values of the series that a selector matches, after making what was just written visible.</summary>
    /// <param name="selector">A PromQL selector, <c>window_seq</c> or <c>{__name__=~"window_.*"}</c>.</param>
    /// <returns>In no particular order.</returns>
    public async Task<IReadOnlyList<StoredValue>> ExportAsync(string selector)
    {
        (await _http.GetAsync(new Uri(Uri, "internal/force_flush"))).EnsureSuccessStatusCode();
        var lines = await _http.GetStringAsync(new Uri(Uri, $"api/v1/export?match[]={Uri.EscapeDataString(selector)}"));
        var found = new List<StoredValue>();
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var series = JsonDocument.Parse(line);
            var labels = series.RootElement.GetProperty("metric").EnumerateObject()
                .ToDictionary(label => label.Name, label => label.Value.GetString()!);
            var times = series.RootElement.GetProperty("timestamps").EnumerateArray();
            var values = series.RootElement.GetProperty("values").EnumerateArray();
            found.AddRange(times.Zip(values, (time, value) => new StoredValue(labels, time.GetInt64(), value.GetDouble())));
        }
        return found;
    }

    public ValueTask DisposeAsync()
    {
        _process?.Dispose();
        _http.Dispose();
        _scratch.Dispose();
        return ValueTask.CompletedTask;
    }
}
