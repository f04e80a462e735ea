using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Ecocentre.Edge.Commands;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Simulated.Chips;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Orders;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Tests.Commands;
using Ecocentre.Edge.Tests.EndToEnd;
using Ecocentre.Edge.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecocentre.Edge.Tests.Orders;

/// <summary>Verbs give a running gateway orders, and find in its log what became of them. A minute of the building takes three seconds; one CO2
/// sensor is played behind the ports.</summary>
[Collection(VerbsInTurn.Name)]
public sealed class OrderListenerTests : IAsyncLifetime
{
    private readonly Scratch _scratch = new();
    private readonly FastClock _clock = FastClock.StartNow(20);
    private readonly SimulatedI2cPort _port = new("simulated");
    private SimulatedScd4x _chip = null!;
    private SimulatedWires _wires = null!;
    private RunningCentre _centre = null!;
    private Task _run = Task.CompletedTask;
    private readonly CancellationTokenSource _ending = new();

    private string File => _scratch.File("site.json");

    public async ValueTask InitializeAsync()
    {
        // A little faster than the gateway: at this speed a timer that ends a millisecond early would find the chip still at work.
        var quick = new ScaledTime(TimeProvider.System, _clock.Time.GetUtcNow(), 25);
        _chip = new SimulatedScd4x(() => new SimulatedAir { Co2 = 500 }, quick) { DriftPpm = 80 };
        _port.Attach(0x62, _chip);
        var catalogue = MeterCatalogue.Load(Path.Combine(AppContext.BaseDirectory, "meters"), []);
        var building = SimulatedBuilding.Default(2, TimeZoneInfo.Utc, catalogue, () => Instant.From(_clock.Time.GetUtcNow()));
        _wires = new SimulatedWires(building, 0, _clock.Time);
        _wires.WriteSite(File, "tested", new JsonObject
        {
            ["entries"] = new JsonArray(
                new JsonObject { ["name"] = "waste.residual", ["unit"] = "kg", ["kind"] = "amount" },
                new JsonObject { ["name"] = "gas", ["unit"] = "m³", ["kind"] = "register" }),
        });
        var text = JsonNode.Parse(System.IO.File.ReadAllText(File))!;
        foreach (var bus in text["buses"]!.AsArray()) bus!["timeout"] = "30s";
        text["buses"]!.AsArray().Add(JsonNode.Parse(
            """
            { "name": "chips", "i2c": { "path": "simulated" }, "devices": [ { "name": "air-1", "sensor": "scd41", "period": "5s",
              "instrument": { "serial": "1", "calibrated": "2020-01-01", "calibrationMonths": 12 } } ] }
            """));
        System.IO.File.WriteAllText(File, text.ToJsonString());
        var mistakes = new List<Mistake>();
        var site = SiteFile.Load(File, catalogue, mistakes);
        Assert.True(site is not null, string.Join('\n', mistakes));
        _centre = RunningCentre.Open(site, _clock.Time, TimeProvider.System, NullLogger.Instance, new SimulatedPorts(_port));
        _run = _centre.RunAsync(_ending.Token);
        await UntilAsync(() => System.IO.File.Exists(OrderWire.PathOf(site.LogPath)));
    }

    public async ValueTask DisposeAsync()
    {
        _ending.Cancel();
        await _run;
        await _centre.DisposeAsync();
        await _wires.DisposeAsync();
        _scratch.Dispose();
    }

    [Fact]
    public async Task Entry_is_confirmed_with_its_sequence_and_stands_in_the_log_of_the_running_gateway()
    {
        var added = await RunAsync("entry", "add", "waste.residual", "12.5", "--who", "M. Dupré", "--document", "slip 1");
        Assert.True(added.ExitCode == 0, added.Errors);
        var entry = Assert.Single(_centre.Log.Records(), r => r.Fact is RecordFact { Kind: RecordKind.Entry });
        Assert.Contains($"as {entry.Sequence}.", added.Output);
        Assert.Contains(_centre.Log.Read(entry.Sequence - 1, 1), e => e == entry);
        var list = await RunAsync("entry", "list", "--json");
        Assert.Equal(entry.Sequence, JsonNode.Parse(list.Output)![0]!["sequence"]!.GetValue<long>());
        Assert.Equal(1, (await RunAsync("entry", "add", "waste.residuall", "12.5", "--who", "A")).ExitCode);
    }

    [Fact]
    public async Task Key_is_shown_and_rotated_while_the_gateway_runs()
    {
        await UntilAsync(() => _centre.Log.Records().Any(r => r.Fact is RecordFact { Kind: RecordKind.Key }));
        var shown = await RunAsync("evidence", "key");
        Assert.True(shown.ExitCode == 0, shown.Errors);
        Assert.Contains(_centre.Keys.Chain.Current!.Pem, shown.Output);
        Assert.Contains(_centre.Keys.Chain.Current.Vkey, shown.Output);
        var rotated = await RunAsync("evidence", "key", "--rotate", "--json");
        Assert.True(rotated.ExitCode == 0, rotated.Errors);
        var keys = JsonNode.Parse(rotated.Output)!["keys"]!.AsArray();
        Assert.Equal(["first", "signed"], keys.Select(key => key!["succession"]!.GetValue<string>()));
        var chain = KeyChain.Of(_centre.Log.Records().Select(r => (RecordFact)r.Fact));
        Assert.Equal(_centre.Keys.Chain.Links, chain.Links);
        Assert.Equal(chain.Current!.Fingerprint.ToString(), keys[1]!["fingerprint"]!.GetValue<string>());
    }

    [Fact]
    public async Task Exchanged_meter_begins_a_new_count_and_its_point_goes_on()
    {
        await UntilAsync(() => _centre.Log.Carries().Count > 0);
        var carry = _centre.Log.Carries().First();
        var device = _centre.Points.First(p => p.Name == carry.Point).Device;
        var swapped = await RunAsync("device", "swap", device, "--who", "A", "--why", "display broken", "--new-serial", "77", "--json");
        Assert.True(swapped.ExitCode == 0, swapped.Errors);
        var record = SwapRecord.From((RecordFact)Assert.Single(_centre.Log.Records(), r => r.Fact is RecordFact { Kind: RecordKind.Swap }).Fact)!;
        Assert.Equal((device, "77"), (record.Device, record.NewSerial));
        // The device itself, and each of its counters when its next register came.
        await UntilAsync(() => Incidents(IncidentKind.Swap).Any(i => i.Subject == carry.Point));
        Assert.Contains(Incidents(IncidentKind.Swap), i => i.Subject == device && i.Text.Contains("display broken"));
        Assert.Equal(1, (await RunAsync("device", "swap", device, "--who", "A", "--why", "x", "--last", "co2=1")).ExitCode);
        Assert.Equal(1, (await RunAsync("device", "swap", "nobody", "--who", "A", "--why", "x")).ExitCode);
    }

    [Fact]
    public async Task Sensor_is_told_the_truth_through_the_running_gateway_and_its_readings_are_good_again()
    {
        var co2 = _centre.Points.First(p => p.Name == "air-1.co2").Id.Value;
        await UntilAsync(() => _centre.Loop.Latest.Latest[co2].Value > 550);
        // Its calibration of 2020 is long over; and the chip has another serial than the site says.
        Assert.Equal(Readings.Quality.Questionable, _centre.Loop.Latest.Latest[co2].Quality);
        await UntilAsync(() => Incidents(IncidentKind.InstrumentDiffers).Any());
        var calibrated = await RunAsync("device", "calibrate", "air-1", "--target", "500", "--who", "A", "--yes");
        Assert.True(calibrated.ExitCode == 0, calibrated.Errors + calibrated.Output);
        Assert.NotEmpty(calibrated.Errors);
        var record = CalibrationRecord.From((RecordFact)Assert.Single(_centre.Log.Records(), r =>
            r.Fact is RecordFact { Kind: RecordKind.Calibration }).Fact)!;
        Assert.Equal(("air-1", 500.0, "ppm"), (record.Device, record.Target, record.Unit));
        Assert.InRange(record.Correction, -100, -60);
        await UntilAsync(() => _centre.Loop.Latest.Latest[co2] is { Value: < 520, Quality: Readings.Quality.Good });
    }

    [Fact]
    public async Task What_the_gateway_holds_is_read_from_it()
    {
        await UntilAsync(() => _centre.Loop.Latest.Latest[_centre.Points.First(p => p.Name == "air-1.co2").Id.Value].Value > 550);
        var read = await RunAsync("read", "air-1", "--json");
        Assert.True(read.ExitCode == 0, read.Errors + read.Output);
        Assert.Contains("The gateway runs", read.Errors);
        var point = JsonNode.Parse(read.Output)![0]!["points"]!.AsArray().Single(p => p!["name"]!.GetValue<string>() == "air-1.co2")!;
        Assert.InRange(point["value"]!.GetValue<double>(), 551, 600);
        Assert.Equal("questionable", point["quality"]!.GetValue<string>());
    }

    [Fact]
    public async Task Calibration_that_nobody_confirms_or_that_cannot_be_is_not_done()
    {
        Assert.Equal(2, (await RunAsync("device", "calibrate", "air-1", "--target", "500", "--who", "A")).ExitCode);
        Assert.Equal(1, (await RunAsync("device", "calibrate", "air-1", "--target", "50", "--who", "A", "--yes")).ExitCode);
        Assert.Equal(1, (await RunAsync("device", "calibrate", "main", "--target", "500", "--who", "A", "--yes")).ExitCode);
        Assert.DoesNotContain(_centre.Log.Records(), r => r.Fact is RecordFact { Kind: RecordKind.Calibration });
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("{}\n")]
    [InlineData("{\"order\":\"format the disk\"}\n")]
    [InlineData("{\"order\":\"entry\",\"value\":\"much\"}\n")]
    [InlineData("{\"order\":\"entry\",\"point\":\"gas\"}\n")]
    [InlineData("{\"order\":\"entry\",\"point\":null,\"value\":1,\"author\":null}\n")]
    [InlineData("not json at all\n")]
    public async Task What_is_no_order_is_refused_and_the_next_one_is_taken(string line)
    {
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            await socket.ConnectAsync(OrderWire.EndPoint(_centre.Site.LogPath)!);
            await using var stream = new NetworkStream(socket);
            await socket.SendAsync(Encoding.UTF8.GetBytes(line));
            socket.Shutdown(SocketShutdown.Send);
            var answer = await OrderWire.ReadAsync(stream, OrderWire.AnswerBytesMax, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Contains("\"isDone\":false", Encoding.UTF8.GetString(answer!));
        }
        Assert.Equal(0, (await RunAsync("entry", "list")).ExitCode);
    }

    private IEnumerable<Incident> Incidents(IncidentKind kind) =>
        _centre.Log.Read(0, int.MaxValue).Select(e => e.Fact).OfType<IncidentFact>().Select(f => f.Incident).Where(i => i.Kind == kind);

    private Task<Verb> RunAsync(params string[] arguments) => Verb.RunAsync([.. arguments, "--site", File]);

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition()) await Task.Delay(20, deadline.Token);
    }
}
