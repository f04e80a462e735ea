using System.Collections.Immutable;
using Ecocentre.Edge.Outputs.Webhooks;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Tests.Sites;

public sealed class WebhookPlacesTests : IDisposable
{
    private const string Good = """{ "name": "booking", "url": "https://booking.example/hook", "secretFile": "secret", "events": [ "desks", "co2" ], "co2Max": 1200 }""";

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
    public void Mistakes_are_told_with_their_place(string right, string wrong, string key, string words)
    {
        _scratch.Write("weak", "12345");
        Read($"[ {Good.Replace(right, wrong)} ]", out var mistakes);
        Assert.Contains(mistakes, mistake => mistake.Path == $"$[0].{key}" && mistake.Problem.Contains(words));
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
        var targets = new WebhookPlaces(new OutputPlaces(_scratch.Folder, "site.json", mistakes), "site.json", mistakes).Read(root);
        root.Done();
        return targets;
    }
}
