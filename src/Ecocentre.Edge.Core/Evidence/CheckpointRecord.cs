using System.Collections.Immutable;
using System.Text.Json;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Evidence;

/// <summary>The signed head of the evidence tree, and who outside is known to have an earlier one. Immutable.</summary>
/// <remarks>As a record: kind <see cref="RecordKind.Checkpoint"/>, subject <c>gateway</c>. Keys of the JSON, in order: <c>size</c>, <c>root</c> (base64),
/// <c>note</c> (the whole signed note), <c>outside</c>: a list of <c>by</c>, <c>size</c>, <c>at</c>.</remarks>
public sealed record CheckpointRecord(Checkpoint Checkpoint, SignedNote Note)
{
    /// <summary>Who outside of this machine holds which checkpoint, since when; nobody twice.</summary>
    public ImmutableArray<OutsideCopy> Outside { get; init; } = [];

    /// <exception cref="FormatException">The note's text is no checkpoint.</exception>
    public static CheckpointRecord Of(SignedNote note) => new(Checkpoint.Parse(note.Text), note);

    public RecordFact ToFact(Instant at) => new(at, RecordKind.Checkpoint, "gateway", RecordText.Write(json =>
    {
        json.Put("size", (long?)Checkpoint.Size);
        json.Put("root", Checkpoint.Root.ToBase64());
        json.Put("note", Note.ToString());
        if (Outside.IsEmpty) return;
        json.WriteStartArray("outside");
        foreach (var copy in Outside)
        {
            json.WriteStartObject();
            json.Put("by", copy.By);
            json.Put("size", (long?)copy.Size);
            json.Put("at", copy.At);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }));

    /// <returns>Null when the record is of another kind or is not readable. Signatures are not looked at.</returns>
    public static CheckpointRecord? From(RecordFact record)
    {
        if (record.Kind != RecordKind.Checkpoint || RecordText.Read(record.Json) is not { } json || json.Text("note") is not { } text) return null;
        try
        {
            return Of(SignedNote.Parse(text)) with
            {
                Outside = Copies(json),
            };
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public bool Equals(CheckpointRecord? other) =>
        other is not null && Note.Equals(other.Note) && Outside.SequenceEqual(other.Outside);

    public override int GetHashCode() => Note.GetHashCode();

    /// <summary>Who outside held which checkpoint, by a record of one; the note itself is not read.</summary>
    internal static ImmutableArray<OutsideCopy> OutsideOf(RecordFact record) => RecordText.Read(record.Json) is { } json ? Copies(json) : [];

    private static ImmutableArray<OutsideCopy> Copies(JsonElement json) =>
        json.TryGetProperty("outside", out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(o => o.ValueKind == JsonValueKind.Object).Select(Copy)] : [];

    private static OutsideCopy Copy(JsonElement json) => new(json.Text("by") ?? "", json.Whole("size") ?? 0, json.At("at") ?? default);
}

/// <summary>A checkpoint is held outside of this machine.</summary>
/// <param name="By">The sink that acknowledged its record, or <c>timestamp</c> for an authority that stamped it.</param>
/// <param name="Size">Of the checkpoint's tree.</param>
/// <param name="At">When that was known; of a time stamp its own time.</param>
public readonly record struct OutsideCopy(string By, long Size, Instant At);
