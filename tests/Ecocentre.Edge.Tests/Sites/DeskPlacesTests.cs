using Ecocentre.Edge.Occupancy;

namespace Ecocentre.Edge.Tests.Sites;

public sealed class DeskPlacesTests : IDisposable
{
    private const string Lines =
        """
        "spaces": [ { "id": "hall", "area": 90.5, "height": 2.7, "people": 12 }, { "id": "cell" } ], "buses": [
          { "name": "gpio", "gpio": { "path": "/dev/gpiochip0" }, "devices": [
            { "name": "pir-1", "place": "hall", "contact": { "line": 1 } }, { "name": "pir-2", "contact": { "line": 2 } }, { "name": "seat", "contact": { "line": 3, "quantity": "contact" } },
            { "name": "room", "place": "hall", "contact": { "line": 4 } } ] },
          { "name": "i2c", "i2c": { "path": "/dev/i2c-1" }, "devices": [ { "name": "roof", "sensor": "sht41" }, { "name": "in", "sensor": "sht41", "address": "0x45" } ] } ]
        """;

    private readonly SiteBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Desks_come_out_with_their_points_and_rules_and_what_watches_them_is_private()
    {
        var site = _bench.Good(Lines +
            """
            , "occupancy": { "hold": "8min", "stuckAfter": "10h" }, "desks": [
              { "id": "d1", "ref": "LYO 1", "space": "hall", "sensors": ["pir-1"] },
              { "id": "d2", "space": "hall", "sensors": ["pir-2.presence", "seat"], "rule": "primary", "hold": "5min", "onDelay": "3s", "heldAfter": "30s" },
              { "id": "d3", "space": "cell" } ]
            """);
        var desks = site.Occupancy.Desks;
        Assert.Equal([("d1", "LYO 1", "hall"), ("d2", "d2", "hall"), ("d3", "d3", "cell")], desks.Select(d => (d.Id, d.Ref, d.Space)));
        Assert.Equal([["pir-1.presence"], ["pir-2.presence", "seat.contact"], []],
            desks.Select(d => d.Sensors.Select(s => site.Points[s.Value].Name).ToArray()));
        Assert.Equal(DeskRules.Default with { Hold = TimeSpan.FromMinutes(8), StuckAfter = TimeSpan.FromHours(10) }, desks[0].Rules);
        Assert.Equal((DeskRule.Primary, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(3), TimeSpan.FromHours(10)),
            (desks[1].Rules.Rule, desks[1].Rules.Hold, desks[1].Rules.OnDelay, desks[1].Rules.StuckAfter));
        foreach (var name in new[] { "pir-1.presence", "pir-2.presence", "seat.contact" }) Assert.True(site.Points.Single(p =>
            p.Name == name).Private, name);
        Assert.False(site.Points.Single(p => p.Name == "roof.temperature").Private);
        Assert.Equal(Enumerable.Range(0, site.Points.Length), site.Points.Select(p => (int)p.Id.Value));
        Assert.Equal((90.5, 2.7, 12), (site.Spaces[0].AreaSquareMetres, site.Spaces[0].HeightMetres, site.Spaces[0].PeopleMax));
    }

    [Fact]
    public void Outdoor_air_is_points_or_a_declared_constant()
    {
        var site = _bench.Good(Lines + """, "outdoor": { "co2Declared": 420, "temperature": "roof" }""");
        Assert.Equal((420.0, "roof.temperature"), (site.Outdoor.Co2DeclaredPpm, site.Points[site.Outdoor.Temperature!.Value.Value].Name));
        Assert.Null(site.Outdoor.Co2);
        Assert.Contains("$.outdoor.co2Declared", Assert.Single(_bench.Mistakes(Lines + """, "outdoor": { "co2Declared": 4200 }""")));
        Assert.Contains("\"roof\" of co2", Assert.Single(_bench.Mistakes(Lines + """, "outdoor": { "co2": "roof" }""")));
        Assert.Contains("not temperature", Assert.Single(_bench.Mistakes(Lines + """, "outdoor": { "temperature": "roof.humidity" }""")));
    }

    [Fact]
    public void Mistakes_are_named()
    {
        var mistakes = _bench.Mistakes(Lines +
            """
            , "occupancy": { "hold": "1min", "heldAfter": "2min" }, "desks": [
              { "id": "d1", "space": "hal", "sensors": ["pir-3"], "rule": "most" },
              { "id": "d1", "space": "hall", "sensors": ["pir-1", "pir-1.presence", "roof"], "hold": "1d" },
              { "id": "d2", "ref": "d1", "space": "hall", "people": 1 } ]
            """);
        string[] expected =
        [
            "$.occupancy.heldAfter", "$.desks[0].space", "$.desks[0].sensors[0]", "$.desks[0].rule", "$.desks[1].id", "$.desks[1].id",
                "$.desks[1].sensors[1]",
            "$.desks[1].sensors[2]", "$.desks[1].hold", "$.desks[2].ref", "$.desks[2].people",
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal).Distinct(),
            mistakes.Select(m => m[..m.IndexOf(": ", StringComparison.Ordinal)]).Order(StringComparer.Ordinal).Distinct());
        Assert.Contains("Did you mean \"pir-1", mistakes.Single(m => m.StartsWith("$.desks[0].sensors[0]")));
    }

    [Fact]
    public void Sensor_with_a_mistake_of_its_own_is_not_held_against_the_desk() =>
        Assert.Contains("line", Assert.Single(_bench.Mistakes(Lines.Replace("\"line\": 1", "\"line\": -1") + """, "desks": [ { "id": "d1", "space": "hall", "sensors": ["pir-1"] } ]""")));

    [Fact]
    public void Opening_hours_and_hand_entries()
    {
        var site = _bench.Good(Lines +
            """
            , "opening": { "weekly": { "mon-fri": "08:00-12:00, 14:00-19:00", "sat": "09:00-24:00" }, "holidays": ["2026-12-25"] },
            "entries": [ { "name": "waste.paper", "unit": "kg", "kind": "amount" }, { "name": "gas", "unit": "m³", "kind": "register", "place": "cell" } ]
            """);
        Assert.Equal(11, site.Opening!.Weekly.Length);
        Assert.Equal([DayOfWeek.Monday, DayOfWeek.Saturday], [site.Opening.Weekly[0].Day, site.Opening.Weekly[^1].Day]);
        Assert.Equal(["waste.paper", "gas"], site.Entries.Select(e => e.Name));
        var mistakes = _bench.Mistakes(Lines +
            """
            , "opening": { "weekly": { "mon-fri": "08:00-19:00", "wed": "18:00-20:00", "moon": "08:00-09:00", "sat": "20:00-02:00", "sun": "8-12" }, "holidays": ["25.12."] },
            "entries": [ { "name": "w", "unit": "kg", "kind": "weight" }, { "name": "w", "kind": "amount", "place": "attic" } ]
            """);
        string[] expected =
        [
            "$.opening.weekly.wed", "$.opening.weekly.moon", "$.opening.weekly.sat", "$.opening.weekly.sun", "$.opening.holidays[0]",
                "$.entries[0].kind",
            "$.entries[1].name", "$.entries[1].unit", "$.entries[1].place",
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), mistakes.Select(m => m[..m.IndexOf(": ", StringComparison.Ordinal)])
            .Order(StringComparer.Ordinal));
    }
}
