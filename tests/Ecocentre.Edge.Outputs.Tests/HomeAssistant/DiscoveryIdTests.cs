using System.Text.RegularExpressions;
using Ecocentre.Edge.Outputs.HomeAssistant;

namespace Ecocentre.Edge.Outputs.Tests.HomeAssistant;

public sealed class DiscoveryIdTests
{
    [Fact]
    public void Names_become_ids_that_are_legal_and_different()
    {
        string[] names = ["a.b", "a-b", "a_b", "a/b", "a+b", "a#b", "ab", "A.b", "é", "e", "会議室", "🏢", "_2e", ".", "", " ", "a\0b"];
        Assert.All(names, name => Assert.Matches(new Regex("^[a-zA-Z0-9_-]*$"), DiscoveryId.Safe(name)));
        Assert.Equal(names.Length, names.Select(DiscoveryId.Safe).Distinct().Count());
        Assert.Equal("main_2eroom-1", DiscoveryId.Safe("main.room-1"));
    }

    [Fact]
    public void Ids_of_one_centre_are_none_of_another()
    {
        Assert.True(DiscoveryId.IsOf("lyon", DiscoveryId.Device("lyon", "1_device_x")));
        Assert.False(DiscoveryId.IsOf("lyon", DiscoveryId.Device("lyon-1", "x")));
        Assert.False(DiscoveryId.IsOf("lyon-1", DiscoveryId.Gateway("lyon")));
        Assert.NotEqual(DiscoveryId.Device("lyon", "desks"), DiscoveryId.Desks("lyon", "device"));
    }
}
