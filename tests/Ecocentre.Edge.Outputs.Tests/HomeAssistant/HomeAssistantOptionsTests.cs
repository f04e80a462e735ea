using Ecocentre.Edge.Outputs.HomeAssistant;

namespace Ecocentre.Edge.Outputs.Tests.HomeAssistant;

public sealed class HomeAssistantOptionsTests
{
    [Theory]
    [InlineData("homeassistant", true)]
    [InlineData("site/ha", true)]
    [InlineData("", false)]
    [InlineData("ha/#", false)]
    [InlineData("a+b", false)]
    [InlineData("/ha", false)]
    [InlineData("ha/", false)]
    [InlineData("$SYS", false)]
    public void A_prefix_is_the_beginning_of_a_topic(string prefix, bool isRight)
    {
        var mistakes = new HomeAssistantOptions { Prefix = prefix }.Check("site.json", "$.mqtt.homeAssistant");
        Assert.Equal(isRight, mistakes.IsEmpty);
        Assert.All(mistakes, mistake => Assert.Equal("$.mqtt.homeAssistant.prefix", mistake.Path));
    }
}
