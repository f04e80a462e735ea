using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ecocentre.Edge.Commands;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Orders;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Signing;

namespace Ecocentre.Edge.Fuzzing.Targets;

/// <summary>Records of the log, keys and proofs that people hand on, and what verbs and people say.</summary>
internal static class RecordTargets
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    internal static IEnumerable<FuzzTarget> All =>
    [
        new("records", MessageTargets.Texts(Records()), Record),
        new("key-text", MessageTargets.Texts(Vkey(out var proof)), bytes => Refused(() => NoteKey.Parse(Encoding.UTF8.GetString(bytes)))),
        new("proof", MessageTargets.Texts(proof), bytes => Refused(() =>
        {
            var read = LeafProof.Parse(Encoding.UTF8.GetString(bytes));
            _ = Checkpoint.Parse(read.Head.Text);
            read.IsSound();
        })),
        new("time-stamp", [[0x30, 9, 0x30, 3, 2, 1, 0, 0x30, 2, 5, 0]], bytes => Refused(() => Timestamp.TokenIn(bytes))),
        new("order", MessageTargets.Texts("""{"order":"readings","devices":["main"]}""",
            """{"order":"entry","point":"waste","value":12.5,"who":"M. D","at":1795165243847,"document":"x","corrects":12,"why":"y"}""",
            """{"order":"key","rotate":false}""", """{"order":"entries","point":null}"""), OrderRead),
        new("said-time", MessageTargets.Texts("2026-11-20", "2026-03-29T02:30", "2026-11-20T16:30Z", "2026-11-20T16:30:01.5+01:00"), bytes =>
        {
            try
            {
                return SaidTime.Read(Encoding.UTF8.GetString(bytes), Zone) is null ? "none" : "time";
            }
            catch (CannotRunException refusal)
            {
                return refusal.Message.EndsWith("16:30Z.", StringComparison.Ordinal) ? "no time" : "not there";
            }
        }),
        new("period", MessageTargets.Texts("2026-11-20", "2026-W47", "2026-11", "2026", "2026-11-20/rolling"),
            bytes => Period.TryParse(Encoding.UTF8.GetString(bytes), out var period) ? $"{period.Kind}" : "none"),
        new("topic", MessageTargets.Texts("ecocentre/v1/lyon/log", "ecocentre/v1/lyon/points/a.b"),
            bytes => Topics.TryReadCentre(Encoding.UTF8.GetString(bytes), out _) ? "centre" : "none"),
        new("factors", MessageTargets.Texts("""
            { "name": "carbon", "unit": "kg/kWh", "factors": [ { "from": "2026-01-01", "values": { "electricity": 0.06 }, "source": "x" } ] }
            """), bytes =>
        {
            var mistakes = new List<Mistake>();
            var table = LabelProfileFile.ParseFactors("factors.json", Encoding.UTF8.GetString(bytes), mistakes);
            WireTargets.Require(table is null == mistakes.Count > 0, "Neither read nor refused.");
            return table is null ? string.Join(' ', mistakes.Take(3).Select(one => one.Problem)) : "read";
        }),
    ];

    private static string Record(byte[] bytes)
    {
        var json = Encoding.UTF8.GetString(bytes);
        var outcome = "";
        foreach (var kind in Enum.GetValues<RecordKind>())
        {
            var fact = new RecordFact(EvidenceTargets.Day, kind, "main", json);
            object?[] read =
            [
                HandEntry.From(fact), InstrumentRecord.From(fact), CalibrationRecord.From(fact), SwapRecord.From(fact), ConfigurationRecord.From(fact),
                CheckpointRecord.From(fact), KeyRecord.From(fact),
            ];
            outcome += string.Concat(read.Select(one => one is null ? '-' : '+'));
        }
        return outcome;
    }

    private static string OrderRead(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<Order>(bytes, OrderWire.Json) is { } order ? order.GetType().Name : "none";
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return e.GetType().Name;
        }
    }

    private static IEnumerable<string> Records()
    {
        using var secret = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var old = new NoteKey("ecocentre-edge/lyon", secret.ExportSubjectPublicKeyInfo());
        yield return KeyRecord.Rotation(new NoteKey("ecocentre-edge/lyon", next.ExportSubjectPublicKeyInfo()), old, secret).ToFact(EvidenceTargets.Day).Json;
        yield return CheckpointRecord.Of(SignedNote.Parse(EvidenceTargets.Note())).ToFact(EvidenceTargets.Day).Json;
        yield return """{"kind":"register","value":12.5,"unit":"kg","author":"M. D","entered":"2026-11-20T10:00:00Z","corrects":12,"reason":"comma"}""";
        yield return """{"maker":"Sensirion","serial":"1","height":1.1,"installed":"2026-01-10","calibrated":"2026-01-10","calibrationMonths":24,"toldSerial":"2"}""";
        yield return """{"author":"A","reason":"broken","at":"2026-11-20T10:00:00Z","registers":[{"point":"main.energy","last":12.5,"first":0}]}""";
        yield return """{"author":"A","target":425,"before":441,"after":425,"method":"forced"}""";
        yield return """{"program":"0.1.0","profile":"ecocentre-v1 1","site":"ab","facts":{"people":{"value":24}},"texts":["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]}""";
    }

    private static string Vkey(out string proof)
    {
        using var secret = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = new NoteKey("ecocentre-edge/lyon", secret.ExportSubjectPublicKeyInfo());
        proof = new LeafProof(3, "leaf", [TreeHash.Leaf("a"), TreeHash.Leaf("b")], SignedNote.Parse(EvidenceTargets.Note())).ToText();
        return key.Vkey;
    }

    private static string Refused(Action parse)
    {
        try
        {
            parse();
            return "read";
        }
        catch (FormatException refusal)
        {
            return refusal.Message;
        }
    }
}
