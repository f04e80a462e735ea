using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices.Tests;

/// <summary>What a bus loop may rely on, whatever the device. Each device's tests derive from it.</summary>
public abstract class DeviceContract
{
    /// <summary>A device on a wire that works, fails now and then, or is dead, with its virtual time.</summary>
    private protected abstract (IDevice Device, VirtualTime Time) Make(Wire wire, int seed);

    private protected enum Wire { Good, Flaky, Dead }

    /// <summary>After this much time on a good wire every reading is good.</summary>
    private protected virtual TimeSpan WarmUp => TimeSpan.Zero;

    [Fact]
    public void On_a_good_wire_every_point_gets_good_readings_in_its_period()
    {
        var (device, time) = Make(Wire.Good, 1);
        Polls(device, time, WarmUp, CancellationToken.None);
        var counts = new int[device.Points.Length];
        var span = device.Points.Max(p => p.Period) * 20;
        foreach (var (reading, _) in Polls(device, time, span, CancellationToken.None))
        {
            Assert.Equal(Quality.Good, reading.Quality);
            counts[IndexOf(device, reading)]++;
        }
        foreach (var (point, count) in device.Points.Zip(counts)) Assert.InRange(count, span / point.Period - 1, span / point.Period + 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_the_wire_does_readings_are_of_own_points_and_the_next_poll_lies_ahead(int seed)
    {
        foreach (var wire in new[] { Wire.Flaky, Wire.Dead })
        {
            var (device, time) = Make(wire, seed);
            var missing = 0;
            foreach (var (reading, _) in Polls(device, time, device.Points.Max(p => p.Period) * 300, CancellationToken.None))
            {
                IndexOf(device, reading);
                if (reading.Quality == Quality.Missing) missing++;
                Assert.Equal(reading.Quality is Quality.Missing, double.IsNaN(reading.Value));
            }
            Assert.True(missing > 0, $"{wire}, seed {seed}: silence is data.");
        }
    }

    [Fact]
    public void Dead_devices_are_still_reported_in_every_period()
    {
        var (device, time) = Make(Wire.Dead, 1);
        var span = device.Points.Max(p => p.Period) * 60;
        var counts = new int[device.Points.Length];
        foreach (var (reading, fault) in Polls(device, time, span, CancellationToken.None))
        {
            Assert.Equal(Quality.Missing, reading.Quality);
            Assert.NotNull(fault);
            counts[IndexOf(device, reading)]++;
        }
        foreach (var (point, count) in device.Points.Zip(counts)) Assert.InRange(count, span / point.Period * 0.7, span / point.Period + 4);
    }

    [Fact]
    public void A_cancelled_poll_says_so_and_the_next_one_works()
    {
        var (device, time) = Make(Wire.Good, 1);
        var buffer = new Reading[device.Points.Length];
        time.Run(async () =>
        {
            using var before = new CancellationTokenSource();
            before.Cancel();
            Assert.Equal(FaultKind.Cancelled, (await device.PollAsync(buffer, before.Token)).Fault?.Kind);
            using var during = new CancellationTokenSource();
            var poll = device.PollAsync(buffer, during.Token);
            during.Cancel();
            Assert.True((await poll).Fault is null or { Kind: FaultKind.Cancelled });
            var count = 0;
            for (var i = 0; i < 100 && count == 0; i++)
            {
                if (device.DueAt > time.GetTimestamp()) time.Pass(TimeSpan.FromTicks(device.DueAt - time.GetTimestamp()));
                count = (await device.PollAsync(buffer, CancellationToken.None)).Count;
            }
            Assert.True(count > 0);
        });
    }

    /// <summary>Polls as a bus loop would, each when it is due.</summary>
    private protected static List<(Reading Reading, Fault? Fault)> Polls(IDevice device, VirtualTime time, TimeSpan span, CancellationToken cancellation)
    {
        var readings = new List<(Reading, Fault?)>();
        var buffer = new Reading[device.Points.Length];
        time.Run(async () =>
        {
            var end = time.Elapsed + span;
            var stuck = 0;
            while (time.Elapsed < end)
            {
                var ahead = device.DueAt - time.GetTimestamp();
                if (ahead > 0) time.Pass(TimeSpan.FromTicks(ahead));
                var before = time.Elapsed;
                var result = await device.PollAsync(buffer, cancellation);
                stuck = ahead > 0 || time.Elapsed > before ? 0 : stuck + 1;
                Assert.True(stuck < 1000, "The device is due again and again without letting time pass.");
                Assert.InRange(result.Count, 0, buffer.Length);
                foreach (var reading in buffer.AsSpan(0, result.Count)) readings.Add((reading, result.Fault));
            }
        });
        return readings;
    }

    private static int IndexOf(IDevice device, Reading reading)
    {
        var index = reading.Point.Value - device.Points[0].Id.Value;
        Assert.Equal(reading.Point, device.Points[index].Id);
        return index;
    }
}
