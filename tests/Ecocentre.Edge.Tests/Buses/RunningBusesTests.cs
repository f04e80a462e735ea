using System.Globalization;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Simulated.Chips;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Tests.Commands;
using Ecocentre.Edge.Tests.Orders;
using Ecocentre.Edge.Tests.Sites;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecocentre.Edge.Tests.Buses;

/// <summary>Sites with chips, expanders and topics, as a running centre reads them.</summary>
[Collection(VerbsInTurn.Name)]
public sealed class RunningBusesTests : IDisposable
{
    private readonly SiteBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Chips_behind_a_multiplexer_and_contacts_on_an_expander_are_read()
    {
        var (port, expander) = (new SimulatedI2cPort(), new SimulatedMcp23017());
        port.Attach(0x44, new SimulatedSht4x(() => new SimulatedAir { Temperature = 21.5, Humidity = 40 }, TimeProvider.System), new MuxBranch(0x70, 3));
        port.Attach(0x44, new SimulatedSht4x(() => new SimulatedAir { Temperature = 3.5, Humidity = 90 }, TimeProvider.System), new MuxBranch(0x70, 4));
        port.Attach(0x20, expander);
        // Driven where the bus is used, between two transfers.
        var isHigh = false;
        port.Fault = _ =>
        {
            expander.Drive(3, Volatile.Read(ref isHigh));
            expander.Drive(9, Volatile.Read(ref isHigh));
            return default;
        };
        var site = _bench.Good(
            """
            "clock": "trusted", "spaces": [ { "id": "hall" } ], "buses": [ { "name": "i2c", "i2c": { "path": "simulated" }, "devices": [
              { "name": "in", "sensor": "sht41", "period": "1s", "mux": { "address": "0x70", "channel": 3 } },
              { "name": "x", "expander": "mcp23017", "period": "20ms", "contacts": [
                { "name": "door", "line": 3, "quantity": "contact" }, { "name": "pir", "line": 9, "place": "hall" } ] },
              { "name": "out", "sensor": "sht41", "period": "1s", "mux": { "address": "0x70", "channel": 4 } } ] } ],
            "desks": [ { "id": "d1", "space": "hall", "sensors": ["pir"] } ]
            """);
        await RunAsync(site, async centre =>
        {
            double Latest(string point) => centre.Loop.Latest.Latest[site.Points.Single(p => p.Name == point).Id.Value].Value;
            await UntilAsync(() => Latest("in.temperature") is > 21 and < 22 && Latest("out.temperature") is > 3 and < 4, () => Describe(centre));
            await UntilAsync(() => Latest("door.contact") == 0, () => Describe(centre));
            Volatile.Write(ref isHigh, true);
            await UntilAsync(() => Latest("door.contact") == 1 && centre.Loop.Latest.Desks[0].State == DeskState.Occupied, () => Describe(centre));
            Assert.Equal(["i2c", "i2c lines"], centre.Buses.Select(b => b.Name));
            Assert.All(centre.Buses.SelectMany(b => b.Devices), d => Assert.True(d.IsAlive, d.Name));
        }, new SimulatedPorts(port));
    }

    [Fact]
    public async Task Chip_that_holds_the_wires_low_costs_itself_alone_where_the_reset_line_is_declared()
    {
        var (port, chip) = (new SimulatedI2cPort { StretchMax = TimeSpan.Zero }, new SimulatedGpioChip("chip", 8, TimeProvider.System));
        port.Attach(0x44, new SimulatedSht4x(() => new SimulatedAir { Temperature = 21.5, Humidity = 40 }, TimeProvider.System), new MuxBranch(0x70, 3));
        port.Attach(0x44, new SimulatedSht4x(() => new SimulatedAir { Temperature = 3.5, Humidity = 90 }, TimeProvider.System), new MuxBranch(0x70, 4));
        port.HoldLow(new MuxBranch(0x70, 4));
        var pulses = 0;
        chip.Driven = (line, isHigh) =>
        {
            if (line != 4 || isHigh) return;
            port.ResetMuxes();
            Interlocked.Increment(ref pulses);
        };
        var site = _bench.Good(
            """
            "clock": "trusted", "buses": [ { "name": "i2c", "i2c": { "path": "simulated", "reset": { "path": "chip", "line": 4 } }, "devices": [
              { "name": "in", "sensor": "sht41", "period": "1s", "mux": { "address": "0x70", "channel": 3 } },
              { "name": "out", "sensor": "sht41", "period": "1s", "mux": { "address": "0x70", "channel": 4 } } ] } ]
            """);
        await RunAsync(site, async centre =>
        {
            DeviceHealth Health(string device) => centre.Buses.Single().Devices.Single(d => d.Name == device);
            await UntilAsync(() => Health("out") is { IsAlive: false } && Health("in") is { IsAlive: true, Readings: > 6 }, () => Describe(centre));
            Assert.True(pulses > 0, "Nobody reset the multiplexers.");
        }, new SimulatedPorts(port, chip));
        // Freed with the bus.
        chip.RequestOutput(new OutputSettings(4)).Dispose();
    }

    [Fact]
    public async Task Reset_line_that_cannot_be_had_is_told_at_the_start()
    {
        var site = _bench.Good(
            """
            "clock": "trusted", "buses": [ { "name": "i2c", "i2c": { "path": "simulated", "reset": { "path": "chip", "line": 4 } }, "devices": [
              { "name": "in", "sensor": "sht41", "mux": { "address": "0x70", "channel": 3 } } ] } ]
            """);
        await RunAsync(site, centre => UntilAsync(
            () => centre.Log.Read(0, int.MaxValue).Select(e => e.Fact).OfType<IncidentFact>()
                .Any(f => f.Incident.Text.Contains("multiplexers of i2c cannot be reset: no lines", StringComparison.Ordinal)),
            () => Describe(centre)), new SimulatedPorts(new SimulatedI2cPort()));
    }

    [Fact]
    public async Task Desk_follows_what_a_bridge_publishes()
    {
        await using var broker = await Mosquitto.StartAsync();
        var site = _bench.Good(
            """
            "clock": "trusted", "spaces": [ { "id": "hall" } ],
            "buses": [ { "name": "bridge", "mqtt": { "broker": "BROKER" }, "devices": [
              { "name": "z", "topic": "zigbee2mqtt/desk-1", "path": "$.occupancy", "place": "hall" },
              { "name": "roof", "topic": "lora/roof", "points": { "temperature": { "path": "$.t" } } } ] } ],
            "desks": [ { "id": "d1", "space": "hall", "sensors": ["z"] } ], "outdoor": { "temperature": "roof" }
            """.Replace("BROKER", broker.Uri.ToString()));
        Assert.True(site.Points[0].Private);
        await RunAsync(site, async centre =>
        {
            // Published again and again: nobody knows when the centre has subscribed.
            await UntilAsync(async () =>
            {
                await PublishAsync(broker, "zigbee2mqtt/desk-1", """{"occupancy":true}""");
                await PublishAsync(broker, "lora/roof", """{"t":-4.5}""");
                return centre.Loop.Latest.Desks[0].State == DeskState.Occupied
                    && centre.Loop.Latest.Latest[site.Outdoor.Temperature!.Value.Value] is { Value: -4.5, Quality: Quality.Good };
            }, () => Describe(centre));
            // What watches a desk is in no picture.
            Assert.NotEqual(1, centre.Loop.Latest.Latest[0].Value);
            Assert.All(centre.Buses.Single().Devices, d => Assert.True(d.IsAlive, d.Name));
        });
    }

    private static string Describe(RunningCentre centre) => string.Join('\n', centre.Buses.SelectMany(b => b.Devices).Select(d => $"{d.Name}: {d.LastFault}"));

    private static Task PublishAsync(Mosquitto broker, string topic, string payload) => PeerProcess.RunAsync("mosquitto_pub",
        "-h", "127.0.0.1", "-p", broker.Port.ToString(CultureInfo.InvariantCulture), "-q", "1", "-t", topic, "-m", payload);

    private static async Task RunAsync(Site site, Func<RunningCentre, Task> work, SimulatedPorts? ports = null)
    {
        await using var centre = RunningCentre.Open(site, TimeProvider.System, TimeProvider.System, NullLogger.Instance, ports);
        using var ending = new CancellationTokenSource();
        var run = centre.RunAsync(ending.Token);
        try
        {
            await work(centre);
        }
        finally
        {
            ending.Cancel();
            await run;
        }
    }

    private static Task UntilAsync(Func<bool> condition, Func<string> otherwise) => UntilAsync(() => Task.FromResult(condition()), otherwise);

    private static async Task UntilAsync(Func<Task<bool>> condition, Func<string> otherwise)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            if (deadline.IsCancellationRequested) Assert.Fail(otherwise());
            await Task.Delay(20, CancellationToken.None);
        }
    }
}
