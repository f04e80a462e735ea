using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Simulation.Building;
using Ecocentre.Edge.Simulation.Oracles;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Simulation;

/// <summary>What became of one simulated world.</summary>
public sealed record Report
{
    // The end of the calm, without the minutes that are not closed yet.
    private static readonly TimeSpan CalmLength = TimeSpan.FromMinutes(6), CalmEnd = TimeSpan.FromMinutes(4);

    public required Scenario Scenario { get; init; }

    /// <summary>SHA-256 over every entry of the log and what else happened: the same seed gives the same hash. Keys and what they sign are made by
    /// chance and are not in it.</summary>
    public required string Hash { get; init; }

    public required IReadOnlyList<string> Violations { get; init; }

    /// <summary>Checks made, by oracle.</summary>
    public required IReadOnlyDictionary<string, long> Looked { get; init; }

    /// <summary>Faults that happened, by kind.</summary>
    public required IReadOnlyDictionary<string, long> Injected { get; init; }

    /// <summary>What else somebody may want to know.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    public required int Lives { get; init; }

    /// <summary>Pieces of work that were done in it.</summary>
    public required long Steps { get; init; }

    public required long Entries { get; init; }

    public required long Readings { get; init; }

    public required long Deliveries { get; init; }

    /// <summary>How often a desk was seen in each state.</summary>
    public required IReadOnlyDictionary<DeskState, long> DesksSaid { get; init; }

    /// <summary>What the receiver was told, by sequence.</summary>
    public required IReadOnlyDictionary<long, LogFact> Told { get; init; }

    /// <summary>What the devices gave, one line a reading, by point.</summary>
    public required IEnumerable<string> Given { get; init; }

    /// <summary>The oracle that found the first violation, or null.</summary>
    public string? Broken => Violations.Count == 0 ? null : Violations[0].Split(':')[0];

    /// <summary>Holds every oracle against a world that has run.</summary>
    public static Report Of(World world)
    {
        var verdicts = world.Seen;
        verdicts.Looked["values true"] = world.Desks.ReadingsJudged + world.Room.ReadingsJudged;
        foreach (var violation in world.Violations.Concat(world.Room.Violations.Take(5)).Concat(world.Desks.Violations.Take(5)))
            verdicts.Wrong("world", violation);
        var held = new List<LogEntry>();
        if (world.Gateway is not { } gateway) verdicts.Wrong("world", "no gateway is alive at the end");
        else
        {
            while (gateway.Log.Read(held.LastOrDefault().Sequence, 4096) is { Count: > 0 } more) held.AddRange(more);
            LogOracles.Ordered(held, gateway.Log.Head, verdicts);
            OutsideOracles.ToldEverything(held, gateway.Log.Head, world.Receiver, world.IsWorn, verdicts);
            foreach (var sink in new[] { "receiver", "mqtt" })
                verdicts.Check("drained", gateway.Log.Cursor(sink) == gateway.Log.Head,
                    $"{sink} stands at {gateway.Log.Cursor(sink)} of {gateway.Log.Head} after the calm");
            if (world.Bug == PlantedBug.SealedDayChanged) ChangeSealedDay(gateway);
            try
            {
                SealedOracles.SealedOnce(gateway.Archive, world.Receiver.Facts, (Sealing.ExactFor(gateway.Feeds), world.IsWorn), verdicts);
            }
            catch (InvalidDataException damage)
            {
                verdicts.Wrong("sealed whole", damage.Message);
            }
            PackOracles.HeadsContinue(gateway, world.Receiver.Facts.Values, verdicts);
            PackOracles.Verified(gateway, world.Folder, verdicts);
            Judge(world, verdicts);
            // Keys, configuration and heads, and the verdicts of each day: some twenty of each day and of each life.
            var records = world.Receiver.Facts.Values.Count(fact => fact is RecordFact);
            var recordsMax = 40 * (1 + world.Lives + (int)world.Scenario.Length.TotalDays);
            verdicts.Check("bounded", records <= recordsMax, $"{records} records in the log, of which {recordsMax} would be many");
        }
        OutsideOracles.Stored(world, verdicts);
        return new Report
        {
            Scenario = world.Scenario, Hash = HashOf(world), Violations = verdicts.Violations, Looked = verdicts.Looked, Injected = world.Injected,
            Notes = verdicts.Notes, Steps = world.Agenda.Done, Lives = world.Lives,
            Entries = world.Receiver.Facts.Count, Readings = world.Room.Told.Sum(told => (long)told.Count),
            Deliveries = world.Receiver.Deliveries, DesksSaid = world.DeskOracles.Said,
            Given = world.Room.Points.SelectMany(point => world.Room.Told[point.Id.Value].Select(
                told => $"{TimeSpan.FromTicks(told.At)} {point.Name} {told.Reading.At} {told.Reading.Value} {told.Reading.Quality}")),
            Told = world.Receiver.Facts,
        };
    }

    /// <summary>For people.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"{Readings} readings, {Entries} log entries in {Lives} lives of the gateway, {Deliveries} entries delivered, {Steps} steps";
        yield return $"injected: {string.Join(", ", Injected.Select(i => $"{i.Key} {i.Value}"))}";
        yield return $"looked at: {string.Join(", ", Looked.OrderBy(l => l.Key).Select(l => $"{l.Key} {l.Value}"))}";
        yield return $"desks were seen {string.Join(", ", DesksSaid.OrderBy(said => said.Key).Select(said => $"{said.Key} {said.Value}"))} times";
        foreach (var note in Notes) yield return note;
        yield return $"hash {Hash}";
        foreach (var violation in Violations) yield return $"VIOLATION {violation}";
        yield return Violations.Count == 0 ? "every oracle holds" : $"{Violations.Count} violations";
    }

    /// <summary>Holds what was told against the truth: the log itself lets go of what is old.</summary>
    private static void Judge(World world, Verdicts verdicts)
    {
        var windows = world.Receiver.Facts.Values.OfType<WindowFact>().ToList();
        var final = LogOracles.Final(windows);
        var events = world.Scenario.Events;
        var end = Instant.From(world.Wall(world.Scenario.Length.Ticks)) - CalmEnd;
        var points = world.Room.Declared.Concat(world.Desks.Points.Where(p => !p.Private)).ToList();
        TruthOracles.AliveAfterFaults(final, points, new Window(end - CalmLength, CalmLength), verdicts);
        // What a worn card lost after it was told is counted again from the registers of before: nobody can know that it was told.
        if (world.IsWorn) return;
        LogOracles.WindowsOnce(windows, world.Scenario.Zone, world.Room.BeginsLater, verdicts);
        // A process that died may have forgotten the open minute and the grace behind it, and all that no disk would take.
        var dies = events.Any(e => e is ProcessKilled or PowerCut or CardWorn);
        var slack = dies ? TimeSpan.FromMinutes(2) + world.DiskTrouble : TimeSpan.Zero;
        TruthOracles.EnergyConserved(final, world.Room.Points, world.Room.Flowed,
            point => world.Room.Unknowable(point, slack, world.Outages), world.Room.Step, verdicts);
        world.DeskOracles.PulsesConserved(final, world.Outages, world.DiskTrouble, world.Agenda.Now);
        if (dies || events.Any(e => e is ClockStepped or BornIn1970 or LeapSecond)) return;
        LogOracles.LongerWindowsAddUp(final, verdicts);
        var readings = world.Room.Points.ToDictionary(
            p => p.Name, p => (p, world.Room.Told[p.Id.Value].Select(t => t.Reading).OrderBy(r => r.At).ToList()));
        // A loose wire's own edges crowd its readings out, which an incident tells.
        foreach (var (point, told) in world.Desks.Told.Where(of => of.Point.Device != DeskRoom.LooseWire))
            readings[point.Name] = (point, [.. told.Select(t => t.Reading).OrderBy(r => r.At)]);
        world.DeskOracles.WindowsTrue(final);
        TruthOracles.CoverageTrue(final.Where(w => readings.ContainsKey(w.Series.Name)), readings, GatewayLimits.Default, verdicts);
    }

    /// <summary>A planted bug: one byte in the middle of a sealed day.</summary>
    private static void ChangeSealedDay(GatewayProcess gateway)
    {
        var path = Directory.GetFiles(gateway.Archive.Folder, "*.day", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 3] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private static string HashOf(World world)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
        Span<byte> bytes = stackalloc byte[27];
        foreach (var (sequence, line) in world.Database.Lines)
        {
            var isSigned = world.Receiver.Facts.GetValueOrDefault(sequence) is RecordFact { Kind: RecordKind.Key or RecordKind.Checkpoint };
            BinaryPrimitives.WriteInt64LittleEndian(bytes, sequence);
            BinaryPrimitives.WriteUInt128LittleEndian(bytes[8..], isSigned ? 0 : line.Text);
            hash.AppendData(bytes[..24]);
        }
        foreach (var (at, reading) in world.Room.Told.SelectMany(told => told).Concat(world.Desks.Told.SelectMany(of => of.Told)))
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, at);
            BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], reading.At.UnixMilliseconds);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes[16..], reading.Value);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[24..], reading.Point.Value);
            bytes[26] = (byte)reading.Quality;
            hash.AppendData(bytes);
        }
        foreach (var (state, count) in world.DeskOracles.Said.OrderBy(said => said.Key)) Add($"{state} {count}");
        foreach (var (kind, count) in world.Injected) Add($"{kind} {count}");
        Add($"{world.Agenda.Done} {world.Receiver.Deliveries} {world.Lives} {world.Broker.HandedOn} {world.Database.Rows}");
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
