using System.Text.Json;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Web.Tests.Resources;

public sealed class LiveResourceTests
{
    [Fact]
    public async Task Dashboard_sees_values_once_a_second_and_desks_when_they_change()
    {
        await using var centre = await ShownCentre.StartAsync();
        using var reader = new StreamReader(await centre.Client().GetStreamAsync("/api/v1/live"));
        var first = await EventAsync(reader, "now");
        Assert.Equal("missing", first.GetProperty("points").GetProperty("main.power.active").GetProperty("q").GetString());
        Assert.False(first.GetProperty("points").TryGetProperty("pir-d01.presence", out _));
        Assert.Equal(7, first.GetProperty("spaces").GetProperty("open-space").GetProperty("desks").GetInt32());
        Assert.Equal(8, (await EventAsync(reader, "desks")).GetProperty("desks").GetArrayLength());

        centre.Change(2, DeskState.Occupied);
        var desks = await EventAsync(reader, "desks");
        Assert.Equal("occupied", desks.GetProperty("desks")[2].GetProperty("state").GetString());

        centre.Time.Skip(TimeSpan.FromSeconds(1));
        var latest = centre.Snapshot.Latest.SetItem(0, new Reading(default, centre.Now(), 1534.5, Quality.Good));
        centre.Snapshot = centre.Snapshot with { At = centre.Now(), Latest = latest };
        var next = await EventAsync(reader, "now");
        Assert.Equal(1534.5, next.GetProperty("points").GetProperty("main.power.active").GetProperty("v").GetDouble());
    }

    private static async Task<JsonElement> EventAsync(StreamReader reader, string name)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await reader.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line != $"event: {name}") continue;
            using var document = JsonDocument.Parse((await reader.ReadLineAsync(deadline.Token))!["data: ".Length..]);
            return document.RootElement.Clone();
        }
        throw new InvalidOperationException($"The stream ended before {name}.");
    }
}
