using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Ecocentre.Edge.Buses;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Tests.Sites;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecocentre.Edge.Tests.EndToEnd;

/// <summary>Desks from the voltage of a line to a subscriber of a real broker: five in an open space and one in a studio, each under a PIR.</summary>
public sealed class DeskTests : IAsyncLifetime
{
    private readonly SiteBench _bench = new();
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(90));
    private readonly Chip _ports = new();
    private Mosquitto _broker = null!;

    public async ValueTask InitializeAsync() => _broker = await Mosquitto.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        _deadline.Dispose();
        _bench.Dispose();
    }

    [Fact]
    public async Task From_a_line_to_a_retained_topic_and_over_a_restart_without_a_word_about_the_sensor()
    {
        await using var watcher = await ListenAsync();
        var told = new Dictionary<string, JsonElement>();
        var topics = new HashSet<string>();
        long last;
        await using (var centre = Open(desks: 6))
        {
            using var ending = new CancellationTokenSource();
            var run = centre.RunAsync(ending.Token);
            _ports.Drive(0, true);
            _ports.Drive(5, true);
            await UntilAsync(watcher, told, topics, () => State("d0") == "occupied" && State("d5") == "occupied" && State("d1") == "unknown");
            Assert.Equal(["id", "ref", "space", "state", "since", "observedAt", "validUntil", "confidence", "sequence"],
                told["d0"].EnumerateObject().Select(p => p.Name));
            Assert.Equal(("LYO-0", "open"), (told["d0"].GetProperty("ref").GetString(), told["d0"].GetProperty("space").GetString()));
            _ports.Drive(0, false);
            // Held after a second, free after two.
            await UntilAsync(watcher, told, topics, () => State("d0") == "free");
            Assert.Equal(
                [DeskState.Unknown, DeskState.Occupied, DeskState.Held, DeskState.Free],
                centre.DeskHistory!.After(centre.DeskHistory.Tail - 1, 1000).Changes.Where(c => c.Desk == 0).Select(c => c.State));
            ending.Cancel();
            await run;
            last = centre.DeskHistory.Head;
        }
        await using (var centre = Open(desks: 5))
        {
            using var ending = new CancellationTokenSource();
            var run = centre.RunAsync(ending.Token);
            // The desk that is gone is taken back; those that are there are told anew, with the next numbers.
            await UntilAsync(watcher, told, topics, () => !told.ContainsKey("d5") && State("d0") == "free" && Sequence("d0") > last);
            var since = centre.DeskHistory!.After(last, 1000);
            Assert.True(since.IsGapless);
            Assert.Equal(Enumerable.Range(1, since.Changes.Length).Select(i => last + i), since.Changes.Select(c => c.Sequence));
            ending.Cancel();
            await run;
            var series = centre.Log.Read(0, int.MaxValue).Select(e => e.Fact).OfType<WindowFact>().Select(f => f.Series.Name);
            Assert.DoesNotContain(series, name => name.StartsWith("pir", StringComparison.Ordinal));
        }
        Assert.DoesNotContain(topics, topic => topic.Contains("pir", StringComparison.Ordinal));
        Assert.Contains(topics, topic => topic.EndsWith("points/open.people", StringComparison.Ordinal));

        string? State(string desk) => told.TryGetValue(desk, out var json) ? json.GetProperty("state").GetString() : null;

        long Sequence(string desk) => told[desk].GetProperty("sequence").GetInt64();
    }

    private RunningCentre Open(int desks) => RunningCentre.Open(
        _bench.Good($$"""
            "clock": "trusted",
            "spaces": [{ "id": "open", "name": "Open space" }, { "id": "studio", "name": "Studio" }],
            "occupancy": { "heldAfter": "1s", "hold": "2s" },
            "desks": [{{string.Join(", ", Enumerable.Range(0, desks).Select(i =>
                $$"""{ "id": "d{{i}}", "ref": "LYO-{{i}}", "space": "{{(i < 5 ? "open" : "studio")}}", "sensors": ["pir-{{i}}"] }"""))}}],
            "buses": [{ "name": "gpio", "gpio": { "path": "/dev/gpiochip7" }, "devices": [{{string.Join(", ", Enumerable.Range(0, desks).Select(i =>
                $$"""{ "name": "pir-{{i}}", "place": "open", "contact": { "line": {{i}}, "confirm": "1s" } }"""))}}] }],
            "mqtt": { "broker": "{{_broker.Uri}}", "acknowledge": "broker" }
            """),
        TimeProvider.System, TimeProvider.System, NullLogger.Instance, _ports);

    private async Task<MqttLink> ListenAsync()
    {
        var link = new MosquittoLink(new MqttOptions { Broker = _broker.Uri, ClientId = "watcher" }, null, TimeProvider.System, new Random(1));
        link.Subscribe("ecocentre/v1/tested/desks/+");
        link.Subscribe("ecocentre/v1/tested/points/+");
        link.Start();
        await link.WaitForConnectionAsync(_deadline.Token);
        return link;
    }

    private async Task UntilAsync(MqttLink watcher, Dictionary<string, JsonElement> told, HashSet<string> topics, Func<bool> isSo)
    {
        while (!isSo())
        {
            var message = await watcher.Incoming.ReadAsync(_deadline.Token);
            topics.Add(message.Topic);
            if (!message.Topic.Contains("/desks/", StringComparison.Ordinal)) continue;
            var desk = message.Topic.Split('/')[^1];
            if (message.Payload.Length == 0) told.Remove(desk);
            else told[desk] = JsonDocument.Parse(Encoding.UTF8.GetString(message.Payload.Span)).RootElement.Clone();
        }
    }

    private sealed class Chip : PortOpener
    {
        private readonly SimulatedGpioChip _chip = new("/dev/gpiochip7", GpioLines.LinesMax, TimeProvider.System);

        internal void Drive(int line, bool isHigh) => _chip.Drive(line, isHigh);

        public override GpioLines RequestLines(string path, ImmutableArray<LineSettings> lines, TimeProvider time) => _chip.Request(lines);
    }
}
