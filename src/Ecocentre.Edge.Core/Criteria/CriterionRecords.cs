using System.Text.Json;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Criteria;

/// <summary>Records and incidents of the log that criteria look at: hand entries, corrections, calibrations, swaps, instruments. One thread.</summary>
public sealed class CriterionRecords
{
    /// <summary>Records kept: fifty a day for two years; the oldest are given up beyond it, and judging says so by their absence.</summary>
    public const int RecordsMax = 40_000;

    private readonly List<KnownRecord> _records = [];

    /// <summary>In the order of the log.</summary>
    public IReadOnlyList<KnownRecord> All => _records;

    /// <summary>Records of a kind that are true within a period of the centre's days.</summary>
    public IEnumerable<KnownRecord> Of(RecordKind kind, Instant from, Instant to) =>
        _records.Where(r => r.Kind == kind && r.At >= from && r.At < to);

    /// <summary>Takes a record; verdicts are not kept. Text that is no JSON object is kept without content.</summary>
    internal void Take(RecordFact fact)
    {
        if (fact.Kind == RecordKind.Verdict) return;
        _records.Add(new KnownRecord(fact.At, fact.Kind, fact.Subject, Parse(fact.Json)));
        if (_records.Count > RecordsMax) _records.RemoveRange(0, RecordsMax / 10);
    }

    private static JsonElement Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }
}

/// <summary>A record with its content read.</summary>
/// <param name="Content">A JSON object, or undefined.</param>
public sealed record KnownRecord(Instant At, RecordKind Kind, string Subject, JsonElement Content)
{
    /// <summary>A number of the content, NaN when it is none.</summary>
    public double Number(string key) =>
        Content.ValueKind == JsonValueKind.Object && Content.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetDouble(out var number) ? number : double.NaN;

    /// <summary>A text of the content, or null.</summary>
    public string? Text(string key) =>
        Content.ValueKind == JsonValueKind.Object && Content.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;
}
