using Ecocentre.Edge.Reports;
using Ecocentre.Edge.Reports.Figures;

namespace Ecocentre.Edge.Tests.Reports.Figures;

public sealed class ReportFiguresTests
{
    private static readonly Lazy<ReportSource> March = new(() => ReportBench.Source(new DateOnly(2026, 3, 1), new DateOnly(2026, 3, 31)));

    [Fact]
    public void Outages_are_seen_in_every_figure()
    {
        var figures = ReportFigures.Of(March.Value);
        // 9, 10 and 11 March of 31 days; 29 March has 23 hours.
        Assert.All(figures.Co2, c => Assert.Equal(1 - 72.0 / (31 * 24 - 1), c.Hours.KnownShare, 9));
        Assert.All(figures.Coverage.Rows, r => Assert.Equal([0.0, 0.0, 0.0], r.Coverage[8..11]));
        Assert.All(figures.Points, p => Assert.Equal(28.0 / 31, p.KnownShare, 9));
        Assert.Equal(31 - 3, figures.Signature.Count);
        Assert.Equal(["Open space", "Bureau partagé", "Salle Ada"], figures.Co2
            .Select(c => March.Value.Facts.Spaces.Single(s => s.Id == c.Series.Place).Name));
    }

    [Fact]
    public void Growth_over_an_outage_is_in_the_sum_and_not_in_the_load()
    {
        var truth = new CentreTruth(ReportBench.Seed, March.Value.First, March.Value.Last);
        var figures = ReportFigures.Of(March.Value);
        Assert.Equal(truth.Energy.Sum(), figures.Points.Single(p => p.Series.Name == "main.energy.active.import").Sum, 6);
        Assert.Equal(4 * Enumerable.Range(0, truth.Count).Where(q => !truth.IsOff(q) && (q == 0 || !truth.IsOff(q - 1))).Max(q => truth.Energy[q]),
            figures.Load.Quarters.Max(q => q.Kilowatts), 9);
    }

    [Fact]
    public void Cells_with_too_few_desks_are_not_shown_whatever_the_pack_says()
    {
        Assert.Equal([null, "office", "open"], ReportFigures.Of(March.Value).Desks.Select(d => d.Cell));
        var facts = March.Value.Facts;
        var few = March.Value with { Facts = facts with { Desks = [.. facts.Desks.Where(d => d.Space == "open").Concat(facts.Desks
            .Where(d => d.Space == "office").Take(4))] } };
        Assert.Equal([null, "open"], ReportFigures.Of(few).Desks.Select(d => d.Cell));
    }
}
