using System.Security.Cryptography;
using System.Text;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Fuzzing.Targets;

/// <summary>What evidence is stored and handed on in: a disk may turn a bit, and a pack may come from an enemy.</summary>
internal static class EvidenceTargets
{
    internal static readonly Instant Day = Instant.From(new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero));

    internal static readonly Series Power = new("main.power.active", "power.active", "W", PointKind.Gauge, "main", "plant-room");

    private static readonly SeriesCatalog Catalog = SeriesCatalog.Empty.With(Power);

    internal static readonly PageKey Key = new(new SequenceRange(1, 62), Day + TimeSpan.FromHours(1));

    internal static IEnumerable<FuzzTarget> All =>
    [
        new("leaf", MessageTargets.Texts(Leaves()), bytes => Refused<FormatException>(() =>
        {
            var line = Encoding.UTF8.GetString(bytes);
            WireTargets.Require(Leaf.Parse(line).ToLine() == line, "A leaf that is written otherwise than it was read.");
        })),
        new("window-line", MessageTargets.Texts("15m,2026-11-20T00:15:00Z,0,90,415.2,431,422.7333333333333,430,,1\n", "1d,2026-11-19T23:00:00Z,1,8640,,,,99.25,1.5,0.5"), WindowLine),
        new("note", MessageTargets.Texts(Note()), bytes => Refused<FormatException>(() =>
        {
            var note = SignedNote.Parse(Encoding.UTF8.GetString(bytes));
            _ = Checkpoint.Parse(note.Text);
        })),
        new("verdict", MessageTargets.Texts(VerdictJson.Write(Verdict)), bytes => VerdictJson.Read(Encoding.UTF8.GetString(bytes)) is null ? "none" : "read"),
        new("page", [PageCodec.Encode(Key, [.. Facts()], Catalog)], bytes => Refused<InvalidDataException>(() => PageCodec.Decode(Key, bytes, Catalog))),
        new("windows-block", [WindowColumns.Encode(Day, Quarters())], bytes => Refused<InvalidDataException>(() => WindowColumns.Decode(Power, Day, bytes))),
        new("minutes-block", [MinuteColumns.Encode(Day, Resolution.Of(Power, [.. Minutes()])!.Value, [.. Minutes()])],
            bytes => Refused<InvalidDataException>(() => MinuteColumns.Decode(Power, Day, bytes))),
    ];

    internal static byte[] Page => PageCodec.Encode(Key, [.. Facts()], Catalog);

    internal static byte[] WindowsBlock => WindowColumns.Encode(Day, Quarters());

    internal static byte[] MinutesBlock => MinuteColumns.Encode(Day, Resolution.Of(Power, [.. Minutes()])!.Value, [.. Minutes()]);

    private static Verdict Verdict => new()
    {
        Criterion = "AQ-1", Period = Period.Containing(PeriodKind.Month, new DateOnly(2026, 11, 1)), Profile = "p 1", Level = VerdictLevel.Level2, IsFinal = true,
        Finding = new Finding(0.96, "1", [new LevelFinding(Outcome.Met, 0.96, 0.9, "shareMin", "1", 12, "min")]) { Text = "Words.", Cause = "meeting" },
        Coverage = new VerdictCoverage(100, 98, [2, 0, 0, 0], 0.9), Step = TimeSpan.FromMinutes(10), Occupied = "measured presence",
    };

    private static string WindowLine(byte[] bytes)
    {
        if (!WindowText.TryRead(bytes, TimeZoneInfo.Utc, out var window)) return "none";
        Span<byte> line = stackalloc byte[WindowText.LineBytesMax];
        var length = WindowText.Write(window, line);
        // What is read and written twice must stay: a hash is over the text.
        WireTargets.Require(WindowText.TryRead(line[..length], TimeZoneInfo.Utc, out var again) && again.Equals(window), "A window that does not read back.");
        return $"{window.Kind}";
    }

    private static IEnumerable<string> Leaves()
    {
        yield return new BlockLeaf(new DateOnly(2026, 11, 20), 1, Power, new BlockDigest(121, TreeHash.Leaf("a")), new BlockDigest(1440, TreeHash.Leaf("b"))).ToLine();
        yield return new DayLeaf(new DateOnly(2026, 11, 20), 1, 600_000, 400, 57, new DateOnly(2026, 11, 19)).ToLine();
        yield return new EntryLeaf(7, new IncidentFact(new Incident(Day, IncidentKind.Gap, "main", "Nobody \"heard\" it.", 3))).ToLine();
        yield return new EntryLeaf(8, VerdictJson.ToFact(Verdict, Day)).ToLine();
    }

    internal static string Note()
    {
        using var secret = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var text = $"ecocentre-edge/lyon\n12\n{Convert.ToBase64String(SHA256.HashData("root"u8))}\n";
        return SignedNote.Sign(text, new NoteKey("ecocentre-edge/lyon", secret.ExportSubjectPublicKeyInfo()), secret).ToString();
    }

    private static IEnumerable<LogFact> Facts() =>
    [
        .. Minutes().Select(minute => new WindowFact(Power, minute)), new IncidentFact(new Incident(Day, IncidentKind.Gap, "main", "Words.", double.NaN)),
        new RecordFact(Day, RecordKind.Entry, "waste", """{"value":1}"""),
    ];

    private static IEnumerable<Aggregate> Minutes() => Enumerable.Range(0, 60).Select(minute => new Aggregate(
        default, WindowKind.Minute, new Window(Day + minute * TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)), 0, 60, 100.5 + minute, 120.25,
        110 + minute / 7.0, 111.5, double.NaN, 1));

    private static Aggregate[] Quarters() => [.. Enumerable.Range(0, 96).Select(quarter => new Aggregate(
        default, WindowKind.QuarterHour, new Window(Day + quarter * TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(15)), 0, 900, 100, 120, 110 + quarter / 7.0,
        111, double.NaN, 0.99))];

    private static string Refused<T>(Action parse)
        where T : Exception
    {
        try
        {
            parse();
            return "read";
        }
        catch (T refusal)
        {
            return refusal.Message;
        }
    }
}
