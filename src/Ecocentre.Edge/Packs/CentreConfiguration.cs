using System.Text;
using System.Text.Json;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Packs;

/// <summary>What a site is read and judged by, for the evidence: the record, and the texts whose digests it names.</summary>
internal static class CentreConfiguration
{
    // Whom the site tells, and where its files lie: no evidence of anything, and nobody's business.
    private static readonly string[] LeftOut = ["mqtt", "influx", "webhooks", "http", "log"];

    private static readonly JsonWriterOptions Readable =
        new() { Indented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonDocumentOptions AsWritten = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Keeps the texts.</summary>
    /// <param name="keep">Keeps a text and gives its SHA-256.</param>
    internal static ConfigurationRecord Of(Site site, Func<string, string> keep)
    {
        var record = new ConfigurationRecord { Version = RunningCentre.Version, Engine = JudgingEngine.Version, Site = keep(Told(site.Text)) };
        if (site.Label is not { } label) return record;
        return record with
        {
            Profile = keep(label.ProfileText), ProfileName = label.Profile.Id, Facts = keep(CentreFactsJson.Write(CentreLabel.FactsOf(site, label))),
            Factors = record.Factors.AddRange(label.FactorTexts.Select(table => KeyValuePair.Create(table.Key, keep(table.Value)))),
        };
    }

    /// <summary>What is to be recorded at a start: nothing where it is the last that the log knows.</summary>
    /// <param name="records">Of the log, in sequence.</param>
    internal static RecordFact? Begin(Site site, Func<string, string> keep, IEnumerable<RecordFact> records, Instant now)
    {
        var fact = Of(site, keep).ToFact(now);
        return records.LastOrDefault(record => record.Kind == RecordKind.Configuration)?.Json == fact.Json ? null : fact;
    }

    /// <summary>The site file without whom it tells, and without comments.</summary>
    internal static string Told(string site)
    {
        using var document = JsonDocument.Parse(site.TrimStart('\uFEFF'), AsWritten);
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Readable))
        {
            json.WriteStartObject();
            foreach (var member in document.RootElement.EnumerateObject())
                if (!LeftOut.Contains(member.Name)) member.WriteTo(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }
}
