using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

public sealed class UseOfSpaceTests
{
    private static CriteriaBench Bench(double occupied) => new CriteriaBench { Opening = CriteriaBench.Hours("08:00", "18:00") }.Space("room", desks: 10)
        .Point("room.desks.occupied", "desks.occupied", "room", _ => occupied).Criterion(new Criterion
        {
            Id = "US-1", Title = "use", Kind = new UseOfSpace(), When = When.Open, Step = TimeSpan.FromHours(1), CoverageMin = 0.75, SlotCoverageMin = 0.75,
            Inputs = CriteriaBench.Inputs(("occupied", "desks.occupied"), ("offered", "desks.offered")), Limits = CriteriaBench.Limits(("useMin", "1", 0.2, 0.4, 0.6)),
        });

    [Theory]
    [InlineData(6, VerdictLevel.Level3)]
    [InlineData(4, VerdictLevel.Level2)]
    [InlineData(2, VerdictLevel.Level1)]
    [InlineData(1, VerdictLevel.NotMet)]
    public void Desk_hours_in_opening_hours_are_held_against_those_offered(double occupied, VerdictLevel level)
    {
        var verdict = Bench(occupied).Live("2026-11-16", "2026-11-16").Verdict("2026-11-16");
        Assert.Equal((level, occupied / 10, 10), (verdict.Level, verdict.Finding.Value, verdict.Coverage.Expected));
    }

    [Fact]
    public void Desks_nobody_knows_of_are_not_offered() => Assert.Equal(
        0.5, Bench(4).Point("room.desks.offered", "desks.offered", "room", _ => 8).Live("2026-11-16", "2026-11-16").Verdict("2026-11-16").Finding.Value);

    [Fact]
    public void A_holiday_offers_nothing()
    {
        var bench = Bench(4);
        bench.Opening = CriteriaBench.Hours("08:00", "18:00", "2026-11-16");
        Assert.Equal(0, bench.Live("2026-11-16", "2026-11-16").Verdict("2026-11-16").Coverage.Expected);
    }
}
