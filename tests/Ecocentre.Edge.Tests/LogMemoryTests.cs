using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Tests;

public sealed class LogMemoryTests
{
    private static readonly Instant Noon = Instant.From(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Minutes_between_two_lives_are_told_as_a_gap_of_the_gateway()
    {
        var gap = LogMemory.GapBefore(Noon + TimeSpan.FromSeconds(200), Noon);
        Assert.NotNull(gap);
        Assert.Equal((IncidentKind.Gap, "gateway", 2), (gap.Kind, gap.Subject, gap.Value));
        Assert.Contains("from 2026-11-20T12:01:00.000Z to 2026-11-20T12:03:00.000Z", gap.Text);
    }

    // The minute that was open at the end is open again, and is stored with the coverage it has.
    [Theory]
    [InlineData(60)]
    [InlineData(119)]
    public void A_restart_within_the_next_minute_leaves_no_gap(int seconds) =>
        Assert.Null(LogMemory.GapBefore(Noon + TimeSpan.FromSeconds(seconds), Noon));

    [Fact]
    public void A_clock_that_stands_before_the_newest_minute_says_nothing_of_a_gap() =>
        Assert.Null(LogMemory.GapBefore(Noon - TimeSpan.FromDays(20_000), Noon));

    [Fact]
    public void An_empty_log_has_no_gap() => Assert.Null(LogMemory.GapBefore(Noon, null));
}
