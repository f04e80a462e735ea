using System.Text.RegularExpressions;
using System.Xml.Linq;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Reports;
using Ecocentre.Edge.Reports.Words;
using Ecocentre.Edge.Tests.Commands;

namespace Ecocentre.Edge.Tests.Reports;

/// <summary>From a signed pack of a month to its report, by the verb: whole, changed, cut off and no pack at all; and printed by a real browser.</summary>
[Collection(VerbsInTurn.Name)]
public sealed class PackReportTests(ITestOutputHelper output) : IDisposable
{
    private static readonly Lazy<TruthPack> March = new(() => new TruthPack(new DateOnly(2026, 3, 1), new DateOnly(2026, 3, 31)));

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task A_whole_pack_is_reported_with_its_figures_and_that_it_verifies()
    {
        var pack = March.Value.Write(_scratch.File("march.zip"));
        var verb = await Verb.RunAsync("evidence", "report", pack, "--lang", "fr", "--key", March.Value.Fingerprint.ToString());
        Assert.True(verb.ExitCode == 0, verb.Errors + verb.Output);
        var text = File.ReadAllText(_scratch.File("march.html"));
        var document = HtmlReportTests.Parse(text);
        Assert.Contains("Le dossier est vérifié", text);
        Assert.Contains("La clé apportée par le lecteur", text);
        Assert.Contains("Écocentre de Saint-Martin", document.Root!.Value);
        Assert.Contains("du 1er\u00A0mars\u00A02026 au 31\u00A0mars\u00A02026", document.Root.Value);
        // The three days the gateway was off are gaps in the pack's windows too.
        Assert.Contains("90,3\u202F%", document.Root.Value);
        Assert.Contains(March.Value.Fingerprint.ToString(), text);
        Assert.False(File.Exists(_scratch.File("march.html.unfinished")));
        // What was reckoned from the pack is what was reckoned from the truth that it was made of.
        var direct = HtmlReportTests.Parse(HtmlReport.Write(
            ReportBench.Source(new DateOnly(2026, 3, 1), new DateOnly(2026, 3, 31)), Language.French));
        foreach (var section in new[] { "air", "energy", "coverage", "desks" }) Assert.Equal(Of(direct, section), Of(document, section));
        static string Of(XDocument report, string id) => report.Descendants().Single(e => e.Attribute("id")?.Value == id).ToString();
    }

    [Fact]
    public async Task A_pack_that_was_changed_is_reported_as_such_on_every_page()
    {
        var pack = March.Value.Write(_scratch.File("march.zip"));
        var bytes = File.ReadAllBytes(pack);
        // The last bytes of the zip hold the signature of all of it.
        bytes[^10] ^= 1;
        File.WriteAllBytes(pack, bytes);
        var verb = await Verb.RunAsync("evidence", "report", pack, "-o", _scratch.File("out.html"));
        Assert.Equal(1, verb.ExitCode);
        Assert.Contains("does NOT verify", verb.Errors);
        var text = File.ReadAllText(_scratch.File("out.html"));
        Assert.Contains("This pack does NOT verify", text);
        Assert.Matches(@"@top-center\{content:""PACK DOES NOT VERIFY", text);
        Assert.DoesNotContain("The pack verifies", text);
    }

    [Fact]
    public async Task A_pack_by_another_key_than_the_readers_does_not_verify()
    {
        var pack = March.Value.Write(_scratch.File("march.zip"));
        var verb = await Verb.RunAsync("evidence", "report", pack, "--key", new string('a', 64));
        Assert.Equal(1, verb.ExitCode);
        Assert.Contains("This pack does NOT verify", File.ReadAllText(_scratch.File("march.html")));
    }

    [Fact]
    public async Task What_is_no_pack_gives_no_report()
    {
        var missing = await Verb.RunAsync("evidence", "report", _scratch.File("none.zip"));
        missing.CannotRun("none.zip does not exist", "evidence export");
        var wrong = await Verb.RunAsync("evidence", "report", _scratch.Write("text.zip", "no pack"));
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("no pack that a report could be made of", wrong.Errors);
        Assert.False(File.Exists(_scratch.File("text.html")));
        var same = await Verb.RunAsync("evidence", "report", _scratch.File("text.zip"), "-o", _scratch.File("text.zip"));
        same.CannotRun("is the pack itself");
        var language = await Verb.RunAsync("evidence", "report", _scratch.File("text.zip"), "--lang", "de");
        Assert.Equal(2, language.ExitCode);
    }

    /// <summary>Goal: on paper no row of a table is cut and every page carries its number and, where need be, the warning. Method: Chromium prints a report
    /// whose incidents are of many lines, each with a word at its begin and its end; both must come on the same page.</summary>
    [Fact]
    public async Task Paper_cuts_no_row_and_numbers_its_pages()
    {
        var source = ReportBench.Source(new DateOnly(2026, 3, 1), new DateOnly(2026, 3, 7)) with
        {
            Incidents =
            [
                .. Enumerable.Range(0, 120).Select(i => new LogEntry(i, new IncidentFact(new Incident(
                    ReportBench.At(new DateOnly(2026, 3, 2), 3) + TimeSpan.FromMinutes(i), IncidentKind.Gap, "air-open",
                    $"begin{i:000}x {string.Join(' ', Enumerable.Repeat("words of a long text", 4 + 7 * (i % 5)))} end{i:000}x")))),
            ],
            Findings = ReportBench.Broken("windows/co2.csv, line 17"),
        };
        _scratch.Write("report.html", HtmlReport.Write(source, Language.English));
        var (pdf, profile) = (_scratch.File("report.pdf"), _scratch.File("browser"));
        await PeerProcess.RunAsync(
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", $"--user-data-dir={profile}", "--no-pdf-header-footer", $"--print-to-pdf={pdf}", new Uri(_scratch.File("report.html")).AbsoluteUri);
        await PeerProcess.RunAsync("pdftotext", "-layout", pdf, _scratch.File("report.txt"));
        var pages = File.ReadAllText(_scratch.File("report.txt")).TrimEnd('\f').Split('\f');
        output.WriteLine($"{pages.Length} pages");
        Assert.InRange(pages.Length, 15, 60);
        for (var i = 0; i < pages.Length; i++)
        {
            Assert.Matches($@"page\s+{i + 1}\s+/\s+{pages.Length}\b", pages[i]);
            Assert.Contains("PACK DOES NOT VERIFY", pages[i]);
        }
        var begins = pages.SelectMany((page, i) => Regex.Matches(page, @"begin(\d{3})x").Select(m => (m.Groups[1].Value, i))).ToDictionary();
        var ends = pages.SelectMany((page, i) => Regex.Matches(page, @"end(\d{3})x").Select(m => (m.Groups[1].Value, i))).ToDictionary();
        Assert.Equal(120, begins.Count);
        Assert.True(begins.Values.Distinct().Count() > 2);
        Assert.All(begins, begin => Assert.Equal(begin.Value, ends[begin.Key]));
        // Every page of a long table has its heads.
        foreach (var page in begins.Values.Distinct()) Assert.Matches(@"When\s+Kind\s+Subject\s+Text", pages[page]);
    }
}
