using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Ecocentre.Edge.Outputs.Mqtt;

namespace Ecocentre.Edge.Outputs.Ingest;

/// <summary>A well-formed message of a centre's <c>log</c> topic: lines that are all this centre's and all of the range it names.</summary>
/// <remarks>Two are equal when every byte is. Immutable.</remarks>
internal sealed class LogMessage : IEquatable<LogMessage>
{
    private LogMessage(Topics topics, long first, long last, ReadOnlyMemory<byte> payload, int lines) =>
        (Topics, First, Last, Payload, Lines) = (topics, first, last, payload, lines);

    public Topics Topics { get; }
    public long First { get; }
    public long Last { get; }

    /// <summary>Line protocol; the last line may lack its line feed.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Lines in the payload, empty ones included.</summary>
    public int Lines { get; }

    /// <param name="complaint">With false: what is wrong, for people.</param>
    public static bool TryRead(
        MqttMessage message, [NotNullWhen(true)] out LogMessage? read, [NotNullWhen(false)] out string? complaint)
    {
        read = null;
        if (!Topics.TryReadCentre(message.Topic, out var centre) || new Topics(centre) is var topics && topics.Log != message.Topic)
            complaint = "The topic is not the log of a centre.";
        else if (!TryReadNumber(message, "first", out var first) || !TryReadNumber(message, "last", out var last)
            || first < 1 || last < first)
            complaint = "The user properties \"first\" and \"last\" do not name a range of sequences.";
        else if (!Utf8.IsValid(message.Payload.Span))
            complaint = "The payload is not UTF-8.";
        else if ((complaint = Complaint(message.Payload.Span, centre, (first, last), out var lines, out var said)) is null
            && (complaint = Miscount(message, said)) is null)
            read = new LogMessage(topics, first, last, message.Payload, lines);
        return read is not null;
    }

    public bool Equals(LogMessage? other) => other is not null && other.First == First && other.Last == Last
        && other.Topics.Centre == Topics.Centre && other.Payload.Span.SequenceEqual(Payload.Span);

    public override bool Equals(object? other) => Equals(other as LogMessage);

    public override int GetHashCode() => HashCode.Combine(Topics.Centre, First, Last);

    private static bool TryReadNumber(MqttMessage message, string property, out long number) =>
        long.TryParse(message.Property(property), NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <summary>A message that counts its lines is held to it: acknowledging one that lost some would lose them for good.</summary>
    private static string? Miscount(MqttMessage message, int said) => message.Property("count") is { } count && count != $"{said}"
        ? $"It holds {said} lines and counts {count}." : null;

    /// <param name="lines">Lines, empty ones included.</param>
    /// <param name="said">Lines that say something.</param>
    private static string? Complaint(
        ReadOnlySpan<byte> payload, string centre, (long First, long Last) range, out int lines, out int said)
    {
        lines = 0;
        said = 0;
        Span<byte> owner = stackalloc byte[centre.Length];
        Encoding.ASCII.GetBytes(centre, owner);
        while (!payload.IsEmpty)
        {
            lines++;
            var length = payload.IndexOf((byte)'\n');
            var line = length < 0 ? payload : payload[..length];
            payload = length < 0 ? default : payload[(length + 1)..];
            if (line.IsEmpty) continue;
            said++;
            if (!LogLine.TryRead(line, out var tag, out var sequence)) return $"Line {lines} does not say its centre and its seq.";
            if (!tag.SequenceEqual(owner)) return $"Line {lines} is of another centre, {Encoding.UTF8.GetString(tag)}.";
            if (sequence < range.First || sequence > range.Last)
                return $"Line {lines} has seq {sequence}, outside of {range.First} to {range.Last}.";
        }
        return said == 0 ? "It holds no line." : null;
    }
}
