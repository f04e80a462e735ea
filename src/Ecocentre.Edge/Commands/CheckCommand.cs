using System.CommandLine;
using System.Globalization;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Commands;

/// <summary><c>check --site FILE</c>: every mistake at once, then the read plan and the predicted use of each bus. Opens nothing.</summary>
internal static class CheckCommand
{
    internal static Command Build(Terminal terminal)
    {
        var (site, models, json) = (SiteArgument.Site(), SiteArgument.Models(), SiteArgument.Json());
        var command = new Command("check", "List every mistake of a site file; print the read plan and how busy each bus will be.") { site, models, json };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(site), parsed.GetValue(models), parsed.GetValue(json), terminal));
        return command;
    }

    private static int Run(string file, string? models, bool json, Terminal terminal)
    {
        var mistakes = new List<Mistake>();
        var site = SiteFile.Load(file, SiteArgument.Catalogue(models), mistakes);
        var plans = site is null ? [] : BusPlan.Of(site);
        mistakes.AddRange(plans.Where(p => p.Use.IsTooFull).Select(p => TooFull(file, site!, p)));
        if (json)
            terminal.WriteJson(new
            {
                site = file,
                mistakes = mistakes.Select(m => new { m.Path, m.Problem, m.Remedy }),
                buses = plans.Select(p =>
                    new { name = p.Options.Name, address = p.Options.Address, use = Math.Round(p.Use.Share, 4),
                    points = p.Meters.Sum(m => m.Points.Length) }),
            });
        else Print(site, plans, mistakes, file, terminal);
        return mistakes.Count == 0 ? ExitCode.Ok : ExitCode.FoundWrong;
    }

    private static void Print(Site? site, IReadOnlyCollection<BusPlan> plans, List<Mistake> mistakes, string file, Terminal terminal)
    {
        foreach (var plan in plans)
        {
            terminal.Output.WriteLine($"bus {plan.Options.Name} at {plan.Options.Address}");
            terminal.Output.WriteLine(plan.Use);
            terminal.Output.WriteLine();
        }
        foreach (var mistake in mistakes) terminal.Errors.WriteLine(mistake);
        if (mistakes.Count > 0)
        {
            terminal.Errors.WriteLine($"{mistakes.Count} {(mistakes.Count == 1 ? "mistake" : "mistakes")} in {file}.");
            return;
        }
        var points = plans.Sum(p => p.Meters.Sum(m => m.Points.Length));
        terminal.Output.WriteLine($"{file} is right: centre {site!.Centre}, {plans.Count} buses, {plans.Sum(p => p.Meters.Length)} devices, {points} points.");
    }

    private static Mistake TooFull(string file, Site site, BusPlan plan) => new(
        file, $"$.buses[{site.Buses.IndexOf(plan.Options)}]",
        string.Create(CultureInfo.InvariantCulture,
            $"Bus \"{plan.Options.Name}\" would be used {100 * plan.Use.Share:0} % of its time, more than the {100 * BusUse.ShareMax:0} % that "
            + $"leave room for repetitions."),
        "Lengthen periods, want fewer points, raise the baud rate, or split the bus.");
}
