using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Reports.Figures;
using Ecocentre.Edge.Reports.Markup;
using Ecocentre.Edge.Reports.Plots;
using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Reports.Pages;

/// <summary>Signature, profile and duration of the load, and how far the registers went.</summary>
internal static class EnergyPages
{
    internal static void Write(Page page)
    {
        var (figures, facts) = (page.Figures, page.Source.Facts);
        var meters = string.Join(", ", facts.Roles.GetValueOrDefault("main", []));
        bool IsWorkingDay(DateOnly date) => LoadSeries.IsWorkingDay(date, facts.Opening);
        page.Open("energy", Vocabulary.EnergyHeading);
        Counters(page);
        if (facts.Roles.ContainsKey("main"))
        {
            var outdoor = facts.Roles.GetValueOrDefault("outdoorTemperature", []) is [var point, ..] ? point : Tongue.Unknown;
            page.Figure(
                EnergySignature.Draw(figures.Signature, Model(page), page.Say(Vocabulary.SignatureTitle), page.Tongue),
                Caption(page, Vocabulary.SignatureCaption, figures.Signature.Count, meters, outdoor));
            page.Figure(
                LoadProfile.Draw(figures.Load.Quarters, IsWorkingDay, page.Say(Vocabulary.ProfileTitle), page.Tongue),
                Caption(page, Vocabulary.ProfileCaption, page.Tongue.Coverage(figures.Load.KnownShare), meters));
            page.Figure(
                LoadDuration.Draw(figures.Load.Quarters, page.Say(Vocabulary.DurationTitle), page.Tongue),
                Caption(
                    page, Vocabulary.DurationCaption, page.Tongue.Number(figures.Load.Quarters.Count, 0),
                        page.Tongue.Number(figures.Load.Expected, 0)));
        }
        page.Close();
    }

    private static Fragment Caption(Page page, Phrase phrase, params ReadOnlySpan<object?> holes) =>
        new(Escaped.Xml(page.Say(phrase, holes)));

    /// <summary>Fitted over the balance temperatures that the profile searches; no line where it names none.</summary>
    private static DegreeDayModel? Model(Page page)
    {
        var criterion = page.Source.Profile.Criteria.FirstOrDefault(c => c.Settings.ContainsKey("heatingBalanceFrom"));
        if (criterion is null) return null;
        (double, double)[] days = [.. page.Figures.Signature.Select(d => (d.KilowattHours, d.OutdoorCelsius))];
        return DegreeDayModel.Fit(days, Grid(criterion));
    }

    private static BalanceGrid Grid(Criterion criterion) => new(
        criterion.SettingOf("heatingBalanceFrom"), criterion.SettingOf("heatingBalanceTo"), criterion.SettingOf("coolingBalanceFrom"),
        criterion.SettingOf("coolingBalanceTo"), criterion.SettingOf("balanceStep"));

    private static void Counters(Page page)
    {
        var (html, tongue) = (page.Html, page.Tongue);
        var points = page.Figures.Points.ToDictionary(p => p.Series.Name, StringComparer.Ordinal);
        var rows = page.Source.Facts.Roles.OrderBy(r => r.Key, StringComparer.Ordinal)
            .SelectMany(r => r.Value.Where(points.ContainsKey).Select(name => (Role: r.Key, Point: points[name])))
            .Where(r => r.Point.Series.Kind == PointKind.Counter).ToArray();
        if (rows.Length == 0)
        {
            html.Add($"<p>{page.Say(Vocabulary.NoCounters)}</p>");
            return;
        }
        page.OpenTable(
            page.Say(Vocabulary.CountersTable), "", page.Say(Vocabulary.RoleWord), page.Say(Vocabulary.Point), page.Say(Vocabulary.Device),
            ">" + page.Say(Vocabulary.Growth), ">" + page.Say(Vocabulary.Known));
        foreach (var (role, point) in rows)
        {
            html.Add($"""<tr><th scope="row">{new Name(role)}</th><td>{new Name(point.Series.Name)}</td>""");
            html.Add($"""<td>{new Name(point.Series.Device)}</td>""");
            html.Add($"""<td class="r">{tongue.Amount(point.Sum, point.Series.Unit)}</td>""");
            html.Add($"""<td class="r">{tongue.Coverage(point.KnownShare)}</td></tr>{"\n"}""");
        }
        page.CloseTable();
    }
}
