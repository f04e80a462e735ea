using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Core.Tests.Time;

public sealed class TogetherTests
{
    [Theory]
    [InlineData(0, 1_000)]
    [InlineData(1, 1_000)]
    [InlineData(999_999, 1)]
    [InlineData(400_000_000, 600)]
    [InlineData(999_000_001, 1)]
    [InlineData(7_000_000_000, 1_000)]
    public void What_is_ahead_reaches_to_the_next_whole_second_in_milliseconds_rounded_up(long nanoseconds, int milliseconds)
    {
        // 999,999 ns: the next whole millisecond is one nanosecond ahead.
        var period = nanoseconds == 999_999 ? TimeSpan.FromMilliseconds(1) : TimeSpan.FromSeconds(1);
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Together.Ahead(new StandingTime(nanoseconds), period));
    }

    [Fact]
    public void Whoever_asks_at_whatever_moment_is_told_the_same_one()
    {
        var random = new Random(3);
        for (var turn = 0; turn < 1_000; turn++)
        {
            var period = TimeSpan.FromMilliseconds(random.Next(1, 5_000));
            var now = random.NextInt64(0, 1_000_000_000_000);
            var next = Together.Next(new StandingTime(now), period, now);
            Assert.True(next > now && next - now <= period.Ticks * 100, $"seed 3, turn {turn}");
            Assert.Equal(next, Together.Next(new StandingTime(now), period, next - 1));
        }
    }

    private sealed class StandingTime(long nanoseconds) : TimeProvider
    {
        public override long TimestampFrequency => 1_000_000_000;

        public override long GetTimestamp() => nanoseconds;
    }
}
