using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Tests.Sites;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Tests;

/// <summary>A year of one meter's quarter hours in a real log that keeps five weeks and an archive that keeps the rest, sealed as it goes; what a label that
/// lived through it says is held against what one says that comes after it.</summary>
public sealed class LabelPastTests : IDisposable
{
    private const int Days = 365;

    // Days whose afternoon comes late: four months after, and three days after.
    private const int LongLate = 200, ShortLate = 330;

    private readonly SiteBench _bench = new();
    private readonly Site _site;
    private readonly Series _series;
    private readonly Instant _start;

    public LabelPastTests()
    {
        _site = _bench.Good(CentreLabelTests.Members);
        _series = Series.Of(_site.Points.Single(p => p.Name == "main.energy.active.import"));
        _start = LocalDay.Of(new DateOnly(2026, 1, 1), _site.Zone).Start;
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_label_that_comes_after_a_year_says_what_one_says_that_lived_through_it()
    {
        using var log = EvidenceLog.Open(_site.LogPath, _site.Centre, _site.Log, _start);
        using var archive = EvidenceArchive.Open(EvidenceArchive.FolderOf(_site.LogPath));
        log.Declare(_site.Points.Select(Series.Of), _start);
        var history = new EvidenceHistory(log, archive);
        var sealer = new DaySealer(log, archive, static _ => false);
        var lived = new CentreLabel(_site, _site.Label!);
        var past = new LabelPast(lived, history, () => _start);
        Finish(past);
        for (var day = 0; day < Days; day++)
        {
            var end = DayOf(day).End;
            Append(log, [.. Windows(day, late: false)], end);
            if (day == LongLate + 120) Append(log, [.. Windows(LongLate, late: true)], end);
            if (day == ShortLate + 3) Append(log, [.. Windows(ShortLate, late: true)], end);
            Record(log, lived, end + TimeSpan.FromMinutes(5));
            // Late days are given whole again, here from the archive and there from the log.
            Finish(past);
            Record(log, lived, end + TimeSpan.FromMinutes(7));
            while (sealer.SealNext(end, TestContext.Current.CancellationToken) is not null) { }
        }
        var now = DayOf(Days - 1).End + TimeSpan.FromHours(1);
        Assert.True(log.Read(0, 1)[0].Fact.At > _start + TimeSpan.FromDays(300), "The log has not forgotten the year.");

        var later = new CentreLabel(_site, _site.Label!);
        var behind = new LabelPast(later, history, () => now);
        Assert.Empty(later.Take(history, now));
        Assert.False(later.IsCaughtUp);
        Finish(behind);
        // Everything was recorded already, with the revisions that late windows made: nothing is recorded again.
        for (var beat = 0; beat < 60; beat++) Assert.Empty(later.Take(history, now + TimeSpan.FromSeconds(beat)));
        Assert.True(later.IsCaughtUp);
        lived.Take(history, now);

        var told = new Verdicts(_site.Label!.Profile, CentreLabel.FactsOf(_site, _site.Label!));
        for (var day = 0; day < Days; day++)
        {
            foreach (var fact in Windows(day, late: false).Concat(Windows(day, late: true))) told.Accept(new LogEntry(0, fact));
            told.Advance(DayOf(day).End + Verdicts.SettleTime);
        }
        foreach (var name in (string[])["2026", "12m-2026-12-31", "2026-03", "2026-07", "2026-11", "2026-12", "2026-07-20", "2026-11-27", "2026-W30"])
        {
            Assert.True(Period.TryParse(name, out var period));
            var expected = Texts(told.Label(period));
            Assert.Equal(expected, Texts(later.Judge(period)));
            Assert.Equal(expected, Texts(lived.Judge(period)));
        }
        // The day whose afternoon came four months late was told first without it, and once more with it.
        var revised = Recorded(log, archive).Where(v => v.Criterion == "EN-4" && v.Period.Name == "2026-07-20").ToArray();
        Assert.Equal([0, 1], revised.Select(v => v.Revision));
        Assert.True(revised[0].Coverage.Share < 0.8 && revised[1].Coverage.Share == 1);
    }

    private static void Finish(LabelPast past)
    {
        while (past.Step()) { }
    }

    private static string[] Texts(LabelVerdict label) => [.. label.Verdicts.Select(VerdictJson.Write)];

    private static void Append(EvidenceLog log, IReadOnlyList<LogFact> facts, Instant at) => log.Append(facts, [], at);

    private static void Record(EvidenceLog log, CentreLabel label, Instant now)
    {
        for (var due = label.Take(log, now); due.Length > 0; due = label.Take(log, now)) Append(log, due, now);
    }

    private static IEnumerable<Verdict> Recorded(EvidenceLog log, EvidenceArchive archive) =>
        archive.Days.SelectMany(day => new EvidenceHistory(log, archive).SealedEntries(day.Day)).Select(e => e.Fact).OfType<RecordFact>()
            .Where(r => r.Kind == RecordKind.Verdict).Select(r => VerdictJson.Read(r.Json)!);

    private Window DayOf(int day) => LocalDay.Of(new DateOnly(2026, 1, 1).AddDays(day), _site.Zone);

    /// <summary>Quarter hours of a day: more in winter, more while open; on the days that are told late, the afternoon is.</summary>
    private IEnumerable<LogFact> Windows(int day, bool late)
    {
        var local = DayOf(day);
        for (var slot = 0; slot < local.Length / TimeSpan.FromMinutes(15); slot++)
        {
            var isLate = slot >= 48 && (day is LongLate or ShortLate);
            if (isLate != late) continue;
            var energy = (slot / 4 is >= 8 and < 18 ? 1 : 0.25) * (1 + 0.5 * Math.Cos(2 * Math.PI * day / 365)) + 0.001 * (day * 7 % 13);
            yield return new WindowFact(_series, new Aggregate(default, WindowKind.QuarterHour,
                new Window(local.Start + slot * TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(15)), 0, 60,
                double.NaN, double.NaN, double.NaN, double.NaN, energy, 1));
        }
    }
}
