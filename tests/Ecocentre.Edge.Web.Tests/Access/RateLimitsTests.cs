using Ecocentre.Edge.Web.Access;

namespace Ecocentre.Edge.Web.Tests.Access;

public sealed class RateLimitsTests
{
    private readonly StillTime _time = new();

    [Fact]
    public void Burst_then_rate_then_how_long_to_wait()
    {
        var limits = new RateLimits(new Rate(2, 4), 10, _time);
        for (var i = 0; i < 4; i++) Assert.Equal(TimeSpan.Zero, limits.Take("a"));
        Assert.Equal(TimeSpan.FromSeconds(0.5), limits.Take("a"));
        _time.Now += TimeSpan.FromSeconds(0.25);
        Assert.Equal(TimeSpan.FromSeconds(0.25), limits.Take("a"));
        _time.Now += TimeSpan.FromSeconds(0.25);
        Assert.Equal(TimeSpan.Zero, limits.Take("a"));
        Assert.Equal(TimeSpan.Zero, limits.Take("b"));
        _time.Now += TimeSpan.FromHours(1);
        for (var i = 0; i < 4; i++) Assert.Equal(TimeSpan.Zero, limits.Take("a"));
        Assert.NotEqual(TimeSpan.Zero, limits.Take("a"));
    }

    [Fact]
    public void What_was_dear_leaves_a_debt()
    {
        var limits = new RateLimits(new Rate(1, 2), 10, _time);
        Assert.Equal(TimeSpan.Zero, limits.Take("a", 20));
        Assert.Equal(TimeSpan.FromSeconds(19), limits.Take("a"));
    }

    [Fact]
    public void Flood_of_addresses_takes_no_memory_and_shares_one_account()
    {
        var limits = new RateLimits(new Rate(1, 2), 100, _time);
        var refused = 0;
        for (var i = 0; i < 10_000; i++) refused += limits.Take($"{i}") > TimeSpan.Zero ? 1 : 0;
        Assert.InRange(limits.Count, 1, 101);
        Assert.Equal(10_000 - 100 - 2, refused);
        _time.Now += TimeSpan.FromSeconds(10);
        Assert.Equal(TimeSpan.Zero, limits.Take("new"));
        Assert.InRange(limits.Count, 1, 2);
    }

    private sealed class StillTime : TimeProvider
    {
        internal TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
