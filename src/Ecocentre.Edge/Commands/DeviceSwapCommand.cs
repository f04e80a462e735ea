using System.CommandLine;
using System.Globalization;
using Ecocentre.Edge.Orders;

namespace Ecocentre.Edge.Commands;

/// <summary><c>device swap DEVICE</c>: a meter or sensor was exchanged; its points go on. Exit code 1 when it is refused.</summary>
internal static class DeviceSwapCommand
{
    internal static Command Build(Terminal terminal)
    {
        var (site, models, json) = (SiteArgument.Site(), SiteArgument.Models(), SiteArgument.Json());
        var device = new Argument<string>("DEVICE") { Description = "As the site names it." };
        var (who, at) = (OrderArgument.Who("exchanged it"), OrderArgument.At("it was exchanged"));
        var why = new Option<string>("--why") { Description = "Why it was exchanged.", Required = true };
        var last = new Option<string[]>("--last") { Description = "Last register of the old one: 12345.6, or "
            + "energy.active.import=12345.6 for each counter." };
        var first = new Option<string[]>("--first") { Description = "First register of the new one, likewise." };
        var oldSerial = new Option<string?>("--old-serial") { Description = "Serial number of the old one." };
        var newSerial = new Option<string?>("--new-serial") { Description = "Serial number of the new one; change it in the site file too." };
        var command = new Command("swap", "Say that a meter or sensor was exchanged for another.") { site, models, json, device, who,
            why, at, last, first,
            oldSerial, newSerial };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (SiteArgument.Load(parsed.GetRequiredValue(site), parsed.GetValue(models),
                terminal.Errors) is not { } loaded) return ExitCode.FoundWrong;
            var order = new SwapOrder(
                parsed.GetRequiredValue(device), parsed.GetRequiredValue(who), parsed.GetRequiredValue(why),
                SaidTime.Read(parsed.GetValue(at), loaded.Zone)?.UnixMilliseconds, parsed.GetValue(oldSerial), parsed.GetValue(newSerial),
                Registers("--last", parsed.GetValue(last)), Registers("--first", parsed.GetValue(first)));
            return OrderArgument.Tell(await OrderClient.GiveAsync(loaded, order, terminal, cancellation), parsed.GetValue(json), terminal);
        });
        return command;
    }

    private static Dictionary<string, double> Registers(string option, string[]? texts)
    {
        var registers = new Dictionary<string, double>();
        foreach (var text in texts ?? [])
        {
            var split = text.LastIndexOf('=');
            if (!double.TryParse(text.AsSpan(split + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value)
                || !registers.TryAdd(split < 0 ? "" : text[..split], value))
                throw new CannotRunException($"{option} {text} is no register. Write 12345.6, or energy.active.import=12345.6, each counter once.");
        }
        return registers;
    }
}
