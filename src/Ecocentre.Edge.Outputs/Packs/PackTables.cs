using System.Globalization;
using System.Text;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;

namespace Ecocentre.Edge.Outputs.Packs;

/// <summary>The tables of a pack: nothing but its leaves in another shape, so that verify makes them again and compares.</summary>
/// <remarks>CSV after RFC 4180 with line feeds; numbers in their shortest form. Entries must come by sequence.</remarks>
internal static class PackTables
{
    /// <summary>Writes a table of entries.</summary>
    internal delegate void Table(Stream to, PackAbout about, IEnumerable<PackEntry> entries);

    internal static readonly IReadOnlyList<(string Name, Table Write)> All =
    [
        (PackNames.VerdictsJson, VerdictsJson), (PackNames.VerdictsCsv, VerdictsCsv), (PackNames.Incidents, Incidents),
        (PackNames.Instruments, Instruments), (PackNames.Entries, Entries),
    ];

    private static void VerdictsJson(Stream to, PackAbout about, IEnumerable<PackEntry> entries)
    {
        var text = new Lines(to);
        text.Raw("[");
        var isFirst = true;
        foreach (var (entry, record, _) in VerdictsOf(about, entries))
        {
            text.Raw(isFirst ? "\n" : ",\n");
            isFirst = false;
            text.Raw(string.Create(CultureInfo.InvariantCulture, $"{{\"leaf\":{entry.Leaf},\"sequence\":{entry.Sequence},\"verdict\":{record.Json}}}"));
        }
        text.Raw("\n]\n");
        text.Flush();
    }

    private static void VerdictsCsv(Stream to, PackAbout about, IEnumerable<PackEntry> entries)
    {
        var text = new Lines(to);
        text.Row("label", "criterion", "period", "from", "to", "level", "value", "unit", "limitName", "limit1", "limit2", "limit3",
            "coverage", "revision", "leaf");
        foreach (var (entry, _, verdict) in VerdictsOf(about, entries))
        {
            var levels = verdict.Finding.Levels;
            text.Row(verdict.Profile, verdict.Criterion, verdict.Period.Name, Text(verdict.Period.First), Text(verdict.Period.Last),
                Criteria.VerdictJson.Word(verdict.Level), Text(verdict.Finding.Value), verdict.Finding.Unit,
                levels.Length > 0 ? levels[0].LimitName : "", Limit(0), Limit(1), Limit(2), Text(verdict.Coverage.Share), Text(verdict.Revision),
                Text(entry.Leaf));

            string Limit(int level) => level < levels.Length ? Text(levels[level].Limit) : "";
        }
        text.Flush();
    }

    private static void Incidents(Stream to, PackAbout about, IEnumerable<PackEntry> entries)
    {
        var text = new Lines(to);
        text.Row("at", "incident", "subject", "text", "value", "sequence", "leaf");
        foreach (var entry in entries)
            if (entry.Fact is IncidentFact { Incident: var incident })
                text.Row(incident.At.ToString(), incident.Kind.ToString(), incident.Subject, incident.Text, Text(incident.Value),
                    Text(entry.Sequence), Text(entry.Leaf));
        text.Flush();
    }

    private static void Instruments(Stream to, PackAbout about, IEnumerable<PackEntry> entries)
    {
        var text = new Lines(to);
        text.Row("at", "what", "device", "maker", "type", "serial", "toldSerial", "accuracyClass", "installed", "calibrated",
            "calibrationMonths", "certificate",
            "author", "text", "sequence", "leaf");
        foreach (var entry in entries)
        {
            if (entry.Fact is not RecordFact record) continue;
            if (InstrumentRecord.From(record) is { Declared: var one } instrument)
                Row("instrument", one.Maker, one.Type, one.Serial, instrument.ToldSerial, one.AccuracyClass, Text(one.Installed), Text(one.Calibrated),
                    Months(one.CalibrationMonths), one.Certificate, null, null);
            else if (CalibrationRecord.From(record) is { } calibration)
                Row("calibration", null, null, null, null, null, null, null, null, calibration.Certificate, calibration.Author,
                    $"{calibration.Method}{(double.IsNaN(calibration.Target) ? "" : $", target {Text(calibration.Target)} {calibration.Unit}")}"
                    + $"{(double.IsNaN(calibration.Correction) ? "" : $", correction {Text(calibration.Correction)} {calibration.Unit}")}");
            else if (SwapRecord.From(record) is { } swap)
                Row("swap", null, null, swap.NewSerial, null, null, null, null, null, null, swap.Author, swap.Reason);

            void Row(string what, string? maker, string? type, string? serial, string? told, string? accuracy, string? installed, string? calibrated,
                string? months, string? certificate, string? author, string? words) =>
                text.Row(record.At.ToString(), what, record.Subject, maker, type, serial, told, accuracy, installed, calibrated, months, certificate, author,
                    words, Text(entry.Sequence), Text(entry.Leaf));
        }
        text.Flush();
    }

    private static void Entries(Stream to, PackAbout about, IEnumerable<PackEntry> entries)
    {
        var text = new Lines(to);
        text.Row("at", "point", "kind", "value", "unit", "author", "entered", "document", "note", "corrects", "reason", "sequence", "leaf");
        foreach (var entry in entries)
            if (entry.Fact is RecordFact record && HandEntry.From(record) is { } one)
                text.Row(one.When.ToString(), one.Point, one.Kind.ToString(), Text(one.Value), one.Unit, one.Author, one.Entered.ToString(), one.Document,
                    one.Note, one.Corrects is { } corrects ? Text(corrects) : null, one.Reason, Text(entry.Sequence), Text(entry.Leaf));
        text.Flush();
    }

    private static IEnumerable<(PackEntry Entry, RecordFact Record, Verdict Verdict)> VerdictsOf(PackAbout about, IEnumerable<PackEntry> entries)
    {
        foreach (var entry in entries)
            if (entry.Fact is RecordFact { Kind: RecordKind.Verdict } record && Criteria.VerdictJson.Read(record.Json) is { } verdict
                && PackReader.IsInside(about, verdict.Period)) yield return (entry, record, verdict);
    }

    private static string Text(double value) => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string? Months(int? value) => value?.ToString(CultureInfo.InvariantCulture);

    private static string? Text(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Text onto a stream, in pieces.</summary>
    private sealed class Lines(Stream to)
    {
        // Some pages at a time.
        private const int GatheredMax = 64 * 1024;

        private readonly StringBuilder _text = new();

        internal void Row(params ReadOnlySpan<string?> cells)
        {
            for (var i = 0; i < cells.Length; i++)
            {
                if (i > 0) _text.Append(',');
                var cell = cells[i] ?? "";
                if (cell.AsSpan().ContainsAny(",\"\n\r")) _text.Append('"').Append(cell.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
                else _text.Append(cell);
            }
            Raw("\n");
        }

        internal void Raw(string text)
        {
            _text.Append(text);
            if (_text.Length >= GatheredMax) Flush();
        }

        internal void Flush()
        {
            to.Write(Encoding.UTF8.GetBytes(_text.ToString()));
            _text.Clear();
        }
    }
}
