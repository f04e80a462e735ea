using System.Threading.Channels;
using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Simulated.Chips;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests.I2c;

/// <summary>Goal: 64 sensors with one address on one bus keep their periods, and a hung one costs only itself. Method: eight multiplexers, a chip of
/// the same type behind each branch, each in air of its own, read by one bus loop for five minutes of virtual time in which every transfer takes as
/// long as its bits at 100 kHz.</summary>
public sealed class I2cBusLoadTests
{
    private static readonly TimeSpan Span = TimeSpan.FromMinutes(5);

    private readonly VirtualTime _time = new();
    private readonly SimulatedI2cPort _port = new();
    private readonly Channel<Reading> _readings = Channel.CreateUnbounded<Reading>();
    private readonly Channel<Incident> _incidents = Channel.CreateUnbounded<Incident>();

    [Theory]
    [InlineData("sht40", 1, 0.2)]
    // An SCD41 counts its five seconds itself; one that is not ready yet is asked again half a second later.
    [InlineData("scd41", 5, 0.7)]
    public void Sixty_four_alike_keep_their_periods_beside_one_that_does_not_acknowledge(string word, int periodSeconds, double slackSeconds)
    {
        var silent = new MuxBranch(0x73, 4);
        Run(word, resetMuxes: null, (chip, branch) =>
        {
            if (branch == silent) _port.Detach(chip);
        });

        Judge(word, periodSeconds, silent, TimeSpan.FromSeconds(slackSeconds));
        // 64 polls a second of two transfers (SHT40), or 26 of four (SCD41, asked twice); each with four to multiplexers when polls alternate. A transfer
        // takes 0.2 to 1 ms.
        Assert.InRange(_port.Busy / Span, 0.05, 0.4);
    }

    [Fact]
    public void One_that_holds_the_wires_low_costs_the_others_no_period_where_a_reset_is_wired()
    {
        var hung = new MuxBranch(0x70, 0);
        _port.HoldLow(hung);

        Run("sht40", _port.ResetMuxes, (_, _) => { });

        // Each probe costs the port's time limit of 200 ms, and a transfer that was under way then is repeated by its sensor a second later.
        Judge("sht40", 1, hung, TimeSpan.FromSeconds(1.3));
    }

    private void Judge(string word, int periodSeconds, MuxBranch bad, TimeSpan slack)
    {
        Assert.Equal(0, _port.Collisions);
        var periods = (int)(Span.TotalSeconds / periodSeconds);
        var readings = new List<Reading>();
        while (_readings.Reader.TryRead(out var reading)) readings.Add(reading);
        foreach (var (branch, number) in Branches.Select((branch, number) => (branch, number)))
        {
            var own = readings.Where(r => r.Point.Value / 10 == number && r.Point.Value % 10 == TemperatureAt(word)).ToArray();
            if (branch == bad)
            {
                Assert.All(own, r => Assert.Equal(Quality.Missing, r.Quality));
                continue;
            }
            var good = own.Where(r => r.Quality == Quality.Good).ToArray();
            Assert.InRange(good.Length, (int)(periods * 0.97), periods + 1);
            // Each says its own air: never a neighbour's, never two mixed.
            Assert.All(good, r => Assert.Equal(TemperatureOf(number), r.Value, 0.01));
            var longest = good.Zip(good.Skip(1), (a, b) => b.At - a.At).Max();
            Assert.True(longest <= TimeSpan.FromSeconds(periodSeconds) + slack, $"{word} at {branch}: {longest.TotalSeconds} s between two readings.");
        }
        var lost = new List<Incident>();
        while (_incidents.Reader.TryRead(out var incident)) lost.Add(incident);
        Assert.Equal((IncidentKind.DeviceLost, NameOf(bad)), (Assert.Single(lost).Kind, lost[0].Subject));
    }

    private void Run(string word, Action? resetMuxes, Action<SimulatedChip, MuxBranch> spoil)
    {
        var type = SensorCatalogue.All.Single(t => t.Word == word);
        var bus = new I2cBus(new TimedPort(_port, _time), resetMuxes);
        var sensors = new List<IDevice>();
        foreach (var (branch, number) in Branches.Select((branch, number) => (branch, number)))
        {
            SimulatedAir Air() => new(600 + number, TemperatureOf(number), 40);
            SimulatedChip chip = word == "sht40" ? new SimulatedSht4x(Air, _time) : new SimulatedScd4x(Air, _time);
            var setup = SensorSetup.Make(type, new SensorOptions { Name = NameOf(branch), Period = type.PeriodMin }, new PointId((ushort)(10 * number)));
            _port.Attach(setup.Address, chip, branch);
            spoil(chip, branch);
            sensors.Add(setup.Connect(new SensorWires(_time, () => Instant.From(_time.GetUtcNow())) { I2c = bus.Segment(setup.Address, branch) }));
        }
        var loop = new BusLoop("i2c", sensors, new BusOutlets(_readings, _incidents), _time, () => Instant.From(_time.GetUtcNow())) { PollsMax = 8 };
        _time.Run(async () =>
        {
            using var stop = new CancellationTokenSource(Span, _time);
            await loop.RunAsync(stop.Token);
            await loop.DisposeAsync();
        });
    }

    private static IEnumerable<MuxBranch> Branches =>
        from mux in Enumerable.Range(0, 8)
        from channel in Enumerable.Range(0, 8)
        select new MuxBranch((byte)(MuxBranch.AddressMin + mux), channel);

    private static string NameOf(MuxBranch branch) => $"air-{branch.Address:x2}-{branch.Channel}";

    private static double TemperatureOf(int number) => 15 + number * 0.25;

    private static int TemperatureAt(string word) => word == "sht40" ? 0 : 1;

    /// <summary>Lets the time pass that a transfer takes.</summary>
    private sealed class TimedPort(SimulatedI2cPort port, VirtualTime time) : I2cPort
    {
        public override string Path => port.Path;

        public override I2cOutcome Transfer(byte address, ReadOnlySpan<byte> write, Span<byte> read)
        {
            var before = port.Busy;
            var outcome = port.Transfer(address, write, read);
            LastError = port.LastError;
            time.Pass(port.Busy - before);
            return outcome;
        }

        public override ValueTask DisposeAsync() => port.DisposeAsync();
    }
}
