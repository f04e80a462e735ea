using System.Text;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Outputs.Packs.Zip;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Packs;

/// <summary>Reads an evidence pack as it is, without checking it: that is for <c>evidence verify</c>, which reads through this too. One thread; windows
/// are read from the file as they are asked for, all else is taken up at opening.</summary>
/// <remarks>Every text may be hostile: what cannot be read throws <see cref="PackException"/> with the place.</remarks>
public sealed class PackReader : IDisposable
{
    // The largest text: leaves of two years of 400 points are some 100 MB.
    internal const int TextBytesMax = 512 * 1024 * 1024;

    private readonly SortedDictionary<string, List<BlockLeaf>> _blocks = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, PackEntry> _entries = [];
    private readonly Dictionary<Series, Series> _series = [];
    private readonly ZipFile _zip;
    private IReadOnlyList<PackConfiguration>? _configurations;

    private PackReader(ZipFile zip, PackAbout about)
    {
        (_zip, About) = (zip, about);
        // A zone that this machine does not know: days are then 24 hours, and verify says so.
        Zone = TimeZoneInfo.TryFindSystemTimeZoneById(about.Zone, out var zone) ? zone : TimeZoneInfo.Utc;
    }

    public PackAbout About { get; }

    /// <summary>The centre's zone.</summary>
    public TimeZoneInfo Zone { get; }

    /// <summary>Points by name.</summary>
    public IReadOnlyList<PackPoint> Points { get; private set; } = [];

    /// <summary>Incidents and records of all leaves in the pack, by sequence; verdicts of periods that reach beyond it too.</summary>
    public IEnumerable<PackEntry> Entries => _entries.Values;

    /// <summary>Verdicts of periods that lie wholly between <see cref="PackAbout.From"/> and <see cref="PackAbout.To"/>, all revisions, by sequence.</summary>
    public IReadOnlyList<PackVerdict> Verdicts { get; private set; } = [];

    /// <summary>Of these, the highest revision of each criterion and period.</summary>
    public IEnumerable<PackVerdict> Standing =>
        Verdicts.GroupBy(v => (v.Verdict.Criterion, v.Verdict.Period)).Select(g => g.MaxBy(v => (v.Verdict.Revision, v.Sequence))!).OrderBy(v => v.Sequence);

    /// <summary>Incidents from the beginning of <see cref="PackAbout.From"/> to the end of <see cref="PackAbout.To"/>.</summary>
    public IReadOnlyList<PackEntry> Incidents { get; private set; } = [];

    /// <summary>The newest word about each instrument, by device.</summary>
    public IReadOnlyList<InstrumentRecord> Instruments { get; private set; } = [];

    /// <summary>What was judged by, in order; the last one holds at the end.</summary>
    public IReadOnlyList<PackConfiguration> Configurations => _configurations ??= ReadConfigurations();

    /// <summary>The facts of the last configuration that has any.</summary>
    public CentreFacts? Facts => Configurations.LastOrDefault(c => c.Facts is not null)?.Facts;

    /// <summary>The label profile of the last configuration that has one.</summary>
    public LabelProfile? Profile => Configurations.LastOrDefault(c => c.Profile is not null)?.Profile;

    /// <summary>The signed note of the tree's head.</summary>
    public string Checkpoint => Text(PackNames.Checkpoint, 1 << 20);

    /// <summary>The public key that signed the pack, as openssl reads it.</summary>
    public string PublicKey => Text(PackNames.PublicKey, 1 << 16);

    /// <summary>There is a time stamp of the checkpoint.</summary>
    public bool HasTimeStamp => _zip.Find(PackNames.TimeStamp) is not null;

    internal ZipFile Zip => _zip;

    /// <summary>Opens a pack.</summary>
    /// <exception cref="PackException">It is none, or its leaves cannot be read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PackReader Open(string path)
    {
        var zip = ZipFile.Open(path);
        try
        {
            var pack = new PackReader(zip, PackAbout.Read(ReadEntry(zip, PackNames.About, 1 << 20)));
            foreach (var leaf in pack.Leaves().Concat(pack.MoreLeaves())) pack.Take(leaf);
            pack.Sort();
            return pack;
        }
        catch
        {
            zip.Dispose();
            throw;
        }
    }

    /// <summary>The leaves of <c>leaves.jsonl</c>, contiguous.</summary>
    public IEnumerable<PackLeaf> Leaves()
    {
        var index = About.FirstLeaf;
        foreach (var (line, number) in Lines(PackNames.Leaves)) yield return new PackLeaf(index++, line, $"{PackNames.Leaves}, line {number}");
    }

    /// <summary>The leaves of <c>more-leaves.jsonl</c>, by index.</summary>
    public IEnumerable<PackLeaf> MoreLeaves()
    {
        foreach (var (line, number) in Lines(PackNames.MoreLeaves))
        {
            var space = line.IndexOf(' ');
            if (space < 1 || !long.TryParse(line.AsSpan(0, space), System.Globalization.NumberStyles.None, null, out var index))
                throw new PackException($"{PackNames.MoreLeaves}, line {number}", "has no index.");
            yield return new PackLeaf(index, line[(space + 1)..], $"{PackNames.MoreLeaves}, line {number}");
        }
    }

    /// <summary>The windows of a point, block by block, in order of day and part; empty when the pack has no such point.</summary>
    /// <remarks>Windows of the days before <see cref="PackAbout.From"/>, which only serve to look back upon, are among them. Of windows that came twice (a late
    /// part) the higher revision counts.</remarks>
    public IEnumerable<PackBlock> Windows(string point) => Blocks(point, only: null);

    /// <summary>The windows of a point of one length, each once, in the order of time.</summary>
    public IEnumerable<Aggregate> Windows(string point, WindowKind kind)
    {
        // Late parts follow their day at once: no more than a day has to be sorted.
        foreach (var day in Blocks(point, kind).GroupAdjacent(block => block.Leaf.Day))
            foreach (var window in day.SelectMany(block => block.Windows)
                .GroupBy(window => window.Window.Start).Select(same => same.MaxBy(window => window.Revision)).OrderBy(window => window.Window.Start))
                yield return window;
    }

    /// <summary>A text of the configuration, or null when the pack does not have it.</summary>
    public string? ConfigurationText(string sha256) =>
        _zip.Find(PackNames.Configuration(sha256)) is { } entry ? Encoding.UTF8.GetString(_zip.ReadAll(entry, 1 << 24)) : null;

    public void Dispose() => _zip.Dispose();

    internal byte[] Bytes(string name, int bytesMax) => ReadEntry(_zip, name, bytesMax);

    internal string Text(string name, int bytesMax) => Encoding.UTF8.GetString(Bytes(name, bytesMax));

    /// <summary>Whether a verdict belongs into the pack's tables.</summary>
    internal static bool IsInside(PackAbout about, Period period) => period.First >= about.From && period.Last <= about.To;

    /// <summary>The blocks of a point with all their windows, or those of one length: most lines of a year are then only passed over.</summary>
    private IEnumerable<PackBlock> Blocks(string point, WindowKind? only)
    {
        if (!_blocks.TryGetValue(point, out var blocks) || blocks.Count == 0) yield break;
        using var lines = new WindowLines(_zip, point);
        foreach (var block in blocks)
        {
            var windows = new List<Aggregate>(block.Windows?.Count ?? 0);
            for (var i = 0; i < (block.Windows?.Count ?? 0); i++)
            {
                var line = lines.Next();
                if (only is { } kind && !WindowText.IsOf(line, kind)) continue;
                windows.Add(WindowText.TryRead(line, Zone, out var window) ? window : throw new PackException(lines.Place, "is no line of a window."));
            }
            yield return new PackBlock(block, windows);
        }
    }

    private static byte[] ReadEntry(ZipFile zip, string name, int bytesMax) =>
        zip.Find(name) is { } entry ? zip.ReadAll(entry, bytesMax) : throw new PackException(name, "is not in the pack.");

    private IEnumerable<(string Line, int Number)> Lines(string name)
    {
        if (_zip.Find(name) is not { } entry) throw new PackException(name, "is not in the pack.");
        using var content = _zip.Read(entry);
        using var reader = new LineReader(content, name);
        while (reader.Next() is { } line) yield return (Encoding.UTF8.GetString(line.Span), reader.Number);
    }

    private void Take(PackLeaf leaf)
    {
        Leaf parsed;
        try
        {
            parsed = Leaf.Parse(leaf.Line);
        }
        catch (FormatException e)
        {
            throw new PackException(leaf.Place, e.Message);
        }
        switch (parsed)
        {
            case BlockLeaf block when About.Holds(block):
                if (!_blocks.TryGetValue(block.Series.Name, out var blocks)) _blocks.Add(block.Series.Name, blocks = []);
                // A hundred thousand of them in a year: a point's name and place are kept once.
                if (!_series.TryGetValue(block.Series, out var series)) _series.Add(block.Series, series = block.Series);
                blocks.Add(block with { Series = series });
                break;
            case EntryLeaf entry:
                if (!_entries.TryAdd(entry.Sequence, new PackEntry(leaf.Index, entry.Sequence, entry.Fact)))
                    throw new PackException(leaf.Place, $"sequence {entry.Sequence} is there already.");
                break;
        }
    }

    private void Sort()
    {
        foreach (var blocks in _blocks.Values) blocks.Sort(static (a, b) => (a.Day, a.Part).CompareTo((b.Day, b.Part)));
        Points = [.. _blocks.Values.Select(blocks => new PackPoint(blocks[^1].Series, blocks))];
        var (start, end) = (LocalDay.Containing(At(About.From), Zone).Start, LocalDay.Containing(At(About.To), Zone).End);
        Incidents = [.. Entries.Where(e => e.Fact is IncidentFact && e.Fact.At >= start && e.Fact.At < end)];
        Verdicts =
        [
            .. Entries.Where(e => e.Fact is RecordFact { Kind: RecordKind.Verdict })
                .Select(e => VerdictJson.Read(((RecordFact)e.Fact).Json) is { } verdict && IsInside(About, verdict.Period)
                    ? new PackVerdict(e.Leaf, e.Sequence, verdict) : null).OfType<PackVerdict>(),
        ];
        Instruments =
        [
            .. Entries.Select(e => e.Fact is RecordFact record ? InstrumentRecord.From(record) : null).OfType<InstrumentRecord>()
                .GroupBy(i => i.Declared.Device, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Last()),
        ];
    }

    // Noon lies in its day in every zone.
    private Time.Instant At(DateOnly day) => Time.Instant.From(new DateTimeOffset(day.ToDateTime(new TimeOnly(12, 0)),
        Zone.GetUtcOffset(day.ToDateTime(new TimeOnly(12, 0)))));

    private List<PackConfiguration> ReadConfigurations()
    {
        var configurations = new List<PackConfiguration>();
        foreach (var entry in Entries)
            if (entry.Fact is RecordFact fact && ConfigurationRecord.From(fact) is { } record)
                configurations.Add(PackConfigurations.Read(entry.Sequence, record, ConfigurationText));
        return configurations;
    }
}
