using System.Net;
using System.Threading.Channels;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Tests.Modbus;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests.Meters;

/// <summary>Goal: meter, bus loop and transport fit together on a real wire. Method: every model of the house answers at its own unit id of
/// one TCP server that bears four requests at once; all must be read, one of them dies and comes back.</summary>
public sealed class MeterWireTests
{
    [Fact]
    public async Task All_models_behind_one_server_are_read_and_one_that_dies_is_lost_and_back()
    {
        var models = MeterCatalogue.Load(Repository.MeterModels, []).Models.ToArray();
        var bank = new MemoryBank { IsLenient = false };
        foreach (var (index, model) in models.Index()) bank.Add((byte)(index + 1), model);
        await using var server = new ModbusTcpServer(new Locked(bank), TimeProvider.System);
        server.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        var timing = new TcpTiming { OutstandingMax = 4, ReplyTimeout = TimeSpan.FromMilliseconds(300) };
        await using var transport = new TcpTransport(TcpDial.To("127.0.0.1", server.EndPoint!.Port), timing, TimeProvider.System);

        var meters = new List<Meter>();
        foreach (var (index, model) in models.Index())
        {
            var options = MeterBench.Everything(model, seconds: 0.5) with { Name = model.Id, Unit = (byte)(index + 1) };
            var setup = MeterSetup.Make(model, options, new PointId((ushort)(index * 100)), ReadCost.Tcp(ReadCost.UsualRoundTrip));
            meters.Add(new Meter(setup, transport, TimeProvider.System, Now));
        }
        var (readings, incidents) = (Channel.CreateBounded<Reading>(10_000), Channel.CreateBounded<Incident>(1000));
        await using var loop = new BusLoop("bus", meters, new BusOutlets(readings.Writer, incidents.Writer), TimeProvider.System, Now) { PollsMax = 4 };
        using var stop = new CancellationTokenSource();
        var run = loop.RunAsync(stop.Token);

        var points = meters.SelectMany(m => m.Points).ToDictionary(p => p.Id);
        var missing = points.Values.Where(p => models.Single(m => m.Id == p.Device).Capture.Expect.ContainsKey(p.Quantity.Name)).Select(p => p.Id).ToHashSet();
        await ReadUntilAsync(reading =>
        {
            var point = points[reading.Point];
            if (reading.Quality == Quality.Missing) return false;
            var model = models.Single(m => m.Id == point.Device);
            if (!model.Capture.Expect.TryGetValue(point.Quantity.Name, out var expected)) return false;
            Assert.True(Math.Abs(reading.Value - expected) <= 1e-6 * Math.Abs(expected), $"{point.Name}: {reading.Value}");
            missing.Remove(reading.Point);
            return missing.Count == 0;
        });

        lock (bank) bank.Dead.Add(1);
        await ReadUntilAsync(_ => incidents.Reader.TryPeek(out var i) && Is(i, IncidentKind.DeviceLost));
        Assert.False(loop.Health.Devices[0].IsAlive);
        lock (bank) bank.Dead.Clear();
        await ReadUntilAsync(_ => incidents.Reader.TryPeek(out var i) && Is(i, IncidentKind.DeviceBack));
        Assert.True(loop.Health.Devices[0].IsAlive);
        stop.Cancel();
        await run.WaitAsync(TimeSpan.FromSeconds(60));

        bool Is(Incident incident, IncidentKind kind)
        {
            incidents.Reader.TryRead(out _);
            return incident.Kind == kind && incident.Subject == models[0].Id;
        }

        async Task ReadUntilAsync(Func<Reading, bool> isEnough)
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (!isEnough(await readings.Reader.ReadAsync(deadline.Token))) { }
        }
    }

    private static Instant Now() => Instant.From(TimeProvider.System.GetUtcNow());

    /// <summary>The test changes the bank while the server answers from it.</summary>
    private sealed class Locked(MemoryBank bank) : RegisterBank
    {
        public override int Read(ModbusRead request, Span<ushort> words)
        {
            lock (bank) return bank.Read(request, words);
        }
    }
}
