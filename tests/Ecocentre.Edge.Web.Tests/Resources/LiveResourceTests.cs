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

        Show(centre, 1534.5);
        var next = await EventAsync(reader, "now");
        Assert.Equal(1534.5, next.GetProperty("points").GetProperty("main.power.active").GetProperty("v").GetDouble());
    }

    [Fact]
    public async Task All_who_look_on_see_the_same_and_who_comes_after_all_have_gone_sees_what_is_now()
    {
        await using var centre = await ShownCentre.StartAsync();
        using (var one = new StreamReader(await centre.Client().GetStreamAsync("/api/v1/live")))
        using (var other = new StreamReader(await centre.Client().GetStreamAsync("/api/v1/live")))
        {
            Assert.Equal(double.NaN, await ValueAsync(one));
            Assert.Equal(double.NaN, await ValueAsync(other));
            // Each picture is shorter or longer than the one before, in whose memory it is drawn.
            foreach (var value in new[] { 123_456.789, 1, double.NaN, 0.25 })
            {
                Show(centre, value);
                Assert.Equal(value, await ValueAsync(one));
                Assert.Equal(value, await ValueAsync(other));
            }
        }
        Show(centre, 7);
        using var later = new StreamReader(await centre.Client().GetStreamAsync("/api/v1/live"));
        Assert.Equal(7, await ValueAsync(later));
    }

    private static void Show(ShownCentre centre, double value)
    {
        centre.Time.Skip(TimeSpan.FromSeconds(1));
        var latest = centre.Snapshot.Latest.SetItem(0, new Reading(default, centre.Now(), value, Quality.Good));
        centre.Snapshot = centre.Snapshot with { At = centre.Now(), Latest = latest };
    }

    /// <summary>A point's value in the next picture; NaN where it has none.</summary>
    private static async Task<double> ValueAsync(StreamReader reader)
    {
        var value = (await EventAsync(reader, "now")).GetProperty("points").GetProperty("main.power.active").GetProperty("v");
        return value.ValueKind == JsonValueKind.Null ? double.NaN : value.GetDouble();
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
