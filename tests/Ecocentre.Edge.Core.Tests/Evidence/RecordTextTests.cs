using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Core.Tests.Evidence;

/// <summary>Each kind of record comes back from its text as it was, and its text is what was documented.</summary>
public sealed class RecordTextTests
{
    private static readonly Instant At = new(1_795_287_600_250);

    [Fact]
    public void Entry_by_hand()
    {
        var entry = new HandEntry
        {
            Point = "waste.residual", Kind = EntryKind.Amount, When = At, Value = 12.5, Unit = "kg", Author = "M. \"Zoé\"\nDupré", Entered = At,
            Document = "slip 4711", Note = null,
        };
        var fact = entry.ToFact();
        Assert.Equal((RecordKind.Entry, "waste.residual", At), (fact.Kind, fact.Subject, fact.At));
        Assert.Equal("""{"kind":"amount","value":12.5,"unit":"kg","author":"M. \"Zoé\"\nDupré","entered":"2026-11-21T19:00:00.250Z","document":"slip 4711"}""",
            fact.Json);
        Assert.Equal(entry, HandEntry.From(fact));
    }

    [Fact]
    public void Correction_of_an_entry()
    {
        var entry = new HandEntry
        {
            Point = "gas", Kind = EntryKind.Register, When = At, Value = 1234.567, Unit = "m³", Author = "A", Entered = At + TimeSpan.FromHours(1),
            Corrects = 41, Reason = "digits swapped", Note = "seen on the photograph",
        };
        Assert.Equal(RecordKind.Correction, entry.ToFact().Kind);
        Assert.Equal(entry, HandEntry.From(entry.ToFact()));
    }

    [Fact]
    public void Calibration()
    {
        var record = new CalibrationRecord { Device = "air-1", When = At, Author = "A", Method = "forced", Target = 420,
            Correction = -31, Unit = "ppm" };
        Assert.Equal("""{"author":"A","method":"forced","target":420,"correction":-31,"unit":"ppm"}""", record.ToFact().Json);
        Assert.Equal(record, CalibrationRecord.From(record.ToFact()));
        var certificate = record with { Method = "certificate", Target = double.NaN, Correction = double.NaN, Unit = null, Certificate = "C-12" };
        Assert.Equal(certificate, CalibrationRecord.From(certificate.ToFact()));
    }

    [Fact]
    public void Swap()
    {
        var record = new SwapRecord
        {
            Device = "main", When = At, Author = "A", Reason = "broken display", OldSerial = "1", NewSerial = "2",
            Registers = [new SwappedRegister("main.energy.active.import", 99_998.7, double.NaN, "kWh"),
                new SwappedRegister("main.water", 1, 0, "m³")],
        };
        var back = SwapRecord.From(record.ToFact())!;
        Assert.Equal(record.Registers, back.Registers);
        Assert.Equal(record with { Registers = [] }, back with { Registers = [] });
    }

    [Fact]
    public void Instrument()
    {
        var record = new InstrumentRecord(new Instrument("air-1")
        {
            Maker = "Sensirion", Type = "SCD41", Serial = "3A00B5", HeightMetres = 1.1, Installed = new DateOnly(2026, 1, 10),
            Calibrated = new DateOnly(2026, 1, 10), CalibrationMonths = 24, Certificate = "C-1", AccuracyClass = "B", SelfCalibration = false,
        })
        { ToldType = "scd41", ToldSerial = "3a00b5", ToldSelfCalibration = true };
        Assert.Equal(record, InstrumentRecord.From(record.ToFact(At)));
        Assert.False(record.IsAnother);
        Assert.True((record with { ToldSerial = "3a00b6" }).IsAnother);
        Assert.False((record with { ToldSerial = null }).IsAnother);
        Assert.Equal("{}", new InstrumentRecord(new Instrument("air-2")).ToFact(At).Json);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"value\":")]
    [InlineData("{\"value\":\"12\",\"author\":3}")]
    public void Text_that_is_no_record_is_none(string json)
    {
        Assert.Null(HandEntry.From(new RecordFact(At, RecordKind.Entry, "a", json)));
        Assert.Null(CalibrationRecord.From(new RecordFact(At, RecordKind.Entry, "a", json)));
        Assert.Null(SwapRecord.From(new RecordFact(At, RecordKind.Entry, "a", json)));
        Assert.Null(InstrumentRecord.From(new RecordFact(At, RecordKind.Entry, "a", json)));
    }
}
