using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Tests.Sites;

public sealed class LabelPlacesTests : IDisposable
{
    private const string Buses =
        """
        "entries": [ { "name": "waste.paper", "unit": "kg", "kind": "amount" } ],
        "buses": [ { "name": "line", "tcp": { "host": "192.0.2.1" }, "devices": [ { "name": "main", "model": "eastron-sdm630" } ] } ]
        """;

    private readonly SiteBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Roles_and_facts_are_read_with_the_profile_they_are_for()
    {
        var site = _bench.Good($$"""
            "label": { "profile": "ecocentre-v1", "points": { "main": ["main.energy.active.import"], "waste": ["waste.paper"] },
                       "facts": { "people": { "value": 12, "unit": "1", "source": "survey" } } }, {{Buses}}
            """);
        Assert.Equal(27, site.Label!.Profile.Criteria.Length);
        Assert.Equal(["main.energy.active.import"], site.Label.Points["main"]);
        Assert.Equal(["waste.paper"], site.Label.Points["waste"]);
        Assert.Equal((12, "survey"), (site.Label.Facts["people"].Value, site.Label.Facts["people"].Source));
    }

    [Theory]
    [InlineData("""{ "profile": "ecocentre-v2" }""", "$.label.profile: There is no label profile \"ecocentre-v2\". Known are ecocentre-v1.")]
    [InlineData("""{ "profile": "ecocentre-v1", "points": { "mian": ["main.energy.active.import"] } }""", "Did you mean \"main\"?")]
    [InlineData("""{ "profile": "ecocentre-v1", "points": { "main": ["main.energy.active.imprt"] } }""", "Did you mean \"main.energy.active.import\"?")]
    [InlineData("""{ "profile": "ecocentre-v1", "facts": { "peple": { "value": 1, "unit": "1", "source": "s" } } }""", "Did you mean \"people\"?")]
    [InlineData("""{ "profile": "ecocentre-v1", "facts": { "people": { "value": 1, "unit": "1" } } }""", "$.label.facts.people.source")]
    [InlineData("""{ "profile": "ecocentre-v1", "facts": { "evidenceStage": { "value": 3, "unit": "1", "source": "s" } } }""", "it follows from the log")]
    public void Mistakes_are_named(string label, string words) =>
        Assert.Contains(_bench.Mistakes($"\"label\": {label}, {Buses}"), mistake => mistake.Contains(words, StringComparison.Ordinal));

    [Fact]
    public void The_annotated_site_has_a_label_and_lacks_nothing_it_does_not_say()
    {
        var mistakes = new List<Mistake>();
        var catalogue = Ecocentre.Edge.Devices.Meters.MeterCatalogue.Load(Path.Combine(AppContext.BaseDirectory, "meters"), mistakes);
        // The secrets it names are not on this machine.
        var text = string.Join('\n', File.ReadLines(Path.Combine(Repository.Root, "config", "site.json"))
            .Where(line => !line.Contains("\"passwordFile\"", StringComparison.Ordinal) && !line.Contains("\"user\"", StringComparison.Ordinal)
                && !line.Contains("\"ca\"", StringComparison.Ordinal)));
        var site = Ecocentre.Edge.Sites.SiteFile.Load(_bench.Scratch.Write("annotated.json", text), catalogue, mistakes);
        Assert.True(site?.Label is not null, string.Join('\n', mistakes));
        var missing = new CentreLabel(site, site.Label).Missing().ToArray();
        Assert.Contains("AQ-4 needs pm.2-5: no such point", missing);
        Assert.DoesNotContain(missing, m => m.StartsWith("EN-1 ") || m.StartsWith("EN-4 ") || m.StartsWith("WA-2 "));
    }
}
