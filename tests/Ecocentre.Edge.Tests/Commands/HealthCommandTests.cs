using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecocentre.Edge.Tests.Commands;

[Collection(VerbsInTurn.Name)]
public sealed class HealthCommandTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task Gateway_that_does_its_job_is_ready_in_the_clear_and_with_its_own_certificate()
    {
        var good = await Certificates.MakeAsync(_scratch);
        foreach (var tls in new[] { "", $$""", "tls": { "certificate": "{{good.Server}}", "key": "{{good.ServerKey}}" }""" })
        {
            var file = Site(FreePort.Take(), tls);
            await using var running = await Running.StartAsync(file);
            var verb = await Verb.RunAsync("health", "--site", file);
            Assert.True(verb.ExitCode == 0, verb.Output + verb.Errors);
            Assert.StartsWith("ready", verb.Output);
        }
    }

    [Fact]
    public async Task Gateway_that_shows_another_certificate_is_not_believed()
    {
        var good = await Certificates.MakeAsync(_scratch);
        var port = FreePort.Take();
        await using var running = await Running.StartAsync(Site(port, $$""", "tls": { "certificate": "{{good.Server}}", "key": "{{good.ServerKey}}" }"""));
        var other = Site(port, $$""", "tls": { "certificate": "{{good.Client}}", "key": "{{good.ClientKey}}" }""");
        (await Verb.RunAsync("health", "--site", other)).Wrong("No gateway answers");
    }

    [Fact]
    public async Task Gateway_that_cannot_record_is_not_ready_and_says_why()
    {
        var file = Site(FreePort.Take(), "");
        await using var running = await Running.StartAsync(file);
        using (new LockedLog(_scratch.File("log.db")))
        {
            var verb = await Verb.RunAsync("health", "--site", file);
            for (var tries = 0; verb.ExitCode == 0 && tries < 600; tries++)
            {
                await Task.Delay(100);
                verb = await Verb.RunAsync("health", "--site", file);
            }
            Assert.Equal(1, verb.ExitCode);
            Assert.StartsWith("not ready", verb.Output);
            Assert.Contains("log: ", verb.Output);
        }
    }

    [Fact]
    public async Task Nobody_there_is_told() => (await Verb.RunAsync("health", "--site", Site(FreePort.Take(), ""))).Wrong("No gateway answers", "refused");

    [Fact]
    public async Task Somebody_else_there_is_told()
    {
        await using var influxd = await Influxd.StartAsync();
        (await Verb.RunAsync("health", "--site", Site(influxd.Uri.Port, ""))).Wrong("no gateway");
    }

    [Fact]
    public async Task Site_without_a_port_of_its_own_is_told() => (await Verb.RunAsync("health", "--site", Site(0, ""))).CannotRun("free port");

    [Fact]
    public async Task Site_without_http_is_asked_through_its_orders()
    {
        var file = _scratch.Write("silent.json", string.Join('\n', File.ReadAllLines(Site(1, "")).Where(line => !line.Contains("\"http\""))));
        (await Verb.RunAsync("health", "--site", file)).Wrong("No gateway runs");
        await using var running = await Running.StartAsync(file, hasHttp: false);
        var verb = await Verb.RunAsync("health", "--site", file);
        for (var tries = 0; verb.ExitCode != 0 && tries < 600; tries++)
        {
            await Task.Delay(100);
            verb = await Verb.RunAsync("health", "--site", file);
        }
        Assert.Equal("live", verb.Output.Trim());
    }

    private string Site(int port, string tls) => _scratch.Write("site.json", $$"""
        { "centre": "lyon-1", "zone": "Europe/Paris", "clock": "trusted", "log": { "path": "log.db" },
          "http": { "listen": "127.0.0.1:{{port}}"{{tls}} },
          "buses": [ { "name": "line", "tcp": { "host": "127.0.0.1", "port": 1 }, "devices": [ { "name": "main", "model": "eastron-sdm630", "unit": 1 } ] } ] }
        """);

    private sealed class Running(RunningCentre centre) : IAsyncDisposable
    {
        private readonly CancellationTokenSource _ending = new();
        private Task _run = Task.CompletedTask;

        internal static async Task<Running> StartAsync(string file, bool hasHttp = true)
        {
            var mistakes = new List<Plant.Mistake>();
            var site = SiteFile.Load(file, MeterCatalogue.Load(Repository.MeterModels, []), mistakes);
            Assert.True(site is not null, string.Join('\n', mistakes));
            var running = new Running(RunningCentre.Open(site, TimeProvider.System, TimeProvider.System, NullLogger.Instance));
            running._run = running.Centre.RunAsync(running._ending.Token);
            if (!hasHttp) return running;
            for (var tries = 0; running.Centre.WebAddress is null && tries < 600; tries++) await Task.Delay(100);
            Assert.NotNull(running.Centre.WebAddress);
            return running;
        }

        private RunningCentre Centre => centre;

        public async ValueTask DisposeAsync()
        {
            await _ending.CancelAsync();
            await _run;
            await centre.DisposeAsync();
            _ending.Dispose();
        }
    }
}
