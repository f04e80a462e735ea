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
