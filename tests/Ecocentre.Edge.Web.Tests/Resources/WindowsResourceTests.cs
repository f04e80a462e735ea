using System.Net;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Web.Tests.Resources;

public sealed class WindowsResourceTests : IAsyncLifetime
{
    private static readonly Series Power = new("main.power.active", "power.active", "W", PointKind.Gauge, "main", null);

    private ShownCentre _centre = null!;
    private HttpClient _client = null!;
    private WindowQuery? _asked;

    public async ValueTask InitializeAsync()
    {
        _centre = await ShownCentre.StartAsync();
        _client = _centre.Client();
        _centre.Windows = query =>
        {
            _asked = query;
            var start = query.From;
            return new WindowRun([.. Enumerable.Range(0, Math.Min(3, query.WindowsMax)).Select(n => Window(start + n * TimeSpan.FromMinutes(15)))],
                query.From + TimeSpan.FromHours(1) < query.To ? query.From + TimeSpan.FromHours(1) : null);
        };
    }

    public ValueTask DisposeAsync() => _centre.DisposeAsync();

    [Theory]
    [InlineData("from=2026-11-20T23:00:00Z&to=2026-11-21T23:00:00Z", 1795215600000, 1795302000000)]
    [InlineData("from=2026-11-21&to=2026-11-22", 1795215600000, 1795302000000)]
    [InlineData("from=2026-11-21T00:00:00%2B01:00&to=2026-11-22T00:00:00.000%2B01:00", 1795215600000, 1795302000000)]
    public async Task Times_are_rfc_3339_or_days_of_the_centre(string query, long from, long to)
    {
        var page = await ShownCentre.JsonAsync(_client, $"/api/v1/points/main.power.active/windows?length=15m&{query}");
        Assert.Equal((new Instant(from), new Instant(to), WindowKind.QuarterHour), (_asked!.From, _asked.To, _asked.Kind));
        Assert.Equal("Europe/Paris", page.GetProperty("zone").GetString());
        Assert.Equal("2026-11-20T23:00:00.000Z", page.GetProperty("windows")[0].GetProperty("start").GetString());
    }

    [Fact]
    public async Task Next_page_is_linked_until_there_is_none()
    {
        var pages = 0;
        for (string? next = "/api/v1/points/main.power.active/windows?length=15m&from=2026-11-21T00:00:00Z&to=2026-11-21T03:30:00Z&limit=3"; next is not null;)
        {
            using var answer = await _client.GetAsync(next);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            using var document = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            next = document.RootElement.GetProperty("next").GetString();
            Assert.Equal(next is null ? null : $"<{next}>; rel=\"next\"", answer.Headers.TryGetValues("Link", out var links) ? links.Single() : null);
            pages++;
        }
        Assert.Equal(4, pages);
    }

    [Theory]
    [InlineData("&format=csv", "*/*")]
    [InlineData("", "text/csv")]
    public async Task Figures_come_as_csv_with_empty_cells_for_what_is_not_known(string query, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/points/main.power.active/windows?from=2026-11-21T00:00:00Z&to=2026-11-21T00:30:00Z{query}");
        request.Headers.Accept.ParseAdd(accept);
        using var answer = await _client.SendAsync(request);
        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        var lines = (await answer.Content.ReadAsStringAsync()).Split("\r\n");
        Assert.Equal("point,unit,start,end,count,min,max,mean,last,delta,coverage,revision", lines[0]);
        Assert.Equal("main.power.active,W,2026-11-21T00:00:00.000Z,2026-11-21T00:15:00.000Z,900,1.5,3,2.25,3,,0.98,0", lines[1]);
    }

    [Theory]
    [InlineData("hall.presence", HttpStatusCode.OK)]
    [InlineData("hall.presence/windows?length=1h", HttpStatusCode.OK)]
    [InlineData("hall.presence/windows?length=1m", HttpStatusCode.Forbidden)]
    [InlineData("air-1.co2/windows?length=1m", HttpStatusCode.OK)]
    [InlineData("booth-pir.presence", HttpStatusCode.Forbidden)]
    [InlineData("pir-d01.presence", HttpStatusCode.NotFound)]
    [InlineData("air-1.co2", HttpStatusCode.OK)]
    public async Task Who_was_where_has_no_history_where_fewer_than_five_desks_are(string point, HttpStatusCode status) =>
        Assert.Equal(status, (await _client.GetAsync($"/api/v1/points/{point}{(point.Contains('/') ? "" : "/windows")}")).StatusCode);

    [Theory]
    [InlineData("length=10s"), InlineData("from=yesterday"), InlineData("from=2026-11-21T00:00:00"), InlineData("from=2026-11-22&to=2026-11-21")]
    [InlineData("limit=0"), InlineData("limit=2001"), InlineData("format=xml"), InlineData("from=2026-13-01"), InlineData("lenght=1h")]
    public async Task Mistakes_are_400_with_a_remedy(string query)
    {
        using var answer = await _client.GetAsync($"/api/v1/points/main.power.active/windows?{query}");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("detail", await answer.Content.ReadAsStringAsync());
    }

    private static WindowFact Window(Instant start) => new(Power, new Aggregate(
        default, WindowKind.QuarterHour, new Window(start, TimeSpan.FromMinutes(15)), 0, 900, 1.5, 3, 2.25, 3, double.NaN, 0.98));
}
