using System.Text.Json;
using Ecocentre.Edge.Tests.Sites;

namespace Ecocentre.Edge.Tests.Commands;

[Collection(VerbsInTurn.Name)]
public sealed class LabelCommandTests : IDisposable
{
    private readonly SiteBench _bench = new();
    private readonly string _site;

    public LabelCommandTests()
    {
        var site = _bench.Good(CentreLabelTests.Members);
        _site = site.File;
        using var log = CentreLabelTests.Open(site);
        CentreLabelTests.Store(log, site, 0, 3);
    }

    public void Dispose() => _bench.Dispose();

    /// <summary>A day: 10 kWh open and 3.5 kWh closed, 25.9 % out of hours: level 2 of 45, 35, 25 %.</summary>
    [Fact]
    public async Task Status_shows_every_criterion_of_a_period()
    {
        var verb = await Verb.RunAsync("label", "status", "--site", _site, "--period", "2026-11-17");
        Assert.True(verb.ExitCode == 0, verb.Errors);
        Assert.Contains("2026-11-17 by ecocentre-v1 0.2", verb.Output);
        Assert.Matches(@"EN-4 +Energy while nobody is there +yes +level 2 +0\.259 +1 +0\.45 / 0\.35 / 0\.25 +100 % +2\.575 kWh +2026-11-17", verb.Output);
        Assert.Matches(@"AQ-1 .*not applicable", verb.Output);
    }

    [Fact]
    public async Task Explain_leads_from_readings_to_the_level()
    {
        var verb = await Verb.RunAsync("label", "explain", "en-4", "--site", _site, "--period", "2026-11-17");
        Assert.True(verb.ExitCode == 0, verb.Errors);
        foreach (var words in new[]
        {
            "EN-4 Energy while nobody is there (mandatory)", "level 2, 0.259 1. By ecocentre-v1 0.2.", "3.5 of 13.5 kWh while nobody was there.",
            "out-of-hours of energy = main", "Known: 24 of 24 slots, 100 %; 90 % are needed.", "opening hours in 24", "Our own proposal",
        })
            Assert.Contains(words, verb.Output);
        Assert.Matches(@"3 +shareMax +0\.259 +0\.25 +1 +notmet +-0\.125 kWh", verb.Output);
    }

    [Fact]
    public async Task Machines_get_the_verdict_as_it_is_recorded()
    {
        var verb = await Verb.RunAsync("label", "explain", "EN-4", "--site", _site, "--period", "2026-11-17", "--json");
        using var json = JsonDocument.Parse(verb.Output);
        Assert.Equal(("level2", true), (json.RootElement.GetProperty("level").GetString(), json.RootElement.GetProperty("final").GetBoolean()));
        verb = await Verb.RunAsync("label", "status", "--site", _site, "--period", "2026-11-17", "--json");
        using var label = JsonDocument.Parse(verb.Output);
        Assert.Contains(label.RootElement.GetProperty("verdicts").EnumerateArray(), v => v.GetProperty("criterion").GetString() == "EN-4");
    }

    [Fact]
    public async Task What_is_not_there_is_said()
    {
        (await Verb.RunAsync("label", "explain", "EN-99", "--site", _site, "--period", "2026-11-17")).CannotRun("has no criterion \"EN-99\"", "AQ-1");
        (await Verb.RunAsync("label", "explain", "EN-1", "--site", _site, "--period", "2026-11-17")).CannotRun("EN-1 is not judged over 2026-11-17: it is over year, rolling");
        (await Verb.RunAsync("label", "status", "--site", _site, "--period", "lately")).CannotRun("\"lately\" is no period", "2026-W47");
    }
}
