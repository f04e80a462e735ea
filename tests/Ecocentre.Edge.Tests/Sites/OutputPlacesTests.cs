using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Tests.Sites;

public sealed class OutputPlacesTests : IDisposable
{
    private readonly SiteBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Home_Assistant_and_Sparkplug_are_off_unless_the_site_names_them()
    {
        var site = _bench.Good("""  "buses": [], "mqtt": { "broker": "mqtt://broker" } """);
        Assert.Null(site.HomeAssistant);
        Assert.Null(site.Sparkplug);
    }

    [Fact]
    public void What_is_not_said_of_them_is_usual()
    {
        var site = _bench.Good("""  "buses": [], "mqtt": { "broker": "mqtt://broker", "homeAssistant": {} }, "sparkplug": { "broker": "mqtts://scada:8884" } """);
        Assert.Equal(("homeassistant", false), (site.HomeAssistant!.Prefix, site.HomeAssistant.Desks));
        Assert.Equal(("Ecocentre", "tested", null, "ecocentre-tested-sparkplug", 8884),
            (site.Sparkplug!.Group, site.Sparkplug.Node, site.Sparkplug.PrimaryHost, site.Sparkplug.Broker.ClientId, site.Sparkplug.Broker.Port));
    }

    [Fact]
    public void What_is_said_is_read()
    {
        var site = _bench.Good("""
            "buses": [], "mqtt": { "broker": "mqtt://broker", "homeAssistant": { "prefix": "ha", "desks": true } },
            "sparkplug": { "broker": "mqtt://b", "group": "Écocentres", "node": "Lyon 1", "primaryHost": "scada", "clientId": "x", "keepAlive": "30s" }
            """);
        Assert.Equal(("ha", true), (site.HomeAssistant!.Prefix, site.HomeAssistant.Desks));
        Assert.Equal(("Écocentres", "Lyon 1", "scada", "x"), (site.Sparkplug!.Group, site.Sparkplug.Node, site.Sparkplug.PrimaryHost, site.Sparkplug.Broker.ClientId));
    }

    [Fact]
    public void How_often_points_are_told_is_read_and_has_bounds()
    {
        var site = _bench.Good("""  "buses": [], "mqtt": { "broker": "mqtt://broker", "live": "10s", "livePerSecond": 3 } """);
        Assert.Equal((TimeSpan.FromSeconds(10), 3), (site.Mqtt!.LivePeriod, site.Mqtt.LivePerSecondMax));
        var mistakes = _bench.Mistakes("""  "buses": [], "mqtt": { "broker": "mqtt://broker", "live": "10ms", "livePerSecond": 100001 } """);
        foreach (var path in new[] { "$.mqtt.live", "$.mqtt.livePerSecond" })
            Assert.Contains(mistakes, mistake => mistake.StartsWith(path + ":", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_mistake_is_told_at_once()
    {
        var mistakes = _bench.Mistakes("""
            "buses": [], "mqtt": { "broker": "mqtt://broker", "homeAssistant": { "prefix": "ha/#", "desk": true } },
            "sparkplug": { "broker": "http://b", "group": "a/b", "node": "c+", "primaryHost": "d#", "password": "secret" }
            """);
        foreach (var path in new[] { "$.mqtt.homeAssistant.prefix", "$.mqtt.homeAssistant.desk", "$.sparkplug.password" })
            Assert.Contains(mistakes, mistake => mistake.StartsWith(path + ":", StringComparison.Ordinal));
        var ids = _bench.Mistakes("""  "buses": [], "sparkplug": { "broker": "http://b", "group": "a/b", "node": "c+", "primaryHost": "d#" } """);
        foreach (var path in new[] { "$.sparkplug.broker", "$.sparkplug.group", "$.sparkplug.node", "$.sparkplug.primaryHost" })
            Assert.Contains(ids, mistake => mistake.StartsWith(path + ":", StringComparison.Ordinal));
    }
}
