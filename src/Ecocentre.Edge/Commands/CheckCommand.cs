using System.CommandLine;
using System.Globalization;
using Ecocentre.Edge.Buses;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Commands;

/// <summary><c>check --site FILE</c>: every mistake at once, then how each bus is read and its predicted use, what watches the desks, and
/// what changes for the log that there is. Opens no bus and changes nothing.</summary>
internal static class CheckCommand
{
    internal static Command Build(Terminal terminal)
    {
        var (site, models, json) = (SiteArgument.Site(), SiteArgument.Models(), SiteArgument.Json());
        var command = new Command("check",
            "List every mistake of a site file; print how each bus is read and how busy it will be.") { site, models, json };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(site), parsed.GetValue(models), parsed.GetValue(json), terminal));
        return command;
    }

    private static int Run(string file, string? models, bool json, Terminal terminal)
    {
        var mistakes = new List<Mistake>();
        var site = SiteFile.Load(file, SiteArgument.Catalogue(models), mistakes);
        if (site is not null) mistakes.AddRange(site.Plans.Index().Where(p => p.Item.IsTooFull).Select(p => TooFull(file, p.Index, p.Item)));
        var remarks = site is null ? [] : LogRemarks.Of(site, mistakes);
        if (json) WriteJson(file, site, (mistakes, remarks), terminal);
        else Print(file, site, (mistakes, remarks), terminal);
        return mistakes.Count == 0 ? ExitCode.Ok : ExitCode.FoundWrong;
    }

    private static void WriteJson(
        string file, Site? site, (List<Mistake> Mistakes, IReadOnlyList<string> Remarks) told, Terminal terminal) => terminal.WriteJson(new
    {
        site = file,
        mistakes = told.Mistakes.Select(m => new { m.Path, m.Problem, m.Remedy }),
        buses = (site?.Plans ?? []).Select(p => new
        {
            name = p.Options.Name, address = p.Options.Address, use = Math.Round(p.Share, 4), devices = p.Options.Devices.Length,
                points = p.Points.Length,
        }),
        desks = (site?.Occupancy.Desks ?? []).Select(d => new
        {
            d.Id, d.Ref, d.Space, sensors = d.Sensors.Select(s => site!.Points[s.Value].Name), rule = d.Rules.Rule.ToString().ToLowerInvariant(),
        }),
        remarks = site is null ? [] : SiteRemarks.Of(site).Concat(told.Remarks),
    });

    private static void Print(string file, Site? site, (List<Mistake> Mistakes, IReadOnlyList<string> Remarks) told, Terminal terminal)
    {
        var mistakes = told.Mistakes;
        foreach (var plan in site?.Plans ?? [])
        {
            terminal.Output.WriteLine($"bus {plan.Options.Name} at {plan.Options.Address}");
            terminal.Output.WriteLine(plan.Description);
            terminal.Output.WriteLine();
        }
        if (site?.Occupancy.Desks.Length > 0) terminal.Output.WriteLine(Desks(site));
        foreach (var mistake in mistakes) terminal.Errors.WriteLine(mistake);
        if (mistakes.Count > 0)
        {
            terminal.Errors.WriteLine($"{mistakes.Count} {(mistakes.Count == 1 ? "mistake" : "mistakes")} in {file}.");
            return;
        }
        foreach (var remark in SiteRemarks.Of(site!).Concat(told.Remarks)) terminal.Output.WriteLine($"note: {remark}");
        var desks = site!.Occupancy.Desks.Length > 0 ? $", {site.Occupancy.Desks.Length} desks" : "";
        terminal.Output.WriteLine($"{file} is right: centre {site.Centre}, {site.Plans.Length} buses, "
            + $"{site.Buses.Sum(b => b.Devices.Length)} devices, "
            + $"{site.Points.Length} points{desks}.");
    }

    private static TextTable Desks(Site site)
    {
        var table = new TextTable("desk", "booked as", "space", "watched by", "rule", "held", "free after");
        foreach (var desk in site.Occupancy.Desks)
        {
            var sensors = desk.Sensors.Select(s => site.Points[s.Value]).ToArray();
            table.Add(desk.Id, desk.Ref, desk.Space, sensors.Length == 0 ? "nothing: always unknown" : string.Join(", ", sensors.Select(s => s.Name)),
                desk.Rules.Rule.ToString().ToLowerInvariant(), Longest(sensors, desk.Rules.HeldAfterOf), Longest(sensors, desk.Rules.HoldOf));
        }
        return table;
    }

    private static string Longest(Point[] sensors, Func<Quantity, TimeSpan> time) =>
        sensors.Length == 0 ? "" : sensors.Max(s => time(s.Quantity)).ToString("g", CultureInfo.InvariantCulture);

    internal static Mistake TooFull(string file, int index, BusPlan plan) => new(
        file, $"$.buses[{index}]",
        string.Create(CultureInfo.InvariantCulture,
            $"Bus \"{plan.Options.Name}\" would be used {100 * plan.Share:0} % of its time, more than the {100 * BusPlan.ShareMax:0} % that "
            + $"leave room for repetitions."),
        "Lengthen periods, want fewer points, raise the baud rate, or split the bus.");
}
