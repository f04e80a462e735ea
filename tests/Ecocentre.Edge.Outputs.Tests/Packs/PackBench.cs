using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Packs;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Tests.Packs;

/// <summary>A small centre that lives in memory day by day, is judged as a gateway would judge it, and is sealed into a tree: what packs are made of in these
/// tests. A meter of electricity, a thermometer outside; with <c>air</c> a room with CO2, presence and a thermometer too.</summary>
internal sealed class PackBench : PackSource
{
    internal const string Origin = "ecocentre-edge/bench";

    internal static readonly DateOnly First = new(2026, 3, 27);

    private const string Sources = """ "sources": { "t": { "title": "made up", "sure": "ours" } } """;

    private const string Carbon =
        """{ "name": "carbon", "unit": "kg/kWh", """ + Sources + ""","rows": [ { "carrier": "electricity", "since": "2022-01-01", "value": 0.052, "source": "t" } ] }""";

    private readonly Dictionary<string, string> _texts = [];
    private readonly List<PackDay> _days = [];
    private readonly List<string> _lines = [];
    private readonly List<TreeHash> _hashes = [];
    private readonly Dictionary<(string, DateOnly, int), Aggregate[]> _windows = [];
    private readonly List<LogEntry> _entries = [];
    private readonly List<KeyRecord> _keys = [];
    private readonly Verdicts _engine;
    private readonly VerdictLedger _ledger;
    private readonly Random _random;
    private readonly bool _air;
    private long _sequence, _sealed;
    private double _register = 1000;

    /// <param name="engine">Number of the engine that the configuration names.</param>
    internal PackBench(int days, int seed = 1, bool air = false, int lookBackDays = 3, int? engine = JudgingEngine.Version)
    {
        (_random, _air) = (new Random(seed), air);
        var profile = ProfileOf(air, lookBackDays);
        var facts = FactsOf(air);
        var mistakes = new List<Mistake>();
        var factors = new Dictionary<string, FactorTable> { ["carbon"] = LabelProfileFile.ParseFactors("carbon.json", Carbon, mistakes)! };
        var parsed = LabelProfileFile.Parse("bench.json", profile, factors, mistakes);
        Assert.True(parsed is not null, string.Join('\n', mistakes));
        _engine = new Verdicts(parsed, facts);
        _ledger = new VerdictLedger(_engine);
        Rotate();
        Append(new ConfigurationRecord
        {
            Version = "0", Engine = engine, Site = Keep("""{"centre":"bench"}"""), Profile = Keep(profile), ProfileName = "bench", Facts = Keep(CentreFactsJson.Write(facts)),
            Factors = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("carbon", Keep(Carbon)),
        }.ToFact(At(First, 1)));
        Append(new IncidentFact(new Incident(At(First, 1), IncidentKind.Started, "gateway", "Started, \"well\", with a comma.", 3)));
        Append(new InstrumentRecord(new Instrument("main") { Serial = "7", AccuracyClass = "B" }).ToFact(At(First, 1)));
        for (var day = 0; day < days; day++) Live(First.AddDays(day));
    }

    public override string Centre => "bench";

    public override string Name => "Banc d'essai";

    public override TimeZoneInfo Zone { get; } = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    public override string Program => "bench 0";

    public override IReadOnlyList<PackDay> Days => _days;

    public override SignedNote Checkpoint => Sign(_hashes.Count);

    public override byte[]? TimeStamp => Stamp;

    public override IReadOnlyList<KeyRecord> Keys => _keys;

    internal ECDsa Secret { get; private set; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    internal NoteKey Key => _keys[^1].Key;

    internal IReadOnlyList<LogEntry> Entries => _entries;

    /// <summary>What stands for an authority's answer.</summary>
    internal byte[]? Stamp { get; set; }

    public override IEnumerable<string> LeavesOf(PackDay day) => _lines.Skip((int)day.FirstLeaf).Take(day.LeafCount);

    public override IEnumerable<TreeHash> LeafHashes() => _hashes;

    public override IReadOnlyList<Aggregate[]> Windows(PackDay day, long leaf) => Leaf.Parse(_lines[(int)leaf]) is BlockLeaf block
        ? [_windows[(block.Series.Name, block.Day, block.Part)]] : throw new IOException($"Leaf {leaf} is no block.");

    public override string? Text(string sha256) => _texts.GetValueOrDefault(sha256);

    public override byte[] Sign(byte[] content) => Secret.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <summary>The signed head of the tree when it had that size.</summary>
    internal SignedNote Sign(long size) =>
        SignedNote.Sign(new Checkpoint(Origin, size, new MerkleTree(_hashes).Root(size)).ToText(), Key, Secret);

    /// <summary>Takes another key; signed by the one before.</summary>
    internal void Rotate()
    {
        var old = Secret;
        Secret = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = new NoteKey(Origin, Secret.ExportSubjectPublicKeyInfo());
        _keys.Add(_keys.Count == 0 ? new KeyRecord(key) : KeyRecord.Rotation(key, Key, old));
        Append(_keys[^1].ToFact(At(First, 1)));
    }

    /// <summary>Everything is made anew from a list of leaves that somebody changed, and signed with a key of their own.</summary>
    internal void Rewrite(Func<string, string> change)
    {
        for (var i = 0; i < _lines.Count; i++)
        {
            _lines[i] = change(_lines[i]);
            _hashes[i] = TreeHash.Leaf(_lines[i]);
        }
    }

    /// <summary>Somebody else's key takes the place of the centre's, everywhere.</summary>
    internal void Usurp()
    {
        Secret = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var usurper = new KeyRecord(new NoteKey(Origin, Secret.ExportSubjectPublicKeyInfo()));
        var (old, now) = (_keys[0].ToFact(default).Json, usurper.ToFact(default).Json);
        _keys.Clear();
        _keys.Add(usurper);
        Rewrite(line => line.Replace(old, now, StringComparison.Ordinal));
    }

    /// <summary>Signs with the key of another bench.</summary>
    internal void TakeKeyOf(PackBench other)
    {
        var (old, now) = (_keys[0].ToFact(default).Json, other._keys[0].ToFact(default).Json);
        (Secret, _keys[0]) = (other.Secret, other._keys[0]);
        Rewrite(line => line.Replace(old, now, StringComparison.Ordinal));
        Rewrite(line => line.Contains("\"kind\":\"checkpoint\"", StringComparison.Ordinal) && Leaf.Parse(line) is EntryLeaf entry
            ? new EntryLeaf(entry.Sequence,
                CheckpointRecord.Of(Sign(CheckpointRecord.From((RecordFact)entry.Fact)!.Checkpoint.Size)).ToFact(entry.Fact.At)).ToLine() : line);
    }

    /// <summary>Writes the pack of local days, counted from the first, into a file.</summary>
    internal string Write(string folder, int from = 1, int to = 2, string name = "pack.zip", int workers = 1)
    {
        var path = Path.Combine(folder, name);
        var writer = Prepare(from, to, workers);
        using var file = File.Create(path);
        writer.Write(file, static _ => { }, TestContext.Current.CancellationToken);
        return path;
    }

    internal PackWriter Prepare(int from, int to, int workers = 1) => PackWriter.Prepare(this, First.AddDays(from), First.AddDays(to), workers);

    /// <summary>A later day brings windows of an earlier one, and what came of it.</summary>
    internal void LiveWithLate(DateOnly day, DateOnly late) => Live(day, late);

    internal void Append(LogFact fact) => _entries.Add(new LogEntry(++_sequence, fact));

    private static CentreFacts FactsOf(bool air) => new()
    {
        Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris"),
        Spaces = [new Space("hall", "Hall", null) { AreaSquareMetres = 40, HeightMetres = 2.5, PeopleMax = 6 }],
        Opening = new OpeningHours([.. Enum.GetValues<DayOfWeek>().Select(day => new OpenStretch(day, TimeSpan.FromHours(8), TimeSpan.FromHours(18)))], []),
        Points = [.. Points(air)],
        Roles = new Dictionary<string, ImmutableArray<string>> { ["main"] = ["main.energy"],
            ["outdoorTemperature"] = ["out.temperature"] }.ToImmutableDictionary(),
        Instruments = new Dictionary<string, Instrument> { ["main"] = new("main") { AccuracyClass = "B" } }.ToImmutableDictionary(),
    };

    private static IEnumerable<Series> Points(bool air)
    {
        yield return new Series("main.energy", "energy.active.import", "kWh", PointKind.Counter, "main", null);
        if (!air) yield break;
        yield return new Series("out.temperature", "temperature", "°C", PointKind.Gauge, "out", null);
        yield return new Series("hall.co2", "co2", "ppm", PointKind.Gauge, "air", "hall");
        yield return new Series("hall.presence", "presence", "1", PointKind.State, "pir", "hall");
        yield return new Series("hall.temperature", "temperature", "°C", PointKind.Gauge, "air", "hall");
        yield return new Series("hall.illuminance", "illuminance", "lx", PointKind.Gauge, "air", "hall");
    }

    private static string ProfileOf(bool air, int lookBackDays)
    {
        const string shares = """ "coverageMin": { "value": 0.5, "unit": "1", "source": "t" }, "slotCoverageMin": { "value": 0.5, "unit": "1", "source": "t" } """;
        var criteria =
            """{ "id": "EN-8", "title": "Carbon", "kind": "operational-carbon", "mandatory": true, "periods": ["day", "week"], """ + shares
            + ""","inputs": { "electricity": "main" }, "limits": { "reductionMin": { "unit": "1", "levels": ["none", "none", "none"], "source": "t" } } }""";
        if (air)
        {
            criteria += ""","""
                + """{ "id": "AQ-1", "title": "CO2", "kind": "share-within", "mandatory": true, "scope": "spaces", "when": "occupied", "step": "10min", "periods": ["day", "month"],"""
                + shares + ""","inputs": { "value": "co2" }, "limits": { "valueMax": { "unit": "ppm", "levels": [1500, 1200, 900], "source": "t" },"""
                + """ "shareMin": { "unit": "1", "levels": [0.9, 0.9, 0.9], "source": "t" } },"""
                + """ "settings": { "areaShareMin": { "value": 0.9, "unit": "1", "source": "t" } } },"""
                + """{ "id": "TH-2", "title": "Heat", "kind": "degree-hours", "mandatory": false, "scope": "spaces", "periods": ["day"],""" + shares
                + ""","inputs": { "value": "temperature", "outdoor": "outdoorTemperature" },"""
                + """ "limits": { "degreeHoursMax": { "unit": "K·h", "levels": [900, 50, 1], "source": "t" } }, "settings": {"""
                + string.Join(',', DegreeHours(lookBackDays).Select(s => $$"""  "{{s.Name}}": { "value": {{s.Value}}, "unit": "{{s.Unit}}", "source": "t" }""")) + " } }";
        }
        return """{ "version": "1", "title": "bench", """ + Sources + ""","factors": ["carbon"], "occupied": { "presenceShareMin": { "value": 0.1, "unit": "1", "source": "t" },"""
            + """ "presenceCoverageMin": { "value": 0.5, "unit": "1", "source": "t" } }, "label": { "optionalShareMin": { "value": 0.8, "unit": "1", "source": "t" } },"""
            + """ "criteria": [ """ + criteria + " ] }";
    }

    private static IEnumerable<(string Name, string Value, string Unit)> DegreeHours(int lookBackDays) =>
        new Ecocentre.Edge.Criteria.Kinds.DegreeHours().Settings.Select(s => (s.Name, s.Name switch
        {
            "runningMeanDays" => $"{lookBackDays}", "runningMeanAlpha" => "0.8", "adaptiveSlope" => "0.33", "adaptiveIntercept" => "18.8",
                "comfortAbove" => "0.5",
            _ => "0.5",
        }, s.Unit));

    private static Instant At(DateOnly day, double hour) => Instant.From(new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue),
        TimeSpan.Zero)) + TimeSpan.FromHours(hour);

    private string Keep(string text)
    {
        var sha = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        _texts[sha] = text;
        return sha;
    }

    /// <summary>A UTC day passes and is sealed.</summary>
    private void Live(DateOnly day, DateOnly? late = null)
    {
        var blocks = new List<BlockLeaf>();
        foreach (var series in Points(_air))
        {
            blocks.Add(Block(series, day, 1, Windows(series, day)));
            if (late is { } before && series.Name == "main.energy")
                blocks.Add(Block(series, before, 2, [.. Windows(series, before).Where(w =>
                    w.Kind == WindowKind.QuarterHour).Take(3).Select(w => w with { Revision = 1 })]));
        }
        var midnight = LocalDay.Containing(At(day, 24), Zone).Start;
        _engine.Advance(midnight + Verdicts.SettleTime);
        foreach (var verdict in _ledger.TakeDue()) Append(verdict);
        Seal(day, blocks);
        Append(CheckpointRecord.Of(Sign(_hashes.Count)).ToFact(At(day, 24.4)));
    }

    private BlockLeaf Block(Series series, DateOnly day, int part, Aggregate[] windows)
    {
        _windows[(series.Name, day, part)] = windows;
        var text = new StringBuilder();
        var line = new byte[WindowText.LineBytesMax];
        foreach (var window in windows)
        {
            _sequence++;
            _engine.Accept(series.Name, window);
            text.Append(Encoding.ASCII.GetString(line, 0, WindowText.Write(window, line)));
        }
        return new BlockLeaf(day, part, series, new BlockDigest(windows.Length, TreeHash.Of(Encoding.ASCII.GetBytes(text.ToString()))), null);
    }

    private Aggregate[] Windows(Series series, DateOnly day)
    {
        var windows = new List<Aggregate>();
        if (series.Name == "hall.co2")
            for (var minute = 0; minute < 1440; minute++) windows.Add(Window(series, WindowKind.Minute, At(day, minute / 60.0), TimeSpan.FromMinutes(1)));
        for (var quarter = 0; quarter < 96; quarter++) windows.Add(Window(series, WindowKind.QuarterHour, At(day, quarter / 4.0), TimeSpan.FromMinutes(15)));
        for (var hour = 0; hour < 24; hour++) windows.Add(Window(series, WindowKind.Hour, At(day, hour), TimeSpan.FromHours(1)));
        var local = LocalDay.Of(day, Zone);
        windows.Add(Window(series, WindowKind.Day, local.Start, local.Length));
        return [.. windows];
    }

    private Aggregate Window(Series series, WindowKind kind, Instant start, TimeSpan length)
    {
        var hour = start.ToDateTimeOffset().Hour;
        var open = hour is >= 7 and < 17;
        var value = series.Name switch
        {
            "main.energy" => open ? 2.2 : 0.4,
            "out.temperature" => 18 + 6 * Math.Sin(hour / 24.0),
            "hall.co2" => open ? 800 + 600 * _random.NextDouble() : 430,
            "hall.presence" => open ? 1 : 0,
            "hall.temperature" => 25 + 5 * _random.NextDouble(),
            _ => 300,
        };
        var window = new Window(start, length);
        var noise = 1 + 0.1 * _random.NextDouble();
        if (series.Kind != PointKind.Counter)
            return new Aggregate(default, kind, window, 0, 60, value, value * noise, value * noise, value, series.Kind == PointKind.State
                ? value * length.TotalSeconds : double.NaN, 1);
        var growth = value * noise * length.TotalHours;
        if (kind == WindowKind.QuarterHour) _register += growth;
        return new Aggregate(default, kind, window, 0, 60, double.NaN, double.NaN, double.NaN, _register, growth, 0.99);
    }

    private void Seal(DateOnly day, List<BlockLeaf> blocks)
    {
        var first = _lines.Count;
        var entries = _entries.Where(e => e.Sequence > _sealed).ToArray();
        IEnumerable<Leaf> leaves =
        [
            .. blocks.OrderBy(b => b.Series.Name, StringComparer.Ordinal).ThenBy(b => b.Day).ThenBy(b => b.Part),
            .. entries.Select(e => new EntryLeaf(e.Sequence, e.Fact)),
            new DayLeaf(day, _sealed + 1, _sequence, blocks.Count, entries.Length, _days.Count == 0 ? null : _days[^1].Day),
        ];
        foreach (var line in leaves.Select(leaf => leaf.ToLine()))
        {
            _lines.Add(line);
            _hashes.Add(TreeHash.Leaf(line));
        }
        _days.Add(new PackDay(day, first, _lines.Count - first));
        _sealed = _sequence;
    }
}
