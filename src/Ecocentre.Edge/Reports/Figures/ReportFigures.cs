using System.Collections.Immutable;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Reports.Figures;

/// <summary>The figures of a report, reckoned once from the windows of its pack. Immutable.</summary>
internal sealed record ReportFigures
{
    // Directive 2008/50/EC, annex VII: an hour is valid with three quarters of it, where the profile says nothing else.
    private const double UsualCoverageMin = 0.75;

    public required IReadOnlyList<PointFigure> Points { get; init; }

    /// <summary>CO2 of each space by hour, in the order of the spaces.</summary>
    public required IReadOnlyList<(Series Series, HourGrid Hours)> Co2 { get; init; }

    public required LoadSeries Load { get; init; }

    public required IReadOnlyList<SignatureDay> Signature { get; init; }

    /// <summary>By quantity.</summary>
    public required DayGrid Coverage { get; init; }

    public required IReadOnlyList<DeskUse> Desks { get; init; }

    /// <summary>An hour or quarter of an hour with less coverage is a gap in plots.</summary>
    public required double CoverageMin { get; init; }

    internal static ReportFigures Of(ReportSource source)
    {
        var facts = source.Facts;
        var (first, last, zone) = (source.First, source.Last, facts.Zone);
        var coverageMin = source.Profile.Criteria.Where(c => c.SlotCoverageMin > 0)
            .Select(c => c.SlotCoverageMin).DefaultIfEmpty(UsualCoverageMin).Min();
        var points = facts.Points.Select(p => PointFigure.Of(p, source.Windows(p.Name, WindowKind.Day), first, last, zone)).ToArray();
        HourGrid Hours(Series series) => HourGrid.Of(source.Windows(series.Name, WindowKind.Hour), first, last, zone, coverageMin);
        var order = facts.Spaces.Select((space, i) => (space.Id, i)).ToDictionary(s => s.Id, s => s.i, StringComparer.Ordinal);
        var main = facts.Roles.GetValueOrDefault("main", []);
        var load = LoadSeries.Of([.. main.Select(name => source.Windows(name, WindowKind.QuarterHour))], first, last, zone, coverageMin);
        return new ReportFigures
        {
            Points = points, CoverageMin = coverageMin, Load = load,
            Co2 = [.. facts.Points.Where(p => p.Quantity == "co2").OrderBy(p => order.GetValueOrDefault(p.Place ?? "", int.MaxValue))
                .ThenBy(p => p.Name, StringComparer.Ordinal).Select(p => (p, Hours(p)))],
            Signature = SignatureDay.Of(load, OutdoorMeans(source, coverageMin), date => LoadSeries.IsWorkingDay(date, facts.Opening)),
            Coverage = Rows(points, first, last), Desks = [.. Desk(facts, Hours)],
        };
    }

    private static Dictionary<DateOnly, double> OutdoorMeans(ReportSource source, double coverageMin)
    {
        var means = new Dictionary<DateOnly, double>();
        if (source.Facts.Roles.GetValueOrDefault("outdoorTemperature", []) is not [var point, ..]) return means;
        foreach (var day in source.Windows(point, WindowKind.Day))
            if (day.Coverage >= coverageMin)
                means[DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(day.Window.Start.ToDateTimeOffset().UtcDateTime,
                    source.Facts.Zone))] = day.Mean;
        return means;
    }

    private static DayGrid Rows(PointFigure[] points, DateOnly first, DateOnly last)
    {
        var days = Math.Max(0, last.DayNumber - first.DayNumber + 1);
        var rows = points.GroupBy(p => p.Series.Quantity, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new DayRow(g.Key, g.Count(), [.. Enumerable.Range(0, days).Select(day => g.Average(p => p.Coverage[day]))]));
        return new DayGrid(first, days, [.. rows]);
    }

    /// <summary>Cells are made so that nobody can be read from them; a report holds to that again, whatever a pack says.</summary>
    private static IEnumerable<DeskUse> Desk(CentreFacts facts, Func<Series, HourGrid> hours)
    {
        foreach (var occupied in facts.Points.Where(p => p.Quantity == "desks.occupied").OrderBy(p => p.Place, StringComparer.Ordinal))
        {
            var offered = facts.Points.FirstOrDefault(p => p.Quantity == "desks.offered" && p.Place == occupied.Place);
            var desks = occupied.Place is null ? facts.Desks.Length : facts.Desks.Count(d => d.Space == occupied.Place);
            if (offered is not null && desks >= OccupancyPlan.CellDesksMin) yield return DeskUse.Of(occupied.Place, desks,
                hours(occupied), hours(offered));
        }
    }
}
