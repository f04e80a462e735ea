using System.Net;
using System.Text.Json;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Web.Tests.Resources;

public sealed class WindowColumnsResourceTests : IAsyncLifetime
{
    private const string Day = "from=2026-11-21T00:00:00Z&to=2026-11-21T02:00:00Z";

    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    private ShownCentre _centre = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _centre = await ShownCentre.StartAsync();
        _client = _centre.Client();
        _centre.Windows = query => Held(query, query.WindowsMax);
    }

    public ValueTask DisposeAsync() => _centre.DisposeAsync();

    [Fact]
    public async Task Points_stand_side_by_side_over_one_axis_with_nulls_where_one_was_silent()
    {
        var answer = await ShownCentre.JsonAsync(_client, $"/api/v1/points/windows?points=main.power.active,air-1.co2&length=15m&{Day}");
        Assert.Equal([.. Enumerable.Range(0, 8).Select(n => 1795219200L + 900 * n)], answer.GetProperty("starts").EnumerateArray().Select(s => s.GetInt64()));
        var (power, air) = (answer.GetProperty("points")[0], answer.GetProperty("points")[1]);
        Assert.Equal(("main.power.active", "W", "gauge"), (Text(power, "point"), Text(power, "unit"), Text(power, "kind")));
        Assert.Equal("[422.7333,422.7333,422.7333,422.7333,422.7333,422.7333,422.7333,422.7333]", power.GetProperty("mean").GetRawText());
        // The second quarter of each hour of the air is not in the log.
        Assert.Equal("[422.7333,null,422.7333,422.7333,422.7333,null,422.7333,422.7333]", air.GetProperty("mean").GetRawText());
        Assert.Equal("[0.98,null,0.98,0.98,0.98,null,0.98,0.98]", air.GetProperty("coverage").GetRawText());
        Assert.Equal(JsonValueKind.Null, power.GetProperty("delta").ValueKind);
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task A_search_that_takes_several_runs_is_one_answer()
    {
        _centre.Windows = query => Held(query, 3);
        var answer = await ShownCentre.JsonAsync(_client, $"/api/v1/points/windows?points=main.power.active&{Day}");
        Assert.Equal(8, answer.GetProperty("starts").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task What_does_not_fit_is_asked_for_with_next_and_nothing_comes_twice_or_not_at_all()
    {
        _centre.Windows = query => Held(query, 1);
        List<long> starts = [];
        var (from, pages) = ("2026-11-21T00:00:00Z", 0);
        for (string? next = from; next is not null; pages++)
        {
            var page = await ShownCentre.JsonAsync(
                _client, $"/api/v1/points/windows?points=main.power.active,air-1.co2&from={next}&to=2026-11-22T00:00:00Z");
            starts.AddRange(page.GetProperty("starts").EnumerateArray().Select(s => s.GetInt64()));
            next = page.GetProperty("next").GetString();
            Assert.Equal(next ?? "2026-11-22T00:00:00.000Z", page.GetProperty("to").GetString());
        }
        Assert.True(pages > 1, "one page held it all");
        Assert.Equal([.. Enumerable.Range(0, 96).Select(n => 1795219200L + 900 * n)], starts);
    }

    [Theory]
    [InlineData("hall.presence&length=15m", HttpStatusCode.OK)]
    [InlineData("hall.presence&length=1m", HttpStatusCode.Forbidden)]
    [InlineData("main.power.active,hall.presence&length=1m", HttpStatusCode.Forbidden)]
    [InlineData("main.power.active,booth-pir.presence&length=1h", HttpStatusCode.Forbidden)]
    [InlineData("main.power.active,pir-d01.presence&length=1h", HttpStatusCode.NotFound)]
    [InlineData("air-1.co2&length=1m", HttpStatusCode.OK)]
    public async Task Who_was_where_has_no_history_among_others_either(string points, HttpStatusCode status) =>
        Assert.Equal(status, (await _client.GetAsync($"/api/v1/points/windows?points={points}&{Day}")).StatusCode);

    [Theory]
    [InlineData(Roles.Viewer, HttpStatusCode.OK), InlineData(Roles.Auditor, HttpStatusCode.OK), InlineData(Roles.Admin, HttpStatusCode.OK)]
    [InlineData(Roles.Booking, HttpStatusCode.Forbidden)]
    public async Task Figures_are_for_those_who_watch_or_audit(Roles role, HttpStatusCode status)
    {
        var client = _centre.Client(_centre.Token(role));
        Assert.Equal(status, (await client.GetAsync($"/api/v1/points/windows?points=main.power.active&{Day}")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _client.GetAsync($"/api/v1/points/windows?points=main.power.active&{Day}")).StatusCode);
    }

    [Theory]
    [InlineData(""), InlineData("points="), InlineData("points=main.power.active,main.power.active"), InlineData("points=a,b,c,d,e,f,g,h,i,j,k,l,m")]
    [InlineData("points=main.power.active&length=10s"), InlineData("points=main.power.active&from=yesterday"), InlineData("points=main.power.active&limit=1")]
    public async Task Mistakes_are_told_with_a_remedy(string query)
    {
        using var answer = await _client.GetAsync($"/api/v1/points/windows?{query}");
        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.BadRequest, HttpStatusCode.NotFound });
        Assert.Contains("detail", await answer.Content.ReadAsStringAsync());
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    /// <summary>A log that holds a quarter hour each quarter hour, but for the second of each hour of the air.</summary>
    private static WindowRun Held(WindowQuery query, int windowsMax)
    {
        List<WindowFact> windows = [];
        for (var start = query.From; start < query.To; start += Quarter)
        {
            if (windows.Count == windowsMax || windows.Count == query.WindowsMax) return new WindowRun(windows, start);
            if (query.Point == "air-1.co2" && start.UnixMilliseconds / Quarter.TotalMilliseconds % 4 == 1) continue;
            windows.Add(new WindowFact(new Series(query.Point, "power.active", "W", PointKind.Gauge, "main", null), new Aggregate(
                default, query.Kind, new Window(start, Quarter), 0, 90, 415.2, 431, 422.733333333, 430, double.NaN, 0.98)));
        }
        return new WindowRun(windows, null);
    }
}
