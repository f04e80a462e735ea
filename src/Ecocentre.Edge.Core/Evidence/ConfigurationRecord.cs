using System.Collections.Immutable;
using System.Text.Json;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Evidence;

/// <summary>What the gateway read its centre and judged it by, from an instant on: SHA-256 digests, in small hexadecimal, of texts that the archive
/// keeps. Written at a start where it differs from the last one. Immutable.</summary>
/// <remarks>As a record: kind <see cref="RecordKind.Configuration"/>, subject <c>gateway</c>. Keys of the JSON, in order: <c>version</c> (of the
/// program), <c>engine</c> (<see cref="Criteria.JudgingEngine"/>, a number), <c>site</c> (the site file without whom it tells), <c>profile</c>,
/// <c>profileName</c> (of the file, without ending), <c>factors</c> (an object: digest by name of the table), <c>facts</c>
/// (<see cref="Criteria.CentreFactsJson"/>). Without a label only the first three are there. The configuration of a verdict is the last of these records
/// before it.</remarks>
public sealed record ConfigurationRecord
{
    /// <summary>Of the program.</summary>
    public required string Version { get; init; }

    /// <summary>The engine that judges from here on; null where the record is from before they were numbered.</summary>
    public int? Engine { get; init; }

    public required string Site { get; init; }

    public string? Profile { get; init; }

    public string? ProfileName { get; init; }

    /// <summary>By name of the table.</summary>
    public ImmutableSortedDictionary<string, string> Factors { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public string? Facts { get; init; }

    /// <summary>The digests, each once.</summary>
    public IEnumerable<string> Digests => new[] { Site, Profile, Facts }.OfType<string>().Concat(Factors.Values).Distinct(StringComparer.Ordinal);

    public RecordFact ToFact(Instant at) => new(at, RecordKind.Configuration, "gateway", RecordText.Write(json =>
    {
        json.Put("version", Version);
        json.Put("engine", (long?)Engine);
        json.Put("site", Site);
        json.Put("profile", Profile);
        json.Put("profileName", ProfileName);
        if (!Factors.IsEmpty)
        {
            json.WriteStartObject("factors");
            foreach (var (name, digest) in Factors) json.WriteString(name, digest);
            json.WriteEndObject();
        }
        json.Put("facts", Facts);
    }));

    /// <returns>Null when the record is of another kind or is not readable.</returns>
    public static ConfigurationRecord? From(RecordFact record)
    {
        if (record.Kind != RecordKind.Configuration || RecordText.Read(record.Json) is not { } json || json.Text("site") is not { } site) return null;
        var factors = json.TryGetProperty("factors", out var tables) && tables.ValueKind == JsonValueKind.Object
            ? tables.EnumerateObject().Where(t => t.Value.ValueKind == JsonValueKind.String)
                .ToImmutableSortedDictionary(t => t.Name, t => t.Value.GetString()!, StringComparer.Ordinal)
            : ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
        return new ConfigurationRecord
        {
            Version = json.Text("version") ?? "", Engine = json.Whole("engine") is >= 0 and <= int.MaxValue and var engine ? (int)engine : null,
            Site = site, Profile = json.Text("profile"), ProfileName = json.Text("profileName"), Factors = factors, Facts = json.Text("facts"),
        };
    }
}
