using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Core.Tests.Time;

public sealed class GatewayClockTests
{
    private readonly HandTime _time = new();
    private readonly GatewayClock _clock;

    public GatewayClockTests() => _clock = new GatewayClock(_time, GatewayLimits.Default);

    [Fact]
    public void Starts_at_the_wall_and_goes_with_the_monotonic_clock()
    {
        Assert.Equal(_time.Wall, _clock.Now);
        _time.Pass(TimeSpan.FromSeconds(90.5));
        Assert.Equal(Machine.Zero + TimeSpan.FromSeconds(90.5), _clock.Now);
        Assert.Equal(0, _clock.Era);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-3)]
    [InlineData(3600)]
    [InlineData(-3600)]
    [InlineData(31_536_000)]
    [InlineData(-31_536_000)]
    public void Follows_the_wall_after_three_beats_in_a_row(double seconds)
    {
        _time.Wall += TimeSpan.FromSeconds(seconds);
        for (var beat = 1; beat < GatewayLimits.Default.ClockBeats; beat++)
        {
            var before = _clock.Now;
            Assert.Null(_clock.Observe());
            Assert.Equal(before, _clock.Now);
            _time.Pass(TimeSpan.FromSeconds(1));
        }
        var derived = _clock.Now;
        var step = _clock.Observe();
        Assert.Equal(new ClockStep(derived, derived + TimeSpan.FromSeconds(seconds), 1), step);
        Assert.Equal((_time.Wall, 1), (_clock.Now, _clock.Era));
        _time.Pass(TimeSpan.FromSeconds(10));
        Assert.Null(_clock.Observe());
        Assert.Equal(_time.Wall, _clock.Now);
    }

    [Fact]
    public void A_wall_that_comes_back_in_between_is_not_followed()
    {
        for (var i = 0; i < 20; i++)
        {
            _time.Pass(TimeSpan.FromSeconds(1));
            if (i % 3 == 0) _time.Wall += TimeSpan.FromHours(1);
            if (i % 3 == 2) _time.Wall -= TimeSpan.FromHours(1);
            Assert.Null(_clock.Observe());
        }
        Assert.Equal(0, _clock.Era);
    }

    [Fact]
    public void A_small_difference_is_borne_to_the_millisecond()
    {
        _time.Wall += GatewayLimits.Default.ClockDifferenceMax;
        for (var i = 0; i < 10; i++) Assert.Null(_clock.Observe());
        _time.Wall += TimeSpan.FromMilliseconds(1);
        Assert.Null(_clock.Observe());
        Assert.Null(_clock.Observe());
        Assert.NotNull(_clock.Observe());
    }

    [Fact]
    public void Between_steps_time_never_goes_back_whatever_the_wall_does()
    {
        var random = new Random(3);
        var before = _clock.Now;
        for (var i = 0; i < 10_000; i++)
        {
            _time.Wall += TimeSpan.FromSeconds(random.Next(-5000, 5000));
            if (random.Next(3) == 0) _time.Pass(TimeSpan.FromMilliseconds(random.Next(3)));
            if (random.Next(10) == 0 && _clock.Observe() is { } step)
            {
                Assert.True(before <= step.Before);
                Assert.Equal(_clock.Now, step.After);
                Assert.Equal(_clock.Era, step.Era);
                before = step.After;
            }
            Assert.True(_clock.Now >= before);
            before = _clock.Now;
        }
        Assert.True(_clock.Era > 10);
    }

    [Fact]
    public void Elapsed_time_does_not_drift_over_years()
    {
        for (var i = 0; i < 3650; i++) _time.Pass(TimeSpan.FromDays(1) + TimeSpan.FromTicks(1));
        Assert.Equal(Machine.Zero + TimeSpan.FromDays(3650), _clock.Now);
        Assert.Null(_clock.Observe());
    }

    /// <summary>A wall that is set by hand and a monotonic clock that only passes.</summary>
    private sealed class HandTime : TimeProvider
    {
        private long _ticks = 123_456_789;

        public Instant Wall { get; set; } = Machine.Zero;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan time)
        {
            _ticks += time.Ticks;
            Wall += time;
        }

        public override long GetTimestamp() => _ticks;

        public override DateTimeOffset GetUtcNow() => Wall.ToDateTimeOffset();
    }
}
