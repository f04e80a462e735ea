using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Tests.Commands;
using Ecocentre.Edge.Tests.Sites;

namespace Ecocentre.Edge.Tests.EndToEnd;

/// <summary>A gateway as a process with every secret a site can have, most of them refused by those they are for, so that words about them are said. Nothing
/// that leaves it holds one: what it prints, every answer of its API, its metrics, its log and archive, an evidence pack, a backup.</summary>
public sealed class SecretTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    // An answer that goes on for ever (a stream) is read so far.
    private static readonly TimeSpan StreamTime = TimeSpan.FromSeconds(2);

    private readonly SiteBench _bench = new();

    // A backup into the folder of the log is refused.
    private readonly Scratch _elsewhere = new();
    private readonly Dictionary<string, string> _secrets = [];
    private readonly List<(string Where, byte[] Bytes)> _told = [];

    public void Dispose()
    {
        _bench.Dispose();
        _elsewhere.Dispose();
    }

    [Fact]
    public async Task No_secret_is_in_anything_that_leaves_the_gateway()
    {
        await using var broker = await Mosquitto.StartAsync(new MosquittoSetup { User = "lyon", Password = "another-one" });
        await using var influxd = await Influxd.StartAsync(new InfluxdSetup { User = "lyon", Password = "another-one" }, "there");
        var certificates = await Certificates.MakeAsync(_bench.Scratch);
        await using var hook = TlsTarget.Start(await certificates.ServerAsync(CertificateFlaw.Expired));
        var port = FreePort.Take();
        var site = _bench.Good(CentreLabelTests.Members.Replace("\"buses\": [", $$"""
            "buses": [ { "name": "bridge", "mqtt": { "broker": "{{broker.Uri}}", "user": "lyon", "passwordFile": "{{Secret("bridge")}}" },
              "devices": [ { "name": "z", "topic": "z", "silentAfter": "2h", "quantity": "contact" } ] },
            """) + $$"""
            , "mqtt": { "broker": "{{broker.Uri}}", "user": "lyon", "passwordFile": "{{Secret("mqtt")}}" },
            "influx": { "url": "{{influxd.Uri}}", "database": "there", "user": "lyon", "passwordFile": "{{Secret("influx")}}" },
            "webhooks": [ { "name": "hook", "url": "{{hook.Uri}}", "ca": "{{certificates.Authority}}", "events": ["desks", "incidents", "devices"],
              "secretFile": "{{Secret("hook")}}" } ],
            "http": { "listen": "127.0.0.1:{{port}}", "tls": { "certificate": "{{certificates.Server}}", "key": "{{certificates.ServerKey}}" } }
            """);
        EvidenceExportCommandTests.Live(site, days: 3);
        _secrets["tls key"] = KeyText(certificates.ServerKey);
        _secrets["signing key"] = KeyText(site.LogPath + ".key");
        _secrets["token"] = (await Verb.RunAsync("token", "add", "--site", site.File, "--role", "admin", "tester")).Output.Trim();

        using (var gateway = EdgeProgram.Start("run", "--site", site.File))
        {
            using var http = Client(port);
            var words = "";
            await UntilAsync(async () =>
            {
                Assert.False(gateway.HasExited, gateway.Output);
                words = await TroublesAsync(http);
                // Each of them was refused, and says so.
                return new[] { "bridge", "mqtt", "influx", "hook" }.All(subject => words.Contains(subject, StringComparison.Ordinal));
            }, () => words + gateway.Output);
            await AskEverythingAsync(http);
            await TellAsync("read", "read", "--site", site.File, "--json");
            await TellAsync("export", "evidence", "export", "--site", site.File, "--from", "2026-11-17", "--to", "2026-11-17", "-o", _bench.Scratch.File("pack.zip"));
            await TellAsync("backup", "data", "backup", "--without-key", _elsewhere.File("copy"), "--site", site.File);
            gateway.Signal(PeerProcess.SignalTerminate);
            await UntilAsync(() => Task.FromResult(gateway.HasExited), () => gateway.Output);
            _told.Add(("what it printed", Encoding.UTF8.GetBytes(gateway.Output)));
        }
        foreach (var verb in new[] { "check", "health" }) await TellAsync(verb, verb, "--site", site.File);
        await TellAsync("unpacked report", "evidence", "report", _bench.Scratch.File("pack.zip"), "-o", _bench.Scratch.File("report.html"));
        foreach (var file in Stored(site)) _told.Add((file, File.ReadAllBytes(file)));
        using (var pack = System.IO.Compression.ZipFile.OpenRead(_bench.Scratch.File("pack.zip")))
            foreach (var entry in pack.Entries) _told.Add(($"pack: {entry.FullName}", Read(entry)));

        // It was really looked at what ought to be full of words.
        Assert.True(_told.Count > 50, string.Join('\n', _told.Select(one => one.Where)));
        Assert.Contains(_told, one => one.Where.Contains("backup-", StringComparison.Ordinal));
        foreach (var (where, bytes) in _told)
            foreach (var (name, secret) in _secrets)
                foreach (var form in Forms(secret))
                    Assert.False(bytes.AsSpan().IndexOf(form) >= 0, $"The secret of {name} stands in {where}.");
    }

    /// <summary>As it is, as Base64, as a header of HTTP has it, percent-encoded, and in hexadecimal.</summary>
    private static IEnumerable<byte[]> Forms(string secret) => new[]
    {
        secret, Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)), Convert.ToBase64String(Encoding.UTF8.GetBytes($"lyon:{secret}")), Uri.EscapeDataString(secret),
        Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret)),
    }.Select(Encoding.UTF8.GetBytes);

    private string Secret(string name)
    {
        _secrets[name] = $"s3cret of {name} + {Guid.NewGuid():N}/=";
        return _bench.Scratch.Write($"{name}-secret", _secrets[name] + "\n");
    }

    private static string KeyText(string file) => File.ReadAllLines(file).First(line => line.Length > 40 && !line.Contains("--", StringComparison.Ordinal));

    private HttpClient Client(int port)
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        var http = new HttpClient(handler) { BaseAddress = new Uri($"https://127.0.0.1:{port}") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _secrets["token"]);
        return http;
    }

    private static async Task<string> TroublesAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync("/health/ready");
            return await answer.Content.ReadAsStringAsync();
        }
        catch (HttpRequestException e)
        {
            // Nobody listens yet.
            return e.Message;
        }
    }

    /// <summary>Every route that the description names, with values that are there.</summary>
    private async Task AskEverythingAsync(HttpClient http)
    {
        using var description = JsonDocument.Parse(await http.GetStringAsync("/openapi/v1.json"));
        var paths = description.RootElement.GetProperty("paths").EnumerateObject().Where(path => path.Value.TryGetProperty("get", out _)).Select(path => path.Name);
        foreach (var path in paths.Append("/openapi/v1.json").Append("/api/v1/nothing").Append("/metrics").Append("/health/ready"))
        {
            var asked = path.Replace("{point}", "main.power.active").Replace("{id}", path.Contains("desks") ? "d1" : "EN-4");
            if (asked.Contains("windows", StringComparison.Ordinal)) asked += "?length=15m&from=2026-11-17T00:00:00Z&to=2026-11-18T00:00:00Z&points=main.power.active";
            if (asked.Contains("export", StringComparison.Ordinal)) asked += "?from=2026-11-17&to=2026-11-17";
            if (asked.Contains("proof", StringComparison.Ordinal)) asked += "?sequence=1";
            _told.Add(($"GET {asked}", await ReadAsync(http, asked)));
        }
    }

    private static async Task<byte[]> ReadAsync(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        using var all = new MemoryStream();
        all.Write(Encoding.UTF8.GetBytes(answer.Headers.ToString() + answer.Content.Headers));
        using var patience = new CancellationTokenSource(StreamTime);
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(patience.Token);
            await body.CopyToAsync(all, patience.Token);
        }
        catch (OperationCanceledException)
        {
            // A stream.
        }
        return all.ToArray();
    }

    private async Task TellAsync(string where, params string[] arguments)
    {
        var verb = await Verb.RunAsync(arguments);
        _told.Add((where, Encoding.UTF8.GetBytes(verb.Output + verb.Errors)));
    }

    /// <summary>What lies on the disk but for the secrets' own files.</summary>
    private IEnumerable<string> Stored(Ecocentre.Edge.Sites.Site site) => new[] { _bench.Scratch.Folder, _elsewhere.Folder }
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        .Where(file => !file.EndsWith("-secret", StringComparison.Ordinal) && !file.EndsWith(".key", StringComparison.Ordinal) && file != site.LogPath + ".key");

    private static byte[] Read(System.IO.Compression.ZipArchiveEntry entry)
    {
        using var all = new MemoryStream();
        using (var stream = entry.Open()) stream.CopyTo(all);
        return all.ToArray();
    }

    private static async Task UntilAsync(Func<Task<bool>> done, Func<string> otherwise)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!await done())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < Patience, otherwise());
            await Task.Delay(100);
        }
    }
}
