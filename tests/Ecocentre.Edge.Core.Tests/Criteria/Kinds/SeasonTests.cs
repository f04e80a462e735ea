using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

public sealed class SeasonTests
{
    [Theory]
    [InlineData("2026-10-01", true)]
    [InlineData("2026-12-31", true)]
    [InlineData("2027-05-20", true)]
    [InlineData("2027-05-21", false)]
    [InlineData("2026-09-30", false)]
    public void A_season_may_reach_over_the_new_year(string date, bool inside) => Assert.Equal(inside, Season.Contains(DateOnly.Parse(date, null), 1001, 520));

    /// <summary>The heating season of French degree-days has 232 days.</summary>
    [Fact]
    public void The_heating_season_is_as_long_as_published() =>
        Assert.Equal(232, Enumerable.Range(0, 365).Count(d => Season.Contains(new DateOnly(2026, 1, 1).AddDays(d), 1001, 520)));

    [Theory]
    [InlineData("2026-06-01", true)]
    [InlineData("2026-09-30", true)]
    [InlineData("2026-10-01", false)]
    public void Or_lie_within_it(string date, bool inside) => Assert.Equal(inside, Season.Contains(DateOnly.Parse(date, null), 601, 930));
}
