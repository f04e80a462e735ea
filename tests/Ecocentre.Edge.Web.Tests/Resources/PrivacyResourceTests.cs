using System.Text.Json;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Web.Access;

namespace Ecocentre.Edge.Web.Tests.Resources;

public sealed class PrivacyResourceTests
{
    [Fact]
    public async Task Statement_says_what_is_built()
    {
        await using var centre = await ShownCentre.StartAsync();
        var privacy = await ShownCentre.JsonAsync(centre.Client(), "/api/v1/privacy");
        Assert.Equal((24, 5, 1), (privacy.GetProperty("deskChangeHoursMax").GetInt32(), privacy.GetProperty("desksPerCellMin").GetInt32(),
            privacy.GetProperty("privatePoints").GetInt32()));
        Assert.Equal("booth", privacy.GetProperty("spacesWithoutHistory").EnumerateArray().Single().GetString());
    }

    /// <summary>All that any role can fetch about the point that watches a desk, and about a desk's past: nothing.</summary>
    [Fact]
    public async Task Nothing_that_any_role_can_fetch_tells_of_a_single_desks_past()
    {
        await using var centre = await ShownCentre.StartAsync();
        for (var n = 0; n < 20; n++) centre.Change(n % 8, DeskState.Occupied);
        centre.Time.Skip(DeskHistory.Keep + TimeSpan.FromHours(1));
        centre.Changes.Forget(centre.Now());
        foreach (var role in TokenFile.Words.Values)
        {
            var client = centre.Client(centre.Token(role));
            using var document = JsonDocument.Parse(await centre.Client().GetStringAsync("/openapi/v1.json"));
            foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject().Select(p => p.Name))
            {
                if (path.EndsWith("stream") || path.EndsWith("live")) continue;
                using var answer = await client.GetAsync(path.Replace("{point}", "pir-d01.presence").Replace("{desk}", "d01")
                    .Replace("{criterion}", "EN-1"));
                Assert.DoesNotContain("pir-d01", await answer.Content.ReadAsStringAsync());
            }
            using var changes = await client.GetAsync("/api/v1/desks/changes?after=0");
            Assert.False(changes.IsSuccessStatusCode);
        }
    }
}
