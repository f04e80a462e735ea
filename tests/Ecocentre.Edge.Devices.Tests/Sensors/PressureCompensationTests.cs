using Ecocentre.Edge.Devices.Sensors;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

public sealed class PressureCompensationTests
{
    [Fact]
    public void Pascals_never_reach_the_wire_as_nothing()
    {
        var compensation = new PressureCompensation(0);
        // 101,325 Pa are 1013 hPa.
        Assert.Equal((ushort)1013, compensation.Next(101_325 / 100.0));
    }

    [Fact]
    public void Noise_is_not_told_and_a_silent_barometer_gives_way_to_the_altitude()
    {
        var compensation = new PressureCompensation(500);
        Assert.Null(compensation.Next(null));
        Assert.Equal((ushort)950, compensation.Next(950));
        compensation.Told(950);
        Assert.Null(compensation.Next(950.9));
        Assert.Equal((ushort)951, compensation.Next(951.2));
        // ISO 2533: 954.61 hPa at 500 m.
        Assert.Equal((ushort)955, compensation.Next(null));
        compensation.Told(955);
        Assert.Null(compensation.Next(null));
        compensation.Forget();
        Assert.Null(compensation.Next(null));
    }

    [Theory]
    [InlineData(300, 700)]
    [InlineData(2000, 1200)]
    public void What_no_chip_takes_is_cut(double told, int sent) => Assert.Equal((ushort)sent, new PressureCompensation(0).Next(told));
}
