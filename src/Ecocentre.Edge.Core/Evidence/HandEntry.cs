using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Evidence;

/// <summary>A reading or an amount that somebody entered by hand, or a later word about one. Immutable.</summary>
/// <remarks>As a record: kind <see cref="RecordKind.Entry"/>, or <see cref="RecordKind.Correction"/> when <see cref="Corrects"/> is there; subject is the
/// point, <c>At</c> is <see cref="When"/>. Keys of the JSON, in order: <c>kind</c> (<c>amount</c>, <c>register</c>), <c>value</c>, <c>unit</c>,
/// <c>author</c>, <c>entered</c>, <c>document</c>, <c>note</c>, <c>corrects</c>, <c>reason</c>. A correction takes the place of what it corrects for
/// whoever reckons with it; both stay in the log.</remarks>
public sealed record HandEntry
{
    /// <summary>Name of the <see cref="EntryPoint"/>.</summary>
    public required string Point { get; init; }

    public required EntryKind Kind { get; init; }

    /// <summary>When the register was read, or the end of the time in which the amount came together.</summary>
    public required Instant When { get; init; }

    /// <summary>Finite; in <see cref="Unit"/>.</summary>
    public required double Value { get; init; }

    public required string Unit { get; init; }

    /// <summary>Who read or weighed it.</summary>
    public required string Author { get; init; }

    /// <summary>When it was entered, on the gateway's clock.</summary>
    public required Instant Entered { get; init; }

    /// <summary>Reference of the weighing slip, invoice or photograph, or null.</summary>
    public string? Document { get; init; }

    public string? Note { get; init; }

    /// <summary>Sequence in the log of the entry (or earlier correction) whose place this takes, or null.</summary>
    public long? Corrects { get; init; }

    /// <summary>Why it was corrected; there whenever <see cref="Corrects"/> is.</summary>
    public string? Reason { get; init; }

    public RecordFact ToFact() => new(When, Corrects is null ? RecordKind.Entry : RecordKind.Correction, Point, RecordText.Write(json =>
    {
        json.Put("kind", Kind == EntryKind.Amount ? "amount" : "register");
        json.Put("value", Value);
        json.Put("unit", Unit);
        json.Put("author", Author);
        json.Put("entered", Entered);
        json.Put("document", Document);
        json.Put("note", Note);
        json.Put("corrects", Corrects);
        json.Put("reason", Reason);
    }));

    /// <returns>Null when the record is of another kind, or lacks what makes an entry.</returns>
    public static HandEntry? From(RecordFact record)
    {
        if (record.Kind is not (RecordKind.Entry or RecordKind.Correction) || RecordText.Read(record.Json) is not { } json) return null;
        if (json.Number("value") is not { } value || json.Text("author") is not { } author) return null;
        return new HandEntry
        {
            Point = record.Subject, When = record.At, Value = value, Author = author,
            Kind = json.Text("kind") == "register" ? EntryKind.Register : EntryKind.Amount,
            Unit = json.Text("unit") ?? "", Entered = json.At("entered") ?? record.At, Document = json.Text("document"), Note = json.Text("note"),
            Corrects = json.Whole("corrects"), Reason = json.Text("reason"),
        };
    }
}
