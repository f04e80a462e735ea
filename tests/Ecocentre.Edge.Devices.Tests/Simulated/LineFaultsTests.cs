using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests.Simulated;

public sealed class LineFaultsTests
{
    private static readonly Instant Start = Instant.From(new DateTimeOffset(2026, 6, 16, 7, 0, 0, TimeSpan.Zero));
    private static readonly BuildingTruth Truth = new(5, Start, TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris"));
    private static readonly DeskPir Pir = new(Truth, Enumerable.Range(0, 60).First(desk => Truth.IsDeskTaken(desk, Start + TimeSpan.FromHours(1))));

    [Fact]
    public void The_declared_share_of_pulses_is_dropped_and_the_others_are_as_they_were()
    {
        var to = Start + TimeSpan.FromHours(4);
        var whole = Pir.ActiveBetween(Start, to);
        var rest = new FaultyLine(Pir, new LineFaults(3) { Dropped = 0.3 }).ActiveBetween(Start, to);
        Assert.InRange(rest.Count, 0.6 * whole.Count, 0.8 * whole.Count);
        Assert.All(rest, stretch => Assert.Contains(stretch, whole));
        Assert.NotEqual(rest, new FaultyLine(Pir, new LineFaults(4) { Dropped = 0.3 }).ActiveBetween(Start, to));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_stuck_line_says_the_same_until_it_is_let_go(bool isActive)
    {
        var stuck = new BuildingStay(Start + TimeSpan.FromMinutes(50), Start + TimeSpan.FromMinutes(80));
        var line = new FaultyLine(Pir, new LineFaults(3) { Stuck = [(stuck, isActive)] });
        for (var second = 0; second < 2 * 3600; second++)
        {
            var at = Start + TimeSpan.FromSeconds(second);
            Assert.Equal(at >= stuck.From && at < stuck.To ? isActive : Pir.IsActive(at), line.IsActive(at));
        }
    }
}
