using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;

namespace Ecocentre.Edge.Devices.Tests.Meters;

public sealed class BusUseTests
{
    private static readonly MeterModel Model = MadeModel.Of(new ReadLimits { GapMax = 4 }, ("voltage.l1", 0), ("voltage.l2", 2), ("frequency", 70));

    [Fact]
    public void The_plan_prints_request_by_request()
    {
        var use = new BusUse([Make("main", 1), Make("heat-pump", 12)]);
        Assert.Equal(
            """
            device     unit  table    address  count  points  bytes    ms  period
            main          1  holding        0      3       2     19  27.8     1 s
            main          1  holding       70      1       1     15  23.6     1 s
            heat-pump    12  holding        0      3       2     19  27.8     1 s
            heat-pump    12  holding       70      1       1     15  23.6     1 s
            bus use 10 %
            """, use.ToString());
        Assert.False(use.IsTooFull);
    }

    [Fact]
    public void A_bus_over_the_limit_says_what_to_do()
    {
        var use = new BusUse(Enumerable.Range(1, 16).Select(i => Make($"m{i}", (byte)i)));
        Assert.True(use.IsTooFull);
        Assert.EndsWith("bus use 82 %, more than the 80 % allowed: lengthen periods, want fewer points, raise the baud rate or split the bus", use.ToString());
    }

    [Fact]
    public void Requests_that_go_out_together_share_the_time() =>
        Assert.Equal(new BusUse([Make("a", 1)]).Share / 4, new BusUse([Make("a", 1)], outstandingMax: 4).Share, 12);

    private static MeterSetup Make(string name, byte unit) => MeterSetup.Make(
        Model, new MeterOptions { Name = name, Unit = unit, Period = TimeSpan.FromSeconds(1) }, default, MeterBench.Cost);
}
