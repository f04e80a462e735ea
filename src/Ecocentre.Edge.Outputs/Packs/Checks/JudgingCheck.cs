using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Packs.Checks;

/// <summary>Judges every verdict of the pack again from its windows, by the configuration that held when it was recorded and with the records that stood
/// before it, and compares bit for bit. One thread at a time.</summary>
internal sealed class JudgingCheck
{
    internal const string Name = "verdicts";

    // The engine is deterministic; only logarithms may differ in their last bit from one processor to another (2^-52 is 2e-16).
    private const double RoundingMax = 1e-12;

    private readonly PackReader _pack;
    private readonly List<Judge> _judges = [];
    private readonly List<(string Reason, PackVerdict Verdict)> _left = [];
    private readonly List<(ConfigurationRecord By, PackVerdict Verdict)> _otherwise = [];
    internal JudgingCheck(PackReader pack)
    {
        _pack = pack;
        foreach (var verdict in pack.Standing)
        {
            var configuration = pack.Configurations.LastOrDefault(c => c.Sequence < verdict.Sequence);
            if (configuration is null) _left.Add(("no configuration before them is in the pack", verdict));
            else if (configuration is not { Profile: { } profile, Facts: { } facts }) _left.Add((configuration.Trouble
                ?? "their configuration is not in the pack", verdict));
            else if (_judges.Find(judge => judge.IsBy(configuration.Record)) is { } known) known.Verdicts.Add(verdict);
            else _judges.Add(new Judge(configuration.Record, new Verdicts(profile, facts), verdict));
        }
    }

    /// <summary>The windows that are wanted of a point.</summary>
    internal (bool Minutes, bool Quarters) FeedOf(string point)
    {
        var (minutes, quarters) = (false, false);
        foreach (var judge in _judges)
        {
            if (!judge.Feeds.TryGetValue(point, out var kind)) continue;
            minutes |= kind == WindowKind.Minute;
            quarters |= kind != WindowKind.Minute;
        }
        return (minutes, quarters);
    }

    /// <summary>Takes windows of a point.</summary>
    internal void Feed(string point, List<Aggregate> windows)
    {
        foreach (var judge in _judges)
            foreach (ref readonly var window in CollectionsMarshal.AsSpan(windows)) judge.Engine.Accept(point, window);
    }

    /// <summary>All windows of a UTC day are there.</summary>
    internal void Advance(DateOnly day)
    {
        var end = Instant.From(new DateTimeOffset(day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));
        foreach (var judge in _judges) judge.Engine.Advance(LocalDay.Containing(end, judge.Engine.Centre.Zone).Start + Verdicts.SettleTime);
    }

    internal void Run(FindingList found, CancellationToken cancellation)
    {
        var (same, rounded) = (0, 0);
        foreach (var judge in _judges)
        {
            using var records = _pack.Entries.Where(e => e.Fact is RecordFact).GetEnumerator();
            var isMore = records.MoveNext();
            foreach (var verdict in judge.Verdicts)
            {
                cancellation.ThrowIfCancellationRequested();
                // What stood in the log when it was judged, and nothing later.
                for (; isMore && records.Current.Sequence < verdict.Sequence; isMore = records.MoveNext())
                    judge.Engine.Accept(new LogEntry(records.Current.Sequence, records.Current.Fact));
                switch (Hold(judge, verdict, found))
                {
                    case Likeness.Same:
                        same++;
                        break;
                    case Likeness.Rounded:
                        rounded++;
                        break;
                }
            }
        }
        foreach (var group in _left.GroupBy(l => l.Reason))
            found.Remark($"{group.Count()} verdicts were not judged again: {group.Key} ({Names(group.Select(l => l.Verdict))}).");
        if (rounded > 0) found.Remark($"{rounded} verdicts are the same but for the last bits of a number: "
                + "another processor reckons logarithms a little differently.");
        ByOtherEngines(found);
        Superseded(found);
        Outside(found);
        found.Done(Name, $"{same + rounded} of {_pack.Standing.Count()} judged again from the windows, {same} bit for bit");
    }

    private static string Names(IEnumerable<PackVerdict> verdicts)
    {
        // As many as a line has room for.
        const int most = 5;
        var names = verdicts.Select(v => $"{v.Verdict.Criterion} {v.Verdict.Period}").ToArray();
        return string.Join(", ", names.Take(most)) + (names.Length > most ? ", …" : "");
    }

    private Likeness Hold(Judge judge, PackVerdict recorded, FindingList found)
    {
        var (engine, verdict) = (judge.Engine, recorded.Verdict);
        var where = $"{verdict.Criterion} of {verdict.Period}, leaf {recorded.Leaf}";
        var criterion = engine.Criteria.Index().FirstOrDefault(c => c.Item.Criterion.Id == verdict.Criterion, (-1, null!)).Index;
        if (criterion < 0)
        {
            found.Fault(Name, where, $"the profile {engine.Profile.FullName} has no such criterion.");
            return Likeness.Other;
        }
        var again = engine.Judge(criterion, verdict.Period) with { Revision = verdict.Revision };
        var (text, there) = (VerdictJson.Write(again), VerdictJson.Write(verdict));
        if (text == there) return Likeness.Same;
        if (Differs(text, there) is not { } key) return Likeness.Rounded;
        if (judge.IsByOtherEngine)
        {
            _otherwise.Add((judge.Record, recorded));
            return Likeness.Other;
        }
        found.Fault(Name, where, string.Create(CultureInfo.InvariantCulture,
            $"judging again gives {VerdictJson.Word(again.Level)}, {again.Finding.Value:R} {again.Finding.Unit}; "
            + $"recorded is {VerdictJson.Word(verdict.Level)}, "
            + $"{verdict.Finding.Value:R} {verdict.Finding.Unit}. They differ in \"{key}\"."));
        return Likeness.Other;
    }

    /// <summary>The first key in which two verdicts differ by more than rounding, or null.</summary>
    private static string? Differs(string left, string right)
    {
        using var a = JsonDocument.Parse(left);
        using var b = JsonDocument.Parse(right);
        return Differs(a.RootElement, b.RootElement, "");
    }

    private static string? Differs(JsonElement a, JsonElement b, string key)
    {
        if (a.ValueKind != b.ValueKind) return key;
        switch (a.ValueKind)
        {
            case JsonValueKind.Number:
                var (x, y) = (a.GetDouble(), b.GetDouble());
                return Math.Abs(x - y) <= RoundingMax * Math.Max(Math.Abs(x), Math.Abs(y)) ? null : key;
            case JsonValueKind.Object:
                var (left, right) = (a.EnumerateObject().ToArray(), b.EnumerateObject().ToArray());
                for (var i = 0; i < Math.Max(left.Length, right.Length); i++)
                {
                    if (i >= left.Length || i >= right.Length || left[i].Name != right[i].Name) return i < left.Length ? left[i].Name : right[i].Name;
                    if (Differs(left[i].Value, right[i].Value, left[i].Name) is { } inner) return inner;
                }
                return null;
            case JsonValueKind.Array:
                if (a.GetArrayLength() != b.GetArrayLength()) return key;
                return a.EnumerateArray().Zip(b.EnumerateArray()).Select(pair => Differs(pair.First, pair.Second,
                    key)).FirstOrDefault(inner => inner is not null);
            default:
                return a.GetRawText() == b.GetRawText() ? null : key;
        }
    }

    /// <summary>Another engine may reckon otherwise: that is neither a forgery nor a proof.</summary>
    private void ByOtherEngines(FindingList found)
    {
        foreach (var judges in _judges.Where(judge => judge.IsByOtherEngine).GroupBy(judge => (judge.Record.Engine, judge.Record.Version)))
        {
            var (number, release) = judges.Key;
            var engine = number is { } known ? $"engine {known}" : "an engine from before they were numbered";
            var other = _otherwise.Where(o => (o.By.Engine, o.By.Version) == judges.Key).Select(o => o.Verdict).ToArray();
            var count = judges.Sum(judge => judge.Verdicts.Count);
            if (other.Length == 0)
                found.Remark($"{count} verdicts were judged by {engine}; engine {JudgingEngine.Version} of this program gives the same figures.");
            else
                found.Open(Name, $"{count} verdicts were judged by {engine}, this program has engine {JudgingEngine.Version}: figures may differ, and of "
                    + $"{other.Length} they do ({Names(other)}). That is neither a proof against them nor one for them: to judge them again, take release "
                    + $"{release} of the program.");
        }
    }

    private void Superseded(FindingList found)
    {
        if (_pack.Verdicts.Count - _pack.Standing.Count() is var superseded and > 0)
            found.Remark($"{superseded} earlier revisions of verdicts were not judged again: later ones stand in their place.");
    }

    private void Outside(FindingList found)
    {
        var outside = _pack.Entries.Select(e => e.Fact is RecordFact { Kind: RecordKind.Verdict } record && VerdictJson.Read(record.Json) is { } verdict
            && !PackReader.IsInside(_pack.About, verdict.Period) ? new PackVerdict(e.Leaf, e.Sequence, verdict) : null).OfType<PackVerdict>().ToArray();
        if (outside.Length > 0)
            found.Remark($"{outside.Length} verdicts were not judged again: their periods reach beyond the pack ({Names(outside)}).");
    }

    private enum Likeness
    {
        Other,
        Same,
        Rounded,
    }

    /// <summary>An engine, and the verdicts that are held against it.</summary>
    private sealed class Judge(ConfigurationRecord record, Verdicts engine, PackVerdict first)
    {
        internal Verdicts Engine => engine;

        internal ConfigurationRecord Record => record;

        /// <summary>Its verdicts were given by another engine than this program's.</summary>
        internal bool IsByOtherEngine => record.Engine != JudgingEngine.Version;

        internal Dictionary<string, WindowKind> Feeds { get; } = engine.Feeds.ToDictionary(f => f.Point, f => f.Kind, StringComparer.Ordinal);

        /// <summary>By sequence.</summary>
        internal List<PackVerdict> Verdicts { get; } = [first];

        /// <summary>Judged by the same texts and engine, whatever else of the site changed.</summary>
        internal bool IsBy(ConfigurationRecord other) =>
            other.Engine == record.Engine && (other.Version == record.Version || !IsByOtherEngine)
                && other.Profile == record.Profile && other.Facts == record.Facts && other.ProfileName == record.ProfileName
                && other.Factors.SequenceEqual(record.Factors);
    }
}
