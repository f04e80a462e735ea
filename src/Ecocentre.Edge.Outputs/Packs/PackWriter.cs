using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Packs.Zip;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Packs;

/// <summary>Writes the evidence pack of a stretch of local days onto a stream that need not seek, in bounded memory. The same archive gives the same pack but
/// for its signatures.</summary>
/// <remarks>One thread; with several workers, packing is done by others meanwhile.</remarks>
public sealed class PackWriter
{
    /// <summary>Longest stretch: what the engine can hold at once, so that all of it can be judged again.</summary>
    public const int DaysMax = 2 * 366;

    private static readonly string[] RecordKinds = [.. RecordWords(static kind => kind is not (RecordKind.Verdict or RecordKind.Checkpoint))];

    // How the integrity of evidence is proven is judged from the checkpoints before a period.
    private static readonly string[] KindsBefore = [.. RecordWords(static kind => kind != RecordKind.Verdict)];

    private static readonly string VerdictKind = RecordWords(static kind => kind == RecordKind.Verdict).Single();

    private static readonly string ConfigurationKind = RecordWords(static kind => kind == RecordKind.Configuration).Single();

    private readonly PackSource _source;
    private readonly PackAbout _about;
    private readonly int _workers;
    private readonly ImmutableArray<PackDay> _days;
    private readonly List<(long Index, string Line)> _more = [];
    private readonly SortedDictionary<string, List<PlannedBlock>> _blocks = new(StringComparer.Ordinal);
    private readonly ImmutableArray<ConfigurationRecord> _configurations;
    private readonly List<(string Name, TreeHash Content)> _sums = [];

    private PackWriter(PackSource source, DateOnly from, DateOnly to, int workers)
    {
        (_source, _workers) = (source, Math.Max(1, workers));
        var days = source.Days;
        if (days.Count == 0) throw new PackRefusedException("Nothing is sealed yet; the first day is sealed 20 minutes after its end (UTC).");
        var (start, end) = (LocalDay.Of(from, source.Zone).Start, LocalDay.Of(to, source.Zone).End);
        var (windowsDay, lastDay) = (Day(start), Day(end - TimeSpan.FromMilliseconds(1)));
        if (days[^1].Day < lastDay)
            throw new PackRefusedException($"Days are sealed up to {Text(days[^1].Day)} (UTC); {Text(to)} ends in {Text(lastDay)}. "
                + "Export up to an earlier day, "
                + "or wait until 20 minutes after its end.");
        if (days[0].Day > lastDay) throw new PackRefusedException($"Nothing is sealed before {Text(days[0].Day)} (UTC).");
        _configurations = [.. days.SelectMany(source.EntriesOf).Where(leaf => IsOf(leaf.Line, [ConfigurationKind]))
            .Select(leaf => ConfigurationRecord.From((RecordFact)Entry(leaf.Line).Fact)).OfType<ConfigurationRecord>()];
        var lookBack = LookBack();
        var firstDay = windowsDay.AddDays(-lookBack.Values.DefaultIfEmpty().Max());
        // Verdicts of the last day are recorded minutes after its end.
        var lastSeal = Day(end + VerdictsWithin);
        _days = [.. days.Where(day => day.Day >= firstDay && day.Day <= lastSeal)];
        if (_days.IsEmpty) throw new PackRefusedException($"Nothing is sealed from {Text(firstDay)} to {Text(lastSeal)} (UTC).");
        _about = new PackAbout(
            source.Centre, source.Name, source.Zone.Id, from, to, source.Program, days[^1].Day, days[^1].FirstLeaf + days[^1].LeafCount, _days[0].FirstLeaf,
            _days.Sum(day => (long)day.LeafCount), firstDay, windowsDay, lastDay, [.. lookBack.Keys]);
        Plan();
    }

    // A label is judged within a minute of the end of the settling time; an hour allows for a box that was off at midnight and came back.
    private static readonly TimeSpan VerdictsWithin = TimeSpan.FromHours(1);

    /// <summary>What the pack says of itself.</summary>
    public PackAbout About => _about;

    /// <summary>Looks what belongs into the pack of these local days, first and last included.</summary>
    /// <param name="workers">How many points are packed at the same time.</param>
    /// <exception cref="PackRefusedException">There is no such pack; the message says why and what can be done.</exception>
    /// <exception cref="IOException">The archive cannot be read.</exception>
    public static PackWriter Prepare(PackSource source, DateOnly from, DateOnly to, int workers = 1)
    {
        if (to < from) throw new PackRefusedException($"{Text(from)} lies after {Text(to)}. Name the earlier day first.");
        if (to.DayNumber - from.DayNumber >= DaysMax)
            throw new PackRefusedException($"From {Text(from)} to {Text(to)} are more than {DaysMax} days. Export a year at a time.");
        return new PackWriter(source, from, to, workers);
    }

    /// <summary>Writes the pack.</summary>
    /// <param name="progress">Gets the share done, 0 to 1.</param>
    /// <exception cref="IOException">The archive cannot be read, or the stream not written.</exception>
    public void Write(Stream output, Action<double> progress, CancellationToken cancellation)
    {
        using var zip = new ZipWriter(output);
        Put(zip, PackNames.About, to => to.Write(_about.Write()));
        var example = Example();
        Put(zip, PackNames.English, to => to.Write(PackGuide.English(_about, example)));
        Put(zip, PackNames.French, to => to.Write(PackGuide.French(_about, example)));
        Put(zip, PackNames.Leaves, to =>
        {
            foreach (var line in _days.SelectMany(_source.LeavesOf)) WriteLine(to, line);
        });
        Put(zip, PackNames.MoreLeaves, to =>
        {
            foreach (var (index, line) in _more) WriteLine(to, string.Create(CultureInfo.InvariantCulture, $"{index} {line}"));
        });
        Put(zip, PackNames.LeafHashes, WriteHashes);
        Windows(zip, progress, cancellation);
        foreach (var (name, write) in PackTables.All) Put(zip, name, to => write(to, _about, Entries()));
        foreach (var digest in _configurations.SelectMany(c => c.Digests).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            if (_source.Text(digest) is { } text) Put(zip, PackNames.Configuration(digest), to => to.Write(Encoding.UTF8.GetBytes(text)));
        Put(zip, PackNames.Checkpoint, to => to.Write(Encoding.UTF8.GetBytes(_source.Checkpoint.ToString())));
        if (_source.TimeStamp is { } stamp) Put(zip, PackNames.TimeStamp, to => to.Write(stamp));
        Put(zip, PackNames.Keys, to =>
        {
            foreach (var key in _source.Keys) WriteLine(to, key.ToFact(default).Json);
        });
        Put(zip, PackNames.PublicKey, to => to.Write(Encoding.UTF8.GetBytes(_source.Keys[^1].Key.Pem)));
        var sums = Encoding.UTF8.GetBytes(string.Concat(_sums.Select(sum => $"{sum.Content}  {sum.Name}\n")));
        Put(zip, PackNames.Sums, to => to.Write(sums));
        Put(zip, PackNames.SumsSignature, to => to.Write(_source.Sign(sums)));
        zip.Finish(digest => PackSeal.Write(digest, _source.Sign));
        progress(1);
    }

    internal static EntryLeaf Entry(string line) => (EntryLeaf)Leaf.Parse(line);

    private static IEnumerable<string> RecordWords(Func<RecordKind, bool> which) =>
        Enum.GetValues<RecordKind>().Where(which).Select(kind => $"\"kind\":\"{kind.ToString().ToLowerInvariant()}\"");

    private static DateOnly Day(Time.Instant at) => DateOnly.FromDateTime(at.ToDateTimeOffset().UtcDateTime);

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static void WriteLine(Stream to, string line)
    {
        to.Write(Encoding.UTF8.GetBytes(line));
        to.WriteByte((byte)'\n');
    }

    /// <summary>A leaf is of that kind of entry; its kind stands before anything that people wrote.</summary>
    private static bool IsOf(string line, ReadOnlySpan<string> kinds)
    {
        if (!line.StartsWith(EntryLeaf.Begin, StringComparison.Ordinal)) return false;
        // {"leaf":"entry","sequence":N,"at":"…","kind":"…": nothing of it is longer than this.
        var head = line.AsSpan(0, Math.Min(line.Length, 120));
        foreach (var kind in kinds)
            if (head.Contains(kind, StringComparison.Ordinal)) return true;
        return false;
    }

    private void Put(ZipWriter zip, string name, Action<Stream> write) => Put(zip, ZipWriter.Pack(name, write));

    private void Put(ZipWriter zip, PackedFile file)
    {
        zip.Put(file);
        _sums.Add((file.Name, file.Content));
    }

    /// <summary>Points that are looked back upon, with the number of days.</summary>
    private SortedDictionary<string, int> LookBack()
    {
        var points = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var record in _configurations)
            if (PackConfigurations.Read(0, record, _source.Text) is { Profile: { } profile, Facts: { } facts })
                foreach (var (point, days) in new Verdicts(profile, facts).LookBack)
                    points[point] = Math.Max(days, points.GetValueOrDefault(point));
        return points;
    }

    /// <summary>Finds the blocks of each point, and the leaves outside of the stretch that belong to it.</summary>
    private void Plan()
    {
        foreach (var (number, day) in _source.Days.Index())
        {
            var (isInside, isBehind) = (day.Day >= _days[0].Day && day.Day <= _days[^1].Day, day.Day > _days[^1].Day);
            if (isInside || isBehind) PlanBlocks(number, day, isBehind);
            if (isInside) continue;
            foreach (var (index, line) in _source.EntriesOf(day))
                if (IsOf(line, isBehind ? RecordKinds : KindsBefore) || isBehind && IsOf(line, [VerdictKind]) && IsInside(line)) _more.Add((index, line));
        }
        _more.Sort(static (a, b) => a.Index.CompareTo(b.Index));
        foreach (var blocks in _blocks.Values) blocks.Sort(static (a, b) => (a.Day, a.Part).CompareTo((b.Day, b.Part)));
    }

    private void PlanBlocks(int number, PackDay day, bool isBehind)
    {
        foreach (var (i, line) in _source.LeavesOf(day).Index())
        {
            if (line.StartsWith(EntryLeaf.Begin, StringComparison.Ordinal) || Leaf.Parse(line) is not BlockLeaf block || !_about.Holds(block)) continue;
            if (!_blocks.TryGetValue(block.Series.Name, out var blocks)) _blocks.Add(block.Series.Name, blocks = []);
            blocks.Add(new PlannedBlock(number, day.FirstLeaf + i, block.Day, block.Part, block.Windows!.Value));
            if (isBehind) _more.Add((day.FirstLeaf + i, line));
        }
    }

    private bool IsInside(string line) =>
        VerdictJson.Read(((RecordFact)Entry(line).Fact).Json) is { } verdict && PackReader.IsInside(_about, verdict.Period);

    private void Windows(ZipWriter zip, Action<double> progress, CancellationToken cancellation)
    {
        var points = _blocks.ToArray();
        InTurn.Run(points.Length, _workers, i => PackPoint(points[i].Key, points[i].Value, cancellation), (i, file) =>
        {
            Put(zip, file);
            progress((i + 1.0) / (points.Length + 1));
        }, cancellation);
    }

    private PackedFile PackPoint(string point, List<PlannedBlock> blocks, CancellationToken cancellation) =>
        ZipWriter.Pack(PackNames.Windows(point), to =>
        {
            to.Write(Encoding.ASCII.GetBytes(WindowText.Header));
            // Some hundreds of lines at a time, as the packing takes them.
            var lines = new byte[64 * 1024];
            using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
            foreach (var block in blocks)
            {
                cancellation.ThrowIfCancellationRequested();
                var (length, count) = (0, 0);
                foreach (var rows in _source.Windows(_source.Days[block.Sealed], block.Leaf))
                {
                    foreach (ref readonly var window in rows.AsSpan())
                    {
                        if (lines.Length - length < WindowText.LineBytesMax) Drain();
                        length += WindowText.Write(window, lines.AsSpan(length));
                    }
                    count += rows.Length;
                }
                Drain();
                if (count != block.Windows.Count || new TreeHash(hash.GetHashAndReset()) != block.Windows.Sha256)
                    throw new IOException($"The windows of {point} of {Text(block.Day)}, part {block.Part}, are not those that were sealed. "
                        + "`evidence check` says more.");

                void Drain()
                {
                    hash.AppendData(lines, 0, length);
                    to.Write(lines, 0, length);
                    length = 0;
                }
            }
        });

    private void WriteHashes(Stream to)
    {
        Span<byte> bytes = stackalloc byte[TreeHash.Bytes];
        foreach (var hash in _source.LeafHashes())
        {
            hash.CopyTo(bytes);
            to.Write(bytes);
        }
    }

    /// <summary>Incidents and records of the pack, by sequence, one after the other.</summary>
    private IEnumerable<PackEntry> Entries()
    {
        foreach (var (index, line) in _more.Where(m =>
            m.Index < _about.FirstLeaf).Concat(_days.SelectMany(_source.EntriesOf)).Concat(_more.Where(m => m.Index > _about.FirstLeaf)))
            if (line.StartsWith(EntryLeaf.Begin, StringComparison.Ordinal) && Entry(line) is var entry) yield return new PackEntry(index,
                entry.Sequence, entry.Fact);
    }

    private PackExample? Example()
    {
        var configuration = _configurations.Select(record => PackConfigurations.Read(0, record, _source.Text)).LastOrDefault(c => c.Facts is not null);
        return configuration is { Profile: { } profile, Facts: { } facts }
            ? PackExample.Find(profile, facts, Entries().Where(e => e.Fact is RecordFact { Kind: RecordKind.Verdict })
                .Select(e => VerdictJson.Read(((RecordFact)e.Fact).Json)).OfType<Verdict>().Where(v => PackReader.IsInside(_about, v.Period)))
            : null;
    }

    /// <summary>A block whose windows are to be in the pack: what is needed of a hundred thousand of them.</summary>
    /// <param name="Sealed">Number of the sealed day in which its leaf stands.</param>
    /// <param name="Leaf">Index in the tree.</param>
    private readonly record struct PlannedBlock(int Sealed, long Leaf, DateOnly Day, int Part, BlockDigest Windows);
}

/// <summary>A pack cannot be made of what is asked for; the message says why and what can be done.</summary>
public sealed class PackRefusedException(string message) : Exception(message);
