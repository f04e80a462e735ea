using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Reports.Markup;
using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Reports.Pages;

/// <summary>What measured, how sure, when it was last held against something better, and what was exchanged.</summary>
internal static class InstrumentPages
{
    internal static void Write(Page page)
    {
        page.Open("instruments", Vocabulary.InstrumentsHeading, isOnNewPage: false);
        Declared(page);
        Interventions(page);
        page.Close();
    }

    private static void Declared(Page page)
    {
        var (html, tongue) = (page.Html, page.Tongue);
        // What the log says of a device last; what the configuration says of those the log is silent on.
        var newest = page.Source.Records.Select(e => e.Fact).OfType<RecordFact>().Select(InstrumentRecord.From).OfType<InstrumentRecord>()
            .GroupBy(i => i.Declared.Device, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
        foreach (var (device, declared) in page.Source.Facts.Instruments) newest.TryAdd(device, new InstrumentRecord(declared));
        if (newest.Count == 0)
        {
            html.Add($"<p>{page.Say(Vocabulary.NoInstruments)}</p>");
            return;
        }
        page.OpenTable(
            "", "tight", page.Say(Vocabulary.Device), page.Say(Vocabulary.InstrumentType), page.Say(Vocabulary.Serial),
                page.Say(Vocabulary.AccuracyClass),
            page.Say(Vocabulary.Installed), page.Say(Vocabulary.Calibrated), page.Say(Vocabulary.Certificate));
        foreach (var record in newest.Values.OrderBy(r => r.Declared.Device, StringComparer.Ordinal))
        {
            var declared = record.Declared;
            html.Add($"""<tr><th scope="row">{new Name(declared.Device)}</th>""");
            html.Add($"""<td>{new Name($"{declared.Maker} {declared.Type ?? record.ToldType}".Trim())}</td>""");
            html.Add($"<td>{new Name(declared.Serial ?? record.ToldSerial)}");
            if (record.IsAnother) html.Add($" <b>{page.Say(Vocabulary.SerialTold, record.ToldSerial)}</b>");
            html.Add($"""</td><td>{new Name(declared.AccuracyClass)}</td><td class="nw">{Day(declared.Installed, tongue)}</td>""");
            html.Add($"<td>{Day(declared.Calibrated, tongue)}");
            if (declared is { Calibrated: { } day, CalibrationMonths: { } months })
                html.Add($", {page.Say(Vocabulary.ValidUntil)} {tongue.ShortDate(day.AddMonths(months))}");
            html.Add($"</td><td>{new Name(declared.Certificate)}</td></tr>\n");
        }
        page.CloseTable();
    }

    private static void Interventions(Page page)
    {
        var (html, tongue) = (page.Html, page.Tongue);
        html.Add($"<h3>{page.Say(Vocabulary.Interventions)}</h3>");
        var records = page.Source.Records.Select(e => e.Fact).OfType<RecordFact>()
            .Where(r => r.Kind is RecordKind.Calibration or RecordKind.Swap).ToArray();
        if (records.Length == 0)
        {
            html.Add($"<p>{page.Say(Vocabulary.NoInterventions)}</p>");
            return;
        }
        page.OpenTable(
            "", "tight", page.Say(Vocabulary.When), page.Say(Vocabulary.Device), page.Say(Vocabulary.Kind), page.Say(Vocabulary.Author),
            page.Say(Vocabulary.Remark));
        foreach (var record in records)
        {
            var (kind, author, remark) = record.Kind == RecordKind.Calibration ? Calibration(page, record) : Swap(page, record);
            html.Add($"""<tr><td class="nw">{tongue.Moment(record.At)}</td><th scope="row">{new Name(record.Subject)}</th>""");
            html.Add($"""<td>{kind}</td>""");
            html.Add($"<td>{new Name(author)}</td><td>{new Name(remark)}</td></tr>\n");
        }
        page.CloseTable();
    }

    private static (string Kind, string? Author, string Remark) Calibration(Page page, RecordFact record)
    {
        var calibration = CalibrationRecord.From(record);
        string?[] remarks = calibration is null ? [record.Json] :
        [
            calibration.Method, calibration.Certificate, calibration.Note,
            double.IsNaN(calibration.Target) ? null
                : $"{page.Say(Vocabulary.Target)} {page.Tongue.Amount(calibration.Target, calibration.Unit ?? "")}",
            double.IsNaN(calibration.Correction) ? null
                : $"{page.Say(Vocabulary.CorrectionBy)} {page.Tongue.Amount(calibration.Correction, calibration.Unit ?? "")}",
        ];
        return (page.Say(Vocabulary.Calibration), calibration?.Author, string.Join("; ", remarks.Where(r => r is { Length: > 0 })));
    }

    private static (string Kind, string? Author, string Remark) Swap(Page page, RecordFact record)
    {
        var swap = SwapRecord.From(record);
        string?[] remarks = swap is null ? [record.Json] :
        [
            swap.Reason, swap.OldSerial is null && swap.NewSerial is null ? null : page.Say(Vocabulary.OldNew,
                page.Say(Vocabulary.Serial), swap.OldSerial, swap.NewSerial),
            .. swap.Registers.Select(r => page.Say(Vocabulary.OldNew, r.Point, page.Tongue.Amount(r.Last, r.Unit),
                page.Tongue.Amount(r.First, r.Unit))),
        ];
        return (page.Say(Vocabulary.Swap), swap?.Author, string.Join("; ", remarks.Where(r => r is { Length: > 0 })));
    }

    private static string Day(DateOnly? day, Tongue tongue) => day is { } date ? tongue.ShortDate(date) : Tongue.Unknown;
}
