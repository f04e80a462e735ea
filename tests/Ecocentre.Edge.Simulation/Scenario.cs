using Ecocentre.Edge.Simulation.Outside;

namespace Ecocentre.Edge.Simulation;

/// <summary>What a simulated room has beside its desks.</summary>
/// <param name="Carbon">A chip that measures CO2.</param>
/// <param name="Climate">One that measures temperature and humidity.</param>
/// <param name="Pulses">Pulse outputs of a water and of an energy meter.</param>
/// <param name="SpareLine">An input that leads nowhere yet: a loose wire.</param>
public sealed record RoomInputs(bool Carbon, bool Climate, bool Pulses, bool SpareLine)
{
    public static RoomInputs All { get; } = new(true, true, true, true);

    public bool HasChips => Carbon || Climate;

    public bool HasLines => Pulses || SpareLine;
}

/// <summary>What happens in one simulated world, drawn from its seed: the centre, its loads, and everything that goes wrong.</summary>
/// <remarks>Each kind of fault is left out of half of the worlds (swarm testing): a fault that is always there hides others behind it.
/// All faults lie between <see cref="FaultsFrom"/> and <see cref="FaultsTo"/>; after them the world is calm, and everything must be well again.</remarks>
public sealed record Scenario
{
    // Long enough for a first window to close, and for the last backlog to be told, whatever came before.
    private static readonly TimeSpan Calm = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan Prelude = TimeSpan.FromMinutes(6);

    public required int Seed { get; init; }

    /// <summary>Virtual time from beginning to end.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>True wall time at the beginning.</summary>
    public required DateTimeOffset Begin { get; init; }

    public required TimeZoneInfo Zone { get; init; }

    /// <summary>Meters on the serial line, then on the network.</summary>
    public required int SerialMeters { get; init; }

    public required int NetworkMeters { get; init; }

    /// <summary>Time between two polls of a point.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>Share of replies that a wire spoils, for each way of spoiling.</summary>
    public required WireTrouble Wire { get; init; }

    /// <summary>Desks with a presence sensor each; every other one a PIR.</summary>
    public required int Desks { get; init; }

    /// <summary>What else the room has.</summary>
    public RoomInputs Inputs { get; init; } = RoomInputs.All;

    /// <summary>How many of the usual quantities of a meter are read, energy always.</summary>
    public int QuantitiesMax { get; init; } = 4;

    /// <summary>Every register is soon full and begins again at zero; else one here and there.</summary>
    public bool RollsOver { get; init; }

    /// <summary>Every quantity that a meter's model has is read, and not only the usual few.</summary>
    public bool IsWide { get; init; }

    /// <summary>Share of transfers that an I2C bus spoils.</summary>
    public required ChipTrouble Chips { get; init; }

    /// <summary>Share of a PIR's pulses that never come.</summary>
    public required double Dropped { get; init; }

    /// <summary>Time between two polls of a chip; null for what its kind wants.</summary>
    public TimeSpan? ChipPeriod { get; init; }

    /// <summary>What the broker does wrong.</summary>
    public BrokerTrouble Broker { get; init; } = new(0, 0.05, 0, 0);

    /// <summary>Kinds of faults that were taken out again, to find those that matter.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    public required IReadOnlyList<Event> Events { get; init; }

    public TimeSpan FaultsFrom => Prelude;

    public TimeSpan FaultsTo => Length - Calm;

    /// <summary>Loads are off before and after, so that the first and the last register can be compared with the truth to the last digit.</summary>
    public TimeSpan LoadFrom => TimeSpan.FromMinutes(4);

    public TimeSpan LoadTo => Length - TimeSpan.FromMinutes(10);

    /// <summary>Draws a world from a seed.</summary>
    public static Scenario Draw(int seed, TimeSpan length)
    {
        var random = new Random(seed);
        bool Often() => random.Next(2) == 0;
        double Share() => Often() ? 0 : Math.Pow(10, -1 - 2 * random.NextDouble());
        var from = Prelude;
        var to = length - Calm;
        TimeSpan For(TimeSpan at, double minutesMin, double minutesMax)
        {
            var wanted = TimeSpan.FromMinutes(minutesMin + (minutesMax - minutesMin) * random.NextDouble());
            return wanted < to - at ? wanted : to - at;
        }
        TimeSpan Sometime() => from + (to - from) * random.NextDouble();
        var events = new List<Event>();
        void Some(int most, Func<TimeSpan, Event> draw)
        {
            if (!Often()) return;
            for (var i = random.Next(1, most + 1); i > 0; i--) events.Add(draw(Sometime()));
        }

        // The last Sunday of March and of October 2026: the days of 23 and of 25 hours in Paris.
        DateTimeOffset[] begins =
        [
            new(2026, 3, 28, 21, 40, 0, TimeSpan.Zero), new(2026, 10, 24, 20, 50, 0, TimeSpan.Zero),
            new(2026, 12, 31, 22, 15, 0, TimeSpan.Zero), new(2026, 6, 3, 8, 0, 30, TimeSpan.Zero),
            // The leap day, and the day after it.
            new(2028, 2, 28, 21, 10, 0, TimeSpan.Zero), new(2028, 2, 29, 20, 0, 0, TimeSpan.Zero),
        ];
        var (serial, network, isWide) = Meters(random);
        var meters = serial + network;
        int Meter() => random.Next(meters);
        Some(3, at => new DeviceDead(at, Meter(), For(at, 1, 90)));
        Some(3, at => new RegisterGlitch(at, Meter(), For(at, 0.02, 1), Often() ? 0 : random.NextDouble() * 1e6));
        // Of a register that was reset and is small, nobody could tell a zero that stays for a while from one more reset and growth after it.
        if (!events.Any(e => e is RegisterGlitch)) Some(2, at => new RegisterReset(at, Meter()));
        Some(3, at => new ReceiverFails(at, For(at, 1, 120), (ReceiverFault)random.Next(1, 5)));
        Some(3, at => new ClockStepped(at, TimeSpan.FromSeconds((Often() ? 1 : -1) * Math.Pow(10, 4 * random.NextDouble()))));
        Some(4, at => new ProcessKilled(at, random.Next(1, 500), For(at, 0, 5)));
        Some(2, at => new NetworkCut(at, For(at, 0.02, 10)));
        Some(3, at => new BrokerAway(at, For(at, 0.1, 60)));
        Some(3, at => new IngestDies(at, random.Next(1, 60), For(at, 0.1, 60)));
        if (random.Next(4) == 0) events.Add(new BornIn1970(TimeSpan.Zero, For(TimeSpan.Zero, 5.5, 40)));
        // Drawn apart, so that what the desks have does not change what the meters have.
        var desks = new Random(seed ^ 0xDE5C);
        var count = Math.Max(0, desks.Next(-4, 11));
        bool Seldom() => desks.Next(2) == 0;
        TimeSpan DeskTime() => from + (to - from) * desks.NextDouble();
        TimeSpan Until(TimeSpan at, double minutesMax) => Min(TimeSpan.FromMinutes(0.05 + minutesMax * desks.NextDouble() * desks.NextDouble()), to - at);
        void DeskEvents(int most, Func<TimeSpan, Event> draw)
        {
            if (!Seldom()) return;
            for (var i = desks.Next(1, most + 1); i > 0; i--) events.Add(draw(DeskTime()));
        }

        // The space has a figure of its own from five desks on, and no desk at all is a centre, too.
        var inputs = new RoomInputs(Seldom(), Seldom(), Seldom(), Seldom());
        var chips = new ChipTrouble(Seldom() ? 0 : 0.05 * desks.NextDouble(), Seldom() ? 0 : 0.05 * desks.NextDouble());
        var dropped = Seldom() ? 0 : 0.4 * desks.NextDouble();
        if (count > 0 || inputs.HasLines) DeskEvents(3, at => new LinesGone(at, Until(at, 60)));
        if (inputs.HasChips) DeskEvents(3, at => new ChipBusStuck(at, Until(at, 20)));
        if (inputs.Carbon) DeskEvents(3, at => new ChipGone(at, Until(at, 60)));
        if (inputs.SpareLine) DeskEvents(4, at => new LooseWire(at, desks.Next(10, 5000)));
        if (count > 0) DeskEvents(3, at => new DeskLineStuck(at, desks.Next(count), Until(at, 90), Seldom()));
        // Long worlds are polled more slowly, so that there can be many of them.
        var isLong = length > TimeSpan.FromHours(8);
        var period = isLong ? TimeSpan.FromSeconds(Math.Round(10 * Math.Pow(6, desks.NextDouble()))) : TimeSpan.FromSeconds(random.Next(2, 21));
        // A bus reads hundreds of points in its time, and a minute of theirs is as much work as one of a small centre's day.
        if (isWide) period = TimeSpan.FromMinutes(1);
        var begin = begins[random.Next(begins.Length)];
        var outside = new OutsideDraw(new Random(seed ^ 0x0B5E55), from, to, meters);
        events.AddRange(outside.Events([.. events], begin));
        events.AddRange(SiteChanges(new Random(seed ^ 0x517E), from, to, meters));
        // Some oracles can look only where nothing dies and the clock goes as it should.
        if (isLong && new Random(seed ^ 0x57EAD).Next(8) == 0)
            events.RemoveAll(one => one is ProcessKilled or PowerCut or CardWorn or ClockStepped or BornIn1970 or LeapSecond);
        return new Scenario
        {
            Desks = count, Inputs = inputs, IsWide = isWide, QuantitiesMax = desks.Next(1, 5), Chips = chips, Dropped = dropped,
            Seed = seed, Length = length, Begin = begin, ChipPeriod = isLong ? TimeSpan.FromSeconds(desks.Next(15, 60)) : null,
            Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris"),
            SerialMeters = serial, NetworkMeters = network,
            Period = period, Broker = outside.Broker(),
            Wire = new WireTrouble(Share(), Share(), Share(), Share(), Share()) { WrongUnit = outside.Share() },
            Events = [.. events.OrderBy(e => e.At)],
        };
    }

    /// <summary>Small centres mostly: what goes wrong between two meters goes wrong between twenty, at ten times the price. Now and then there are many meters
    /// with all that they have.</summary>
    private static (int Serial, int Network, bool IsWide) Meters(Random random)
    {
        if (random.Next(80) == 0) return (1, 10, true);
        // Of twenty worlds so many with none, one, two, three on the line; and the same on the network.
        ReadOnlySpan<int> serials = [0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3];
        ReadOnlySpan<int> networks = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2];
        var (serial, network) = (serials[random.Next(serials.Length)], networks[random.Next(networks.Length)]);
        return serial + network == 0 ? (1, 0, false) : (serial, network, false);
    }

    /// <summary>The last meter is not in the site from the beginning.</summary>
    public bool IsLastMeterAddedLater => Events.Any(one => one is SiteChanged { Removes: false });

    /// <summary>In a third of the centres with several meters the site gets or loses one, which is no fault, and goes on with the rest.</summary>
    private static IEnumerable<Event> SiteChanges(Random random, TimeSpan from, TimeSpan to, int meters)
    {
        TimeSpan Sometime() => from + (to - from) * (0.05 + 0.9 * random.NextDouble());
        if (meters > 1 && random.Next(3) == 0) yield return new SiteChanged(Sometime(), random.Next(2) == 0);
        if (random.Next(6) == 0) yield return new SiteRefused(Sometime());
    }

    /// <summary>The kinds of faults that are in it, by name.</summary>
    public IEnumerable<string> Kinds() => Shares().Where(share => share.Value > 0).Select(share => share.Name)
        .Concat(Events.Select(one => one.GetType().Name)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>The same world without some kinds of faults; all else stays as it is.</summary>
    public Scenario Without(IReadOnlyCollection<string> kinds)
    {
        double Left(string name, double share) => kinds.Contains(name) ? 0 : share;
        return this with
        {
            Events = [.. Events.Where(one => !kinds.Contains(one.GetType().Name))],
            Wire = new WireTrouble(
                Left("Silent", Wire.Silent), Left("LateReply", Wire.Late), Left("HalfFrame", Wire.Truncated), Left("CorruptedFrame", Wire.Flipped),
                Left("Refused", Wire.Refused)) { WrongUnit = Left("WrongUnit", Wire.WrongUnit) },
            Chips = new ChipTrouble(Left("Nack", Chips.Nack), Left("WrongChecksum", Chips.Flipped)),
            Dropped = Left("PulseDropped", Dropped),
            Broker = Broker with
            {
                Lost = Left("MessageLost", Broker.Lost), Duplicated = Left("MessageTwice", Broker.Duplicated),
                Reordered = Left("MessageOvertaken", Broker.Reordered), Unacknowledged = Left("PubackLost", Broker.Unacknowledged),
            },
            LeftOut = [.. LeftOut.Concat(kinds).Distinct().Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>Kinds of faults that come by shares, by name.</summary>
    internal IEnumerable<string> ShareNames => Shares().Select(share => share.Name);

    private IEnumerable<(string Name, double Value)> Shares() =>
    [
        ("Silent", Wire.Silent), ("LateReply", Wire.Late), ("HalfFrame", Wire.Truncated), ("CorruptedFrame", Wire.Flipped), ("Refused", Wire.Refused),
        ("WrongUnit", Wire.WrongUnit), ("Nack", Chips.Nack), ("WrongChecksum", Chips.Flipped), ("PulseDropped", Dropped),
        ("MessageLost", Broker.Lost), ("MessageTwice", Broker.Duplicated), ("MessageOvertaken", Broker.Reordered), ("PubackLost", Broker.Unacknowledged),
    ];

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>For people who want to know what went on.</summary>
    public IEnumerable<string> Describe()
    {
        yield return $"seed {Seed}: {Length.TotalHours:0.##} h from {Begin:yyyy-MM-dd HH:mm}Z, {SerialMeters} meters on a serial line and " +
            $"{NetworkMeters} on the network, each point every {Period.TotalSeconds} s";
        yield return $"replies silent {Wire.Silent:P1}, late {Wire.Late:P1}, truncated {Wire.Truncated:P1}, flipped {Wire.Flipped:P1}, refused "
            + $"{Wire.Refused:P1}";
        yield return $"{Inputs}{(IsWide ? ", every quantity of every meter" : "")}";
        yield return $"{Desks} desks, {Dropped:P1} of the PIRs' pulses dropped; of the chips' transfers {Chips.Nack:P1} not acknowledged, {Chips.Flipped:P1} "
            + "with a bit turned";
        yield return $"replies of another unit {Wire.WrongUnit:P1}; of the broker's messages {Broker.Lost:P1} lost, {Broker.Duplicated:P1} twice, "
            + $"{Broker.Reordered:P1} overtaken, {Broker.Unacknowledged:P1} unacknowledged, sessions {(Broker.KeepsSessions ? "kept" : "forgotten")}";
        if (LeftOut.Count > 0) yield return $"without {string.Join(", ", LeftOut)}";
        foreach (var e in Events) yield return $"{e.At:d\\.hh\\:mm\\:ss} {e}";
    }
}
