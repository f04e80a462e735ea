using System.Collections.Immutable;
using System.Text.Json;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Evidence;

/// <summary>A meter or sensor was exchanged for another that does its work under the same name. Immutable.</summary>
/// <remarks>As a record: kind <see cref="RecordKind.Swap"/>, subject is the device, <c>At</c> is <see cref="When"/>. Keys of the JSON, in order:
/// <c>author</c>, <c>reason</c>, <c>oldSerial</c>, <c>newSerial</c>, <c>registers</c> (a list of <c>point</c>, <c>last</c>, <c>first</c>, <c>unit</c>).
/// </remarks>
public sealed record SwapRecord
{
    /// <summary>Name of the device.</summary>
    public required string Device { get; init; }

    public required Instant When { get; init; }

    public required string Author { get; init; }

    public required string Reason { get; init; }

    public string? OldSerial { get; init; }

    public string? NewSerial { get; init; }

    /// <summary>What was read off the old and the new device; empty for devices without registers.</summary>
    public ImmutableArray<SwappedRegister> Registers { get; init; } = [];

    public RecordFact ToFact() => new(When, RecordKind.Swap, Device, RecordText.Write(json =>
    {
        json.Put("author", Author);
        json.Put("reason", Reason);
        json.Put("oldSerial", OldSerial);
        json.Put("newSerial", NewSerial);
        json.WriteStartArray("registers");
        foreach (var register in Registers)
        {
            json.WriteStartObject();
            json.Put("point", register.Point);
            json.Put("last", register.Last);
            json.Put("first", register.First);
            json.Put("unit", register.Unit);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }));

    /// <returns>Null when the record is of another kind or is not readable.</returns>
    public static SwapRecord? From(RecordFact record)
    {
        if (record.Kind != RecordKind.Swap || RecordText.Read(record.Json) is not { } json) return null;
        return new SwapRecord
        {
            Device = record.Subject, When = record.At, Author = json.Text("author") ?? "", Reason = json.Text("reason") ?? "",
            OldSerial = json.Text("oldSerial"), NewSerial = json.Text("newSerial"),
            Registers = json.TryGetProperty("registers", out var list) && list.ValueKind == JsonValueKind.Array
                ? [.. list.EnumerateArray().Where(r => r.ValueKind == JsonValueKind.Object).Select(Register)] : [],
        };
    }

    private static SwappedRegister Register(JsonElement json) => new(
        json.Text("point") ?? "", json.Number("last") ?? double.NaN, json.Number("first") ?? double.NaN, json.Text("unit") ?? "");
}

/// <summary>A counter at the exchange of its device.</summary>
/// <param name="Last">What the old device showed last, or NaN where nobody read it.</param>
/// <param name="First">What the new one showed first, or NaN.</param>
public readonly record struct SwappedRegister(string Point, double Last, double First, string Unit);
