using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Evidence;

/// <summary>An instrument was calibrated or adjusted. Immutable.</summary>
/// <remarks>As a record: kind <see cref="RecordKind.Calibration"/>, subject is the device, <c>At</c> is <see cref="When"/>. Keys of the JSON, in order:
/// <c>author</c>, <c>method</c>, <c>target</c>, <c>correction</c>, <c>unit</c>, <c>certificate</c>, <c>note</c>.</remarks>
public sealed record CalibrationRecord
{
    /// <summary>Name of the device.</summary>
    public required string Device { get; init; }

    public required Instant When { get; init; }

    public required string Author { get; init; }

    /// <summary><c>forced</c>: the chip was told the true value. <c>certificate</c>: done elsewhere, and declared.</summary>
    public required string Method { get; init; }

    /// <summary>The true value it was given, or NaN.</summary>
    public double Target { get; init; } = double.NaN;

    /// <summary>By how much the chip corrected itself, or NaN where it does not tell.</summary>
    public double Correction { get; init; } = double.NaN;

    /// <summary>Unit of both, or null.</summary>
    public string? Unit { get; init; }

    public string? Certificate { get; init; }

    public string? Note { get; init; }

    public RecordFact ToFact() => new(When, RecordKind.Calibration, Device, RecordText.Write(json =>
    {
        json.Put("author", Author);
        json.Put("method", Method);
        json.Put("target", Target);
        json.Put("correction", Correction);
        json.Put("unit", Unit);
        json.Put("certificate", Certificate);
        json.Put("note", Note);
    }));

    /// <returns>Null when the record is of another kind or is not readable.</returns>
    public static CalibrationRecord? From(RecordFact record) =>
        record.Kind == RecordKind.Calibration && RecordText.Read(record.Json) is { } json
            ? new CalibrationRecord
            {
                Device = record.Subject, When = record.At, Author = json.Text("author") ?? "", Method = json.Text("method") ?? "",
                Target = json.Number("target") ?? double.NaN, Correction = json.Number("correction") ?? double.NaN, Unit = json.Text("unit"),
                Certificate = json.Text("certificate"), Note = json.Text("note"),
            }
            : null;
}
