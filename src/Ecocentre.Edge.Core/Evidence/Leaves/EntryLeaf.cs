using System.Text.Json;

namespace Ecocentre.Edge.Evidence.Leaves;

/// <summary>An incident or a record of the log, whole.</summary>
/// <remarks>Keys in order: <c>leaf</c> (<c>entry</c>), <c>sequence</c>, <c>at</c>, <c>kind</c> (<c>incident</c>, or the <see cref="RecordKind"/> in small
/// letters), <c>subject</c>, <c>content</c>: of a record its own JSON, letter for letter; of an incident <c>incident</c>, <c>text</c> and, where there is
/// one, <c>value</c>.</remarks>
public sealed record EntryLeaf(long Sequence, LogFact Fact) : Leaf
{
    /// <summary>What the line of every entry begins with, and no other leaf's.</summary>
    public const string Begin = "{\"leaf\":\"entry\",";

    internal const string Word = "entry";

    private const string IncidentWord = "incident";

    private protected override void Write(Utf8JsonWriter json)
    {
        json.Put("leaf", Word);
        json.Put("sequence", (long?)Sequence);
        json.WriteString("at", LeafTime.Write(Fact.At));
        switch (Fact)
        {
            case IncidentFact { Incident: var incident }:
                json.Put("kind", IncidentWord);
                json.Put("subject", incident.Subject);
                json.WriteStartObject("content");
                json.Put("incident", JsonNamingPolicy.KebabCaseLower.ConvertName(incident.Kind.ToString()));
                json.Put("text", incident.Text);
                json.Put("value", (double?)incident.Value);
                json.WriteEndObject();
                break;
            case RecordFact record:
                json.Put("kind", record.Kind.ToString().ToLowerInvariant());
                json.Put("subject", record.Subject);
                json.WritePropertyName("content");
                json.WriteRawValue(record.Json);
                break;
            default:
                throw new InvalidOperationException($"BUG: a {Fact.GetType().Name} is no entry of the tree.");
        }
    }

    internal static EntryLeaf Read(JsonElement json)
    {
        var sequence = Need(json.Whole("sequence"), "sequence");
        var at = Need(LeafTime.Read(json.Text("at")), "at");
        var kind = Need(json.Text("kind"), "kind");
        var subject = Need(json.Text("subject"), "subject");
        if (!json.TryGetProperty("content", out var content) || content.ValueKind != JsonValueKind.Object)
            throw new FormatException("The leaf lacks \"content\".");
        if (kind == IncidentWord)
            return new EntryLeaf(sequence, new IncidentFact(new Incident(
                at, Need(Incident(content.Text("incident")), "incident"), subject, Need(content.Text("text"), "text"), content.Number("value") ?? double.NaN)));
        foreach (var known in Enum.GetValues<RecordKind>())
            if (known.ToString().ToLowerInvariant() == kind) return new EntryLeaf(sequence, new RecordFact(at, known, subject, content.GetRawText()));
        throw new FormatException($"\"{kind}\" is no kind of entry that is known here.");
    }

    private static IncidentKind? Incident(string? word)
    {
        foreach (var known in Enum.GetValues<IncidentKind>())
            if (JsonNamingPolicy.KebabCaseLower.ConvertName(known.ToString()) == word) return known;
        return null;
    }
}
