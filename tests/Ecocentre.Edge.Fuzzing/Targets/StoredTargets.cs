using System.Security.Cryptography;
using System.Text;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Outputs.Evidence.Backups;
using Ecocentre.Edge.Outputs.Webhooks;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Signing;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Web.Access;

namespace Ecocentre.Edge.Fuzzing.Targets;

/// <summary>What lies on the disk, behind its checksums: whoever can write a file can make its checksum right, and so can chance, once in four thousand
/// million.</summary>
internal sealed class StoredTargets : IDisposable
{
    // Version byte of everything in a day file.
    private const byte DayVersion = 1;

    private static readonly SeriesCatalog Catalog = SeriesCatalog.Empty.With(EvidenceTargets.Power);

    private static readonly SealedDay Day = new()
    {
        Day = new DateOnly(2026, 11, 20), First = 1, Last = 600, Pending = 590, FirstLeaf = 12, LeafCount = 4, Blocks = 1, Entries = 3,
        Previous = new DateOnly(2026, 11, 19), OtherDays = [new DateOnly(2026, 11, 18)], MinuteBlocks = 1, WindowBlocks = 1, LeavesChecksum = 7, Bytes = 4096,
    };

    private readonly Scratch _scratch = new();

    internal IEnumerable<FuzzTarget> All =>
    [
        new("page-inside", [PageCodec.Open(EvidenceTargets.Key, EvidenceTargets.Page).ToArray()],
            bytes => Refused(() => PageCodec.Decode(EvidenceTargets.Key, PageCodec.Seal(EvidenceTargets.Key, bytes), Catalog))),
        new("windows-inside", [Plain(EvidenceTargets.WindowsBlock)],
            bytes => Refused(() => WindowColumns.Decode(EvidenceTargets.Power, EvidenceTargets.Day, Squeezed.Pack(DayVersion, bytes)))),
        new("minutes-inside", [Plain(EvidenceTargets.MinutesBlock)],
            bytes => Refused(() => MinuteColumns.Decode(EvidenceTargets.Power, EvidenceTargets.Day, Squeezed.Pack(DayVersion, bytes)))),
        new("squeezed", [EvidenceTargets.WindowsBlock, Squeezed.Pack(DayVersion, "abc"u8)], bytes => Refused(() => Squeezed.Unpack(DayVersion, bytes))),
        new("day-summary", [Plain(DayIndex.Encode(Day))], bytes => Refused(() => DayIndex.DecodeSummary(Squeezed.Pack(DayVersion, bytes), 4096))),
        new("day-index", [Plain(DayIndex.Encode(Day.Day, [new LeafChunk(8, 4)], [Block]))],
            bytes => Refused(() => DayIndex.Decode(Day, Squeezed.Pack(DayVersion, bytes), null))),
        new("series-inside", [SeriesCodec.Encode(3, EvidenceTargets.Power)[..^4]], bytes => Refused(() => SeriesCodec.Decode(3, Summed(bytes)))),
        new("standing-inside", [Standing.Encode(Catalog)[..^4]], bytes => Refused(() => LogStanding.Decode(Summed(bytes), Catalog))),
        new("guard", [GuardSeed()], Guard),
        new("manifest", [MessageTargets.Texts(Manifest)[0]], ManifestRead),
        new("tokens", MessageTargets.Texts("""
            { "tokens": [ { "id": "9f160aad", "name": "booking", "role": "booking", "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
              "created": "2026-11-20T10:00:00Z", "expires": "2027-11-20T10:00:00Z" } ] }
            """), Tokens),
        new("standings", MessageTargets.Texts("""
            {"booking":{"desk":1795165243847,"log":1200,"lost":["main"],"high":["air-1.co2"],"outbox":false,"verdicts":{"AQ-1":2},"low":["EN-4"],"waiting":[]}}
            """), bytes => new WebhookStandings(Written("standings.json", bytes)).Trouble ?? "read"),
        new("key-file", [File.ReadAllBytes(KeySeed())], KeyFile),
    ];

    public void Dispose() => _scratch.Dispose();

    private static SealedBlock Block => new(Day.Day, 1, EvidenceTargets.Power, 12, 96, 1440, true, true) { WindowsAt = 100, MinutesAt = 200 };

    private static LogStanding Standing => new(600, false, [new("mqtt", 590), new("influx", 12)],
        [new CounterCarry("main.energy", 12.5, EvidenceTargets.Day, 13), new CounterCarry(EvidenceTargets.Power.Name, 1, EvidenceTargets.Day, double.NaN)]);

    private const string Manifest = """
        {"format":"ecocentre-edge backup 1","centre":"lyon","program":"0.1.0","begunAt":1795165243847,"logAt":1795165243900,"log":"2026-11-20T10:00:00Z",
         "logPath":"/var/lib/x/log.db","head":12,"reserved":4096,"faults":[],"files":[{"name":"log","path":"files/ab","bytes":12,
         "sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","mode":384}]}
        """;

    private string Guard(byte[] bytes)
    {
        var log = _scratch.File("guarded.db");
        File.WriteAllBytes(SequenceGuard.PathOf(log), bytes);
        try
        {
            using var guard = SequenceGuard.Open(log, "lyon");
            WireTargets.Require(!guard.Found || guard.Known >= 0 && guard.Reserved >= 0, $"A guard of {guard.Known} and {guard.Reserved}.");
            return guard.Found ? "found" : "none";
        }
        catch (LogRefusedException refusal)
        {
            return refusal.Message.Contains("belongs to the log", StringComparison.Ordinal) ? "another's" : refusal.Message;
        }
    }

    private static byte[] GuardSeed()
    {
        return SequenceGuard.Bytes("lyon", 5_000);
    }

    private static string ManifestRead(byte[] bytes) =>
        Refused(() => BackupManifest.Decode($"backup-lyon-20261120T100000Z-{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}.json", bytes));

    private string Tokens(byte[] bytes)
    {
        var file = Written("tokens.json", bytes);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return Refused(() => TokenFile.Read(file));
    }

    private string KeySeed()
    {
        var file = _scratch.File("seed.key");
        if (File.Exists(file)) return file;
        using var key = SigningKey.Make("ecocentre-edge/lyon");
        key.Save(file);
        return file;
    }

    private string KeyFile(byte[] bytes)
    {
        var file = Written("tried.key", bytes);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        try
        {
            using var key = SigningKey.Load(file, "ecocentre-edge/lyon");
            return key is null ? "none" : "key";
        }
        catch (SigningRefusedException refusal)
        {
            return refusal.Message;
        }
    }

    private string Written(string name, byte[] bytes)
    {
        var file = _scratch.File(name);
        File.WriteAllBytes(file, bytes);
        return file;
    }

    private static byte[] Plain(byte[] squeezed) => Squeezed.Unpack(DayVersion, squeezed).ToArray();

    private static byte[] Summed(byte[] bytes)
    {
        var writer = new PackedWriter();
        writer.Raw(bytes);
        writer.Checksum(Checksum.Of(bytes));
        return writer.Written.ToArray();
    }

    private static string Refused(Action parse)
    {
        try
        {
            parse();
            return "read";
        }
        catch (Exception refusal) when (refusal is InvalidDataException or LogRefusedException)
        {
            return refusal.Message;
        }
    }
}
