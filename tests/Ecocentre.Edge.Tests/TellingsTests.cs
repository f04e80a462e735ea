using System.Collections.Concurrent;
using System.Text;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Tests.Sites;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecocentre.Edge.Tests;

public sealed class TellingsTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_site_that_wants_them_tells_Home_Assistant_and_Sparkplug_and_says_goodbye()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var watcher = new MosquittoLink(
            new MqttOptions { Broker = broker.Uri, ClientId = "watcher" }, null, TimeProvider.System, new Random(1));
        watcher.Subscribe("homeassistant/#");
        watcher.Subscribe("spBv1.0/#");
        watcher.Start();
        await watcher.WaitForConnectionAsync(CancellationToken.None).WaitAsync(Deadline);
        var seen = new ConcurrentQueue<(string Topic, string Text)>();
        var watching = WatchAsync(watcher, seen);

        using var bench = new SiteBench();
        var site = bench.Good($$"""
            "name": "Testé", "clock": "trusted", "buses": [], "mqtt": { "broker": "{{broker.Uri}}", "acknowledge": "broker", "homeAssistant": {} },
            "sparkplug": { "broker": "{{broker.Uri}}", "group": "Tests" }
            """);
        await using (var centre = RunningCentre.Open(site, TimeProvider.System, TimeProvider.System, NullLogger.Instance))
        {
            using var ending = new CancellationTokenSource();
            var run = centre.RunAsync(ending.Token);
            await UntilAsync(() => seen.Any(one => one.Topic == "homeassistant/device/ecocentre-tested/config" && one.Text.Contains("\"name\":\"Testé\""))
                && seen.Any(one => one.Topic == "spBv1.0/Tests/NBIRTH/tested")
                // The gateway's own start is in the log, and so it is told.
                && seen.Any(one => one.Topic == "spBv1.0/Tests/NDATA/tested" && one.Text.Contains("started with 0 points")), seen);
            ending.Cancel();
            await run.WaitAsync(Deadline);
        }
        await UntilAsync(() => seen.Any(one => one.Topic == "spBv1.0/Tests/NDEATH/tested"), seen);
        await watcher.DisposeAsync();
        await watching.WaitAsync(Deadline);
    }

    private static async Task WatchAsync(MqttLink link, ConcurrentQueue<(string, string)> seen)
    {
        await foreach (var message in link.Incoming.ReadAllAsync()) seen.Enqueue((message.Topic, Encoding.UTF8.GetString(message.Payload.Span)));
    }

    private static async Task UntilAsync(Func<bool> isSo, IEnumerable<(string Topic, string)> seen)
    {
        for (var begun = DateTime.UtcNow; !isSo(); await Task.Delay(20))
            if (DateTime.UtcNow - begun > Deadline) Assert.Fail("Seen: " + string.Join(", ", seen.Select(one => one.Topic)));
    }
}
