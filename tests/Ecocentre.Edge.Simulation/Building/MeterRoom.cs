using System.Collections.Immutable;
using System.Diagnostics;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Simulation.Scheduling;
using Ecocentre.Edge.Simulation.Wires;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Simulation.Building;

/// <summary>The meters of the centre with the wires that lead to them, and a note of everything the gateway was told by them.</summary>
internal sealed class MeterRoom
{
    // More than a small centre draws through one meter, and below what the smallest model can count.
    private const double PowerMaxWatts = 5000;

    // Eleven of these are hundreds of points.
    private const int WideMin = 25;

    // From a meter's look at its own register to the reading: the reply may be late, and wait for others of its poll.
    private static readonly TimeSpan ReplyMax = TimeSpan.FromSeconds(5);

    private static readonly SerialSettings SerialLine = new(9600);

    private static readonly RtuTiming Line = RtuTiming.Serial(SerialLine);

    // A building's own network.
    private static readonly TimeSpan NetworkLatency = TimeSpan.FromMilliseconds(0.4);

    private readonly Agenda _agenda;
    private readonly Scenario _scenario;
    private readonly Random _random;
    private readonly PlantedBug _bug;
    private readonly List<TrueMeter> _meters = [];
    private readonly SwitchBoard _board;
    private readonly List<(int Meter, long From, long To)> _strange = [];
    private readonly List<MeterSetup> _setups = [];
    private readonly List<int> _meterOf = [];
    private readonly List<WireEnd> _connections = [];
    private readonly ModbusRtuServer _serialServer;
    private readonly ModbusTcpServer _networkServer;
    private long _cutUntil, _changedAt;

    public MeterRoom(Agenda agenda, Scenario scenario, MeterCatalogue catalogue, Random random, (PlantedBug Planted, Action<string> Injected) faults)
    {
        (_agenda, _scenario, _random, _bug) = (agenda, scenario, random, faults.Planted);
        _board = new SwitchBoard(agenda);
        Outside = new SimulatedProcess(agenda, now => scenario.Begin.AddTicks(now));
        Furnish(catalogue);
        Points = [.. _setups.SelectMany(setup => setup.Points)];
        var spoiler = new Spoiler(agenda, scenario, new Random(random.Next()), faults.Injected);
        _serialServer = new ModbusRtuServer(_board, Line, Outside.Time, spoiler.OnSerialLine);
        _networkServer = new ModbusTcpServer(_board, Outside.Time, spoiler.OnNetwork);
        Told = [.. Points.Select(_ => new List<(long, Reading)>())];
        IsLastDeclared = !scenario.IsLastMeterAddedLater;
    }

    /// <summary>Where the meters' own work is done; it is never killed.</summary>
    public SimulatedProcess Outside { get; }

    public ImmutableArray<Point> Points { get; }

    /// <summary>By point: every reading that the devices gave, with its true time.</summary>
    public ImmutableArray<List<(long At, Reading Reading)>> Told { get; }

    /// <summary>Readings that no meter can have given.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>True energy through a counter since the world began, kWh: all of it is imported.</summary>
    public double Flowed(Point point) => point.Quantity.Name == Quantities.Import ? _meters[MeterOf(point)].Import(_agenda.Now) : 0;

    /// <summary>Readings that were held against what the meters showed.</summary>
    public long ReadingsJudged { get; private set; }

    /// <summary>How often a register has begun again at zero because it was full.</summary>
    public int Rollovers => _meters.Sum(meter => meter.Rollovers);

    /// <summary>Energy that the gateway cannot have known of: what flowed around each time the register told something untrue.</summary>
    /// <param name="slack">How far back what it had heard may have been forgotten, by a death of the process.</param>
    /// <param name="outages">When no gateway was alive.</param>
    public double Unknowable(Point point, TimeSpan slack, IReadOnlyList<(long From, long To)> outages)
    {
        var told = Told[point.Id.Value].Where(t => t.Reading.Quality <= Quality.Questionable).Select(t => t.At).ToList();
        var sum = Undeclared(point, told, slack);
        foreach (var (meter, from, to) in _strange.Where(s => s.Meter == MeterOf(point)))
        {
            var inside = told.Count(t => t >= from && t < to);
            // A single odd reading between two that agree is recognised, and nothing is lost by it.
            if (inside <= 1 && from != to && slack == TimeSpan.Zero) continue;
            var before = told.LastOrDefault(t => t < from) - slack.Ticks;
            var after = told.Where(t => t >= to).Skip(1).DefaultIfEmpty(_agenda.Now).First();
            // Who dies before he could store that he saw it sees it for the first time when he is back.
            foreach (var outage in outages)
                if (outage.From >= to && outage.From - slack.Ticks <= after)
                    after = told.Where(t => t >= outage.To).Skip(1).DefaultIfEmpty(_agenda.Now).First();
            // The part of a step that the register had not shown yet goes with it.
            sum += _meters[meter].ImportBetween(before, after) + Step(point);
        }
        return sum;
    }

    /// <summary>Energy that flowed while its meter was not in the site.</summary>
    private double Undeclared(Point point, List<long> told, TimeSpan slack)
    {
        if (MeterOf(point) != _setups.Count - 1 || _changedAt == 0 && !_scenario.IsLastMeterAddedLater) return 0;
        var (from, to) = IsLastDeclared
            ? (0, told.Skip(1).DefaultIfEmpty(_agenda.Now).First())
            : (told.DefaultIfEmpty(0).Last() - slack.Ticks, _agenda.Now);
        return _meters[^1].ImportBetween(from, to) + Step(point);
    }

    /// <summary>Smallest step that a counter's register can show, kWh.</summary>
    public double Step(Point point) => _meters[MeterOf(point)].Step;

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
                _cutUntil = now + cut.For.Ticks;
                Disconnect();
                break;
            default:
                throw new UnreachableException($"BUG: the meter room does not know {one}.");
        }
    }

    /// <summary>Somebody takes a meter out: it does not answer.</summary>
    public void TakeOut(int meter) => _board.TakeOut((byte)(1 + meter));

    /// <summary>Whether a meter is where it belongs.</summary>
    public bool IsIn(int meter) => _board.IsIn((byte)(1 + meter));

    /// <summary>Another meter is where the old one was, with a register of its own in kWh. Once.</summary>
    public void PutIn(int meter, double register)
    {
        if (IsIn(meter)) return;
        _board.PutIn((byte)(1 + meter));
        _meters[meter].Swap(_agenda.Now, register);
        _strange.Add((meter, _agenda.Now, _agenda.Now));
    }

    /// <summary>All connections end, as they do when a cable is pulled or a process dies.</summary>
    public void Disconnect()
    {
        foreach (var connection in _connections) connection.Cut();
        _connections.Clear();
    }

    /// <summary>The points of the meters that are in the site now.</summary>
    public ImmutableArray<Point> Declared => IsLastDeclared ? Points : [.. Points.Where(point => MeterOf(point) != _setups.Count - 1)];

    /// <summary>Whether the last meter is in the site now.</summary>
    public bool IsLastDeclared { get; private set; }

    /// <summary>Whether a series is of a meter that came into the site later.</summary>
    public bool BeginsLater(string series) => _scenario.IsLastMeterAddedLater && series.StartsWith($"m{_setups.Count - 1}.", StringComparison.Ordinal);

    /// <summary>Connects a new life of the gateway to its meters.</summary>
    public void Connect(GatewayProcess gateway)
    {
        if (_scenario.SerialMeters > 0) ConnectSerial(gateway);
        for (var meter = _scenario.SerialMeters; meter < Meters; meter++) ConnectNetwork(gateway, meter);
    }

    /// <summary>Ends the bus that the last meter is on: it is another one in the changed site.</summary>
    public Task EndLastBusAsync(GatewayProcess gateway) => gateway.EndBusAsync(LastIsSerial ? "serial" : NetworkBus(_setups.Count - 1));

    /// <summary>The site has changed: from now on it has the last meter, or has it no longer, and the gateway that has accepted all readings of before
    /// polls what there is.</summary>
    /// <param name="now">When, by the gateway's clock.</param>
    public void Change(GatewayProcess gateway, bool removes, Instant now)
    {
        IsLastDeclared = !removes;
        _changedAt = _agenda.Now;
        // What is read of it no more is backed by nothing from then on.
        foreach (var point in Points.Where(point => removes && MeterOf(point) == _setups.Count - 1))
            Told[point.Id.Value].Add((_agenda.Now, new Reading(point.Id, now, double.NaN, Quality.Missing)));
        if (!LastIsSerial)
        {
            if (!removes) ConnectNetwork(gateway, _setups.Count - 1);
        }
        else if (_scenario.SerialMeters > 1 || !removes)
            ConnectSerial(gateway);
    }

    private bool LastIsSerial => _scenario.NetworkMeters == 0;

    private int Meters => IsLastDeclared ? _setups.Count : _setups.Count - 1;

    private static string NetworkBus(int meter) => $"network-m{meter}";

    private void ConnectSerial(GatewayProcess gateway)
    {
        var time = gateway.Process.Time;
        var serial = new RtuTransport(_ => ValueTask.FromResult<Stream>(OpenSerialLine()), Line, time);
        var setups = _setups.Take(Math.Min(Meters, _scenario.SerialMeters)).ToList();
        if (setups.Count > 0) Poll(gateway, "serial", setups.Select(setup => new Meter(setup, serial, time, () => gateway.Clock.Now)));
    }

    private void ConnectNetwork(GatewayProcess gateway, int meter)
    {
        var time = gateway.Process.Time;
        var transport = new TcpTransport(cancellation => Dial(time, cancellation), new TcpTiming { OutstandingMax = 4 }, time);
        Poll(gateway, NetworkBus(meter), [new Meter(_setups[meter], transport, time, () => gateway.Clock.Now)]);
    }

    private void Poll(GatewayProcess gateway, string name, IEnumerable<IDevice> devices)
    {
        var noted = devices.Select(IDevice (device) => new NotedDevice(device, Note));
        if (_bug != PlantedBug.None) noted = noted.Select(device => new TamperedDevice(device, _bug, _agenda));
        gateway.Poll(name, noted, pollsMax: 1, firstPoint: 0);
    }

    private void Note(Reading reading)
    {
        Told[reading.Point.Value].Add((_agenda.Now, reading));
        if (reading.Quality != Quality.Good) return;
        ReadingsJudged++;
        if (!IsTrue(reading))
            Violations.Add($"values true: after {TimeSpan.FromTicks(_agenda.Now)} {Points[reading.Point.Value].Device} gave {reading}");
    }

    /// <summary>Whether a meter said this within the time that a reply may take.</summary>
    private bool IsTrue(Reading reading)
    {
        var point = Points[reading.Point.Value];
        var meter = _meters[MeterOf(point)];
        switch (point.Quantity.Name)
        {
            case Quantities.Voltage: return reading.Value == TrueMeter.Volts;
            case Quantities.Frequency: return reading.Value == TrueMeter.Hertz;
            case Quantities.Power: return reading.Value is >= 0 and <= PowerMaxWatts;
            case Quantities.Import: break;
            case var other: return reading.Value == TrueMeter.Constant(other);
        }
        var now = _agenda.Now;
        var strange = _strange.Any(s => s.Meter == MeterOf(point) && now >= s.From && now - ReplyMax.Ticks <= s.To);
        var behind = meter.Shown(Quantities.Import, now) - reading.Value;
        if (point.RolloverAt is { } top && behind < -top / 2) behind += top;
        var step = 2 * meter.Step;
        return strange || behind >= -step && behind <= PowerMaxWatts / 1000 * ReplyMax.TotalHours + step;
    }

    private WireEnd OpenSerialLine()
    {
        // The server takes the time that a line would; the wire itself takes none.
        var (near, far) = WireEnd.Pair(_agenda, _random, TimeSpan.Zero, TimeSpan.Zero);
        _connections.Add(near);
        Outside.Start(() =>
        {
            _serialServer.Serve(far);
            return Task.CompletedTask;
        });
        return near;
    }

    private async ValueTask<Stream> Dial(TimeProvider time, CancellationToken cancellation)
    {
        await Task.Delay(NetworkLatency, time, cancellation);
        if (_agenda.Now < _cutUntil) throw new IOException("No route to host");
        var (near, far) = WireEnd.Pair(_agenda, _random, TimeSpan.FromMicroseconds(0.1), NetworkLatency);
        _connections.Add(near);
        Outside.Start(() => _networkServer.ServeAsync(far));
        return near;
    }

    /// <summary>A meter whose register someone touches does not stand near its rollover: nobody could tell the one from the other, nor growth from a
    /// way back to a small register.</summary>
    private bool IsTouched(int meter) =>
        _scenario.Events.Any(e => e is RegisterReset reset && reset.Meter == meter
            || e is RegisterGlitch glitch && glitch.Meter == meter || e is MeterSwapped swap && swap.Meter == meter);

    private IEnumerable<string> Wanted(MeterModel model) => _scenario.IsWide
        ? model.Points.Keys.Order(StringComparer.Ordinal)
        : Quantities.All.Where(model.Points.ContainsKey).Take(_scenario.QuantitiesMax);

    private int MeterOf(Point point) => _meterOf[point.Id.Value];

    private void Furnish(MeterCatalogue catalogue)
    {
        var models = catalogue.Models.Where(m => m.SunSpecIds.IsEmpty && m.Points.ContainsKey(Quantities.Import)
            && (!_scenario.IsWide || m.Points.Count >= WideMin)
            && (!_scenario.RollsOver || m.Points[Quantities.Import].RolloverAt is not null)).ToList();
        for (var i = 0; i < _scenario.SerialMeters + _scenario.NetworkMeters; i++)
        {
            var model = models[_random.Next(models.Count)];
            var import = model.Points[Quantities.Import];
            var offset = import.RolloverAt is { } top && _random.Next(2) == 0 | _scenario.RollsOver && !IsTouched(i)
                ? top - _random.NextDouble() * (_scenario.RollsOver ? 1 : 5)
                : 1000 + _random.NextDouble() * 50_000;
            var meter = new TrueMeter(model, offset, PowerMaxWatts, new Random(_random.Next()));
            meter.LoadBetween(_scenario.LoadFrom.Ticks, _scenario.LoadTo.Ticks);
            _meters.Add(meter);
            _board.Add((byte)(1 + i), meter);
            var options = new MeterOptions
            {
                Name = $"m{i}", Unit = (byte)(1 + i), Period = _scenario.Period, Quantities = [.. Wanted(model)],
            };
            var cost = i < _scenario.SerialMeters
                ? ReadCost.Rtu(SerialLine.Baud, SerialLine.CharacterBits, model.FrameDelay ?? TimeSpan.Zero, ReadCost.UsualTurnaround)
                : ReadCost.Tcp(ReadCost.UsualRoundTrip);
            var first = _setups.Sum(setup => setup.Points.Length);
            _setups.Add(MeterSetup.Make(model, options, new PointId((ushort)first), cost));
            _meterOf.AddRange(Enumerable.Repeat(i, _setups[i].Points.Length));
        }
    }
}
