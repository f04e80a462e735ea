using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Windows;
using static Ecocentre.Edge.Core.Tests.Machine;

namespace Ecocentre.Edge.Core.Tests.Readings;

public sealed class ValidityTests
{
    private static readonly PointId First = new(0);

    [Fact]
    public void Readings_beyond_the_calibration_are_questionable_and_others_are_not()
    {
        var machine = new Machine(Gauge(), Gauge() with { Name = "other" });
        machine.Gateway.SetValidity(First, T(120));
        machine.StartAt(T(0));
        for (var second = 10; second <= 240; second += 10) machine.Run(second).Read(0, T(second), second).Read(1, T(second), second);
        machine.Run(243);
        Assert.Equal([Quality.Questionable, Quality.Good], machine.Gateway.TakeSnapshot(T(243)).Latest.Select(r => r.Quality));
        // Only good readings cover a window; questionable ones are in it.
        Assert.Equal(1, machine.Minute(1).Coverage, 2);
        Assert.Equal((0.0, 6), (machine.Minute(3).Coverage, machine.Minute(3).Count));
        Assert.Equal(1, machine.Minute(3, 1).Coverage, 2);
    }

    [Fact]
    public void New_calibration_makes_them_good_again()
    {
        var machine = new Machine(Gauge());
        machine.Gateway.SetValidity(First, T(-1));
        machine.StartAt(T(0)).Read(1, 7);
        Assert.Equal(Quality.Questionable, machine.Gateway.TakeSnapshot(T(1)).Latest[0].Quality);
        machine.Gateway.SetValidity(First, T(1000));
        machine.Read(2, 8);
        Assert.Equal(Quality.Good, machine.Gateway.TakeSnapshot(T(2)).Latest[0].Quality);
        machine.Gateway.SetValidity(First, null);
        machine.Run(1010).Read(1010, 9);
        Assert.Equal(Quality.Good, machine.Gateway.TakeSnapshot(T(1010)).Latest[0].Quality);
    }

    [Fact]
    public void Clock_set_back_leads_back_into_the_time_of_validity()
    {
        var machine = new Machine(Gauge());
        machine.Gateway.SetValidity(First, T(600));
        machine.StartAt(T(700)).Read(701, 1);
        Assert.Equal(Quality.Questionable, machine.Gateway.TakeSnapshot(T(701)).Latest[0].Quality);
        machine.Set(702, 300).Read(301, 2);
        Assert.Equal(Quality.Good, machine.Gateway.TakeSnapshot(T(301)).Latest[0].Quality);
    }
}
