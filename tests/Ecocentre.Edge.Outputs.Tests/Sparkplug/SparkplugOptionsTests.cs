using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Outputs.Sparkplug;

namespace Ecocentre.Edge.Outputs.Tests.Sparkplug;

public sealed class SparkplugOptionsTests
{
    [Theory]
    [InlineData("Ecocentre", "lyon-1", null, "")]
    [InlineData("Écocentres du Rhône", "Lyon 1", "scada", "")]
    [InlineData("a/b", "lyon-1", null, "group")]
    [InlineData("a", "lyon+", null, "node")]
    [InlineData("a", "b", "x#", "primaryHost")]
    [InlineData("", "b\n", null, "group node")]
    public void Ids_can_stand_in_topics(string group, string node, string? host, string wrong)
    {
        var broker = new MqttOptions { Broker = new Uri("mqtt://broker"), ClientId = "x" };
        var mistakes = new SparkplugOptions(broker, group, node) { PrimaryHost = host }.Check("site.json", "$.sparkplug");
        Assert.Equal(wrong, string.Join(' ', mistakes.Select(mistake => mistake.Path["$.sparkplug.".Length..])));
    }

    [Fact]
    public void Device_ids_hold_no_sign_of_topics_and_stay_different()
    {
        string[] names = ["a/b", "a+b", "a#b", "a%2Fb", "a b", "café", "a\0b", "ab"];
        Assert.Equal(["a%2Fb", "a%2Bb", "a%23b", "a%252Fb", "a b", "café", "a%00b", "ab"], names.Select(SparkplugTopics.Id));
    }
}
