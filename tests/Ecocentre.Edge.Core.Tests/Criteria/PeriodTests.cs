using Ecocentre.Edge.Criteria;

namespace Ecocentre.Edge.Core.Tests.Criteria;

public sealed class PeriodTests
{
    [Theory]
    [InlineData(PeriodKind.Day, "2026-11-21", "2026-11-21", "2026-11-21", "2026-11-21")]
    [InlineData(PeriodKind.Week, "2026-11-22", "2026-W47", "2026-11-16", "2026-11-22")]
    [InlineData(PeriodKind.Week, "2027-01-01", "2026-W53", "2026-12-28", "2027-01-03")]
    [InlineData(PeriodKind.Month, "2028-02-10", "2028-02", "2028-02-01", "2028-02-29")]
    [InlineData(PeriodKind.Year, "2026-11-21", "2026", "2026-01-01", "2026-12-31")]
    [InlineData(PeriodKind.Rolling, "2026-11-21", "12m-2026-11-21", "2025-11-22", "2026-11-21")]
    [InlineData(PeriodKind.Rolling, "2028-02-29", "12m-2028-02-29", "2027-03-01", "2028-02-29")]
    public void A_period_contains_its_days_and_is_read_from_its_name(PeriodKind kind, string date, string name, string first, string last)
    {
        var period = Period.Containing(kind, DateOnly.Parse(date, null));
        Assert.Equal((name, DateOnly.Parse(first, null), DateOnly.Parse(last, null)), (period.Name, period.First, period.Last));
        Assert.True(Period.TryParse(name, out var read));
        Assert.Equal(period, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-13")]
    [InlineData("2026-W54")]
    [InlineData("2026-11-31")]
    [InlineData("yesterday")]
    [InlineData("12m-2026")]
    public void Other_text_is_no_period(string text) => Assert.False(Period.TryParse(text, out _));
}
