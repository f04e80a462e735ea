using System.Collections.Immutable;
using System.Diagnostics;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Simulation.Scheduling;

namespace Ecocentre.Edge.Simulation.Building;

/// <summary>The meters of the centre with the wires that lead to them, and a note of everything the gateway was told by them.</summary>
internal sealed class MeterRoom
{
    // More than a small centre draws through one meter, and below what the smallest model can count.
    private const double PowerMaxWatts = 5000;

    private readonly Agenda _agenda;
    private readonly Scenario _scenario;
    private readonly Random _random;
    private readonly List<TrueMeter> _meters = [];
    private readonly SwitchBoard _board;
    private readonly List<(int Meter, long From, long To)> _strange = [];

    public MeterRoom(Agenda agenda, Scenario scenario, MeterCatalogue catalogue, Random random)
    {
        (_agenda, _scenario, _random) = (agenda, scenario, random);
        _board = new SwitchBoard(agenda);
        Outside = new SimulatedProcess(agenda, now => scenario.Begin.AddTicks(now));
        Points = Furnish(catalogue);
        Told = [.. Points.Select(_ => new List<(long, Reading)>())];
    }

    /// <summary>Where the meters' own work is done; it is never killed.</summary>
    public SimulatedProcess Outside { get; }

    public ImmutableArray<Point> Points { get; }

    /// <summary>By point: every reading that the devices gave, with its true time.</summary>
    public ImmutableArray<List<(long At, Reading Reading)>> Told { get; }

    /// <summary>True energy through a counter since the world began, kWh.</summary>
    public double Flowed(Point point) => _meters[MeterOf(point)].Import(_agenda.Now);

    /// <summary>Energy that the gateway cannot have known of: what flowed around each time the register told something untrue.</summary>
    /// <param name="slack">How far back what it had heard may have been forgotten, by a death of the process.</param>
    public double Unknowable(Point point, TimeSpan slack)
    {
        var told = Told[point.Id.Value].Where(t => t.Reading.Quality <= Quality.Questionable).Select(t => t.At).ToList();
        var sum = 0.0;
        foreach (var (meter, from, to) in _strange.Where(s => s.Meter == MeterOf(point)))
        {
            var inside = told.Count(t => t >= from && t < to);
            // A single odd reading between two that agree is recognised, and nothing is lost by it.
            if (inside <= 1 && from != to && slack == TimeSpan.Zero) continue;
            var before = told.LastOrDefault(t => t < from) - slack.Ticks;
            var after = told.Where(t => t >= to).Skip(1).DefaultIfEmpty(_agenda.Now).First();
            // The part of a step that the register had not shown yet goes with it.
            sum += _meters[meter].ImportBetween(before, after) + point.Resolution;
        }
        return sum;
    }

    public void Happen(Event one)
    {
        var now = _agenda.Now;
        switch (one)
        {
            case DeviceDead dead:
                _board.Silence((byte)(1 + dead.Meter), now, now + dead.For.Ticks);
                break;
            case RegisterGlitch glitch:
                _meters[glitch.Meter].Glitch(now, now + glitch.For.Ticks, glitch.Shown);
                _strange.Add((glitch.Meter, now, now + glitch.For.Ticks));
                break;
            case RegisterReset reset:
                _meters[reset.Meter].Reset(now);
                _strange.Add((reset.Meter, now, now));
                break;
            case NetworkCut cut:
                for (var meter = _scenario.SerialMeters; meter < _meters.Count; meter++) _board.Silence((byte)(1 + meter), now, now + cut.For.Ticks);
                break;
            default:
                throw new UnreachableException($"BUG: the meter room does not know {one}.");
        }
    }

    public void Disconnect()
    {
    }

    /// <summary>Connects a new life of the gateway to its meters.</summary>
    public void Connect(GatewayProcess gateway)
    {
        for (var i = 0; i < _meters.Count; i++)
        {
            var device = new PlainMeter($"m{i}", [.. Points.Where(p => MeterOf(p) == i)], _meters[i], (byte)(1 + i), _board, gateway, _agenda);
            gateway.Process.Start(() => Poll(new NotedDevice(device, Told, _agenda), gateway));
        }
    }

    private static async Task Poll(IDevice device, GatewayProcess gateway)
    {
        var readings = new Reading[device.Points.Length];
        while (true)
        {
            var wait = TimeSpan.FromTicks(Math.Max(0, device.DueAt - gateway.Process.Time.GetTimestamp()));
            await Task.Delay(wait, gateway.Process.Time);
            var result = await device.PollAsync(readings, CancellationToken.None);
            for (var i = 0; i < result.Count; i++) await gateway.Intake.Readings.Writer.WriteAsync(readings[i]);
        }
    }

    private static int MeterOf(Point point) => int.Parse(point.Device[1..]);

    private ImmutableArray<Point> Furnish(MeterCatalogue catalogue)
    {
        var models = catalogue.Models.Where(m => m.SunSpecIds.IsEmpty && m.Points.ContainsKey(Quantities.Import)).ToList();
        var points = ImmutableArray.CreateBuilder<Point>();
        for (var i = 0; i < _scenario.SerialMeters + _scenario.NetworkMeters; i++)
        {
            var model = models[_random.Next(models.Count)];
            var import = model.Points[Quantities.Import];
            var offset = import.RolloverAt is { } top && _random.Next(2) == 0 ? top - _random.NextDouble() * 5 : 1000 + _random.NextDouble() * 50_000;
            var meter = new TrueMeter(model, offset, PowerMaxWatts, new Random(_random.Next()));
            meter.LoadBetween(_scenario.LoadFrom.Ticks, _scenario.LoadTo.Ticks);
            _meters.Add(meter);
            _board.Add((byte)(1 + i), meter);
            foreach (var name in Quantities.All.Where(model.Points.ContainsKey))
            {
                Quantity.TryGet(name, out var quantity);
                points.Add(new Point
                {
                    Id = new PointId((ushort)points.Count), Name = $"m{i}.{name}", Quantity = quantity!, Device = $"m{i}", Period = _scenario.Period,
                    RateMaxPerHour = quantity!.Kind == PointKind.Counter ? 20 : double.PositiveInfinity,
                    RolloverAt = model.Points[name].RolloverAt,
                    Resolution = model.Points[name].StepAt(offset),
                });
            }
        }
        return points.ToImmutable();
    }
}
