using System.Text;
using System.Text.Json;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Ingest;

/// <summary>Lines the database will never take, and messages that contradict themselves: <c>NAME.jsonl</c> in the folder for them, one
/// JSON object each, <c>{"rejectedAt","by","reason","topic","first","last","sequence","line"}</c>, or <c>"payload"</c> for a whole
/// message.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class RejectedFile(IngestOptions options, TimeProvider time)
{
    /// <summary>Grown past this it becomes <c>NAME.1.jsonl</c>, in place of an older one: two are kept, 100,000 lines in each.</summary>
    public const long BytesMax = 64L << 20;

    private readonly Lock _gate = new();

    /// <summary>The file that grows.</summary>
    public string FilePath { get; } = Path.Combine(options.RejectedFolder, options.Name + ".jsonl");

    /// <summary>Adds lines; they are on the disk when this returns.</summary>
    /// <exception cref="IOException">They are not.</exception>
    public void AddLines(IEnumerable<(LogMessage Message, ReadOnlyMemory<byte> Line, string Reason)> lines) => Append(lines, (json, one) =>
    {
        json.WriteString("reason", one.Reason);
        json.WriteString("topic", one.Message.Topics.Log);
        json.WriteNumber("first", one.Message.First);
        json.WriteNumber("last", one.Message.Last);
        if (LogLine.TryRead(one.Line.Span, out _, out var sequence)) json.WriteNumber("sequence", sequence);
        json.WriteString("line", one.Line.Span);
    });

    /// <summary>Adds a message that is not written to the database. What is not UTF-8 in it is replaced.</summary>
    /// <inheritdoc cref="AddLines" path="/exception"/>
    public void AddMessage(Mqtt.MqttMessage message, string complaint) => Append([message], (json, one) =>
    {
        json.WriteString("reason", complaint);
        json.WriteString("topic", one.Topic);
        if (one.Property("first") is { } first) json.WriteString("first", first);
        if (one.Property("last") is { } last) json.WriteString("last", last);
        json.WriteString("payload", Encoding.UTF8.GetString(one.Payload.Span));
    });

    private void Append<T>(IEnumerable<T> all, Action<Utf8JsonWriter, T> write)
    {
        lock (_gate)
        {
            Directory.CreateDirectory(options.RejectedFolder);
            if (new FileInfo(FilePath) is { Exists: true, Length: > BytesMax })
                File.Move(FilePath, Path.ChangeExtension(FilePath, ".1.jsonl"), overwrite: true);
            using var file = new FileStream(FilePath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            // A line cut short by a power failure is ended, so that it spoils no other.
            if (file.Length > 0 && file.Seek(-1, SeekOrigin.End) >= 0 && file.ReadByte() != '\n') file.WriteByte((byte)'\n');
            var now = Instant.From(time.GetUtcNow()).ToString();
            foreach (var one in all)
            {
                using (var json = new Utf8JsonWriter(file))
                {
                    json.WriteStartObject();
                    json.WriteString("rejectedAt", now);
                    json.WriteString("by", options.Name);
                    write(json, one);
                    json.WriteEndObject();
                }
                file.WriteByte((byte)'\n');
            }
            file.Flush(flushToDisk: true);
        }
    }
}
