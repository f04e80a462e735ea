using System.Text.Json;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Tests.Sites;

public sealed class SiteFileTests : IDisposable
{
    private static readonly MeterCatalogue Catalogue = MeterCatalogue.Load(Path.Combine(AppContext.BaseDirectory, "meters"), []);

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void The_annotated_example_has_one_mistake_only_its_password_file_is_not_here()
    {
        var file = Path.Combine(Repository.Root, "config", "site.json");
        var mistakes = new List<Mistake>();
        SiteFile.Load(file, Catalogue, mistakes);
        Assert.All(mistakes, m => Assert.Contains(m.Path, new[] { "$.mqtt.passwordFile", "$.mqtt.ca" }));
    }

    [Fact]
    public void A_whole_site_comes_out_as_plain_data()
    {
        File.WriteAllText(Path.Combine(_scratch.Folder, "password"), "s3cret\n");
        var site = Load(Good, out var mistakes);
        Assert.Empty(mistakes);
        Assert.NotNull(site);
        Assert.Equal(("lyon-1", "Europe/Paris"), (site.Centre, site.Zone.Id));
        var serial = Assert.IsType<SerialBus>(site.Buses[0]);
        Assert.Equal((19200, Parity.Even, true), (serial.Line.Baud, serial.Line.Parity, serial.Line.KernelDirection));
        var main = serial.Meters.Single().Options;
        Assert.Equal(("main", 3, 40.0, "plant"), (main.Name, main.Unit, main.TransformerRatio, main.Place));
        Assert.Equal(140, main.RatesMaxPerHour["energy.active.import"]);
        var tcp = Assert.IsType<TcpBus>(site.Buses[1]);
        Assert.Equal(("192.0.2.20", 502, 4), (tcp.Host, tcp.Port, tcp.Outstanding));
        Assert.Equal(TimeSpan.FromSeconds(60), tcp.Meters.Single().Options.Periods["energy.active.export"]);
        Assert.Equal(("s3cret", MqttAcknowledge.Database), (site.Mqtt!.Password, site.Mqtt.Acknowledge));
        Assert.Equal(Path.Combine(_scratch.Folder, "log.db"), site.LogPath);
        Assert.Equal(64, site.Digest.Length);
    }

    [Fact]
    public void A_dozen_different_mistakes_are_all_listed_at_once_with_place_and_remedy()
    {
        var site = Load(
            """
            { "centre": "Lyon 1", "zone": "Europe/Pariss", "colour": "green",
              "spaces": [ { "id": "plant" }, { "id": "plant" } ],
              "buses": [
                { "name": "a", "serial": { "path": "/dev/ttyUSB0", "baud": "fast" },
                  "devices": [
                    { "name": "main", "model": "eastron-sdm63", "unit": 300 },
                    { "name": "main", "model": "eastron-sdm630", "unit": 4, "place": "plnt", "period": "2", "points": { "power.activ": {} } },
                    { "name": "third", "model": "eastron-sdm630", "unit": 4, "currentRatio": -1 } ] },
                { "name": "a", "devices": [] },
                { "name": "c", "tcp": { "host": "http://x/", "port": 70000 }, "devices": [ { "name": "d", "model": "eastron-sdm120" } ] } ],
              "log": { "path": "log.db", "bytesMax": "2 gigs" },
              "mqtt": { "broker": "broker.local", "password": "hunter2", "passwordFile": "nowhere" },
              "http": { "listen": "everywhere" } }
            """, out var mistakes);
        Assert.Null(site);
        string[] expected =
        [
            "$.centre", "$.zone", "$.colour", "$.spaces[1].id", "$.buses[0].serial.baud", "$.buses[0].devices[0].model", "$.buses[0].devices[0].unit",
            "$.buses[0].devices[1].name", "$.buses[0].devices[1].place", "$.buses[0].devices[1].period",
                "$.buses[0].devices[1].points['power.activ']",
            "$.buses[0].devices[2].unit", "$.buses[0].devices[2].currentRatio", "$.buses[1].name", "$.buses[1].devices", "$.buses[1]",
            "$.buses[2].tcp.host", "$.buses[2].tcp.port", "$.log.bytesMax", "$.mqtt.broker", "$.mqtt.password", "$.mqtt.passwordFile",
                "$.http.listen",
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), mistakes.Select(m => m.Path).Order(StringComparer.Ordinal));
        Assert.All(mistakes, m => Assert.True(m.Remedy.Length > 5 && m.Problem.Length > 5, m.ToString()));
        Assert.Contains("eastron-sdm630", mistakes.Single(m => m.Path.EndsWith("[0].model")).Remedy);
    }

    [Fact]
    public void A_reversed_meter_offers_export_where_its_model_has_import_only()
    {
        const string site =
            """
            { "centre": "a", "zone": "UTC", "log": { "path": "l" }, "buses": [ { "name": "b", "rtuOverTcp": { "host": "h", "baud": 19200 }, "devices": [
              { "name": "m", "model": "schneider-iem3155", "reversed": true, "points": { "energy.active.export": {} } } ] } ] }
            """;
        var whole = Load(site, out var mistakes);
        Assert.Empty(mistakes);
        var point = Assert.Single(whole!.Points);
        Assert.Equal("m.energy.active.export", point.Name);
    }

    [Fact]
    public void The_schema_knows_every_key_the_loader_knows_and_no_other()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "config", "schemas", "site.schema.json")));
        var keys = Keys(schema.RootElement).Where(k => k != "$schema").ToHashSet();
        // Asking the loader: a site in which each place is an empty object names the keys it would have known in its remedy.
        var known = new HashSet<string>();
        foreach (var site in new[]
        {
            """{ "x": 1, "spaces": [ { "x": 1 } ], "log": { "x": 1 }, "mqtt": { "x": 1 }, "influx": { "x": 1 }, "http": { "x": 1, "tls": { "x": 1 }, "rate": { "x": 1 } }, "webhooks": [ { "x": 1 } ], "buses": [] }""",
            """{ "buses": [ { "x": 1, "serial": { "x": 1 }, "devices": [ { "x": 1, "unit": 1, "points": { "power.active": { "x": 1 } } } ] } ] }""",
            """{ "buses": [ { "tcp": { "x": 1 }, "devices": [ { "name": "a" } ] }, { "rtuOverTcp": { "x": 1 }, "devices": [ { "name": "b" } ] } ] }""",
            """
            { "outdoor": { "x": 1 }, "opening": { "x": 1 }, "desks": [ { "x": 1 } ], "occupancy": { "x": 1 }, "entries": [ { "x": 1 } ], "buses": [
              { "i2c": { "x": 1 }, "devices": [ { "x": 1, "sensor": "sht41", "mux": { "x": 1 }, "instrument": { "x": 1 } },
                { "x": 1, "expander": "mcp23017", "contacts": [ { "x": 1 } ] } ] },
              { "gpio": { "x": 1 }, "devices": [ { "x": 1, "contact": { "x": 1 } }, { "x": 1, "pulse": { "x": 1 } } ] },
              { "mqtt": { "x": 1 }, "devices": [ { "x": 1 }, { "x": 1, "points": { "co2": { "x": 1 } } } ] },
              { "serial": { "x": 1 }, "devices": [ { "x": 1, "sensor": "mh-z19b" } ] } ] }
            """,
        })
        {
            Load(site, out var mistakes);
            foreach (var mistake in mistakes.Where(m => m.Remedy.StartsWith("Remove it; known are ")))
                known.UnionWith(mistake.Remedy["Remove it; known are ".Length..].TrimEnd('.').Split(", "));
        }
        // A secret in the site itself is known only to be refused.
        known.ExceptWith(["password", "token"]);
        Assert.Equal(known.Order(StringComparer.Ordinal), keys.Order(StringComparer.Ordinal));

        static IEnumerable<string> Keys(JsonElement element)
        {
            if (element.ValueKind != JsonValueKind.Object) yield break;
            foreach (var member in element.EnumerateObject())
            {
                if (member.Name == "properties")
                    foreach (var key in member.Value.EnumerateObject()) yield return key.Name;
                foreach (var below in Keys(member.Value)) yield return below;
            }
        }
    }

    [Theory]
    [InlineData("", "This is not JSON")]
    [InlineData("{ \"centre\": ", "This is not JSON")]
    [InlineData("[]", "is a list")]
    public void Text_that_is_no_site_is_told_in_words(string text, string problem)
    {
        Assert.Null(Load(text, out var mistakes));
        Assert.Contains(mistakes, m => m.Problem.Contains(problem));
    }

    [Fact]
    public void A_file_that_is_not_there_is_a_mistake_with_its_name()
    {
        var mistakes = new List<Mistake>();
        Assert.Null(SiteFile.Load(Path.Combine(_scratch.Folder, "none.json"), Catalogue, mistakes));
        Assert.Contains("none.json", Assert.Single(mistakes).ToString());
    }

    private Site? Load(string text, out List<Mistake> mistakes)
    {
        var file = Path.Combine(_scratch.Folder, "site.json");
        File.WriteAllText(file, text);
        mistakes = [];
        return SiteFile.Load(file, Catalogue, mistakes);
    }

    private const string Good =
        """
        // comments are welcome
        { "centre": "lyon-1", "zone": "Europe/Paris", "clock": "trusted",
          "spaces": [ { "id": "plant", "name": "Plant room", "storey": "-1" } ],
          "buses": [
            { "name": "a", "serial": { "path": "/dev/ttyUSB0", "baud": 19200, "parity": "even", "direction": "kernel" }, "frameDelay": "5ms",
              "devices": [ { "name": "main", "model": "eastron-sdm630", "unit": 3, "place": "plant", "currentRatio": 40, "powerMaxKilowatts": 140 } ] },
            { "name": "b", "tcp": { "host": "192.0.2.20", "outstanding": 4 },
              "devices": [ { "name": "pv", "model": "eastron-sdm120", "points": { "power.active": {}, "energy.active.export": { "period": "60s" } } } ] } ],
          "log": { "path": "log.db", "bytesMax": "64MB", "keep": "400d" },
          "mqtt": { "broker": "mqtt://127.0.0.1", "user": "u", "passwordFile": "password" },
          "influx": { "url": "http://127.0.0.1:8086", "database": "eco" },
          "http": { "listen": "127.0.0.1:0" }, }
        """;
}
