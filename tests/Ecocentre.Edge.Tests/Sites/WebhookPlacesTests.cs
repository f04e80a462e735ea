using System.Collections.Immutable;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Outputs.Webhooks;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Tests.Sites;

public sealed class WebhookPlacesTests : IDisposable
{
    private const string Good = """{ "name": "booking", "url": "https://booking.example/hook", "secretFile": "secret", "events": [ "desks", "co2" ], "co2Max": 1200 }""";

    private static readonly LabelProfile Profile =
        new LabelPlaces(new PointNames([], isComplete: true), [], [])
            .Read(JsonPlace.Parse("site.json", """{ "profile": "ecocentre-v1" }""", [])!)!.Profile;

    private readonly Scratch _scratch = new();

    public WebhookPlacesTests() => _scratch.Write("secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Right_target_is_read_whole()
    {
        var target = Assert.Single(Read($"[ {Good} ]", out var mistakes));
        Assert.Empty(mistakes);
        Assert.Equal((WebhookTopics.Desks | WebhookTopics.Co2, 1200, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), (target.Topics, target.Co2Max, target.Secret));
        Assert.DoesNotContain("whsec", target.ToString());
    }

    [Theory]
    [InlineData("\"co2Max\": 1200", "\"timeout\": \"5s\"", "co2Max", "missing")]
    [InlineData("https://", "http://", "url", "in the clear")]
    [InlineData("https://", "https://me:you@", "url", "user name")]
    [InlineData("\"secretFile\": \"secret\",", "", "secretFile", "missing")]
    [InlineData("\"secretFile\": \"secret\"", "\"secretFile\": \"none\"", "secretFile", "cannot be read")]
    [InlineData("\"secretFile\": \"secret\"", "\"secretFile\": \"weak\"", "secretFile", "shorter than 24 bytes")]
    [InlineData("\"desks\"", "\"desk\"", "events[0]", "not one of")]
    [InlineData("[ \"desks\", \"co2\" ]", "[]", "events", "items")]
    [InlineData("1200", "12", "co2Max", "")]
    [InlineData("\"desks\"", "\"headroom\"", "headroomMin", "names no criterion")]
    [InlineData("\"co2Max\"", "\"headroomMin\": { \"EN-99\": 5 }, \"co2Max\"", "headroomMin.EN-99", "no criterion")]
    [InlineData("\"co2Max\"", "\"headroomMin\": { \"EN-4\": -1 }, \"co2Max\"", "headroomMin.EN-4", "is -1")]
    public void Mistakes_are_told_with_their_place(string right, string wrong, string key, string words)
    {
        _scratch.Write("weak", "12345");
        Read($"[ {Good.Replace(right, wrong)} ]", out var mistakes);
        Assert.Contains(mistakes, mistake => mistake.Path == $"$[0].{key}" && mistake.Problem.Contains(words));
    }

    [Fact]
    public void Headroom_is_watched_of_the_criteria_that_are_named()
    {
        var text = Good.Replace("\"desks\"", "\"headroom\"").Replace("\"co2Max\"", "\"headroomMin\": { \"EN-4\": 40.5 }, \"co2Max\"");
        var target = Assert.Single(Read($"[ {text} ]", out var mistakes));
        Assert.Empty(mistakes);
        Assert.Equal(KeyValuePair.Create("EN-4", 40.5), Assert.Single(target.HeadroomMin));
    }

    [Fact]
    public void Two_of_a_name_would_share_what_they_were_told()
    {
        Read($"[ {Good}, {Good} ]", out var mistakes);
        Assert.Equal("$[1].name", Assert.Single(mistakes).Path);
    }

    private ImmutableArray<WebhookOptions> Read(string text, out List<Mistake> mistakes)
    {
        mistakes = [];
        var root = JsonPlace.Parse("site.json", text, mistakes)!;
        var targets = new WebhookPlaces(new OutputPlaces(_scratch.Folder, "site.json", mistakes), "site.json", Profile, mistakes).Read(root);
        root.Done();
        return targets;
    }
}
