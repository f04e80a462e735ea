using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Reports.Markup;
using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Reports.Pages;

/// <summary>What people entered, and what they corrected later: both stay.</summary>
internal static class EntryPages
{
    internal static void Write(Page page)
    {
        var (html, tongue) = (page.Html, page.Tongue);
        (long Sequence, HandEntry Entry)[] entries =
        [
            .. page.Source.Records.Select(e => (e.Sequence, Entry: e.Fact is RecordFact record ? HandEntry.From(record) : null))
                .Where(e => e.Entry is not null).Select(e => (e.Sequence, e.Entry!)),
        ];
        page.Open("entries", Vocabulary.EntriesHeading, isOnNewPage: false);
        if (entries.Length == 0)
        {
            html.Add($"<p>{page.Say(Vocabulary.NoEntries)}</p>");
            page.Close();
            return;
        }
        var correctedBy = entries.Where(e => e.Entry.Corrects is not null).ToLookup(e => e.Entry.Corrects!.Value, e => e.Sequence);
        page.OpenTable(
            page.Say(Vocabulary.EntriesTable), "tight", ">" + page.Say(Vocabulary.Number), page.Say(Vocabulary.When),
                page.Say(Vocabulary.Point),
            ">" + page.Say(Vocabulary.Value), page.Say(Vocabulary.Author), page.Say(Vocabulary.Document), page.Say(Vocabulary.Remark));
        foreach (var (sequence, entry) in entries)
        {
            string?[] remarks =
            [
                entry.Corrects is { } corrected ? page.Say(Vocabulary.Corrects, corrected, entry.Reason) : null,
                .. correctedBy[sequence].Select(by => page.Say(Vocabulary.CorrectedBy, by)), entry.Note,
            ];
            var value = correctedBy[sequence].Any() ? "s" : "span";
            html.Add($"""<tr><td class="r">{tongue.Number(sequence, 0)}</td><td class="nw">{tongue.Moment(entry.When)}</td>""");
            html.Add($"""<th scope="row">{new Name(entry.Point)}</th>""");
            html.Add($"""<td class="r"><{new Fragment(value)}>{tongue.Amount(entry.Value, entry.Unit)}</{new Fragment(value)}></td>""");
            html.Add($"<td>{new Name(entry.Author)}</td><td>{new Name(entry.Document)}</td>");
            html.Add($"<td>{new Name(string.Join("; ", remarks.OfType<string>()))}</td></tr>\n");
        }
        page.CloseTable();
        page.Close();
    }
}
