using System.Collections.Immutable;
using System.Diagnostics;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Devices.Gpio;
using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Simulated.Chips;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Simulation.Scheduling;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Simulation.Building;

/// <summary>The desks of the centre with a presence sensor each, two pulse outputs, and chips that measure the air: real inputs, drivers and bus owners
/// on simulated ports, all from the truth of a working day.</summary>
internal sealed class DeskRoom
{
    public const string Space = "office", LooseWire = "loose";

    private const string AirPlace = "open-space", SlowLoad = "water-heater";

    private const byte Scd4xAddress = 0x62, Sht4xAddress = 0x44;

    // Beside desks and pulses one line is free: a loose wire.
    private const int LooseLine = 60, WaterLine = 61, EnergyLine = 62, LinesMax = 64;

    // A working Tuesday at 8:30 in Paris, whatever the world's calendar says: at night nobody would be there to be seen.
    private static readonly Instant Morning = Instant.From(new DateTimeOffset(2026, 6, 16, 6, 30, 0, TimeSpan.Zero));

    private readonly Agenda _agenda;
    private readonly Scenario _scenario;
    private readonly PlantedBug _bug;
    private readonly int _firstPoint;
    private readonly SimulatedProcess _outside;
    private readonly SimulatedGpioChip _gpio;
    private readonly SimulatedI2cPort _i2c = new("simulated:i2c");
    private readonly SimulatedScd4x _scd4x;
    private readonly SimulatedSht4x _sht4x;
    private readonly PulseLine _water, _energy;
    private readonly List<SimulatedGpioLines> _requests = [];
    private readonly List<SensorSetup> _sensors = [];
    private readonly List<ContactOptions> _contacts = [];
    private readonly List<PulseOptions> _pulses = [];
    private readonly ImmutableArray<List<(long At, Reading Reading)>> _told;
    private readonly I2cFaults _wire;

    // Of lines of which some pulses never come: all, and those that do.
    private readonly List<(BuildingLine All, BuildingLine Left)> _patchy = [];

    public DeskRoom(Agenda agenda, Scenario scenario, Random random, (SimulatedProcess Outside, int FirstPoint) place,
        (PlantedBug Planted, Action<string> Injected) faults)
    {
        (_agenda, _scenario, _bug, (_outside, _firstPoint)) = (agenda, scenario, faults.Planted, place);
        Truth = new BuildingTruth(random.Next(), Morning, scenario.Zone);
        _gpio = new SimulatedGpioChip("simulated:gpio", LinesMax, _outside.Time);
        _wire = new I2cFaults(random.Next()) { Nack = scenario.Chips.Nack, FlippedRead = scenario.Chips.Flipped };
        _i2c.Fault = address => Spoilt() ? Noted(_wire.Next(address), faults.Injected) : default;
        var air = new SensorAir(Truth, AirPlace, AirAccuracy.Scd4x, random.Next());
        _scd4x = new SimulatedScd4x(() => air.At(TrueNow), _outside.Time);
        _sht4x = new SimulatedSht4x(() => air.At(TrueNow), _outside.Time);
        var branch = new MuxBranch(0x70, 3);
        if (scenario.Inputs.Carbon) _i2c.Attach(Scd4xAddress, _scd4x, branch);
        if (scenario.Inputs.Climate) _i2c.Attach(Sht4xAddress, _sht4x);
        (_water, _energy) = (PulseLine.Water(Truth, 1), PulseLine.Energy(Truth, SlowLoad, 1000));
        Watched = [.. Desks(random)];
        Furnish();
        _told = [.. Points.Select(_ => new List<(long, Reading)>())];
        ImmutableArray<PlayedLine> lines =
        [
            .. Watched.Select(desk => new PlayedLine(desk.Line, desk.Signal, desk.IsPir)),
        ];
        if (scenario.Inputs.Pulses) lines = [.. lines, new PlayedLine(WaterLine, _water), new PlayedLine(EnergyLine, _energy)];
        if (lines.IsEmpty) return;
        var player = new LinePlayer(_gpio, lines, _outside.Time, () => TrueNow);
        _outside.Start(() => player.RunAsync(CancellationToken.None));
    }

    /// <summary>How often a level is read and told again.</summary>
    public static TimeSpan Confirm { get; } = TimeSpan.FromSeconds(10);

    public BuildingTruth Truth { get; }

    /// <summary>Time in the building, which no clock of the gateway's knows.</summary>
    public Instant TrueNow => At(_agenda.Now);

    public ImmutableArray<WatchedDesk> Watched { get; }

    /// <summary>What is measured here, in the order of ids from the first one on.</summary>
    public ImmutableArray<Point> Points { get; private set; }

    public ImmutableArray<Space> Spaces { get; } = [new Space(Space, "Office", null)];

    public ImmutableArray<Desk> Plan =>
        [.. Watched.Select((desk, i) => new Desk($"d{i + 1}", $"d{i + 1}", Space, [Points.Single(p => p.Device == desk.Sensor).Id]))];

    /// <summary>Readings that no sensor can have given.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>CO2 readings that were held against the truth.</summary>
    public long ReadingsJudged { get; private set; }

    /// <summary>When the lines were not there, by true time.</summary>
    public List<(long From, long To)> LinesAway { get; } = [];

    /// <summary>By point of this room: every reading that the devices gave, with its true time.</summary>
    public IEnumerable<(Point Point, List<(long At, Reading Reading)> Told)> Told => Points.Zip(_told);

    public Instant At(long ticks) => Morning + TimeSpan.FromTicks(ticks);

    /// <summary>Pulses of PIRs that never came until a time of the world.</summary>
    public int Dropped(long until) =>
        _patchy.Sum(line => line.All.ActiveBetween(At(0), At(until)).Count - line.Left.ActiveBetween(At(0), At(until)).Count);

    /// <summary>Pulses that the meters gave until a time of the world, in the unit of their point.</summary>
    public double Pulsed(Point point, long at) => point.Device == "water" ? 0.001 * _water.Count(At(at)) : 0.001 * _energy.Count(At(at));

    /// <summary>A life of the gateway opens the ports and begins to poll.</summary>
    public void Connect(GatewayProcess gateway, IReadOnlyDictionary<string, CounterCarry> carries)
    {
        var time = gateway.Process.Time;
        Instant Now() => gateway.Clock.Now;
        var bus = new I2cBus(_i2c, _i2c.ResetMuxes);
        var chips = _sensors.Select(setup => setup.Connect(new SensorWires(time, Now)
        {
            I2c = bus.Segment(setup.Address, setup.Type.Word == "scd41" ? new MuxBranch(0x70, 3) : null),
        }));
        if (_sensors.Count > 0) Poll(gateway, "i2c", chips, pollsMax: 2);
        var (id, contacts, pulses) = (_firstPoint + Points.Length - _contacts.Count - _pulses.Count, new List<LineInput>(), new List<LineInput>());
        foreach (var options in _contacts) contacts.Add(new ContactInput(options, new PointId((ushort)id++), time));
        foreach (var options in _pulses)
            pulses.Add(new PulseInput(options, new PointId((ushort)id++), carries.GetValueOrDefault($"{options.Name}.{options.Quantity}"), time));
        var banks = new[] { ("contacts", contacts), ("pulses", pulses) }.Where(bank => bank.Item2.Count > 0)
            .Select(IDevice (bank) => new GpioBank(bank.Item1, bank.Item2, Request, time, Now)).ToList();
        if (banks.Count > 0) Poll(gateway, "gpio", banks, pollsMax: 2);
    }

    /// <summary>The kernel takes back what a dead process had open.</summary>
    public void Disconnect()
    {
        foreach (var request in _requests) _ = request.DisposeAsync().AsTask();
        _requests.Clear();
    }

    public void Happen(Event one)
    {
        var now = _agenda.Now;
        switch (one)
        {
            case LinesGone gone:
                LinesAway.Add((now, now + gone.For.Ticks));
                _gpio.IsPresent = false;
                _agenda.At(now + gone.For.Ticks, () => _gpio.IsPresent = LinesAway.TrueForAll(away => away.To <= _agenda.Now));
                break;
            case ChipBusStuck stuck:
                _i2c.IsTrunkHeldLow = true;
                _agenda.At(now + stuck.For.Ticks, () => _i2c.IsTrunkHeldLow = false);
                break;
            case ChipGone gone:
                _i2c.Detach(_scd4x);
                _agenda.At(now + gone.For.Ticks, () =>
                {
                    // It comes back with its power.
                    _scd4x.CyclePower();
                    _i2c.Detach(_scd4x);
                    _i2c.Attach(Scd4xAddress, _scd4x, new MuxBranch(0x70, 3));
                });
                break;
            case LooseWire storm:
                for (var i = 0; i < storm.Edges; i++) _gpio.Drive(LooseLine, i % 2 == 0);
                break;
            case DeskLineStuck:
                // The line itself knows.
                break;
            default:
                throw new UnreachableException($"BUG: the desks do not know {one}.");
        }
    }

    private static I2cFault Noted(I2cFault fault, Action<string> injected)
    {
        if (fault.Kind != I2cFaultKind.None) injected(fault.Kind == I2cFaultKind.Nack ? "Nack" : "WrongChecksum");
        return fault;
    }

    private bool Spoilt() => _agenda.Now >= _scenario.FaultsFrom.Ticks && _agenda.Now < _scenario.FaultsTo.Ticks;

    private SimulatedGpioLines Request(ImmutableArray<LineSettings> lines)
    {
        var request = _gpio.Request(lines);
        _requests.Add(request);
        return request;
    }

    private void Poll(GatewayProcess gateway, string name, IEnumerable<IDevice> devices, int pollsMax)
    {
        var noted = devices.Select(IDevice (device) => new NotedDevice(device, Note));
        if (_bug != PlantedBug.None) noted = noted.Select(device => new TamperedDevice(device, _bug, _agenda));
        gateway.Poll(name, noted, pollsMax, _firstPoint);
    }

    private void Note(Reading reading)
    {
        var index = reading.Point.Value - _firstPoint;
        _told[index].Add((_agenda.Now, reading));
        if (reading.Quality != Quality.Good || Points[index].Quantity.Name != "co2") return;
        ReadingsJudged++;
        // The chip measures every five seconds, and its poll comes at most as much later.
        var (now, before) = (Truth.Air(AirPlace, TrueNow).Co2, Truth.Air(AirPlace, TrueNow - TimeSpan.FromSeconds(10)).Co2);
        var allowed = AirAccuracy.Scd4x.OfCo2(Math.Max(now, before));
        if (reading.Value < Math.Min(now, before) - allowed || reading.Value > Math.Max(now, before) + allowed)
            Violations.Add($"values true: after {TimeSpan.FromTicks(_agenda.Now)} {Points[index].Name} gave {reading}, the truth is {now:0.#} ppm");
    }

    private IEnumerable<WatchedDesk> Desks(Random random)
    {
        // Of the sixty, some; each as the truth has it.
        var numbers = Enumerable.Range(0, BuildingPlan.Desks.Length).ToArray();
        random.Shuffle(numbers);
        for (var i = 0; i < _scenario.Desks; i++)
        {
            var isPir = i % 2 == 0;
            BuildingLine signal = isPir ? new DeskPir(Truth, numbers[i]) : new DeskContact(Truth, numbers[i]);
            ImmutableArray<(BuildingStay, bool)> stuck =
            [
                .. _scenario.Events.OfType<DeskLineStuck>().Where(e => e.Desk == i)
                    .Select(e => (new BuildingStay(At(e.At.Ticks), At((e.At + e.For).Ticks)), e.IsActive)),
            ];
            var dropped = isPir ? _scenario.Dropped : 0;
            var plain = signal;
            if (!stuck.IsEmpty || dropped > 0)
            {
                var faults = new LineFaults(random.Next()) { Dropped = dropped };
                if (dropped > 0) _patchy.Add((plain, new FaultyLine(plain, faults)));
                signal = new FaultyLine(plain, faults with { Stuck = stuck });
            }
            yield return new WatchedDesk(i, numbers[i], isPir ? $"pir-{i + 1}" : $"radar-{i + 1}", isPir, signal, IsFaulty: !stuck.IsEmpty || dropped > 0);
        }
    }

    private void Furnish()
    {
        foreach (var (word, isThere) in new[] { ("scd41", _scenario.Inputs.Carbon), ("sht40", _scenario.Inputs.Climate) })
        {
            if (!isThere) continue;
            if (!SensorCatalogue.TryGet(word, out var type)) throw new InvalidOperationException($"BUG: there is no sensor {word}.");
            var first = _firstPoint + _sensors.Sum(setup => setup.Points.Length);
            var options = new SensorOptions { Name = $"air-{word}", Place = Space, Period = _scenario.ChipPeriod };
            _sensors.Add(SensorSetup.Make(type, options, new PointId((ushort)first)));
        }
        foreach (var desk in Watched)
            _contacts.Add(new ContactOptions
            {
                Name = desk.Sensor, Line = new LineSettings(desk.Line, desk.IsPir, LineBias.PullUp, TimeSpan.FromMilliseconds(50)), Private = true,
                Confirm = Confirm, WarmUp = desk.IsPir ? TimeSpan.FromSeconds(30) : TimeSpan.Zero,
            });
        if (_scenario.Inputs.SpareLine)
            _contacts.Add(new ContactOptions { Name = LooseWire, Line = new LineSettings(LooseLine), Quantity = "contact", Confirm = Confirm });
        if (_scenario.Inputs.Pulses)
            _pulses.AddRange(
            [
                new PulseOptions { Name = "water", Line = Pulse(WaterLine), Quantity = "water", PerPulse = 0.001, Register = 17 },
                new PulseOptions { Name = "heater", Line = Pulse(EnergyLine), Quantity = Quantities.Import, PerPulse = 0.001, Register = 250 },
            ]);
        var next = _firstPoint + _sensors.Sum(setup => setup.Points.Length);
        Points =
        [
            .. _sensors.SelectMany(setup => setup.Points),
            .. _contacts.Select(options => options.ToPoint(new PointId((ushort)next++))),
            .. _pulses.Select(options => options.ToPoint(new PointId((ushort)next++))),
        ];

        static LineSettings Pulse(int line) => new(line, Debounce: TimeSpan.FromMilliseconds(10));
    }
}

/// <summary>A desk of the world and what watches it.</summary>
/// <param name="Line">Its input, and its number in the world.</param>
/// <param name="Number">In <see cref="BuildingPlan.Desks"/>.</param>
/// <param name="IsPir">A PIR; else a sensor that sees people who sit still.</param>
/// <param name="IsFaulty">The signal has faults: it is not what the truth would make it.</param>
internal sealed record WatchedDesk(int Line, int Number, string Sensor, bool IsPir, BuildingLine Signal, bool IsFaulty);
