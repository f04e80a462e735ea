using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Simulated;

namespace Ecocentre.Edge.Devices.Tests.Simulated;

public sealed class WireFaultsTests
{
    private static readonly ModbusRead Request = new(1, RegisterTable.Holding, 0, 1);

    [Fact]
    public void The_same_seed_gives_the_same_faults()
    {
        WireFaults Faults() => new(3) { Silent = 0.2, Late = 0.2, Truncated = 0.2, Flipped = 0.2, Refused = 0.1 };
        var (one, other) = (Faults(), Faults());
        for (var round = 0; round < 500; round++)
            Assert.Equal(one.Next(Request), other.Next(Request));
    }

    [Fact]
    public void Each_kind_comes_as_often_as_asked()
    {
        const int Rounds = 20_000;
        var faults = new WireFaults(5) { Silent = 0.1, Late = 0.2, Truncated = 0.05, Flipped = 0.15, Refused = 0.1 };
        var drawn = Enumerable.Range(0, Rounds).Select(_ => faults.Next(Request)).ToList();

        double Share(Func<WireFault, bool> which) => drawn.Count(which) / (double)Rounds;
        Assert.Equal(0.1, Share(fault => fault.Kind == WireFaultKind.Silent), 0.02);
        Assert.Equal(0.2, Share(fault => fault.Delay > TimeSpan.Zero), 0.02);
        Assert.Equal(0.05, Share(fault => fault.Kind == WireFaultKind.Truncated), 0.02);
        Assert.Equal(0.15, Share(fault => fault.Kind == WireFaultKind.Flipped), 0.02);
        Assert.Equal(0.1, Share(fault => fault is { Kind: WireFaultKind.Refused, Exception: >= 1 and <= 4 }), 0.02);
        Assert.Equal(0.4, Share(fault => fault == default), 0.02);
        Assert.All(drawn.Where(fault => fault.Delay > TimeSpan.Zero), fault => Assert.InRange(fault.Delay, faults.LateMin, faults.LateMax));
    }

    [Fact]
    public void A_reply_is_spoilt_as_its_fault_says()
    {
        byte[] Reply() => [1, 2, 3, 4];
        Assert.Equal(4, default(WireFault).Spoil(Reply()));
        Assert.Equal(0, new WireFault(WireFaultKind.Silent).Spoil(Reply()));
        Assert.Equal(3, new WireFault(WireFaultKind.Truncated, At: 7).Spoil(Reply()));
        var turned = Reply();
        Assert.Equal(4, new WireFault(WireFaultKind.Flipped, At: 32 + 9).Spoil(turned));
        Assert.Equal([1, 0, 3, 4], turned);
    }
}
