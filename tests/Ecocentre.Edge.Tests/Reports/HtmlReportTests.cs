using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Reports;
using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Tests.Reports;

/// <summary>The whole report of a made-up month: well-formed, whole in every language, safe against hostile names, honest about a pack that does not
/// verify.</summary>
public sealed class HtmlReportTests(ITestOutputHelper output)
{
    private static readonly DateOnly First = new(2026, 3, 1), Last = new(2026, 3, 31);

    private static readonly Lazy<ReportSource> Month = new(() => ReportBench.Source(First, Last));

    [Theory]
    [InlineData(Language.English)]
    [InlineData(Language.French)]
    internal void A_report_is_well_formed_and_needs_nothing_else(Language language)
    {
        var text = HtmlReport.Write(Month.Value, language);
        var document = Parse(text);
        Assert.Equal(language == Language.French ? "fr" : "en", document.Root!.Attribute("lang")!.Value);
        Assert.DoesNotContain(document.Descendants(), e => e.Name.LocalName is "script" or "link" or "iframe" or "object" or "img");
        // Names of XML grammars are no resources.
        Assert.DoesNotContain("url(http", text);
        Assert.All(document.Descendants().Attributes(), a => Assert.False(a.Name.LocalName is "src" || a.Name.LocalName == "href"
            && !a.Value.StartsWith('#'), $"{a}"));
        var ids = document.Descendants().Attributes("id").Select(a => a.Value).ToArray();
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(document.Descendants().Attributes("href").Select(a => a.Value[1..]), target => Assert.Contains(target, ids));
    }

    [Fact]
    public void What_those_need_who_do_not_see_it_is_there()
    {
        var document = Parse(HtmlReport.Write(Month.Value, Language.English));
        Assert.All(document.Descendants().Where(e => e.Name.LocalName == "th"), th => Assert.True(th.Attribute("scope") is not null, $"{th}"));
        var drawings = document.Descendants().Where(e => e.Name.LocalName == "svg" && e.Attribute("aria-hidden") is null).ToArray();
        // A carpet for each room, signature, profile, duration, calendar, three cells of desks.
        Assert.Equal(3 + 3 + 1 + 3, drawings.Length);
        Assert.All(drawings, svg => Assert.True(Child(svg, "title").Length > 3 && Child(svg, "desc").Length > 3, $"{svg.FirstNode}"));
        int[] levels = [.. document.Descendants().Select(e => Regex.Match(e.Name.LocalName, "^h([1-4])$")).Where(m => m.Success)
            .Select(m => m.Groups[1].Value[0] - '0')];
        Assert.Equal(1, levels[0]);
        for (var i = 1; i < levels.Length; i++) Assert.True(levels[i] <= levels[i - 1] + 1, $"heading {i} leaps from {levels[i - 1]} to {levels[i]}");
    }

    [Fact]
    public void The_label_is_that_of_the_engine()
    {
        var document = Parse(HtmlReport.Write(Month.Value, Language.English));
        var march = Month.Value.Verdicts.Where(v => v.Period.Name == "2026-03").ToArray();
        var label = LabelVerdict.Of(ReportBench.Profile, march[0].Period, [.. march]);
        var section = Section(document, "label");
        Assert.Contains(LevelWords(label.Level), section.Value);
        Assert.All(label.CappedBy, id => Assert.Contains(id, section.Value));
        Assert.All(march, v => Assert.Contains(v.Criterion, section.Value));
        // The office was open, and it is said how occupied time was known, what was excluded and why.
        var air = document.Descendants().Single(e => e.Attribute("id")?.Value == "AQ-1").Value;
        Assert.Contains("presence measured in", air);
        Assert.Contains("no window came", air);
        Assert.Contains("1\u202F350\u202Fppm", air);
        Assert.Contains("EN 16798-1:2019", air);
        Assert.Contains("± 118\u202Fppm at the limit of level 1", air);
    }

    [Fact]
    public void French_is_French_throughout()
    {
        var document = Parse(HtmlReport.Write(Month.Value, Language.French));
        var english = document.Descendants().Where(e => e.Attribute("lang")?.Value == "en").Select(e => e.Value).ToArray();
        foreach (var text in english.Distinct()) output.WriteLine(text);
        // Only what was sealed in English and what sources are called stays so.
        Assert.DoesNotContain(document.Descendants().Where(e => e.Attribute("lang")?.Value == "en"), e => e.Value.Contains("presence measured"));
        Assert.Contains("présence mesurée dans", document.Root!.Value);
        Assert.Contains("1er\u00A0mars\u00A02026", document.Root!.Value);
        Assert.Contains("12,4\u202Fkg", document.Root!.Value);
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\"><img src=x onerror=alert(1)>&amp;'")]
    [InlineData("مركز")]
    [InlineData("a\u202Egnp.exe\u0000\uD800b")]
    [InlineData("</style><style>*{display:none}")]
    [InlineData("{0} {1} %d")]
    public void Hostile_names_stay_text(string name)
    {
        var source = ReportBench.Source(First, First.AddDays(1), name, name) with
        {
            Incidents = [new LogEntry(1, new IncidentFact(new Incident(ReportBench.At(First, 9), IncidentKind.Gap, name, name)))],
            PackFile = name, PackProgram = name, Fingerprint = name, Checkpoint = name + "\n1\nx\n",
            Findings = ReportBench.Broken(name),
        };
        var text = HtmlReport.Write(source, Language.English);
        var document = Parse(text);
        Assert.DoesNotContain(document.Descendants(), e => e.Name.LocalName is "script" or "img");
        Assert.Equal(1, Regex.Count(text, "<style>"));
        Assert.DoesNotContain(text, c => c is '\u202E' or '\0');
        var shown = name.Replace("\u202E", "[U+202E]").Replace("\0", "[U+0000]").Replace("\uD800", "\uFFFD");
        Assert.Contains(document.Descendants().Where(e => e.Name.LocalName == "bdi"), e => e.Value == shown || e.Value.StartsWith(shown));
    }

    [Fact]
    public void A_pack_that_does_not_verify_is_called_so_in_red_on_every_page()
    {
        var source = Month.Value with { Findings = ReportBench.Broken("windows/co2.csv, line 17") };
        var text = HtmlReport.Write(source, Language.English);
        var document = Parse(text);
        var warning = "PACK DOES NOT VERIFY";
        Assert.Contains("windows/co2.csv, line 17", text);
        Assert.Contains("and 20 more", text);
        Assert.DoesNotContain("The pack verifies", text);
        Assert.Matches(@"@top-center\{content:""PACK DOES NOT VERIFY[^}]*color:#b00020", text);
        Assert.All(document.Descendants().Where(e => e.Name.LocalName == "section"), s => Assert.Contains(warning, s.Value));
        Assert.DoesNotContain(warning, HtmlReport.Write(Month.Value, Language.English));
    }

    [Fact]
    public void The_same_pack_gives_the_same_text() => Assert.Equal(HtmlReport.Write(Month.Value, Language.French), HtmlReport.Write(Month.Value,
        Language.French));

    [Fact]
    public void An_empty_pack_says_that_it_is_empty()
    {
        var source = Month.Value with { Verdicts = [], Incidents = [], Records = [], Windows = (_, _) => [] };
        var document = Parse(HtmlReport.Write(source, Language.English));
        Assert.Contains("No period that lies in the pack has ended", document.Root!.Value);
        Assert.Contains("nothing known", document.Root!.Value);
        Assert.DoesNotContain("NaN", document.Root!.Value);
    }

    internal static XDocument Parse(string text)
    {
        using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }

    private static XElement Section(XDocument document, string id) => document.Descendants().Single(e => e.Attribute("id")?.Value == id);

    private static string Child(XElement element, string name) => element.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value ?? "";

    private static string LevelWords(VerdictLevel level) => CriterionWords.Of(level).English;
}
