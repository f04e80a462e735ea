using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecocentre.Edge.Commands;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Tests.EndToEnd;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecocentre.Edge.Tests;

/// <summary>A whole gateway in this process, on a simulated building where a minute takes three seconds.</summary>
public sealed class RunningCentreTests : IAsyncLifetime
{
    private readonly Scratch _scratch = new();
    private readonly FastClock _clock = FastClock.StartNow(20);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(120));
    private SimulatedBuilding _building = null!;
    private SimulatedWires _wires = null!;

    public ValueTask InitializeAsync()
    {
        var catalogue = MeterCatalogue.Load(Path.Combine(AppContext.BaseDirectory, "meters"), []);
        _building = SimulatedBuilding.Default(2, TimeZoneInfo.Utc, catalogue, () => Instant.From(_clock.Time.GetUtcNow()));
        _wires = new SimulatedWires(_building, 0, _clock.Time);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _wires.DisposeAsync();
        _http.Dispose();
        _deadline.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public async Task Log_that_cannot_be_written_does_not_stop_polling_and_serving_and_nothing_is_lost()
    {
        await using (var centre = Open())
        {
            using var ending = new CancellationTokenSource();
            var run = centre.RunAsync(ending.Token);
            await UntilAsync(() => centre.Log.Head > 50);
            Assert.Equal(HttpStatusCode.OK, (await AskAsync(centre, "health/ready")).Status);
            var head = centre.Log.Head;
            using (new LockedLog(centre.Log.FilePath))
            {
                await UntilAsync(() => centre.RecordingTrouble is not null);
                var (status, health) = await AskAsync(centre, "health/ready");
                Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
                Assert.Contains("Nothing can be recorded since", health.GetProperty("troubles")[0].ToString());
                Assert.Equal(HttpStatusCode.OK, (await AskAsync(centre, "health/live")).Status);
                Assert.Equal(head, health.GetProperty("head").GetInt64());
                // Two more minutes of the building, polled, judged and served, but not stored.
                var (accepted, before) = (centre.Loop.ReadingsAccepted, await NewestAsync(centre));
                await UntilAsync(() => _clock.Time.GetUtcNow() > before.AddMinutes(2) && centre.Loop.ReadingsAccepted > accepted + 100);
                Assert.True(await NewestAsync(centre) > before);
                Assert.Equal(head, centre.Log.Head);
            }
            await UntilAsync(() => centre.RecordingTrouble is null);
            Assert.Equal(HttpStatusCode.OK, (await AskAsync(centre, "health/ready")).Status);
            var back = centre.Log.Head;
            await UntilAsync(() => centre.Log.Head > back + 50);
            ending.Cancel();
            await run;
        }
        using var log = EvidenceLog.Open(_scratch.File("ecocentre.log.db"), "tested", LogOptions.Default, Instant.From(_clock.Time.GetUtcNow()));
        var facts = log.Read(0, int.MaxValue).Select(e => e.Fact).ToArray();
        Assert.Contains("everything of that time was kept", Assert.Single(Incidents(facts), i => i.Kind == IncidentKind.LogBack).Text);
        Assert.Single(Incidents(facts), i => i.Kind == IncidentKind.Started);
        Assert.Single(Incidents(facts), i => i.Kind == IncidentKind.Stopped);
        AssertWhole(facts);
    }

    [Fact]
    public async Task Stopped_and_started_again_it_goes_on_where_it_was()
    {
        for (var life = 1; life <= 2; life++)
        {
            await using var centre = Open();
            using var ending = new CancellationTokenSource();
            var run = centre.RunAsync(ending.Token);
            var head = centre.Log.Head;
            await UntilAsync(() => centre.Log.Head > head + 100);
            ending.Cancel();
            await run;
            Assert.Equal(life, Incidents(centre.Log.Read(0, int.MaxValue).Select(e => e.Fact)).Count(i => i.Kind == IncidentKind.Stopped));
            AssertWhole([.. centre.Log.Read(0, int.MaxValue).Select(e => e.Fact)]);
        }
    }

    private static IEnumerable<Incident> Incidents(IEnumerable<LogFact> facts) => facts.OfType<IncidentFact>().Select(f => f.Incident);

    /// <summary>No minute is missing between the first and the last of a counter, and their deltas are the growth of its register.</summary>
    private static void AssertWhole(LogFact[] facts)
    {
        var counters = facts.OfType<WindowFact>().Where(w => w.Aggregate.Kind == WindowKind.Minute && w.Series.Kind == PointKind.Counter)
            .GroupBy(w => w.Series.Name).ToArray();
        Assert.NotEmpty(counters);
        foreach (var counter in counters)
        {
            var minutes = counter.GroupBy(w => w.At).Select(g => g.Last().Aggregate).OrderBy(a => a.Window.Start).ToArray();
            var starts = Enumerable.Range(0, minutes.Length).Select(n => minutes[0].Window.Start + TimeSpan.FromMinutes(n));
            Assert.Equal(starts, minutes.Select(a => a.Window.Start));
            var known = minutes.Where(a => !double.IsNaN(a.Delta)).ToArray();
            // One whose first register came with the last minute has nothing to be held against yet.
            if (known.Length == 0) continue;
            Assert.Equal(known[^1].Last - (known[0].Last - known[0].Delta), known.Sum(a => a.Delta), 6);
        }
    }

    private RunningCentre Open()
    {
        var file = _scratch.File("site.json");
        _wires.WriteSite(file, "tested", new JsonObject { ["http"] = new JsonObject { ["listen"] = "127.0.0.1:0" } });
        var text = JsonNode.Parse(File.ReadAllText(file))!;
        // More than a real second at this speed.
        foreach (var bus in text["buses"]!.AsArray()) bus!["timeout"] = "30s";
        File.WriteAllText(file, text.ToJsonString());
        var mistakes = new List<Mistake>();
        var site = SiteFile.Load(file, MeterCatalogue.Load(Path.Combine(AppContext.BaseDirectory, "meters"), mistakes), mistakes);
        Assert.True(site is not null, string.Join('\n', mistakes));
        return RunningCentre.Open(site, _clock.Time, TimeProvider.System, NullLogger.Instance);
    }

    private async Task<(HttpStatusCode Status, JsonElement Json)> AskAsync(RunningCentre centre, string path)
    {
        // Devices are asked, and what they say is recorded, before HTTP is answered.
        await UntilAsync(() => centre.WebAddress is not null);
        using var answer = await _http.GetAsync(new Uri(centre.WebAddress!, path), _deadline.Token);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(_deadline.Token));
        return (answer.StatusCode, json.RootElement.Clone());
    }

    /// <summary>Instant of the newest reading that is served.</summary>
    private async Task<DateTimeOffset> NewestAsync(RunningCentre centre) =>
        (await AskAsync(centre, "api/v1/points")).Json.EnumerateArray().Select(p => p.GetProperty("at"))
            .Where(at => at.ValueKind == JsonValueKind.String).Max(at => at.GetDateTimeOffset());

    private async Task UntilAsync(Func<bool> condition)
    {
        while (!condition()) await Task.Delay(20, _deadline.Token);
    }
}
