using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecocentre.Edge.Outputs.Webhooks;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Tests.EndToEnd;

/// <summary>A webhook through a whole gateway, a process of its own, to an HTTP server on a real socket. Devices are lost and come back with the process that
/// simulates them; the target is there for the first, away for the second, and back.</summary>
public sealed class WebhookTests : IDisposable
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly Scratch _scratch = new();
    private readonly List<PeerProcess> _processes = [];
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromMinutes(4));
    private readonly ConcurrentQueue<JsonElement> _events = new();
    private readonly ConcurrentQueue<string> _wrong = new();

    public void Dispose()
    {
        foreach (var process in _processes) process.Dispose();
        _deadline.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public async Task Lost_and_back_are_each_told_once_and_signed_though_the_target_was_away()
    {
        // A simulated building has a server for each of its buses, which take the ports that follow.
        var (site, hook, web, wires) = (_scratch.File("site.json"), FreePort.Take(), FreePort.Take(), FreePort.Take(count: 4));
        var building = await SimulateAsync(site, wires);
        Describe(site, hook, web);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{web}") };

        using (var target = Listen(hook))
        {
            Start("run", "--site", site);
            await UntilAsync(() => SaysAsync("/api/v1/points", "\"good\""));
            building.Kill();
            await UntilAsync(() => Task.FromResult(Told("main").Any()));
        }
        // Nobody listens any more.
        await SimulateAsync(_scratch.File("unused.json"), wires);
        await UntilAsync(() => SaysAsync("/api/v1/incidents", "device-back"));
        await UntilAsync(() => SaysAsync("/health/ready", "webhook"));
        Assert.Equal(["device.lost"], Told("main"));
        using var again = Listen(hook);
        await UntilAsync(() => Task.FromResult(Told("main").Count() > 1));

        Assert.Equal(["device.lost", "device.back"], Told("main"));
        Assert.Empty(_wrong);
        Assert.Equal(_events.Count, _events.Select(one => one.GetProperty("id").GetString()).Distinct().Count());
        foreach (var device in _events.Select(Subject).Distinct())
            Assert.True(Told(device).Index().All(told => told.Item == (told.Index % 2 == 0 ? "device.lost" : "device.back")), string.Join(' ', Told(device)));

        async Task<bool> SaysAsync(string path, string words)
        {
            try
            {
                using var answer = await http.GetAsync(path, _deadline.Token);
                return (await answer.Content.ReadAsStringAsync(_deadline.Token)).Contains(words, StringComparison.Ordinal);
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }
    }

    private IEnumerable<string> Told(string device) => _events.Where(one => Subject(one) == device).Select(one => one.GetProperty("type").GetString()!);

    private static string Subject(JsonElement one) => one.GetProperty("data").GetProperty("subject").GetString()!;

    private async Task<PeerProcess> SimulateAsync(string site, int port)
    {
        var building = Start("simulate", "--port", port.ToString(CultureInfo.InvariantCulture), "--write-site", site);
        await building.WaitForOutputAsync("air-meeting-room");
        return building;
    }

    private void Describe(string site, int hook, int web)
    {
        _scratch.Write("secret", Secret);
        var described = JsonNode.Parse(File.ReadAllText(site))!;
        described["http"] = new JsonObject { ["listen"] = $"127.0.0.1:{web}" };
        described["webhooks"] = new JsonArray(new JsonObject
        {
            ["name"] = "facility", ["url"] = $"http://127.0.0.1:{hook}/told", ["secretFile"] = "secret", ["events"] = new JsonArray("devices"),
        });
        File.WriteAllText(site, described.ToJsonString());
    }

    /// <summary>Takes what is posted, holds its signature against its bytes, and says 204.</summary>
    private HttpListener Listen(int port)
    {
        var listener = new HttpListener();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        _ = ServeAsync();
        return listener;

        async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    var context = await listener.GetContextAsync();
                    using var body = new MemoryStream();
                    await context.Request.InputStream.CopyToAsync(body, _deadline.Token);
                    Take(context.Request, body.ToArray());
                    context.Response.StatusCode = (int)HttpStatusCode.NoContent;
                    context.Response.Close();
                }
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or OperationCanceledException)
            {
                // The target is away.
            }
        }
    }

    private void Take(HttpListenerRequest request, byte[] body)
    {
        var seconds = long.Parse(request.Headers[WebhookSignature.TimestampHeader]!, CultureInfo.InvariantCulture);
        var expected = WebhookSignature.Sign(Secret, request.Headers[WebhookSignature.IdHeader]!, seconds, body);
        if (request.Headers[WebhookSignature.SignatureHeader] != expected) _wrong.Enqueue($"signature {request.Headers[WebhookSignature.SignatureHeader]}");
        if (Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - seconds) > 300) _wrong.Enqueue($"time {seconds}");
        using var json = JsonDocument.Parse(body);
        foreach (var one in json.RootElement.GetProperty("events").EnumerateArray()) _events.Enqueue(one.Clone());
    }

    private PeerProcess Start(params string[] arguments)
    {
        var process = EdgeProgram.Start(arguments);
        _processes.Add(process);
        return process;
    }

    private async Task UntilAsync(Func<Task<bool>> done)
    {
        while (!await done()) await Task.Delay(200, _deadline.Token);
    }
}
