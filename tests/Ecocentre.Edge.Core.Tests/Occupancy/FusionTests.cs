using Ecocentre.Edge.Occupancy;
using static Ecocentre.Edge.Core.Tests.Machine;
using static Ecocentre.Edge.Core.Tests.Occupancy.Office;

namespace Ecocentre.Edge.Core.Tests.Occupancy;

public sealed class FusionTests
{
    private static readonly Dictionary<char, DeskState> Words = new()
    {
        ['F'] = DeskState.Free, ['O'] = DeskState.Occupied, ['H'] = DeskState.Held, ['U'] = DeskState.Unknown, ['X'] = DeskState.Fault,
    };

    /// <summary>What the sensors say, the primary one first, whether the desk was taken, and what it is by each rule.</summary>
    [Theory]
    // One sensor: every rule says what it says.
    [InlineData("F", false, "FFFF")]
    [InlineData("O", false, "OOOO")]
    [InlineData("H", true, "HHHH")]
    [InlineData("U", true, "UUUU")]
    [InlineData("X", false, "XXXX")]
    [InlineData("", false, "UUUU")]
    // Two that agree, or not.
    [InlineData("FF", true, "FFFF")]
    [InlineData("OO", false, "OOOO")]
    [InlineData("OH", false, "OOOO")]
    [InlineData("HH", true, "HHHH")]
    [InlineData("OF", false, "OFOO")]
    [InlineData("FO", false, "OFOF")]
    [InlineData("FO", true, "OFOO")]
    [InlineData("FH", false, "HFHF")]
    // One is silent or stuck: never free but by a majority of those declared.
    [InlineData("FU", false, "UUUU")]
    [InlineData("UF", true, "UUUU")]
    [InlineData("FX", false, "XXXX")]
    [InlineData("UX", false, "XXXX")]
    [InlineData("OU", false, "OUOO")]
    [InlineData("UO", false, "OUOU")]
    [InlineData("UO", true, "OUOO")]
    // Three.
    [InlineData("FFU", false, "UUFU")]
    [InlineData("FUU", false, "UUUU")]
    [InlineData("FFO", false, "OFFF")]
    [InlineData("FOO", false, "OFOF")]
    [InlineData("OFU", false, "OUUO")]
    [InlineData("XXF", false, "XXXX")]
    // A tie of four is taken.
    [InlineData("OOFF", false, "OFOO")]
    public void Rules_fuse_as_declared(string sensors, bool wasTaken, string expected)
    {
        var opinions = sensors.Select(s => new SensorOpinion(Words[s], 0, long.MaxValue)).ToArray();
        var rules = new[] { DeskRule.Any, DeskRule.All, DeskRule.Majority, DeskRule.Primary };
        Assert.Equal(expected, string.Concat(rules.Select(rule => Words.Single(w => w.Value == Fusion.Of(rule, opinions, wasTaken)).Key)));
    }

    [Theory]
    [InlineData("O", 'O', 1)]
    [InlineData("OF", 'O', 0.5)]
    [InlineData("HH", 'H', 0.5)]
    [InlineData("HF", 'H', 0.25)]
    [InlineData("FFU", 'F', 2 / 3.0)]
    [InlineData("FU", 'U', 0)]
    [InlineData("X", 'X', 0)]
    public void Confidence_is_the_share_that_agrees_and_half_of_it_while_held(string sensors, char state, double expected) =>
        Assert.Equal(expected, Fusion.Confidence(Words[state], [.. sensors.Select(s => new SensorOpinion(Words[s], 0, long.MaxValue))]), 12);

    [Fact]
    public void Desk_holds_by_the_sensor_that_still_speaks_when_the_other_falls_silent()
    {
        var office = new Office(Desk(DeskRules.Default, 0, 1));
        office.Read(0, 1).Read(10, 0, sensor: 1).Read(10, 1).Settle(10);
        // The second alone would end at 35, too; nothing changes but how sure it is.
        office.Read(20, 1).Settle(20);
        Assert.Equal((DeskState.Occupied, T(45), 0.5), (office.State, office[0].ValidUntil, office[0].Confidence));
        office.Pass(44);
        Assert.Equal((DeskState.Occupied, T(45), 1), (office.State, office[0].ValidUntil, office.Changes.Count));
        office.Pass(45);
        Assert.Equal((DeskState.Unknown, T(45)), (office.State, office[0].Since));
    }

    [Fact]
    public void Radar_keeps_a_desk_that_only_the_PIR_may_take()
    {
        var office = new Office(Desk(DeskRules.Default with { Rule = DeskRule.Primary, Hold = TimeSpan.FromMinutes(2) }, 0, 1));
        for (var at = 0; at <= 200; at += 10) office.Read(at, 0).Read(at, 1, sensor: 1).Settle(at);
        // The neighbour moves all the time.
        Assert.Equal(DeskState.Free, office.State);
        office.Read(205, 1).Settle(205);
        Assert.Equal(DeskState.Occupied, office.State);
        for (var at = 210; at <= 1000; at += 10) office.Read(at, 0).Read(at, 1, sensor: 1).Settle(at);
        Assert.Equal(DeskState.Occupied, office.State);
        for (var at = 1010; at <= 1110; at += 10) office.Read(at, 0).Read(at, 0, sensor: 1).Settle(at);
        Assert.Equal(DeskState.Held, office.State);
        for (var at = 1120; at <= 1140; at += 10) office.Read(at, 0).Read(at, 1, sensor: 1).Settle(at);
        Assert.Equal(DeskState.Occupied, office.State);
    }
}
