using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

public sealed class CoolingAboveTests
{
    private static readonly Criterion Cooling = new()
    {
        Id = "EN-7", Title = "cooling", Kind = new CoolingAbove(), Scope = Scope.Spaces, Step = TimeSpan.FromHours(1), CoverageMin = 0.75, SlotCoverageMin = 0.75,
        Inputs = CriteriaBench.Inputs(("value", "temperature"), ("cooling", "cooling")), Limits = CriteriaBench.Limits(("shareMax", "1", 0.2, 0.1, 0.02)),
        Settings = CriteriaBench.Settings(("mark", "°C", 26), ("coolingOnMin", "1", 0.1)),
    };

    /// <summary>Cooling runs ten hours; in so many of them the room is still below 26 °C.</summary>
    [Theory]
    [InlineData(0, VerdictLevel.Level3)]
    [InlineData(1, VerdictLevel.Level2)]
    [InlineData(2, VerdictLevel.Level1)]
    [InlineData(3, VerdictLevel.NotMet)]
    public void Cooling_is_for_rooms_over_the_mark(int cool, VerdictLevel level)
    {
        var bench = new CriteriaBench().Space("room").Point("a.temperature", "temperature", "room", at => at.Hour < 8 + cool ? 25.9 : 26)
            .Point("ac.contact", "contact", "plant", at => at.Hour is >= 8 and < 18 ? 1 : 0).Role("cooling", "ac.contact").Criterion(Cooling)
            .Live("2026-07-13", "2026-07-13");
        Assert.Equal(level, bench.Verdict("2026-07-13").Level);
    }

    [Fact]
    public void Without_a_word_on_the_cooling_it_does_not_apply() => Assert.Equal(
        VerdictLevel.NotApplicable,
        new CriteriaBench().Space("room").Point("a.temperature", "temperature", "room", _ => 25).Criterion(Cooling).Live("2026-07-13", "2026-07-13")
            .Verdict("2026-07-13").Level);
}
