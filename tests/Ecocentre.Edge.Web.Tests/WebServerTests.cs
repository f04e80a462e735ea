using System.Net;
using System.Text.Json;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using Microsoft.Extensions.Logging;
using NSubstitute;

namespace Ecocentre.Edge.Web.Tests;

public sealed class WebServerTests : IAsyncLifetime
{
    private static readonly Point Power = new()
    {
        Id = new PointId(0), Name = "main.power.active", Device = "main", Period = TimeSpan.FromSeconds(1),
        Quantity = Quantity.TryGet("power.active", out var quantity) ? quantity : throw new InvalidOperationException(),
    };

    private readonly List<Trouble> _troubles = [];
    private readonly HttpClient _client = new();
    private Snapshot _snapshot = new(new Instant(1_700_000_000_000), 0, true, [new Reading(Power.Id, default, double.NaN, Quality.Missing)], []);
    private WebServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        var log = Substitute.For<IEvidenceReader>();
        log.Head.Returns(42);
        log.Tail.Returns(1);
        var view = new CentreView
        {
            Centre = "lyon-1", Zone = "Europe/Paris", Version = "1.2.3", Since = new Instant(1_699_999_999_000),
            Points = [Power], Latest = () => _snapshot, Log = log, Troubles = () => _troubles,
        };
        _server = new WebServer(new WebOptions(new IPEndPoint(IPAddress.Loopback, 0)), view, logging => logging.ClearProviders());
        await _server.StartAsync(default);
        _client.BaseAddress = _server.Address;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Ready_says_503_with_the_reason_when_nothing_is_recorded_and_200_with_a_lesser_trouble()
    {
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync("/health/ready")).StatusCode);
        _troubles.Add(new Trouble("mqtt", "The broker refuses the login.", Fatal: false));
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync("/health/ready")).StatusCode);
        _troubles.Add(new Trouble("log", "The disk is full.", Fatal: true));
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
    public async Task A_new_snapshot_is_seen_at_once_with_unit_and_utc_time()
    {
        _snapshot = _snapshot with { Latest = [new Reading(Power.Id, new Instant(1_700_000_000_123), 1534.5, Quality.Good)] };
        var point = (await Json("/api/v1/points"))[0];
        Assert.Equal(1534.5, point.GetProperty("value").GetDouble());
        Assert.Equal("W", point.GetProperty("unit").GetString());
        Assert.Equal("2023-11-14T22:13:20.123Z", point.GetProperty("at").GetString());
    }

    [Theory]
    [InlineData("/api/v1/points/nowhere")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/../../etc/passwd")]
    public async Task What_is_not_there_is_a_problem_document(string path)
    {
        var answer = await _client.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Writing_is_not_offered()
    {
        var answer = await _client.PostAsync("/api/v1/points", new StringContent("{}"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Fact]
    public async Task The_centre_names_its_zone_and_the_head_of_its_log()
    {
        var centre = await Json("/api/v1/centre");
        Assert.Equal("Europe/Paris", centre.GetProperty("zone").GetString());
        Assert.Equal(42, centre.GetProperty("log").GetProperty("head").GetInt64());
    }

    private async Task<JsonElement> Json(string path)
    {
        using var document = JsonDocument.Parse(await _client.GetStringAsync(path));
        return document.RootElement.Clone();
    }
}
