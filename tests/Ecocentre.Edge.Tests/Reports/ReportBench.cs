using System.Collections.Immutable;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Packs.Checks;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Reports;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Tests.Reports;

/// <summary>What a pack of <see cref="CentreTruth"/> would hold: windows of any length, verdicts of the real engine by the label's own profile,
/// instruments, incidents, entries.</summary>
internal static class ReportBench
{
    internal const int Seed = 20260101;

    private static readonly Lazy<LabelProfile> LazyProfile = new(LoadProfile);

    internal static LabelProfile Profile => LazyProfile.Value;

    internal static PackFindings Whole { get; } = new(
        null,
        [
            new PackCheck("container", true, "48213377 bytes, 71 files, under one signature"), new PackCheck("tree", true, "the root over 81234 leaves"),
            new PackCheck("windows", true, "1200480 lines of 25 points in 9125 blocks, each against its leaf"),
            new PackCheck("verdicts", true, "412 of 412 judged again from the windows, 412 bit for bit"),
        ], [], 0, []);

    /// <summary>What checking a pack that was tampered with finds.</summary>
    internal static PackFindings Broken(params string[] places) => Whole with
    {
        Checks = [.. Whole.Checks, new PackCheck("sums", false, "71 files against SHA256SUMS")],
        Faults = [.. places.Select(place => new PackFault("sums", place, "is not what the list says."))], FaultsLeftOut = 20,
    };

    /// <summary>A pack of the days given, judged by the engine.</summary>
    internal static ReportSource Source(DateOnly first, DateOnly last, string centre = "Écocentre de Saint-Martin", string space = "Open space")
    {
        var truth = new CentreTruth(Seed, first, last);
        var facts = Facts(space);
        return new ReportSource
        {
            Centre = centre, First = first, Last = last, PackProgram = "ecocentre-edge 0.1.0", PackFile = "saint-martin-2026.zip",
            PackSha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", Profile = Profile, Facts = facts,
            Verdicts = Judge(truth, facts), Incidents = Incidents(first), Records = Records(first),
            Windows = (point, kind) => Windows(truth, point, kind), Findings = Whole,
            Checkpoint = "ecocentre-edge/saint-martin\n81234\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n\n— ecocentre-edge/saint-martin Cw9q2zBFAiEA\n",
            Fingerprint = "SHA256:4Vx0bAv0bVqv7m4hQPT0HkNcMxWmUz0tBWc4mSmEJ2M", MadeAt = At(last.AddDays(1), 9), MadeBy = "ecocentre-edge 0.1.0",
        };
    }

    internal static Instant At(DateOnly date, int hour) =>
        Instant.From(new DateTimeOffset(date.ToDateTime(new TimeOnly(hour, 0)), CentreTruth.Zone.GetUtcOffset(date.ToDateTime(new TimeOnly(hour, 0)))));

    /// <summary>A window of a gauge, known as far as said.</summary>
    internal static Aggregate Window(Instant start, WindowKind kind, TimeSpan length, double value, double coverage = 1) =>
        new(default, kind, new Window(start, length), 0, 1, value, value, value, value, double.NaN, coverage);

    internal static CentreFacts Facts(string space)
    {
        Series[] points =
        [
            new("main.energy.active.import", "energy.active.import", "kWh", PointKind.Counter, "main", null),
            new("heat-pump.energy.active.import", "energy.active.import", "kWh", PointKind.Counter, "heat-pump", null),
            new("water", "water", "m³", PointKind.Counter, "water-meter", null),
            new("roof.temperature", "temperature", "°C", PointKind.Gauge, "roof", null),
            .. CentreTruth.Rooms.SelectMany(room => new[] { ("co2", "ppm"), ("temperature", "°C"), ("humidity", "%") }
                .Select(q => new Series($"air-{room}.{q.Item1}", q.Item1, q.Item2, PointKind.Gauge, $"air-{room}", room))),
            .. CentreTruth.Rooms.Select(room => new Series($"{room}.presence", "presence", "1", PointKind.State, room, room)),
            .. CentreTruth.Rooms.Take(2).SelectMany(room => new[] { "desks.occupied", "desks.offered" }
                .Select(q => new Series($"{room}.{q}", q, "1", PointKind.Gauge, room, room))),
            new("centre.desks.occupied", "desks.occupied", "1", PointKind.Gauge, "centre", null),
            new("centre.desks.offered", "desks.offered", "1", PointKind.Gauge, "centre", null),
            new("centre.people", "people", "1", PointKind.Gauge, "centre", null),
        ];
        return new CentreFacts
        {
            Zone = CentreTruth.Zone, Points = [.. points],
            Spaces =
            [
                new Space("open", space, "0") { AreaSquareMetres = 92, HeightMetres = 2.8 }, new Space("office", "Bureau partagé",
                    "1") { AreaSquareMetres = 34, HeightMetres = 2.6 },
                new Space("ada", "Salle Ada", "1") { AreaSquareMetres = 18, HeightMetres = 2.6, PeopleMax = 8 },
            ],
            Desks = [.. CentreTruth.Rooms.SelectMany((room, r) => Enumerable.Range(1, CentreTruth.Desks[r])
                .Select(d => new Desk($"{room}-{d}", $"{room}-{d}", room, [])))],
            Opening = new OpeningHours([.. Enumerable.Range(1, 5).Select(day => new OpenStretch((DayOfWeek)day, TimeSpan.FromHours(8),
                TimeSpan.FromHours(18)))], []),
            Roles = new Dictionary<string, ImmutableArray<string>>
            {
                ["main"] = ["main.energy.active.import"], ["heating"] = ["heat-pump.energy.active.import"], ["water"] = ["water"],
                ["outdoorTemperature"] = ["roof.temperature"],
            }.ToImmutableDictionary(),
            Facts = new DeclaredFact[]
            {
                new("energyReference", 24_000, "kWh", "facture 2019"), new("energyReferenceYear", 2019, "a", "facture 2019"), new("occupancyCellMin", 5,
                    "1", "the gateway"),
                new("occupancyExportMinutesMin", 15, "min", "the gateway"), new("deskHistoryHoursMax", 24, "h", "the gateway"), new("avoidedKilometres", 18,
                    "km", "enquête 2025"),
            }.ToImmutableDictionary(f => f.Name),
            EntryPoints = [new EntryPoint("waste.residual", "kg", EntryKind.Amount, null)],
            Instruments = new[] { "main", "heat-pump", "air-open", "air-office", "air-ada", "roof" }.Select((device, i) => new Instrument(device)
            {
                Maker = i < 2 ? "Eastron" : "Sensirion", Type = i < 2 ? "SDM630-Modbus V2" : "SCD41", Serial = $"SN-{1000 + i}",
                    Installed = new DateOnly(2025, 9, 1),
                AccuracyClass = i < 2 ? "B" : null, Calibrated = i < 2 ? null : new DateOnly(2025, 11, 12), CalibrationMonths = i < 2 ? null : 12,
                Certificate = i < 2 ? null : $"CT-2025-{i}",
            }).ToImmutableDictionary(i => i.Device),
        };
    }

    private static ImmutableArray<Verdict> Judge(CentreTruth truth, CentreFacts facts)
    {
        var engine = new Verdicts(Profile, facts);
        var ledger = new VerdictLedger(engine);
        var verdicts = ImmutableArray.CreateBuilder<Verdict>();
        foreach (var record in Records(truth.First)) engine.Accept(record);
        var feeds = engine.Feeds.ToArray();
        for (var quarter = 0; quarter < truth.Count; quarter++)
        {
            foreach (var (point, kind) in feeds)
                if (Of(truth, point, quarter) is { } value)
                {
                    if (kind == WindowKind.QuarterHour) engine.Accept(point, Make(truth, kind, quarter, 1, [value]));
                    else
                        for (var minute = 0; minute < 15; minute++)
                            engine.Accept(point, Window(Start(truth, quarter) + TimeSpan.FromMinutes(minute), kind, TimeSpan.FromMinutes(1), value.Value));
                }
            if (truth.Local[quarter] is not { Hour: 0, Minute: 15 }) continue;
            engine.Advance(Start(truth, quarter + 1));
            verdicts.AddRange(ledger.TakeDue().Select(r => VerdictJson.Read(r.Json)!));
        }
        engine.Advance(Start(truth, truth.Count) + Verdicts.SettleTime);
        verdicts.AddRange(ledger.TakeDue().Select(r => VerdictJson.Read(r.Json)!));
        return verdicts.ToImmutable();
    }

    /// <summary>Quarter hours and longer.</summary>
    internal static IEnumerable<Aggregate> Windows(CentreTruth truth, string point, WindowKind kind)
    {
        var group = new List<(double Value, bool IsSum, double Register)>();
        var (from, expected) = (0, 0);
        for (var quarter = 0; quarter < truth.Count; quarter++)
        {
            if (Of(truth, point, quarter) is { } value) group.Add(value);
            expected++;
            var local = truth.Local[quarter];
            var ends = quarter == truth.Count - 1 || kind switch
            {
                WindowKind.QuarterHour => true,
                WindowKind.Hour => local.Minute == 45,
                WindowKind.Day => truth.Local[quarter + 1].Date != local.Date,
                _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
            };
            if (!ends) continue;
            if (group.Count > 0) yield return Make(truth, kind, from, expected, group);
            group.Clear();
            (from, expected) = (quarter + 1, 0);
        }
    }

    private static Aggregate Make(CentreTruth truth, WindowKind kind, int from, int expected, IReadOnlyList<(double Value, bool IsSum,
        double Register)> values)
    {
        var isSum = values[0].IsSum;
        var numbers = values.Select(v => v.Value).ToArray();
        return new Aggregate(
            default, kind, new Window(Start(truth, from), TimeSpan.FromMinutes(15 * expected)), 0, numbers.Length, numbers.Min(), numbers.Max(),
            isSum ? double.NaN : numbers.Average(), isSum ? values[^1].Register : numbers[^1], isSum ? numbers.Sum() : double.NaN,
                (double)numbers.Length / expected);
    }

    /// <summary>The minutes of a gauge, which hold still for a quarter of an hour.</summary>
    internal static IEnumerable<Aggregate> Minutes(CentreTruth truth, string point)
    {
        for (var quarter = 0; quarter < truth.Count; quarter++)
            if (Of(truth, point, quarter) is { } value)
                for (var minute = 0; minute < 15; minute++)
                    yield return Window(Start(truth, quarter) + TimeSpan.FromMinutes(minute), WindowKind.Minute, TimeSpan.FromMinutes(1), value.Value);
    }

    private static Instant Start(CentreTruth truth, int quarter) => Instant.From(new DateTimeOffset(truth.Utc(quarter), TimeSpan.Zero));

    /// <summary>Null in a gap. What a register counted in an outage comes with the first quarter after it.</summary>
    private static (double Value, bool IsSum, double Register)? Of(CentreTruth truth, string point, int quarter)
    {
        var room = Array.FindIndex(CentreTruth.Rooms, name => point.StartsWith($"air-{name}.", StringComparison.Ordinal) || point.StartsWith($"{name}.",
            StringComparison.Ordinal));
        var (counter, registers) = point switch
        {
            "main.energy.active.import" => (truth.Energy, truth.EnergyRegister), "heat-pump.energy.active.import" => (truth.HeatPump, truth.HeatPumpRegister),
            "water" => (truth.Water, truth.WaterRegister), _ => (null, []),
        };
        if (truth.IsOff(quarter) || point.EndsWith(".co2", StringComparison.Ordinal) && truth.IsCo2Silent(room, quarter)) return null;
        if (counter is not null)
        {
            var sum = counter[quarter];
            for (var before = quarter - 1; before >= 0 && truth.IsOff(before); before--) sum += counter[before];
            return (sum, true, registers[quarter]);
        }
        if (point == "roof.temperature") return (truth.Outdoor[quarter], false, 0);
        var people = room >= 0 ? truth.People[room][quarter] : truth.People.Sum(p => p[quarter]);
        return point.Split('.')[^1] switch
        {
            "co2" => (truth.Co2[room][quarter], false, 0),
            "temperature" => (truth.Temperature[room][quarter], false, 0),
            "humidity" => (truth.Humidity[room][quarter], false, 0),
            "presence" => (people > 0 ? 1 : 0, false, 0),
            "people" => (people, false, 0),
            "occupied" => (room >= 0 ? people : truth.People[0][quarter] + truth.People[1][quarter], false, 0),
            "offered" => (room >= 0 ? CentreTruth.Desks[room] : CentreTruth.Desks.Sum(), false, 0),
            _ => null,
        };
    }

    internal static ImmutableArray<LogEntry> Incidents(DateOnly first)
    {
        var incidents = new List<LogEntry> { new(1, new IncidentFact(new Incident(At(first, 8), IncidentKind.Started, "gateway",
            "Started, version 0.1.0."))) };
        for (var i = 0; i < 40; i++)
        {
            var at = At(first, 9) + TimeSpan.FromHours(17 * i);
            incidents.Add(new LogEntry(2 + 2 * i, new IncidentFact(new Incident(at, IncidentKind.DeviceLost, $"air-{CentreTruth.Rooms[i % 3]}",
                "No answer for 30 s: the device is lost."))));
            incidents.Add(new LogEntry(3 + 2 * i, new IncidentFact(new Incident(
                at + TimeSpan.FromMinutes(7), IncidentKind.DeviceBack, $"air-{CentreTruth.Rooms[i % 3]}",
                    "It answers again after 7 min; its readings of that time are missing."))));
        }
        return [.. incidents];
    }

    internal static ImmutableArray<LogEntry> Records(DateOnly first)
    {
        var entry = new HandEntry
        {
            Point = "waste.residual", Kind = EntryKind.Amount, When = At(first.AddDays(6), 10), Value = 12.4, Unit = "kg", Author = "M. Durand",
                Entered = At(first.AddDays(6), 11),
            Document = "bon 4711",
        };
        return
        [
            new LogEntry(100, entry.ToFact()),
            new LogEntry(101, (entry with { Value = 14.2, Corrects = 100, Reason = "misread slip", Entered = At(first.AddDays(7), 9) }).ToFact()),
            new LogEntry(102, new CalibrationRecord
            {
                Device = "air-open", When = At(first.AddDays(3), 7), Author = "C. Petit", Method = "forced", Target = 430, Correction = -18, Unit = "ppm",
            }.ToFact()),
            new LogEntry(103, new SwapRecord
            {
                Device = "main", When = At(first.AddDays(12), 7), Author = "C. Petit", Reason = "yearly exchange", OldSerial = "SN-0999",
                    NewSerial = "SN-1000",
                Registers = [new SwappedRegister("main.energy.active.import", 48_211.4, 0.2, "kWh")],
            }.ToFact()),
        ];
    }

    private static LabelProfile LoadProfile()
    {
        var mistakes = new List<Mistake>();
        var folder = Path.Combine(AppContext.BaseDirectory, "labels");
        var text = File.ReadAllText(Path.Combine(folder, "ecocentre-v1.json"));
        var factors = LabelProfileFile.FactorsOf(text).ToDictionary(
            name => name, name => LabelProfileFile.ParseFactors(name, File.ReadAllText(Path.Combine(folder, "factors", name + ".json")), mistakes)!);
        var profile = LabelProfileFile.Parse(Path.Combine(folder, "ecocentre-v1.json"), text, factors, mistakes);
        Assert.Empty(mistakes);
        return profile!;
    }
}
