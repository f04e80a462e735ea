using Ecocentre.Edge.Devices.Modbus;

namespace Ecocentre.Edge.Devices.Tests.Modbus;

public sealed class BackOffTests
{
    [Fact]
    public void Waits_double_up_to_the_longest_and_start_anew_after_success()
    {
        var time = new StillTime();
        var backOff = new BackOff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), time);
        Assert.Equal(TimeSpan.Zero, backOff.Remaining);
        foreach (var seconds in (int[])[1, 2, 4, 5, 5])
        {
            backOff.Failed();
            Assert.Equal(seconds, backOff.Remaining.TotalSeconds);
        }
        time.Now += TimeSpan.FromSeconds(4).Ticks;
        Assert.Equal(1, backOff.Remaining.TotalSeconds);
        time.Now += TimeSpan.FromSeconds(9).Ticks;
        Assert.Equal(TimeSpan.Zero, backOff.Remaining);

        backOff.Worked();
        backOff.Failed();
        Assert.Equal(1, backOff.Remaining.TotalSeconds);
    }

    private sealed class StillTime : TimeProvider
    {
        public long Now { get; set; }
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
        public override long GetTimestamp() => Now;
    }
}
