using System.Text.Json;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Microsoft.Data.Sqlite;

namespace Ecocentre.Edge.Tests.Commands;

[Collection(VerbsInTurn.Name)]
public sealed class CheckCommandTests : IDisposable
{
    private const string Good =
        """
        { "centre": "lyon-1", "zone": "Europe/Paris",
          "buses": [
            { "name": "line", "serial": { "path": "/dev/ttyUSB0", "baud": 9600 },
              "devices": [ { "name": "main", "model": "eastron-sdm630", "unit": 1, "period": "5s" } ] },
            { "name": "roof", "tcp": { "host": "192.0.2.20" }, "devices": [ { "name": "pv", "model": "eastron-sdm120", "period": "1s" } ] } ],
          "log": { "path": "log.db" } }
        """;

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task Right_site_prints_the_plan_and_the_use_of_each_bus()
    {
        var verb = await Verb.RunAsync("check", "--site", _scratch.Write("site.json", Good));
        Assert.True(verb.ExitCode == 0, verb.Errors);
        Assert.Empty(verb.Errors);
        Assert.Contains("bus line at /dev/ttyUSB0", verb.Output);
        Assert.Contains("bus roof at 192.0.2.20:502", verb.Output);
        Assert.Matches(@"main +1 +input +\d+ +\d+", verb.Output);
        Assert.Equal(2, verb.Output.Split("bus use ").Length - 1);
        Assert.Contains("is right: centre lyon-1, 2 buses, 2 devices", verb.Output);
        Assert.Equal([_scratch.File("site.json")], Directory.GetFiles(_scratch.Folder));
    }

    [Fact]
    public async Task Chips_lines_topics_and_desks_are_shown_with_what_is_seldom_meant()
    {
        const string site =
            """
            { "centre": "lyon-1", "zone": "Europe/Paris", "log": { "path": "log.db" }, "spaces": [ { "id": "hall" } ], "buses": [
                { "name": "i2c", "i2c": { "path": "/dev/i2c-1" }, "devices": [
                  { "name": "air", "sensor": "scd41", "mux": { "address": "0x70", "channel": 3 }, "place": "hall" },
                  { "name": "x", "expander": "mcp23017", "address": "0x21", "contacts": [ { "name": "pir-2", "line": 0 } ] } ] },
                { "name": "gpio", "gpio": { "path": "/dev/gpiochip0" }, "devices": [
                  { "name": "pir-1", "contact": { "line": 17, "activeLow": true, "bias": "pull-up" } }, { "name": "stray", "contact": { "line": 18 } },
                  { "name": "water", "pulse": { "line": 5, "quantity": "water", "perPulse": 0.01 } } ] },
                { "name": "bridge", "mqtt": { "broker": "mqtt://127.0.0.1" }, "devices": [ { "name": "z", "topic": "zigbee2mqtt/z", "place": "hall" } ] } ],
              "desks": [ { "id": "d1", "space": "hall", "sensors": ["pir-1"] }, { "id": "d2", "space": "hall", "sensors": ["pir-1", "pir-2"], "rule": "all" },
                { "id": "d3", "space": "hall" } ] }
            """;
        var verb = await Verb.RunAsync("check", "--site", _scratch.Write("site.json", site));
        Assert.True(verb.ExitCode == 0, verb.Errors);
        Assert.Matches(@"air +scd41 +0x62 +0x70:3", verb.Output);
        Assert.Matches(@"x +mcp23017 +0x21", verb.Output);
        Assert.Matches(@"pir-1 +17 +presence +low +pull-up", verb.Output);
        Assert.Contains("0.01 per pulse of water", verb.Output);
        Assert.Contains("zigbee2mqtt/z", verb.Output);
        Assert.Matches(@"d2 +d2 +hall +pir-1.presence, pir-2.presence +all", verb.Output);
        foreach (var remark in new[] { "desk d3 has no sensor", "pir-1.presence watches d1 and d2", "stray.presence watches no desk", "\"altitude\" is not said", "no area" })
            Assert.Contains(remark, verb.Output);
        Assert.Contains("3 buses, 6 devices", verb.Output);
        using var json = JsonDocument.Parse((await Verb.RunAsync("check", "--json", "--site", _scratch.File("site.json"))).Output);
        Assert.Equal("pir-2.presence", json.RootElement.GetProperty("desks")[1].GetProperty("sensors")[1].GetString());
        Assert.NotEmpty(json.RootElement.GetProperty("remarks").EnumerateArray());
    }

    [Fact]
    public async Task Mistakes_are_all_named()
    {
        var site = Good.Replace("\"eastron-sdm120\"", "\"eastron-sdm121\"").Replace("Europe/Paris", "Europe/Pariss")
            .Replace("\"period\": \"5s\"", "\"perod\": \"5s\"");
        var verb = await Verb.RunAsync("check", "--site", _scratch.Write("site.json", site));
        Assert.Equal(1, verb.ExitCode);
        Assert.Contains("$.zone", verb.Errors);
        Assert.Contains("$.buses[0].devices[0].perod", verb.Errors);
        Assert.Contains("$.buses[1].devices[0].model", verb.Errors);
        Assert.Contains("3 mistakes in ", verb.Errors);
    }

    [Fact]
    public async Task Bus_that_would_be_too_full_is_refused_with_a_remedy()
    {
        var verb = await Verb.RunAsync("check", "--site", _scratch.Write("site.json", Good.Replace("\"5s\"", "\"200ms\"")));
        Assert.Equal(1, verb.ExitCode);
        Assert.Contains("$.buses[0]", verb.Errors);
        Assert.Contains("more than the 80 %", verb.Errors);
        Assert.Contains("raise the baud rate", verb.Errors);
        Assert.Contains("1 mistake in ", verb.Errors);
        Assert.DoesNotContain("is right", verb.Output);
    }

    [Fact]
    public async Task Json_holds_mistakes_and_use()
    {
        var verb = await Verb.RunAsync("check", "--json", "--site", _scratch.Write("site.json", Good.Replace("\"5s\"", "\"200ms\"")));
        Assert.Equal(1, verb.ExitCode);
        using var json = JsonDocument.Parse(verb.Output);
        Assert.Equal("$.buses[0]", json.RootElement.GetProperty("mistakes")[0].GetProperty("path").GetString());
        var buses = json.RootElement.GetProperty("buses");
        Assert.True(buses[0].GetProperty("use").GetDouble() > 0.8);
        Assert.InRange(buses[1].GetProperty("use").GetDouble(), 0.0001, 0.8);
        Assert.Equal("192.0.2.20:502", buses[1].GetProperty("address").GetString());
    }

    [Fact]
    public async Task What_a_changed_site_means_for_the_log_is_said_before_it_is_applied()
    {
        var at = Instant.From(new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero));
        using (var log = EvidenceLog.Open(_scratch.File("log.db"), "lyon-1", LogOptions.Default, at))
        {
            log.Sinks(["influx"], at);
            log.Declare(
            [
                new Series("main.power.active", "power.active", "W", PointKind.Gauge, "main", "plant"),
                new Series("old.power.active", "power.active", "W", PointKind.Gauge, "old", null),
                new Series("roof.temperature", "temperature", "°C", PointKind.Gauge, "roof", null),
                new Series("pv.frequency", "frequency", "mHz", PointKind.Counter, "pv", null),
            ], at);
            log.Append([new IncidentFact(new Incident(at, IncidentKind.Started, "gateway", "Started."))], [], at);
        }
        var site = _scratch.Write("site.json", Good.Replace("\"model\": \"eastron-sdm630\", \"unit\": 1",
            "\"model\": \"eastron-sdm630\", \"unit\": 1, \"points\": { \"power.active\": {} }").Replace("\"model\": \"eastron-sdm120\"",
            "\"model\": \"eastron-sdm120\", \"points\": { \"power.active\": {} }"));
        var verb = await Verb.RunAsync("check", "--site", site);
        Assert.True(verb.ExitCode == 0, verb.Errors);
        Assert.Contains("note: roof.temperature was in the log until 2026-11-21T10:00:00.000Z and is no longer declared", verb.Output);
        Assert.Contains("note: old was in the log until 2026-11-21T10:00:00.000Z, and pv measures the same in its place: a new series begins", verb.Output);
        Assert.Contains("note: main.power.active: in the log in plant until", verb.Output);
        Assert.Contains("note: influx is told until now and no longer", verb.Output);

        verb = await Verb.RunAsync("check", "--site", _scratch.Write("site.json", File.ReadAllText(site).Replace("power.active", "frequency")));
        Assert.Equal(1, verb.ExitCode);
        Assert.Contains("pv.frequency is known to the log as frequency in mHz (counter) and comes now as frequency in Hz (gauge)", verb.Errors);
        Assert.Contains("under a new name a new series begins", verb.Errors);
    }

    [Fact]
    public async Task Log_of_a_newer_program_is_named_before_the_gateway_meets_it()
    {
        var site = _scratch.Write("site.json", Good);
        using (EvidenceLog.Open(_scratch.File("log.db"), "lyon-1", LogOptions.Default, new Instant(0))) { }
        using (var connection = new SqliteConnection($"Data Source={_scratch.File("log.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version=2; UPDATE meta SET value='2' WHERE key='format'";
            command.ExecuteNonQuery();
        }
        var verb = await Verb.RunAsync("check", "--site", site);
        Assert.Equal(1, verb.ExitCode);
        Assert.Contains("has log format 2; this program knows format 1. Use the program that wrote it; nothing of it was changed.", verb.Errors);
        (await Verb.RunAsync("run", "--site", site)).CannotRun("log format 2");
    }

    [Fact]
    public async Task Site_file_that_is_not_there_is_found_wrong()
    {
        var verb = await Verb.RunAsync("check", "--site", _scratch.File("none.json"));
        Assert.Equal(1, verb.ExitCode);
        Assert.Contains("none.json", verb.Errors);
    }

    [Fact]
    public async Task Broken_meter_models_cannot_be_checked_against()
    {
        Directory.CreateDirectory(_scratch.File("models"));
        _scratch.Write("models/odd.json", "{ \"brand\": ");
        (await Verb.RunAsync("check", "--models", _scratch.File("models"), "--site", _scratch.Write("site.json", Good))).CannotRun("odd.json");
    }

    [Fact]
    public async Task Folder_of_models_that_is_not_there_is_told() =>
        (await Verb.RunAsync("check", "--models", _scratch.File("nowhere"), "--site", _scratch.Write("site.json", Good))).CannotRun("nowhere");
}
