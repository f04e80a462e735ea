using System.Collections.Immutable;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Tests.Sites;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Tests;

/// <summary>A real log with quarter hours of one meter: 1 kW while open (8 to 18), a quarter of it else.</summary>
public sealed class CentreLabelTests : IDisposable
{
    internal const string Members =
        """
        "opening": { "weekly": { "mon-sun": "08:00-18:00" } },
        "label": { "profile": "ecocentre-v1", "points": { "main": ["main.energy.active.import"] } },
        "buses": [ { "name": "line", "tcp": { "host": "192.0.2.1" }, "devices": [ { "name": "main", "model": "eastron-sdm630" } ] } ]
        """;

    private readonly SiteBench _bench = new();
    private readonly Site _site;

    public CentreLabelTests() => _site = _bench.Good(Members);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Verdicts_are_recorded_at_the_end_of_a_day_and_not_again_after_a_restart()
    {
        using var log = Open(_site);
        var label = new CentreLabel(_site, _site.Label!);
        var zero = Start(_site);
        Store(log, _site, 0, 1);
        Assert.Empty(label.Take(log, zero + TimeSpan.FromHours(23)));
        Assert.Equal(VerdictLevel.NotApplicable, Of(label, "TH-1"));
        var due = label.Take(log, zero + TimeSpan.FromHours(25));
        Assert.Equal(VerdictLevel.Level2, Of(label, "EN-4", due));
        Assert.All(due, record => Assert.Equal((RecordKind.Verdict, zero + TimeSpan.FromHours(24)), (record.Kind, record.At)));
        log.Append(due, [], zero + TimeSpan.FromHours(25));
        Assert.Empty(label.Take(log, zero + TimeSpan.FromHours(26)));

        var again = new CentreLabel(_site, _site.Label!);
        Assert.Empty(again.Take(log, zero + TimeSpan.FromHours(27)));
        Store(log, _site, 1, 2);
        Assert.Contains(again.Take(log, zero + TimeSpan.FromHours(49)), record => record.Json.Contains("\"period\":\"2026-11-17\"", StringComparison.Ordinal));
        Assert.Equal("ecocentre-v1 0.2", again.Latest.Labels[PeriodKind.Month].Profile);
    }

    [Fact]
    public void What_the_gateway_knows_of_itself_is_stated()
    {
        var facts = CentreLabel.FactsOf(_site, _site.Label!);
        Assert.Equal((5, 24), (facts.FactOf("occupancyCellMin"), facts.FactOf("deskHistoryHoursMax")));
        Assert.Equal(double.NaN, facts.FactOf("evidenceStage"));
    }

    internal static Instant Start(Site site) => LocalDay.Containing(Instant.From(new DateTimeOffset(2026, 11, 16, 12, 0, 0, TimeSpan.Zero)), site.Zone).Start;

    internal static EvidenceLog Open(Site site)
    {
        var log = EvidenceLog.Open(site.LogPath, site.Centre, site.Log, Start(site));
        log.Declare(site.Points.Select(Series.Of), Start(site));
        return log;
    }

    /// <summary>Days from the first, the last excluded.</summary>
    internal static void Store(EvidenceLog log, Site site, int first, int last)
    {
        var series = Series.Of(site.Points.Single(p => p.Name == "main.energy.active.import"));
        for (var day = first; day < last; day++)
        {
            var start = Start(site) + TimeSpan.FromDays(day);
            var windows = Enumerable.Range(0, 96).Select(i =>
            {
                var hour = i / 4;
                var energy = (hour is >= 8 and < 18 ? 1 : 0.25) / 4;
                return (LogFact)new WindowFact(series, new Aggregate(default, WindowKind.QuarterHour,
                    new Window(start + TimeSpan.FromMinutes(15 * i), TimeSpan.FromMinutes(15)), 0, 60,
                    double.NaN, double.NaN, double.NaN, double.NaN, energy, 1));
            });
            log.Append([.. windows], [], start + TimeSpan.FromDays(1));
        }
    }

    private static VerdictLevel Of(CentreLabel label, string criterion) =>
        label.Judge(Period.Containing(PeriodKind.Day, new DateOnly(2026, 11, 16))).Verdicts.Single(v => v.Criterion == criterion).Level;

    private static VerdictLevel Of(CentreLabel label, string criterion, ImmutableArray<RecordFact> due)
    {
        var recorded = VerdictJson.Read(due.Single(r => r.Subject == criterion).Json)!;
        Assert.Equal(recorded.Level, Of(label, criterion));
        return recorded.Level;
    }
}
