using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Evidence;

/// <summary>An instrument as the site declares it, beside what the device says of itself. Written when either changed. Immutable.</summary>
/// <remarks>As a record: kind <see cref="RecordKind.Instrument"/>, subject is the device. Keys of the JSON, in order: <c>maker</c>, <c>type</c>,
/// <c>serial</c>, <c>height</c> (m), <c>installed</c>, <c>calibrated</c>, <c>calibrationMonths</c>, <c>certificate</c>, <c>accuracyClass</c>,
/// <c>selfCalibration</c>, then <c>toldType</c>, <c>toldSerial</c>, <c>toldSelfCalibration</c> as far as the device told them.</remarks>
public sealed record InstrumentRecord(Instrument Declared)
{
    /// <summary>What the device calls itself, or null where it does not.</summary>
    public string? ToldType { get; init; }

    public string? ToldSerial { get; init; }

    public bool? ToldSelfCalibration { get; init; }

    /// <summary>The declared and the told serial are both there and differ.</summary>
    public bool IsAnother => Declared.Serial is { } declared && ToldSerial is { } told && !string.Equals(declared, told, StringComparison.OrdinalIgnoreCase);

    public RecordFact ToFact(Instant at) => new(at, RecordKind.Instrument, Declared.Device, RecordText.Write(json =>
    {
        json.Put("maker", Declared.Maker);
        json.Put("type", Declared.Type);
        json.Put("serial", Declared.Serial);
        json.Put("height", Declared.HeightMetres);
        json.Put("installed", Declared.Installed);
        json.Put("calibrated", Declared.Calibrated);
        json.Put("calibrationMonths", (long?)Declared.CalibrationMonths);
        json.Put("certificate", Declared.Certificate);
        json.Put("accuracyClass", Declared.AccuracyClass);
        json.Put("selfCalibration", Declared.SelfCalibration);
        json.Put("toldType", ToldType);
        json.Put("toldSerial", ToldSerial);
        json.Put("toldSelfCalibration", ToldSelfCalibration);
    }));

    /// <returns>Null when the record is of another kind or is not readable.</returns>
    public static InstrumentRecord? From(RecordFact record)
    {
        if (record.Kind != RecordKind.Instrument || RecordText.Read(record.Json) is not { } json) return null;
        return new InstrumentRecord(new Instrument(record.Subject)
        {
            Maker = json.Text("maker"), Type = json.Text("type"), Serial = json.Text("serial"), HeightMetres = json.Number("height"),
            Installed = json.Day("installed"), Calibrated = json.Day("calibrated"), CalibrationMonths = (int?)json.Whole("calibrationMonths"),
            Certificate = json.Text("certificate"), AccuracyClass = json.Text("accuracyClass"), SelfCalibration = json.Flag("selfCalibration"),
        })
        {
            ToldType = json.Text("toldType"), ToldSerial = json.Text("toldSerial"), ToldSelfCalibration = json.Flag("toldSelfCalibration"),
        };
    }
}
