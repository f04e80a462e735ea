using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Benchmarks;

/// <summary>What judging costs: 400 points in 49 spaces under the 27 criteria of the label, at the close of a quarter of an hour late in the day and the
/// year, and a whole year judged again.</summary>
/// <remarks>Expectation: a window close (300 quarter hours and 1,470 minutes of 98 points taken, the running day measured, day, week and month judged) costs
/// at most 5 ms; a year of it again, with every ended period judged and written, at most 10 s.
/// <c>dotnet run -c Release --project tests/Ecocentre.Edge.Benchmarks -- --filter '*VerdictsBenchmarks*'</c></remarks>
[MemoryDiagnoser]
[Config(typeof(OneProcess))]
public class VerdictsBenchmarks
{
    /// <summary>Within this process: a year needs no start of its own, and no build while others measure.</summary>
    private sealed class OneProcess : ManualConfig
    {
        public OneProcess() => AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithStrategy(RunStrategy.Monitoring)
            .WithLaunchCount(1).WithWarmupCount(1).WithIterationCount(8).WithInvocationCount(1).WithUnrollFactor(1));
    }

    private const int Spaces = 49, DaysBefore = 200;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1), Quarter = TimeSpan.FromMinutes(15);

    private readonly Instant _start = Instant.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private LabelProfile _profile = null!;
    private CentreFacts _centre = null!;
    private Verdicts _engine = null!;
    private (string Point, string Quantity, WindowKind Kind)[] _feeds = null!;
    private Instant _now;

    [GlobalSetup]
    public void Make()
    {
        _profile = Profile();
        _centre = Centre();
        _engine = new Verdicts(_profile, _centre);
        _feeds = [.. _engine.Feeds.Select(f => (f.Point, f.Point.Split('.')[^1], f.Kind))];
        for (var day = 0; day < DaysBefore; day++) Live(_engine, day, 96, null);
        _now = _start + TimeSpan.FromDays(DaysBefore);
        // Up to noon as it is measured afterwards: a gateway that has run for half a day has its code compiled.
        for (var quarter = 0; quarter < 48; quarter++) WindowClose();
    }

    /// <summary>Each iteration closes the next quarter of an hour.</summary>
    [Benchmark]
    public int WindowClose()
    {
        Feed(_engine, _now);
        _now += Quarter;
        _engine.Advance(_now + Verdicts.SettleTime);
        return _engine.SoFar(PeriodKind.Day).Length + _engine.SoFar(PeriodKind.Week).Length + _engine.SoFar(PeriodKind.Month).Length;
    }

    [Benchmark]
    public int YearAgain()
    {
        var engine = new Verdicts(_profile, _centre);
        var ledger = new VerdictLedger(engine);
        for (var day = 0; day < 365; day++) Live(engine, day, 96, ledger);
        return engine.Label(Period.Containing(PeriodKind.Year, new DateOnly(2026, 6, 1))).Verdicts.Length;
    }

    private void Live(Verdicts engine, int day, int quarters, VerdictLedger? ledger)
    {
        var start = _start + TimeSpan.FromDays(day);
        for (var quarter = 0; quarter < quarters; quarter++) Feed(engine, start + TimeSpan.FromMinutes(15 * quarter));
        engine.Advance(start + TimeSpan.FromMinutes(15 * quarters) + Verdicts.SettleTime);
        ledger?.TakeDue();
    }

    /// <summary>All windows of a quarter of an hour. Values swing with the hour, so that every branch of a kind is taken on some day.</summary>
    private void Feed(Verdicts engine, Instant start)
    {
        var hour = start.UnixMilliseconds / 3_600_000 % 24;
        foreach (var (point, quantity, kind) in _feeds)
        {
            var length = kind == WindowKind.Minute ? Minute : Quarter;
            for (var at = start; at < start + Quarter; at += length)
                engine.Accept(point, new Aggregate(default, kind, new Window(at, length), 0, 60, 1, 2, ValueOf(quantity, hour), 1000, 0.1, 1));
        }
    }

    private static double ValueOf(string quantity, long hour) => quantity switch
    {
        "co2" => 500 + 40 * hour,
        "temperature" => 18 + 0.3 * hour,
        "humidity" => 30 + hour,
        "presence" => hour is >= 8 and < 18 ? 1 : 0,
        _ => 5,
    };

    private CentreFacts Centre()
    {
        string[] perSpace = ["co2", "temperature", "humidity", "presence", "people", "desks.occupied", "desks.offered", "pm.2-5"];
        var series = new List<Series>
        {
            One("main.energy.active.import", "energy.active.import", null), One("main.energy.active.export", "energy.active.export", null),
            One("pv.energy.active.export", "energy.active.export", null), One("water.water", "water", null), One("roof.temperature", "temperature", null),
            One("heat.contact", "contact", null), One("cool.contact", "contact", null),
        };
        for (var space = 0; space < Spaces; space++) series.AddRange(perSpace.Select(q => One($"s{space}.{q}", q, $"s{space}")));
        var weekly = Enumerable.Range(1, 5).Select(day => new OpenStretch((DayOfWeek)day, TimeSpan.FromHours(8), TimeSpan.FromHours(18)));
        string[] facts =
        [
            "energyReference", "energyReferenceYear", "heatingDegreeDays", "carbonReference", "avoidedKilometres", "people", "evidenceStage", "occupancyCellMin",
            "occupancyExportMinutesMin", "deskHistoryHoursMax",
        ];
        return new CentreFacts
        {
            Zone = TimeZoneInfo.Utc, Points = [.. series], Opening = new OpeningHours([.. weekly], []),
            Spaces = [.. Enumerable.Range(0, Spaces).Select(i => new Space($"s{i}", $"s{i}", null) { AreaSquareMetres = 40, HeightMetres = 2.7, PeopleMax = 8 })],
            Desks = [.. Enumerable.Range(0, Spaces * 6).Select(i => new Desk($"d{i}", $"d{i}", $"s{i / 6}", []))],
            Roles = new Dictionary<string, ImmutableArray<string>>
            {
                ["main"] = ["main.energy.active.import"], ["export"] = ["main.energy.active.export"],
                ["pv"] = ["pv.energy.active.export"], ["water"] = ["water.water"], ["outdoorTemperature"] = ["roof.temperature"], ["heating"] = ["heat.contact"],
                ["cooling"] = ["cool.contact"],
            }.ToImmutableDictionary(),
            Facts = facts.ToImmutableDictionary(f => f, f => new DeclaredFact(f, 10, "1", "benchmark")),
        };

        static Series One(string name, string quantity, string? place) => Quantity.TryGet(quantity, out var known)
            ? new Series(name, quantity, known.Unit, known.Kind, name.Split('.')[0], place) : throw new InvalidOperationException(quantity);
    }

    private static LabelProfile Profile()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Ecocentre.Edge.sln"))) root = root.Parent ?? throw new InvalidOperationException("no root");
        var folder = Path.Combine(root.FullName, "config", "labels");
        var mistakes = new List<Mistake>();
        var factors = Directory.EnumerateFiles(Path.Combine(folder, "factors")).Select(f => LabelProfileFile.ParseFactors(f, File.ReadAllText(f), mistakes)!)
            .ToDictionary(t => t.Name);
        return LabelProfileFile.Parse("ecocentre-v1.json", File.ReadAllText(Path.Combine(folder, "ecocentre-v1.json")), factors, mistakes)
            ?? throw new InvalidOperationException(string.Join('\n', mistakes));
    }
}
