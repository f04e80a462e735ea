using System.Collections.Immutable;
using System.Text.Json;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Criteria;

/// <summary>A verdict as text: the content of its record in the log, of the <c>criteria</c> topics and of the API.</summary>
/// <remarks>Keys in order: <c>criterion</c>, <c>period</c>, <c>from</c>, <c>to</c> (local days, both included), <c>profile</c>, <c>level</c>
/// (<c>level1</c> to <c>level3</c>, <c>notmet</c>, <c>undetermined</c>, <c>notapplicable</c>), <c>final</c>, <c>revision</c>, <c>value</c>, <c>unit</c>,
/// <c>levels</c> (of 1, 2, 3: <c>outcome</c>, <c>value</c>, <c>limit</c>, <c>limitName</c>, <c>unit</c>, <c>headroom</c>, <c>headroomUnit</c>),
/// <c>coverage</c> (<c>expected</c>, <c>valid</c> in slots, <c>share</c>, <c>min</c>, <c>excluded</c> by reason), <c>stepMinutes</c>, <c>occupied</c>,
/// <c>uncertainty</c>, <c>uncertaintyUnit</c>, <c>decisionRule</c>, <c>cause</c>, <c>text</c>, <c>projection</c>, <c>assumption</c>, <c>factors</c>. What
/// is not known is left out. The same verdict gives the same text.</remarks>
public static class VerdictJson
{
    // A day: nothing is judged in longer steps.
    private const double StepMinutesMax = 24 * 60;

    public static string Write(Verdict verdict) => RecordText.Write(json => Put(json, verdict));

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <returns>Null when the text is no verdict.</returns>
    public static Verdict? Read(string text)
    {
        if (RecordText.Read(text) is not { } json || json.Text("criterion") is not { } criterion) return null;
        if (!Period.TryParse(json.Text("period") ?? "", out var period)) return null;
        if (!Enum.TryParse<VerdictLevel>(json.Text("level"), ignoreCase: true, out var level)) return null;
        if (json.Number("stepMinutes") is < 0 or > StepMinutesMax) return null;
        return new Verdict
        {
            Criterion = criterion, Period = period, Profile = json.Text("profile") ?? "", Level = level, IsFinal = json.Flag("final") ?? false,
            Revision = (int)(json.Whole("revision") ?? 0), Finding = FindingOf(json), Coverage = CoverageOf(json),
            Step = TimeSpan.FromMinutes(json.Number("stepMinutes") ?? 0), Occupied = json.Text("occupied") ?? "",
            Uncertainty = json.Number("uncertainty") ?? double.NaN, UncertaintyUnit = json.Text("uncertaintyUnit") ?? "",
            DecisionRule = json.Text("decisionRule") ?? "",
        };
    }

    /// <summary>The record of a verdict.</summary>
    /// <param name="end">End of its last day.</param>
    public static RecordFact ToFact(Verdict verdict, Instant end) => new(end, RecordKind.Verdict, verdict.Criterion, Write(verdict));

    /// <summary>As published.</summary>
    public static string Word(VerdictLevel level) => level.ToString().ToLowerInvariant();

    private static void Put(Utf8JsonWriter json, Verdict verdict)
    {
        var finding = verdict.Finding;
        json.Put("criterion", verdict.Criterion);
        json.Put("period", verdict.Period.Name);
        json.Put("from", verdict.Period.First);
        json.Put("to", verdict.Period.Last);
        json.Put("profile", verdict.Profile);
        json.Put("level", Word(verdict.Level));
        json.Put("final", verdict.IsFinal);
        json.Put("revision", (long?)verdict.Revision);
        json.Put("value", finding.Value);
        json.Put("unit", Some(finding.Unit));
        json.WriteStartArray("levels");
        foreach (var level in finding.Levels) Put(json, level);
        json.WriteEndArray();
        Put(json, verdict.Coverage);
        json.Put("stepMinutes", verdict.Step.TotalMinutes);
        json.Put("occupied", Some(verdict.Occupied));
        json.Put("uncertainty", verdict.Uncertainty);
        json.Put("uncertaintyUnit", Some(verdict.UncertaintyUnit));
        json.Put("decisionRule", Some(verdict.DecisionRule));
        json.Put("cause", finding.Cause);
        json.Put("text", Some(finding.Text));
        json.Put("projection", finding.Projection);
        json.Put("assumption", Some(finding.Assumption));
        if (finding.Factors.IsDefaultOrEmpty) return;
        json.WriteStartArray("factors");
        foreach (var factor in finding.Factors) json.WriteStringValue(factor);
        json.WriteEndArray();
    }

    private static void Put(Utf8JsonWriter json, in LevelFinding level)
    {
        json.WriteStartObject();
        json.Put("outcome", level.Outcome.ToString().ToLowerInvariant());
        json.Put("value", level.Value);
        json.Put("limit", level.Limit);
        json.Put("limitName", level.LimitName);
        json.Put("unit", Some(level.Unit));
        json.Put("headroom", level.Headroom);
        json.Put("headroomUnit", Some(level.HeadroomUnit));
        json.WriteEndObject();
    }

    private static void Put(Utf8JsonWriter json, VerdictCoverage coverage)
    {
        json.WriteStartObject("coverage");
        json.Put("expected", (long?)coverage.Expected);
        json.Put("valid", (long?)coverage.Valid);
        json.Put("share", coverage.Share);
        json.Put("min", coverage.Min);
        json.WriteStartObject("excluded");
        for (var i = 0; i < coverage.Excluded.Length; i++)
            if (coverage.Excluded[i] > 0) json.Put(JsonNamingPolicy.CamelCase.ConvertName(((Exclusion)i).ToString()), (long?)coverage.Excluded[i]);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static Finding FindingOf(JsonElement json)
    {
        var levels = json.TryGetProperty("levels", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(l => l.ValueKind == JsonValueKind.Object).Select(LevelOf).ToImmutableArray() : [];
        return new Finding(json.Number("value") ?? double.NaN, json.Text("unit") ?? "", levels)
        {
            Cause = json.Text("cause"), Text = json.Text("text") ?? "", Projection = json.Number("projection") ?? double.NaN,
            Assumption = json.Text("assumption") ?? "",
            Factors = json.TryGetProperty("factors", out var factors) && factors.ValueKind == JsonValueKind.Array
                ? [.. factors.EnumerateArray().Where(f => f.ValueKind == JsonValueKind.String).Select(f => f.GetString()!)] : [],
        };
    }

    private static LevelFinding LevelOf(JsonElement json) => new(
        Enum.TryParse<Outcome>(json.Text("outcome"), ignoreCase: true, out var outcome) ? outcome : Outcome.Undetermined,
        json.Number("value") ?? double.NaN, json.Number("limit") ?? double.NaN, json.Text("limitName") ?? "", json.Text("unit") ?? "",
        json.Number("headroom") ?? double.NaN, json.Text("headroomUnit") ?? "");

    private static VerdictCoverage CoverageOf(JsonElement json)
    {
        if (!json.TryGetProperty("coverage", out var coverage) || coverage.ValueKind != JsonValueKind.Object)
            return new VerdictCoverage(0, 0, [0, 0, 0, 0], 0);
        var excluded = coverage.TryGetProperty("excluded", out var reasons) && reasons.ValueKind == JsonValueKind.Object ? reasons : default;
        return new VerdictCoverage(
            coverage.Whole("expected") ?? 0, coverage.Whole("valid") ?? 0,
            [
                .. Enum.GetValues<Exclusion>().Select(reason => excluded.ValueKind == JsonValueKind.Object
                    ? excluded.Whole(JsonNamingPolicy.CamelCase.ConvertName(reason.ToString())) ?? 0 : 0),
            ],
            coverage.Number("min") ?? 0);
    }

    private static string? Some(string text) => text.Length == 0 ? null : text;
}
