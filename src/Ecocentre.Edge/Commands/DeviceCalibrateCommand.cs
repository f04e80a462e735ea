using System.CommandLine;
using System.Globalization;
using Ecocentre.Edge.Orders;

namespace Ecocentre.Edge.Commands;

/// <summary><c>device calibrate DEVICE --target PPM</c>: tells a CO2 sensor the true value. Shows what must be so first and asks; exit code 1 when it is
/// refused or the sensor did not take it.</summary>
internal static class DeviceCalibrateCommand
{
    internal static Command Build(Terminal terminal)
    {
        var (site, models, json) = (SiteArgument.Site(), SiteArgument.Models(), SiteArgument.Json());
        var device = new Argument<string>("DEVICE") { Description = "As the site names it." };
        var target = new Option<double>("--target") { Description = "The true CO2 concentration around it in ppm.", Required = true };
        var who = OrderArgument.Who("does it");
        var note = new Option<string?>("--note") { Description = "A remark: against what, with which reference." };
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var command = new Command("calibrate", "Tell a CO2 sensor the true value of the air around it.") { site, models, json, device,
            target, who, note, yes };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (SiteArgument.Load(parsed.GetRequiredValue(site), parsed.GetValue(models),
                terminal.Errors) is not { } loaded) return ExitCode.FoundWrong;
            var order = new CalibrateOrder(parsed.GetRequiredValue(device), parsed.GetRequiredValue(target),
                parsed.GetRequiredValue(who), parsed.GetValue(note));
            if (order.Refuse(loaded) is { } refused) return OrderArgument.Tell(refused, parsed.GetValue(json), terminal);
            if (!parsed.GetValue(yes) && !Confirm(order, terminal)) return ExitCode.CannotRun;
            return OrderArgument.Tell(await OrderClient.GiveAsync(loaded, order, terminal, cancellation), parsed.GetValue(json), terminal);
        });
        return command;
    }

    private static bool Confirm(CalibrateOrder order, Terminal terminal)
    {
        terminal.Errors.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"""
            {order.Device} will take the air around it for {order.TargetPpm} ppm from now on, for good. Before you say yes:
              - it has been running in this air for some minutes, and the air is steady and well mixed: windows open, or a bag of test gas;
              - nobody breathes near it, and nobody will for the next minutes;
              - {order.TargetPpm} ppm is known, from a reference beside it or because the air comes straight from outside (about 425 ppm, more in a city).
            Type yes to go on:
            """));
        if (terminal.Input.ReadLine()?.Trim() is "yes") return true;
        terminal.Errors.WriteLine("Nothing was done. With --yes nobody is asked.");
        return false;
    }
}
