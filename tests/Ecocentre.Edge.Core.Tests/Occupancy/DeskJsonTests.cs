using System.Text;
using System.Text.Json;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Core.Tests.Occupancy;

public sealed class DeskJsonTests
{
    private static readonly Desk Window = new("d01", "LYO-D01", "open-space", []);

    [Fact]
    public void Shape_is_the_contract()
    {
        var status = new DeskStatus(
            0, DeskState.Held, new Instant(1_700_000_000_123), new Instant(1_700_000_060_000), new Instant(1_700_000_660_000), 0.7049, 41);
        Assert.Equal(
            """{"id":"d01","ref":"LYO-D01","space":"open-space","state":"held","since":"2023-11-14T22:13:20.123Z","observedAt":"2023-11-14T22:14:20.000Z","validUntil":"2023-11-14T22:24:20.000Z","confidence":0.7,"sequence":41}""",
            Text(status));
    }

    [Fact]
    public void What_was_never_observed_is_null() =>
        Assert.Contains("""
            "state":"unknown","since":"2023-11-14T22:13:20.000Z","observedAt":null,"validUntil":null,"confidence":0,
            """, Text(new DeskStatus(0, DeskState.Unknown, new Instant(1_700_000_000_000), default, default, 0, 0)));

    [Fact]
    public void Every_state_has_a_word_of_its_own() =>
        Assert.Equal(["unknown", "free", "occupied", "held", "fault"], Enum.GetValues<DeskState>().Select(DeskJson.Word));

    private static string Text(DeskStatus status)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) DeskJson.Write(json, Window, status);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
