using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Readings;
using static Ecocentre.Edge.Core.Tests.Machine;
using static Ecocentre.Edge.Core.Tests.Occupancy.Office;

namespace Ecocentre.Edge.Core.Tests.Occupancy;

public sealed class DeskBoardTests
{
    [Fact]
    public void Desk_is_unknown_until_its_sensor_speaks_and_free_only_after_the_hold_time()
    {
        var office = new Office(Desk(DeskRules.Default, 0)).Settle(0);
        Assert.Equal((DeskState.Unknown, T(0), T(0), 0.0, 0L), (office.State, office[0].Since, office[0].ValidUntil, office[0].Confidence, office[0].Sequence));
        office.Keep(5, 595, 0);
        Assert.Equal(DeskState.Unknown, office.State);
        office.Keep(605, 615, 0);
        Assert.Equal((DeskState.Free, T(605), T(615), T(640), 1.0, 1L),
            (office.State, office[0].Since, office[0].ObservedAt, office[0].ValidUntil, office[0].Confidence, office[0].Sequence));
    }

    [Fact]
    public void Somebody_comes_leaves_and_the_desk_is_held_before_it_is_free()
    {
        var office = new Office(Desk(DeskRules.Default, 0)).Keep(0, 600, 0).Keep(603, 703, 1).Keep(707, 1400, 0);
        Assert.Equal([DeskState.Free, DeskState.Occupied, DeskState.Held, DeskState.Free], office.Changes.Select(c => c.State));
        Assert.Equal([T(600), T(603), T(767), T(1307)], office.Changes.Select(c => c.Since));
        Assert.Equal([1, 2, 3, 4], office.Changes.Select(c => c.Sequence));
        Assert.Equal([1, 1, 0.5, 1], office.Changes.Select(c => c.Confidence));
    }

    [Fact]
    public void Silent_sensor_is_unknown_when_its_reading_runs_out_and_not_a_moment_later()
    {
        var office = new Office(Desk(DeskRules.Default, 0)).Keep(0, 600, 0);
        Assert.Equal(T(625), office.Gateway.DesksDueAt);
        Assert.Equal(T(625), office[0].ValidUntil);
        office.Settle(624.999);
        Assert.Equal(DeskState.Free, office.State);
        office.Settle(625);
        Assert.Equal((DeskState.Unknown, T(625), 0.0), (office.State, office[0].Since, office[0].Confidence));
    }

    [Theory]
    [InlineData(Quality.Missing, DeskState.Occupied)]
    [InlineData(Quality.Invalid, DeskState.Occupied)]
    [InlineData(Quality.Questionable, DeskState.Unknown)]
    public void Lost_reading_lets_the_last_one_run_out_and_warming_up_ends_it(Quality quality, DeskState expected)
    {
        var office = new Office(Desk(DeskRules.Default, 0)).Keep(0, 20, 1).Read(30, 0, quality: quality).Settle(30);
        Assert.Equal(expected, office.State);
        office.Settle(45);
        Assert.Equal(DeskState.Unknown, office.State);
    }
}
