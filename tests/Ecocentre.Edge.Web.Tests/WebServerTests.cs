using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Web.Tests;

public sealed class WebServerTests : IAsyncLifetime
{
    private ShownCentre _centre = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _centre = await ShownCentre.StartAsync();
        _client = _centre.Client();
    }

    public ValueTask DisposeAsync() => _centre.DisposeAsync();

    [Fact]
    public async Task Ready_says_503_with_the_reason_when_nothing_is_recorded_and_200_with_a_lesser_trouble()
    {
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync("/health/ready")).StatusCode);
        _centre.Troubles.Add(new Trouble("mqtt", "The broker refuses the login.", Fatal: false));
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync("/health/ready")).StatusCode);
        _centre.Troubles.Add(new Trouble("log", "The disk is full.", Fatal: true));
        var answer = await _client.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("The disk is full.", await answer.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync("/health/live")).StatusCode);
    }

    [Fact]
    public async Task A_point_without_a_reading_has_null_for_value_and_time()
    {
        var point = await Json("/api/v1/points/main.power.active");
        Assert.Equal(JsonValueKind.Null, point.GetProperty("value").ValueKind);
        Assert.Equal(JsonValueKind.Null, point.GetProperty("at").ValueKind);
        Assert.Equal("missing", point.GetProperty("quality").GetString());
    }

    [Fact]
    public async Task What_points_are_for_and_when_the_centre_is_open_is_told()
    {
        var point = await Json("/api/v1/points/main.power.active");
        Assert.Equal("main", Assert.Single(point.GetProperty("roles").EnumerateArray()).GetString());
        var opening = (await Json("/api/v1/centre")).GetProperty("opening");
        Assert.Equal("""[{"day":"monday","from":"08:30","to":"19:00"},{"day":"sunday","from":"00:00","to":"24:00"}]""",
            opening.GetProperty("weekly").GetRawText());
        Assert.Equal("2026-12-25", Assert.Single(opening.GetProperty("holidays").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task A_new_snapshot_is_seen_at_once_with_unit_and_utc_time()
    {
        var latest = _centre.Snapshot.Latest.SetItem(0, new Reading(default, new Instant(1_700_000_000_123), 1534.5, Quality.Good));
        _centre.Snapshot = _centre.Snapshot with { Latest = latest };
        var point = (await Json("/api/v1/points"))[0];
        Assert.Equal(1534.5, point.GetProperty("value").GetDouble());
        Assert.Equal("W", point.GetProperty("unit").GetString());
        Assert.Equal("2023-11-14T22:13:20.123Z", point.GetProperty("at").GetString());
    }

    [Theory]
    [InlineData("/api/v1/points/nowhere")]
    [InlineData("/api/v1/points/pir-d01.presence")]
    [InlineData("/api/v1/desks/nowhere")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/../../etc/passwd")]
    public async Task What_is_not_there_is_a_problem_document(string path)
    {
        var answer = await _client.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(404, problem.RootElement.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Writing_is_not_offered()
    {
        foreach (var method in new[] { HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Patch })
        {
            var answer = await _client.SendAsync(new HttpRequestMessage(method, "/api/v1/points"));
            Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
            Assert.Equal("GET", answer.Content.Headers.Allow.Single());
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        }
    }

    [Fact]
    public async Task Head_is_get_without_its_body()
    {
        var (get, head) = (await _client.GetAsync("/api/v1/centre"), await _client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/api/v1/centre")));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        Assert.NotEmpty(await get.Content.ReadAsByteArrayAsync());
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
    }

    [Fact]
    public async Task The_centre_names_its_zone_and_the_head_of_its_log()
    {
        var centre = await Json("/api/v1/centre");
        Assert.Equal("Europe/Paris", centre.GetProperty("zone").GetString());
        Assert.Equal(42, centre.GetProperty("log").GetProperty("head").GetInt64());
        Assert.Equal(4, centre.GetProperty("points").GetInt32());
    }

    /// <summary>What a scanner or an attacker sends, byte for byte: each is refused with 4xx or hung up on, and the server answers the next as before.
    /// What Kestrel itself refuses has no problem document, because no request came to be.</summary>
    [Theory]
    [InlineData("GET /api/v1/points/%2e%2e%2f%2e%2e%2fetc%2fpasswd HTTP/1.1\r\nHost: localhost\r\n\r\n", "404")]
    [InlineData("GET /api/v1/points/%00 HTTP/1.1\r\nHost: localhost\r\n\r\n", "400")]
    [InlineData("GET /api/v1/points/%ff%fe HTTP/1.1\r\nHost: localhost\r\n\r\n", "4")]
    [InlineData("GET /api/v1/desks?state=%ff%fe HTTP/1.1\r\nHost: localhost\r\n\r\n", "400")]
    [InlineData("GET /api/v1/desks?state=free&state=held HTTP/1.1\r\nHost: localhost\r\n\r\n", "400")]
    [InlineData("GET /api/v1/desks?sttae=free HTTP/1.1\r\nHost: localhost\r\n\r\n", "400")]
    [InlineData("GET /api/v1/points/main.power.active/windows?from=9999-12-31T23:59:59Z HTTP/1.1\r\nHost: localhost\r\n\r\n", "400")]
    [InlineData("GET /api/v1/points/main.power.active/windows?from=0001-01-01 HTTP/1.1\r\nHost: localhost\r\n\r\n", "400")]
    [InlineData("GET /api/v1/points/main.power.active/windows?limit=99999999999999999999 HTTP/1.1\r\nHost: localhost\r\n\r\n", "400")]
    [InlineData("GET /api/v1/points/main.power.active/windows?length=1w HTTP/1.1\r\nHost: localhost\r\n\r\n", "400")]
    [InlineData("GET /api/v1/incidents?before=-1 HTTP/1.1\r\nHost: localhost\r\n\r\n", "400")]
    [InlineData("GET /api/v1/centre HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\n{x}", "415")]
    [InlineData("GET /api/v1/centre HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000000\r\n\r\n", "413")]
    [InlineData("GET /api/v1/centre HTTP/1.1\r\nHost: localhost\r\nAccept: image/png\r\n\r\n", "406")]
    [InlineData("GET /api/v1/centre HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "4")]
    [InlineData("GET /api/v1/centre HTTP/1.1\r\n\r\n", "400")]
    [InlineData("GET /api/v1/centre HTTP/9.9\r\nHost: localhost\r\n\r\n", "505")]
    [InlineData("BREW /api/v1/centre HTTP/1.1\r\nHost: localhost\r\n\r\n", "405")]
    [InlineData("\u0016\u0003\u0001 hello\r\n\r\n", "400")]
    [InlineData("GET /api/v1/desks HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic dXNlcjpwYXNz\r\n\r\n", "401")]
    [InlineData("GET /api/v1/desks HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n", "4")]
    [InlineData("GET /api/v1/desks HTTP/1.1\r\nHost: evil.example\r\n\r\n", "401")]
    [InlineData("GET /api/v1/desks HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n", "401")]
    public async Task Hostile_requests_are_refused(string request, string status)
    {
        var answer = await SendAsync(Encoding.Latin1.GetBytes(request));
        Assert.StartsWith($"HTTP/1.1 {status}", answer);
        Assert.DoesNotContain(" at Ecocentre", answer);
        Assert.DoesNotContain("Exception", answer);
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync("/api/v1/centre")).StatusCode);
    }

    [Fact]
    public async Task Floods_of_headers_and_endless_lines_are_cut_off()
    {
        var headers = string.Concat(Enumerable.Range(0, 500).Select(n => $"X-{n}: y\r\n"));
        Assert.StartsWith("HTTP/1.1 431", await SendAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n")));
        var wide = new string('a', 40_000);
        Assert.StartsWith("HTTP/1.1 431", await SendAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: localhost\r\nX: {wide}\r\n\r\n")));
        Assert.StartsWith("HTTP/1.1 414", await SendAsync(Encoding.ASCII.GetBytes($"GET /{wide} HTTP/1.1\r\nHost: localhost\r\n\r\n")));
        var bomb = string.Join('&', Enumerable.Range(0, 900).Select(n => $"{n}="));
        Assert.StartsWith("HTTP/1.1 400", await SendAsync(Encoding.ASCII.GetBytes($"GET /api/v1/desks?{bomb[..3_000]} HTTP/1.1\r\nHost: localhost\r\n\r\n")));
    }

    [Fact]
    public async Task Every_answer_is_dressed_against_browsers_tricks()
    {
        foreach (var path in new[] { "/api/v1/centre", "/api/v1/nothing", "/openapi", "/health/live" })
        {
            var answer = await _client.GetAsync(path);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
            Assert.Equal("DENY", answer.Headers.GetValues("X-Frame-Options").Single());
            Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
            Assert.False(answer.Headers.Contains("Server"));
        }
    }

    private async Task<string> SendAsync(byte[] request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, _centre.Server.Address.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(request);
        // The other end of what is sent is kept open: the server decides by what it has.
        var buffer = new byte[64 * 1024];
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var text = "";
        while (!text.Contains("\r\n\r\n"))
        {
            int count;
            try
            {
                count = await stream.ReadAsync(buffer, deadline.Token);
            }
            catch (IOException)
            {
                break;
            }
            if (count == 0) break;
            text += Encoding.Latin1.GetString(buffer, 0, count);
        }
        return text;
    }

    private Task<JsonElement> Json(string path) => ShownCentre.JsonAsync(_client, path);
}
