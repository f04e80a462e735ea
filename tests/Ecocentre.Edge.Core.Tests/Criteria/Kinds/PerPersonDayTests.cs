using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

public sealed class PerPersonDayTests
{
    private static CriteriaBench Bench(double cubicMetresAnHour) => new CriteriaBench().Space("a").Space("b").Point("w.water", "water", null, _ => cubicMetresAnHour)
        .Point("a.people", "people", "a", at => at.Hour is >= 9 and < 16 ? 6 : 0).Point("b.people", "people", "b", at => at.Hour is >= 9 and < 16 ? 4 : 0)
        .Role("water", "w.water").Criterion(new Criterion
        {
            Id = "WA-1", Title = "water", Kind = new PerPersonDay(), Step = TimeSpan.FromHours(1), CoverageMin = 0.75, SlotCoverageMin = 0.75,
            Inputs = CriteriaBench.Inputs(("amount", "water"), ("people", "people")), Limits = CriteriaBench.Limits(("perPersonDayMax", "l", 40, 25, 15)),
            Settings = CriteriaBench.Settings(("personDayHours", "h", 7), ("factor", "l/m³", 1000)),
        });

    /// <summary>Ten people for seven hours are ten person-days.</summary>
    [Theory]
    [InlineData(0.15, VerdictLevel.Level3)]
    [InlineData(0.25, VerdictLevel.Level2)]
    [InlineData(0.4, VerdictLevel.Level1)]
    [InlineData(0.41, VerdictLevel.NotMet)]
    public void Water_is_shared_by_those_who_were_there(double cubicMetres, VerdictLevel level)
    {
        var verdict = Bench((cubicMetres - 1e-9) / 24).Live("2026-11-16", "2026-11-16").Verdict("2026-11-16");
        Assert.Equal((level, cubicMetres * 100, "l"), (verdict.Level, Math.Round(verdict.Finding.Value, 3), verdict.Finding.Unit));
    }

    /// <summary>When the whole centre has a point of its own (small rooms are not told of), it is taken instead of adding rooms.</summary>
    [Fact]
    public void The_centres_own_number_goes_before_the_sum_of_rooms()
    {
        var verdict = Bench(0.2 / 24).Point("centre.people", "people", null, at => at.Hour is >= 9 and < 16 ? 20 : 0).Live("2026-11-16", "2026-11-16")
            .Verdict("2026-11-16");
        Assert.Equal(10, verdict.Finding.Value, 6);
    }
}
