using System.Threading.Channels;
using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Simulated.Chips;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests.Sensors;

/// <summary>Many sensors of one address on one bus, in a bus loop.</summary>
public sealed class SensorCrowdTests
{
    // Eight multiplexers of eight branches, all there can be.
    private const int Count = 64;

    private readonly VirtualTime _time = new();
    private readonly SimulatedI2cPort _port = new();
    private readonly SimulatedScd4x[] _chips = new SimulatedScd4x[Count];
    private readonly Sensor[] _sensors = new Sensor[Count];
    private readonly Channel<Reading> _readings = Channel.CreateUnbounded<Reading>();
    private readonly Channel<Incident> _incidents = Channel.CreateUnbounded<Incident>();

    public SensorCrowdTests()
    {
        Assert.True(SensorCatalogue.TryGet("scd41", out var type));
        var bus = new I2cBus(_port, _port.ResetMuxes);
        for (var i = 0; i < Count; i++)
        {
            var ppm = 400 + i;
            var branch = BranchOf(i);
            _chips[i] = new SimulatedScd4x(() => new(ppm, 21, 40), _time);
            _port.Attach(0x62, _chips[i], branch);
            var setup = SensorSetup.Make(type, new SensorOptions { Name = $"air-{i}", Period = TimeSpan.FromSeconds(5) }, new PointId((ushort)(3 * i)));
            _sensors[i] = setup.Connect(new SensorWires(_time, Now) { I2c = bus.Segment(0x62, branch) });
        }
    }

    /// <summary>Goal: periods are kept, nobody answers for another, and a hung chip costs only itself. Method: eight minutes in which chip
    /// 20 hangs for four: it holds the wires low while its branch is open, and the loop's owner pulses the multiplexers' reset.</summary>
    [Fact]
    public void Sixty_four_twins_keep_their_periods_while_one_hangs()
    {
        _time.CreateTimer(_ => _port.HoldLow(BranchOf(20)), null, TimeSpan.FromMinutes(2), Timeout.InfiniteTimeSpan);
        _time.CreateTimer(_ => _port.HoldLow(BranchOf(20), false), null, TimeSpan.FromMinutes(6), Timeout.InfiniteTimeSpan);
        Run(TimeSpan.FromMinutes(8));

        var byChip = Take(_readings).Where(r => r.Point.Value % 3 == 0).GroupBy(r => r.Point.Value / 3).ToDictionary(g => g.Key, g => g.ToArray());
        for (var i = 0; i < Count; i++)
        {
            if (i == 20) continue;
            Assert.All(byChip[i], r => Assert.Equal(400 + i, r.Value));
            var times = byChip[i].Select(r => r.At.UnixMilliseconds).ToArray();
            // 96 periods, the first one and a half for starting.
            Assert.InRange(times.Length, 93, 96);
            Assert.True(times.Zip(times.Skip(1), (a, b) => b - a).Max() <= 6000, $"chip {i}");
        }
        // 48 periods, and at most 12 more until it is probed and has measured again.
        Assert.InRange(byChip[20].Count(r => r.Quality == Quality.Missing), 46, 62);
        Assert.Equal(0, _port.Collisions);
        Assert.Equal([(IncidentKind.DeviceLost, "air-20"), (IncidentKind.DeviceBack, "air-20")], Take(_incidents).Select(i => (i.Kind, i.Subject)));
        // The wires at 100 kHz, the time the hung one held them included.
        Assert.InRange(_port.Busy / TimeSpan.FromMinutes(8), 0.01, 0.5);
    }

    [Fact]
    public void What_a_chip_complains_of_is_said_once_and_once_when_it_is_well()
    {
        _time.CreateTimer(_ => _chips[3].StuckWord = 0, null, TimeSpan.FromMinutes(2), Timeout.InfiniteTimeSpan);
        _time.CreateTimer(_ => _chips[3].StuckWord = null, null, TimeSpan.FromMinutes(4), Timeout.InfiniteTimeSpan);
        var health = Run(TimeSpan.FromMinutes(6), 8);
        Assert.Equal([(IncidentKind.DeviceUnwell, "air-3"), (IncidentKind.DeviceWell, "air-3")], Take(_incidents).Select(i => (i.Kind, i.Subject)));
        Assert.True(health.Devices[3].IsAlive);
        Assert.InRange(health.Devices[3].Faults[FaultKind.Unwell], 22, 26);
    }

    /// <summary>Goal: on the runtime's own threads, where all sensors talk at once, nobody answers for another. Method: 64 quick sensors
    /// for two of their periods.</summary>
    [Fact]
    public async Task On_real_threads_the_bus_takes_one_transfer_after_the_other()
    {
        Assert.True(SensorCatalogue.TryGet("sht40", out var type));
        var (time, port) = (TimeProvider.System, new SimulatedI2cPort());
        await using var bus = new I2cBus(port);
        var sensors = Enumerable.Range(0, Count).Select(i =>
        {
            port.Attach(0x44, new SimulatedSht4x(() => new(0, i, 50), time), BranchOf(i));
            var options = new SensorOptions { Name = $"t-{i}", Quantities = ["temperature"], Period = TimeSpan.FromSeconds(1) };
            return SensorSetup.Make(type, options, new PointId((ushort)i)).Connect(
                new SensorWires(time, () => Instant.From(time.GetUtcNow())) { I2c = bus.Segment(0x44, BranchOf(i)) });
        });
        var loop = new BusLoop("i2c", sensors, new BusOutlets(_readings.Writer, _incidents.Writer), time, () => Instant.From(time.GetUtcNow()))
        {
            PollsMax = Count,
        };
        using var stop = new CancellationTokenSource();
        var run = loop.RunAsync(stop.Token);
        var seen = 0;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (seen < 2 * Count)
        {
            var reading = await _readings.Reader.ReadAsync(deadline.Token);
            Assert.Equal(Quality.Good, reading.Quality);
            Assert.Equal(reading.Point.Value, reading.Value, 0.01);
            seen++;
        }
        stop.Cancel();
        await run;
        Assert.Equal(0, port.Collisions);
    }

    private static MuxBranch BranchOf(int index) => new((byte)(0x70 + index / 8), index % 8);

    private Instant Now() => Instant.From(_time.GetUtcNow());

    private BusHealth Run(TimeSpan span, int count = Count)
    {
        var loop = new BusLoop("i2c", _sensors[..count], new BusOutlets(_readings.Writer, _incidents.Writer), _time, Now) { PollsMax = count };
        BusHealth? health = null;
        _time.Run(async () =>
        {
            using var stop = new CancellationTokenSource();
            var run = loop.RunAsync(stop.Token);
            await Task.Delay(span, _time);
            health = loop.Health;
            stop.Cancel();
            await run;
            await loop.DisposeAsync();
        });
        return health!;
    }

    private static List<T> Take<T>(Channel<T> channel)
    {
        var taken = new List<T>();
        while (channel.Reader.TryRead(out var item)) taken.Add(item);
        return taken;
    }
}
