using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

public sealed class DeclaredStageTests
{
    private static CriteriaBench Bench() => new CriteriaBench().Criterion(new Criterion
    {
        Id = "PR-1", Title = "privacy", Kind = new DeclaredStage(), Inputs = CriteriaBench.Inputs(("first", "cell"), ("second", "hours")),
        Limits = CriteriaBench.Limits(("firstMin", "1", 5, 5, 10), ("secondMax", "h", 24, 24, 24)),
    });

    [Theory]
    [InlineData(10, 24, VerdictLevel.Level3)]
    [InlineData(5, 24, VerdictLevel.Level2)]
    [InlineData(4, 24, VerdictLevel.NotMet)]
    [InlineData(10, 25, VerdictLevel.NotMet)]
    public void Stated_numbers_are_held_against_limits(double cell, double hours, VerdictLevel level) =>
        Assert.Equal(level, Bench().Fact("cell", cell).Fact("hours", hours).Live("2026-11-16", "2026-11-16").Verdict("2026-11-16").Level);

    [Fact]
    public void What_nobody_states_is_not_decided() =>
        Assert.Equal(VerdictLevel.Undetermined, Bench().Fact("cell", 10).Live("2026-11-16", "2026-11-16").Verdict("2026-11-16").Level);
}
