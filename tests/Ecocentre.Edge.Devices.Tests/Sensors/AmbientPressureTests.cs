using Ecocentre.Edge.Devices.Sensors;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

public sealed class AmbientPressureTests
{
    [Fact]
    public void The_newest_word_of_a_barometer_holds_for_half_an_hour()
    {
        var time = new VirtualTime();
        var pressure = new AmbientPressure(time);
        Assert.Null(pressure.Of("roof"));
        pressure.Tell("roof", 980);
        pressure.Tell("roof", 981.5);
        pressure.Tell("cellar", 990);
        Assert.Equal((981.5, 990.0), (pressure.Of("roof"), pressure.Of("cellar")));
        time.Pass(TimeSpan.FromMinutes(29));
        pressure.Tell("cellar", 991);
        time.Pass(TimeSpan.FromMinutes(2));
        Assert.Null(pressure.Of("roof"));
        Assert.Equal(991, pressure.Of("cellar"));
    }
}
