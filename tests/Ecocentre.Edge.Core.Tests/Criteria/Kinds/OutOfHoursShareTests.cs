using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

public sealed class OutOfHoursShareTests
{
    private static CriteriaBench Bench(double open, double closed) => new CriteriaBench { Opening = CriteriaBench.Hours("08:00", "18:00") }.Space("room")
        .Point("m.energy", "energy.active.import", null, at => at.Hour is >= 8 and < 18 ? open : closed).Role("main", "m.energy")
        .Criterion(new Criterion
        {
            Id = "EN-4", Title = "out of hours", Kind = new OutOfHoursShare(), Step = TimeSpan.FromHours(1), CoverageMin = 0.9, SlotCoverageMin = 0.75,
            Inputs = CriteriaBench.Inputs(("energy", "main")), Limits = CriteriaBench.Limits(("shareMax", "1", 0.45, 0.35, 0.25)),
        });

    /// <summary>Ten hours open, fourteen closed.</summary>
    [Theory]
    [InlineData(10, 14 / 114.0, VerdictLevel.Level3)]
    [InlineData(3, 14 / 44.0, VerdictLevel.Level2)]
    [InlineData(2, 14 / 34.0, VerdictLevel.Level1)]
    [InlineData(1, 14 / 24.0, VerdictLevel.NotMet)]
    public void Energy_while_nobody_is_there_is_a_share_of_all(double open, double share, VerdictLevel level)
    {
        var verdict = Bench(open, 1).Live("2026-11-16", "2026-11-16").Verdict("2026-11-16");
        Assert.Equal(level, verdict.Level);
        Assert.Equal(share, verdict.Finding.Value, 9);
        Assert.StartsWith("presence measured in 0 slots", verdict.Occupied);
    }

    /// <summary>Somebody works until 22: those hours are no longer out of hours, whatever the door says.</summary>
    [Fact]
    public void Presence_decides_where_it_is_measured()
    {
        var verdict = Bench(2, 1).Point("room.presence", "presence", "room", at => at.Hour is >= 8 and < 22 ? 1 : 0).Live("2026-11-16", "2026-11-16")
            .Verdict("2026-11-16");
        Assert.Equal(10 / 34.0, verdict.Finding.Value, 9);
    }

    /// <summary>40 % may be used up: 0.45 × 34 kWh are 15.3; 14 are gone.</summary>
    [Fact]
    public void Headroom_is_energy() => Assert.Equal(0.45 * 34 - 14, Bench(2, 1).Live("2026-11-16", "2026-11-16").Verdict("2026-11-16").Finding.Levels[0].Headroom, 9);

    /// <summary>Clocks go forward in the night of 29 March and back in that of 25 October: 23 and 25 hours, all of them closed on a Sunday.</summary>
    [Theory]
    [InlineData("2026-03-29", 23)]
    [InlineData("2026-10-25", 25)]
    public void Days_of_a_clock_change_have_their_own_length(string date, int hours)
    {
        var verdict = Bench(1, 1).Live(date, date).Verdict(date);
        Assert.Equal((hours, VerdictLevel.NotMet, 1), (verdict.Coverage.Expected, verdict.Level, verdict.Finding.Value));
    }
}
