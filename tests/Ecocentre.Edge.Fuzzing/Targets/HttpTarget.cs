using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecocentre.Edge.Fuzzing.Targets;

/// <summary>Requests to a gateway that answers on loopback; it is started with it.</summary>
/// <remarks>Answers come from other threads: what is measured of an input is its way there and back.</remarks>
internal sealed class HttpTarget : IDisposable
{
    // A stream or a long poll goes on for as long as the client likes; what has begun well is left.
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(50), Patience = TimeSpan.FromMilliseconds(200);

    private static readonly string[] Paths =
    [
        "/api/v1/points", "/api/v1/points/main.power.active/windows?length=15m&from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z",
        "/api/v1/desks?state=free&space=hall", "/api/v1/desks/changes?after=1&wait=0s", "/api/v1/incidents?limit=10&before=12", "/api/v1/criteria/AQ-1?period=2026-11",
        "/api/v1/spaces", "/openapi/v1.json", "/metrics", "/health/ready", "/api/v1/evidence/proof?leaf=0",
    ];

    private readonly Scratch _scratch = new();
    private readonly CancellationTokenSource _ending = new();
    private RunningCentre? _centre;
    private Task _running = Task.CompletedTask;
    private int _port;

    internal HttpTarget() => Start();

    internal FuzzTarget Target => new("http",
        [.. Paths.Select(path => Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\nConnection: close\r\n\r\n")), .. Bodies], Ask);

    private static IEnumerable<byte[]> Bodies => MessageTargets.Texts(
        Post("/api/v1/login", """{"token":"ecoedge_9f160aad_0123456789012345678901234567890123456789012"}"""), Post("/api/v1/logout", ""),
        "GET /api/v1/points HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ecoedge_9f160aad_0123456789012345678901234567890123456789012\r\n"
            + "Cookie: ecocentre=ecoedge_9f160aad_x\r\nIf-None-Match: \"abc\"\r\nAccept: text/csv\r\nConnection: close\r\n\r\n");

    private static string Post(string path, string body) =>
        $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";

    public void Dispose()
    {
        _ending.Cancel();
        _running.Wait();
        _centre?.DisposeAsync().AsTask().Wait();
        _ending.Dispose();
        _scratch.Dispose();
    }

    private string Ask(byte[] request)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
        socket.Connect(IPAddress.Loopback, _port);
        socket.Send(request);
        var answer = new byte[512];
        // A whole request is answered at once; whoever says goodbye before is mostly hung up on instead. Half a one is only given up by saying goodbye.
        if (!socket.Poll(AtOnce, SelectMode.SelectRead))
        {
            socket.Shutdown(SocketShutdown.Send);
            if (!socket.Poll(Patience, SelectMode.SelectRead)) return "no answer yet";
        }
        int count;
        try
        {
            count = socket.Receive(answer);
        }
        catch (SocketException)
        {
            return "hung up";
        }
        var words = Encoding.ASCII.GetString(answer, 0, count);
        if (count == 0) return "closed";
        WireTargets.Require(words.Length > 12 && words.StartsWith("HTTP/1.1 ", StringComparison.Ordinal), $"No answer of HTTP: {words}");
        var status = int.Parse(words.AsSpan(9, 3), CultureInfo.InvariantCulture);
        // 503 is what a part that is not there says; 505 what Kestrel says of HTTP/3.7.
        WireTargets.Require(status is < 500 or 503 or 505, $"An answer of a server that did not expect it: {words}");
        WireTargets.Require(!words.Contains("   at ", StringComparison.Ordinal), $"A stack trace: {words}");
        return $"status {(char)('a' + status / 100)}{(char)('a' + status / 10 % 10)}{(char)('a' + status % 10)}";
    }

    private void Start()
    {
        _port = FreePort.Take();
        var file = _scratch.Write("site.json", $$"""
            { "centre": "fuzzed", "zone": "Europe/Paris", "clock": "trusted", "log": { "path": "log.db" }, "spaces": [ { "id": "hall" } ],
              "buses": [ { "name": "tcp", "tcp": { "host": "127.0.0.1", "port": {{FreePort.Take()}} }, "devices": [ { "name": "main", "model": "eastron-sdm630", "unit": 1 } ] } ],
              "http": { "listen": "127.0.0.1:{{_port}}", "rate": { "perToken": 1000000, "perAddress": 1000000 } } }
            """);
        var mistakes = new List<Mistake>();
        var site = SiteFile.Load(file, MeterCatalogue.Load(Repository.MeterModels, []), mistakes)
            ?? throw new InvalidOperationException(string.Join('\n', mistakes));
        _centre = RunningCentre.Open(site, TimeProvider.System, TimeProvider.System, NullLogger.Instance);
        _running = _centre.RunAsync(_ending.Token);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (_centre.WebAddress is null)
        {
            deadline.Token.ThrowIfCancellationRequested();
            Thread.Sleep(20);
        }
    }
}
