using System.Text.Json;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>Entries a sink will never take, with its words, for people: <c>rejected/SINK.jsonl</c> beside the log, one JSON object a line.</summary>
/// <remarks>One thread at a time.</remarks>
internal sealed class RejectedEntries(string logPath, string sink)
{
    /// <summary>When the file has grown past this it becomes <c>SINK.1.jsonl</c>, in place of an older one: two of them are kept.</summary>
    public const long BytesMax = 8L << 20;

    /// <summary>The file that grows.</summary>
    public string FilePath { get; } = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(logPath))!, "rejected", FileName(sink) + ".jsonl");

    /// <summary>Adds entries; they are on the disk when this returns.</summary>
    /// <exception cref="IOException">They are not.</exception>
    public void Add(IEnumerable<LogEntry> entries, string reason, Instant now)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        if (new FileInfo(FilePath) is { Exists: true, Length: > BytesMax }) File.Move(FilePath, Path.ChangeExtension(FilePath, ".1.jsonl"), true);
        using var file = new FileStream(FilePath, FileMode.Append, FileAccess.Write, FileShare.Read);
        // A line cut short by a power failure is ended, so that it spoils no other.
        if (file.Length > 0) file.WriteByte((byte)'\n');
        foreach (var entry in entries)
        {
            using (var json = new Utf8JsonWriter(file)) Write(json, entry, reason, now);
            file.WriteByte((byte)'\n');
        }
        file.Flush(flushToDisk: true);
    }

    private void Write(Utf8JsonWriter json, LogEntry entry, string reason, Instant now)
    {
        json.WriteStartObject();
        json.WriteString("rejectedAt", now.ToString());
        json.WriteString("sink", sink);
        json.WriteString("reason", reason);
        json.WriteNumber("sequence", entry.Sequence);
        json.WriteString("at", entry.Fact.At.ToString());
        switch (entry.Fact)
        {
            case WindowFact window:
                json.WriteString("series", window.Series.Name);
                json.WriteString("unit", window.Series.Unit);
                json.WriteString("window", window.Aggregate.Kind.ToString());
                json.WriteNumber("lengthSeconds", window.Aggregate.Window.Length.TotalSeconds);
                json.WriteNumber("revision", window.Aggregate.Revision);
                json.WriteNumber("count", window.Aggregate.Count);
                Number(json, "min", window.Aggregate.Min);
                Number(json, "max", window.Aggregate.Max);
                Number(json, "mean", window.Aggregate.Mean);
                Number(json, "last", window.Aggregate.Last);
                Number(json, "delta", window.Aggregate.Delta);
                Number(json, "coverage", window.Aggregate.Coverage);
                break;
            case IncidentFact incident:
                json.WriteString("incident", incident.Incident.Kind.ToString());
                json.WriteString("subject", incident.Incident.Subject);
                json.WriteString("text", incident.Incident.Text);
                Number(json, "value", incident.Incident.Value);
                break;
            case RecordFact record:
                json.WriteString("record", record.Kind.ToString());
                json.WriteString("subject", record.Subject);
                json.WriteString("json", record.Json);
                break;
        }
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else if (double.IsNaN(value)) json.WriteNull(name);
        else json.WriteString(name, value > 0 ? "Infinity" : "-Infinity");
    }

    private static string FileName(string sink) =>
        string.Concat(sink.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_')).TrimStart('.');
}
