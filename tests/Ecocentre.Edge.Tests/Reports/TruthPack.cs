using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Packs;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Tests.Reports;

/// <summary>The days of <see cref="CentreTruth"/> judged, sealed into a tree and signed, for packs as a gateway would write them.</summary>
internal sealed class TruthPack : PackSource
{
    private const string Origin = "ecocentre-edge/saint-martin";

    private readonly ECDsa _secret = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Dictionary<string, string> _texts = [];
    private readonly Dictionary<(string, DateOnly), Aggregate[]> _windows = [];
    private readonly List<string> _lines = [];
    private readonly List<TreeHash> _hashes = [];
    private readonly List<PackDay> _days = [];
    private readonly List<LogEntry> _entries = [];
    private readonly KeyRecord _key;
    private readonly Verdicts _engine;
    private readonly VerdictLedger _ledger;
    private long _sequence, _sealed;

    internal TruthPack(DateOnly first, DateOnly last)
    {
        (First, Last) = (first, last);
        var truth = new CentreTruth(ReportBench.Seed, first, last);
        var facts = ReportBench.Facts("Open space");
        var folder = Path.Combine(AppContext.BaseDirectory, "labels");
        _engine = new Verdicts(ReportBench.Profile, facts);
        _ledger = new VerdictLedger(_engine);
        _key = new KeyRecord(new NoteKey(Origin, _secret.ExportSubjectPublicKeyInfo()));
        Append(_key.ToFact(ReportBench.At(first, 0)));
        Append(new ConfigurationRecord
        {
            Version = "0.1.0", Site = Keep("{}"), Profile = Keep(File.ReadAllText(Path.Combine(folder, "ecocentre-v1.json"))), ProfileName = "ecocentre-v1",
            Facts = Keep(CentreFactsJson.Write(facts)),
            Factors = ReportBench.Profile.Factors.Keys.ToImmutableSortedDictionary(
                name => name, name => Keep(File.ReadAllText(Path.Combine(folder, "factors", name + ".json"))), StringComparer.Ordinal),
        }.ToFact(ReportBench.At(first, 0)));
        var told = ReportBench.Records(first).Concat(ReportBench.Incidents(first)).Select(e => e.Fact).OrderBy(f => f.At).ToArray();
        var points = facts.Points.OrderBy(p => p.Name, StringComparer.Ordinal)
            .ToDictionary(p => p.Name, p => ByDay(truth, p).ToLookup(w => DayOf(w.Window.End)));
        var said = 0;
        for (var day = DayOf(LocalDay.Of(first, Zone).Start + TimeSpan.FromMinutes(1)); day <= last.AddDays(1); day = day.AddDays(1))
        {
            for (; said < told.Length && told[said].At < Midnight(day.AddDays(1)); said++) Append(told[said]);
            Seal(day, [.. facts.Points.OrderBy(p => p.Name, StringComparer.Ordinal)
                .Where(p => points[p.Name].Contains(day)).Select(p => Block(p, day, points[p.Name][day]))]);
        }
    }

    internal DateOnly First { get; }

    internal DateOnly Last { get; }

    internal TreeHash Fingerprint => _key.Key.Fingerprint;

    public override string Centre => "saint-martin";

    public override string Name => "Écocentre de Saint-Martin";

    public override TimeZoneInfo Zone => CentreTruth.Zone;

    public override string Program => "ecocentre-edge 0.1.0";

    public override IReadOnlyList<PackDay> Days => _days;

    public override SignedNote Checkpoint => SignedNote.Sign(new Checkpoint(Origin, _hashes.Count, new MerkleTree(_hashes).Root()).ToText(), _key.Key, _secret);

    public override byte[]? TimeStamp => null;

    public override IReadOnlyList<KeyRecord> Keys => [_key];

    public override IEnumerable<string> LeavesOf(PackDay day) => _lines.Skip((int)day.FirstLeaf).Take(day.LeafCount);

    public override IEnumerable<TreeHash> LeafHashes() => _hashes;

    public override IReadOnlyList<Aggregate[]> Windows(PackDay day, long leaf) =>
        Leaf.Parse(_lines[(int)leaf]) is BlockLeaf block ? [_windows[(block.Series.Name, block.Day)]] : throw new IOException($"{leaf} is no block.");

    public override string? Text(string sha256) => _texts.GetValueOrDefault(sha256);

    public override byte[] Sign(byte[] content) => _secret.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <summary>Writes the pack of all days into a file.</summary>
    internal string Write(string path)
    {
        using var file = File.Create(path);
        PackWriter.Prepare(this, First, Last).Write(file, static _ => { }, TestContext.Current.CancellationToken);
        return path;
    }

    private IEnumerable<Aggregate> ByDay(CentreTruth truth, Series series)
    {
        WindowKind[] kinds = [WindowKind.QuarterHour, WindowKind.Hour, WindowKind.Day];
        var windows = kinds.SelectMany(kind => ReportBench.Windows(truth, series.Name, kind));
        return _engine.Feeds.Contains((series.Name, WindowKind.Minute)) ? ReportBench.Minutes(truth, series.Name).Concat(windows) : windows;
    }

    private BlockLeaf Block(Series series, DateOnly day, IEnumerable<Aggregate> windows)
    {
        Aggregate[] ordered = [.. windows.OrderBy(w => w, Comparer<Aggregate>.Create(WindowText.Order))];
        _windows[(series.Name, day)] = ordered;
        var text = new StringBuilder();
        var line = new byte[WindowText.LineBytesMax];
        foreach (var window in ordered)
        {
            _sequence++;
            _engine.Accept(series.Name, window);
            text.Append(Encoding.ASCII.GetString(line, 0, WindowText.Write(window, line)));
        }
        return new BlockLeaf(day, 1, series, new BlockDigest(ordered.Length, TreeHash.Of(Encoding.ASCII.GetBytes(text.ToString()))), null);
    }

    private void Seal(DateOnly day, BlockLeaf[] blocks)
    {
        _engine.Advance(LocalDay.Containing(Midnight(day.AddDays(1)), Zone).Start + Verdicts.SettleTime);
        foreach (var verdict in _ledger.TakeDue()) Append(verdict);
        var first = _lines.Count;
        var entries = _entries.Where(e => e.Sequence > _sealed).ToArray();
        IEnumerable<Leaf> leaves =
        [
            .. blocks, .. entries.Select(e => new EntryLeaf(e.Sequence, e.Fact)),
            new DayLeaf(day, _sealed + 1, _sequence, blocks.Length, entries.Length, _days.Count == 0 ? null : _days[^1].Day),
        ];
        foreach (var line in leaves.Select(leaf => leaf.ToLine()))
        {
            _lines.Add(line);
            _hashes.Add(TreeHash.Leaf(line));
        }
        _days.Add(new PackDay(day, first, _lines.Count - first));
        _sealed = _sequence;
    }

    private void Append(LogFact fact)
    {
        var entry = new LogEntry(++_sequence, fact);
        _entries.Add(entry);
        _engine.Accept(entry);
    }

    private string Keep(string text)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        _texts[digest] = text;
        return digest;
    }

    /// <summary>The UTC day in which a window ends; midnight belongs to the day before.</summary>
    private static DateOnly DayOf(Instant end) => DateOnly.FromDateTime((end - TimeSpan.FromMilliseconds(1)).ToDateTimeOffset().UtcDateTime);

    private static Instant Midnight(DateOnly day) => Instant.From(new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));
}
