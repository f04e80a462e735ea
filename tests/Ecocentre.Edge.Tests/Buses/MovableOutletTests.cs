using Ecocentre.Edge.Buses;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Tests.Buses;

public sealed class MovableOutletTests
{
    [Fact]
    public async Task Readings_come_once_and_in_order_however_often_the_queue_is_another()
    {
        const int count = 200_000;
        var intake = new Intake(GatewayLimits.Default);
        var outlet = new MovableOutlet(intake.Readings.Writer);
        var writing = Task.Run(async () =>
        {
            for (var n = 0; n < count; n++)
            {
                var reading = new Reading(new PointId(5), new Instant(n), n, Quality.Good);
                if (!outlet.TryWrite(reading)) await outlet.WriteAsync(reading);
            }
        });
        var (taken, distance) = (0, 0);
        while (taken < count)
        {
            var before = distance;
            distance = (distance + 1) % 7;
            var left = intake.BeginReadings(next => outlet.MoveTo(next, distance));
            var one = new Reading[1];
            while (left.Take(one) == 1)
            {
                var reading = one[0];
                Assert.Equal((taken, 5 + before), ((int)reading.Value, reading.Point.Value));
                taken++;
            }
            await Task.Yield();
        }
        await writing;
    }

    [Fact]
    public async Task Queue_that_is_closed_for_good_ends_the_writer()
    {
        var intake = new Intake(GatewayLimits.Default);
        var outlet = new MovableOutlet(intake.Readings.Writer);
        intake.Readings.Close();
        Assert.False(outlet.TryWrite(default));
        await Assert.ThrowsAsync<System.Threading.Channels.ChannelClosedException>(async () => await outlet.WriteAsync(default));
    }
}
