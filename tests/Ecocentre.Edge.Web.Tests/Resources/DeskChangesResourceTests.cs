using System.Net;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Web.Access;

namespace Ecocentre.Edge.Web.Tests.Resources;

public sealed class DeskChangesResourceTests : IAsyncLifetime
{
    private ShownCentre _centre = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _centre = await ShownCentre.StartAsync();
        _client = _centre.Client(_centre.Token(Roles.Booking));
    }

    public ValueTask DisposeAsync() => _centre.DisposeAsync();

    [Fact]
    public async Task Pages_follow_each_other_without_a_gap()
    {
        for (var n = 0; n < 25; n++) _centre.Change(n % 8, DeskState.Free);
        var (cursor, seen) = (0L, new List<long>());
        for (var more = true; more;)
        {
            var page = await ShownCentre.JsonAsync(_client, $"/api/v1/desks/changes?after={cursor}&limit=10");
            seen.AddRange(page.GetProperty("changes").EnumerateArray().Select(c => c.GetProperty("sequence").GetInt64()));
            (cursor, more) = (page.GetProperty("sequence").GetInt64(), page.GetProperty("more").GetBoolean());
        }
        Assert.Equal(Enumerable.Range(1, 25).Select(n => (long)n), seen);
    }

    [Fact]
    public async Task Waiting_ends_with_the_next_change_or_with_the_time()
    {
        var waiting = ShownCentre.JsonAsync(_client, "/api/v1/desks/changes?after=0&wait=50s");
        await Task.Delay(100);
        Assert.False(waiting.IsCompleted);
        _centre.Change(3, DeskState.Occupied);
        var page = await waiting.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal("occupied", page.GetProperty("changes")[0].GetProperty("state").GetString());

        var idle = ShownCentre.JsonAsync(_client, "/api/v1/desks/changes?wait=30");
        await Task.Delay(100);
        _centre.Time.Skip(TimeSpan.FromSeconds(31));
        while (!idle.IsCompleted)
        {
            _centre.Server.Show();
            await Task.WhenAny(idle, Task.Delay(20));
        }
        Assert.Equal((0, 1), ((await idle).GetProperty("changes").GetArrayLength(), (await idle).GetProperty("sequence").GetInt32()));
    }

    [Fact]
    public async Task What_is_not_held_is_410_with_the_way_on()
    {
        for (var n = 0; n < 5; n++) _centre.Change(n, DeskState.Free);
        _centre.Time.Skip(DeskHistory.Keep * 2);
        _centre.Changes.Forget(_centre.Now());
        foreach (var after in new[] { 2, 99 })
        {
            using var gone = await _client.GetAsync($"/api/v1/desks/changes?after={after}");
            Assert.Equal(HttpStatusCode.Gone, gone.StatusCode);
            Assert.Contains("\"head\":5", await gone.Content.ReadAsStringAsync());
        }
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync("/api/v1/desks/changes?after=5")).StatusCode);
    }

    [Theory]
    [InlineData("after=x"), InlineData("after=-1"), InlineData("wait=56s"), InlineData("wait=1m"), InlineData("limit=0"), InlineData("limit=1001"), InlineData("since=1")]
    public async Task Mistakes_are_400(string query) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await _client.GetAsync($"/api/v1/desks/changes?{query}")).StatusCode);
}
