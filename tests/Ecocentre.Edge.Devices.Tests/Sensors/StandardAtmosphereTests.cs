using Ecocentre.Edge.Devices.Sensors;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

public sealed class StandardAtmosphereTests
{
    /// <summary>ISO 2533:1975, table 5.</summary>
    [Theory]
    [InlineData(0, 1013.25)]
    [InlineData(500, 954.61)]
    [InlineData(1000, 898.75)]
    [InlineData(3000, 701.09)]
    public void Pressures_agree_with_the_table(double metres, double hectopascals) =>
        Assert.Equal(hectopascals, StandardAtmosphere.PressureHectopascals(metres), 0.06);
}
