using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecocentre.Edge.Commands;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Tests.EndToEnd;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecocentre.Edge.Tests.Reload;

/// <summary>A whole gateway in this process, on a simulated building where a minute takes three seconds, whose site file changes under it.</summary>
public sealed class ReloadingTests : IAsyncLifetime
{
    private readonly Scratch _scratch = new();
    private readonly FastClock _clock = FastClock.StartNow(20);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(180)), _ending = new();
    private SimulatedWires _wires = null!;
    private RunningCentre _centre = null!;
    private Task _run = Task.CompletedTask;

    private string File => _scratch.File("site.json");

    public async ValueTask InitializeAsync()
    {
        var building = SimulatedBuilding.Default(2, TimeZoneInfo.Utc, Catalogue(), () => Instant.From(_clock.Time.GetUtcNow()));
        _wires = new SimulatedWires(building, 0, _clock.Time);
        _wires.WriteSite(File, "tested", new JsonObject { ["http"] = new JsonObject { ["listen"] = "127.0.0.1:0" } });
        // More than a real second at this speed.
        Change(site => site["buses"]!.AsArray().ToList().ForEach(bus => bus!["timeout"] = "30s"));
        var mistakes = new List<Mistake>();
        var site = SiteFile.Load(File, Catalogue(), mistakes);
        Assert.True(site is not null, string.Join('\n', mistakes));
        _centre = RunningCentre.Open(site, _clock.Time, TimeProvider.System, NullLogger.Instance);
        _centre.Reloads.Read = again => SiteFile.Load(File, Catalogue(), again);
        _run = _centre.RunAsync(_ending.Token);
        await UntilAsync(() => _centre.Log.Head > 50 && _centre.Buses.All(bus => bus.Devices.All(device => device.IsAlive)));
    }

    public async ValueTask DisposeAsync()
    {
        _ending.Cancel();
        await _run;
        await _centre.DisposeAsync();
        await _wires.DisposeAsync();
        _http.Dispose();
        _deadline.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public async Task Changed_file_is_applied_and_what_did_not_change_runs_on_without_losing_a_minute()
    {
        var gone = _centre.Site.Buses[^1].Devices[^1].Name;
        var kept = _centre.Site.Buses[0].Name;
        var polls = Polls(kept);
        Change(site =>
        {
            site["buses"]!.AsArray()[^1]!["devices"]!.AsArray().RemoveAt(_centre.Site.Buses[^1].Devices.Length - 1);
            // Before all others: every point gets another number.
            site["buses"]!.AsArray().Insert(0, JsonNode.Parse(
                """{ "name": "away", "tcp": { "host": "127.0.0.1", "port": 1 }, "devices": [ { "name": "ghost", "model": "MODEL", "unit": 1 } ] }"""
                    .Replace("MODEL", _centre.Site.Buses[0].Devices[0].Kind)));
            site["spaces"]![0]!["name"] = "Renamed";
        });
        var head = _centre.Log.Head;
        var answer = await _centre.Reloads.ReloadAsync(_deadline.Token);
        Assert.True(answer.IsDone, answer.Text);
        Assert.Contains("device ghost begins", answer.Text);
        Assert.Contains($"device {gone} ends", answer.Text);
        Assert.Contains($"{_centre.Site.Buses.Length - 2} of {_centre.Site.Buses.Length} buses went on without a pause", answer.Text);
        Assert.True(Polls(kept) >= polls, "A bus that did not change was begun anew.");
        await UntilAsync(() => _centre.Log.Head > head + 150);

        var served = (await AskAsync("api/v1/points")).EnumerateArray().Select(p => p.GetProperty("name").GetString()!).ToHashSet();
        Assert.Contains(served, name => name.StartsWith("ghost.", StringComparison.Ordinal));
        Assert.DoesNotContain(served, name => name.StartsWith(gone + ".", StringComparison.Ordinal));
        var facts = Facts();
        AssertWhole(facts, gone);
        var left = facts.OfType<WindowFact>().Where(w => w.Series.Device == gone).ToArray();
        Assert.Contains(left, w => w.Aggregate.Kind == WindowKind.Day);
        Assert.Contains("device ghost begins", Incidents(facts).Single(i => i.Kind == IncidentKind.ConfigurationChanged).Text);
        Assert.Equal(2, _centre.Log.Records().Count(r => r.Fact is RecordFact { Kind: RecordKind.Configuration }));

        // And back, so that what ended goes on, and a second request while the first is under way is answered too.
        Change(site => site["buses"]!.AsArray().RemoveAt(0));
        var both = await Task.WhenAll(_centre.Reloads.ReloadAsync(_deadline.Token), _centre.Reloads.ReloadAsync(_deadline.Token));
        Assert.All(both, one => Assert.True(one.IsDone, one.Text));
        Assert.Single(both, one => one.Text.Contains("nothing was changed", StringComparison.Ordinal));
        head = _centre.Log.Head;
        await UntilAsync(() => _centre.Log.Head > head + 100);
        AssertWhole(Facts(), gone);
    }

    [Fact]
    public async Task Wrong_file_is_refused_whole_with_all_its_mistakes_and_said_until_it_is_right()
    {
        var before = _centre.Site;
        var right = System.IO.File.ReadAllText(File);
        Change(site => (site["zone"], site["spaces"]![0]!["area"], site["buses"]![0]!["devices"]![0]!["model"]) = ("Nowhere", -1, "none"));
        var (exit, errors) = await RunAsync("reload", "--site", File);
        Assert.Equal(1, exit);
        foreach (var place in new[] { "$.zone", "$.spaces[0].area", "$.buses[0].devices[0].model" }) Assert.Contains(place, errors);
        Assert.Same(before, _centre.Site);
        await UntilAsync(() => Incidents(Facts()).Any(i => i.Kind == IncidentKind.ConfigurationRefused && i.Text.Contains("$.spaces[0].area", StringComparison.Ordinal)));
        Assert.Contains("$.zone", (await AskAsync("health/ready")).GetProperty("troubles").ToString());

        // Right by itself, but not while it runs.
        System.IO.File.WriteAllText(File, right);
        Change(site => (site["centre"], site["zone"]) = ("another", "Europe/Rome"));
        var answer = await _centre.Reloads.ReloadAsync(_deadline.Token);
        Assert.False(answer.IsDone);
        Assert.Contains("$.centre", answer.Text);
        Assert.Contains("restart the gateway", answer.Text);

        System.IO.File.WriteAllText(File, right);
        _centre.Reloads.Request();
        await UntilAsync(() => !_centre.Reloads.Troubles().Any());
        Assert.Equal((0, ""), await RunAsync("reload", "--site", File));
    }

    [Fact]
    public async Task Log_that_cannot_be_written_lets_nothing_change()
    {
        var before = _centre.Site;
        Change(site => site["buses"]!.AsArray().RemoveAt(0));
        using (new LockedLog(_centre.Log.FilePath))
        {
            await UntilAsync(() => _centre.RecordingTrouble is not null);
            var answer = await _centre.Reloads.ReloadAsync(_deadline.Token);
            Assert.False(answer.IsDone);
            Assert.Contains("Nothing can be recorded since", answer.Text);
            Assert.Same(before, _centre.Site);
        }
        await UntilAsync(() => _centre.RecordingTrouble is null);
        Assert.True((await _centre.Reloads.ReloadAsync(_deadline.Token)).IsDone);
        Assert.Equal(before.Buses.Length - 1, _centre.Buses.Count());
    }

    private static MeterCatalogue Catalogue() => MeterCatalogue.Load(Path.Combine(AppContext.BaseDirectory, "meters"), []);

    private static IEnumerable<Incident> Incidents(IEnumerable<LogFact> facts) => facts.OfType<IncidentFact>().Select(f => f.Incident);

    /// <summary>No minute is missing between the first and the last of a counter, and their deltas are the growth of its register.</summary>
    private static void AssertWhole(LogFact[] facts, string gone)
    {
        var counters = facts.OfType<WindowFact>().Where(w => w.Aggregate.Kind == WindowKind.Minute && w.Series.Kind == PointKind.Counter)
            .Where(w => w.Series.Device != gone && w.Series.Device != "ghost").GroupBy(w => w.Series.Name).ToArray();
        Assert.NotEmpty(counters);
        foreach (var counter in counters)
        {
            var minutes = counter.GroupBy(w => w.At).Select(g => g.Last().Aggregate).OrderBy(a => a.Window.Start).ToArray();
            var starts = Enumerable.Range(0, minutes.Length).Select(n => minutes[0].Window.Start + TimeSpan.FromMinutes(n));
            Assert.Equal(starts, minutes.Select(a => a.Window.Start));
            var known = minutes.Where(a => !double.IsNaN(a.Delta)).ToArray();
            if (known.Length > 0) Assert.Equal(known[^1].Last - (known[0].Last - known[0].Delta), known.Sum(a => a.Delta), 6);
        }
    }

    private long Polls(string bus) => _centre.Buses.Single(b => b.Name == bus).Devices.Sum(device => device.Polls);

    private LogFact[] Facts() => [.. _centre.Log.Read(0, int.MaxValue).Select(entry => entry.Fact)];

    private void Change(Action<JsonNode> change)
    {
        var site = JsonNode.Parse(System.IO.File.ReadAllText(File))!;
        change(site);
        System.IO.File.WriteAllText(File, site.ToJsonString());
    }

    private static async Task<(int ExitCode, string Errors)> RunAsync(params string[] arguments)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        return (await CommandLine.RunAsync(arguments, TimeProvider.System, output, errors), errors.ToString());
    }

    private async Task<JsonElement> AskAsync(string path)
    {
        await UntilAsync(() => _centre.WebAddress is not null);
        using var answer = await _http.GetAsync(new Uri(_centre.WebAddress!, path), _deadline.Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(_deadline.Token));
        return json.RootElement.Clone();
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            if (_run.IsFaulted) await _run;
            await Task.Delay(20, _deadline.Token);
        }
    }
}
