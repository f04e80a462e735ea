using System.Net;

namespace Ecocentre.Edge.Web.Tests.Resources;

public sealed class CriteriaResourceTests : IAsyncLifetime
{
    private ShownCentre _centre = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _centre = await ShownCentre.StartAsync(label: true);
        _client = _centre.Client();
    }

    public ValueTask DisposeAsync() => _centre.DisposeAsync();

    [Fact]
    public async Task Every_criterion_is_listed_with_its_limits_and_their_sources()
    {
        var list = await ShownCentre.JsonAsync(_client, "/api/v1/criteria");
        Assert.Equal(_centre.View.Label!.Profile.Criteria.Length, list.GetProperty("criteria").GetArrayLength());
        foreach (var criterion in list.GetProperty("criteria").EnumerateArray())
        {
            var id = criterion.GetProperty("id").GetString()!;
            foreach (var limit in criterion.GetProperty("limits").EnumerateArray())
                Assert.Equal(3, limit.GetProperty("levels").GetArrayLength());
            var one = await ShownCentre.JsonAsync(_client, $"/api/v1/criteria/{Uri.EscapeDataString(id)}");
            Assert.Equal(criterion.GetProperty("title").GetString(), one.GetProperty("title").GetString());
        }
    }

    [Theory]
    [InlineData("2026-11", "2026-11"), InlineData("2026", "2026"), InlineData("2026-W47", "2026-W47"), InlineData("2026-11-21", "2026-11-21")]
    [InlineData("12m-2026-11-21", "12m-2026-11-21"), InlineData("year", null), InlineData("rolling", null), InlineData("day", null)]
    public async Task Label_is_told_for_any_period(string period, string? name)
    {
        var label = await ShownCentre.JsonAsync(_client, $"/api/v1/label?period={period}");
        if (name is not null) Assert.Equal(name, label.GetProperty("period").GetString());
        Assert.NotEmpty(label.GetProperty("level").GetString()!);
        Assert.NotEmpty(label.GetProperty("profile").GetString()!);
    }

    [Theory]
    [InlineData("0001"), InlineData("12m-0001-01-01"), InlineData("9999-12-31"), InlineData("2026-13"), InlineData("2026-W54"), InlineData("month2")]
    [InlineData("2026-11-21T00:00:00Z"), InlineData("12m-"), InlineData("%00")]
    public async Task Periods_that_are_none_are_400(string period) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await _client.GetAsync($"/api/v1/label?period={period}")).StatusCode);

    [Fact]
    public async Task Criterion_tells_its_method_and_the_points_it_is_judged_from()
    {
        var list = await ShownCentre.JsonAsync(_client, "/api/v1/criteria");
        Assert.True(list.GetProperty("occupied").GetProperty("presenceShareMin").GetDouble() > 0);
        var criterion = list.GetProperty("criteria").EnumerateArray().Single(one => one.GetProperty("id").GetString() == "AQ-1");
        Assert.Contains(criterion.GetProperty("settings").EnumerateArray(), setting => setting.GetProperty("name").GetString() == "outdoorDefault");
        var inputs = criterion.GetProperty("inputs").EnumerateArray().ToDictionary(input => input.GetProperty("input").GetString()!);
        Assert.Equal("open-space", inputs["value"].GetProperty("space").GetString());
        Assert.Equal("air-1.co2", Assert.Single(inputs["value"].GetProperty("points").EnumerateArray()).GetString());
        Assert.Equal(420, inputs["outdoorDeclared"].GetProperty("declared").GetDouble());
    }

    [Fact]
    public async Task Centre_without_a_label_and_unknown_criteria_are_404()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await _client.GetAsync("/api/v1/criteria/none")).StatusCode);
        await using var centre = await ShownCentre.StartAsync();
        foreach (var path in new[] { "/api/v1/label", "/api/v1/criteria", "/api/v1/criteria/EN-1" })
            Assert.Equal(HttpStatusCode.NotFound, (await centre.Client().GetAsync(path)).StatusCode);
    }
}
