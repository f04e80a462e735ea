using System.CommandLine;
using Ecocentre.Edge.Orders;

namespace Ecocentre.Edge.Commands;

/// <summary><c>entry add</c>: what somebody read or weighed goes into the log, or a correction of it. Exit code 1 when it is refused.</summary>
internal static class EntryAddCommand
{
    internal static Command Build(Terminal terminal)
    {
        var (site, models, json) = (SiteArgument.Site(), SiteArgument.Models(), SiteArgument.Json());
        var point = new Argument<string>("POINT") { Description = "Its name in \"entries\" of the site: waste.residual." };
        var value = new Argument<double>("VALUE") { Description = "In the unit that the site declares." };
        var (who, at) = (OrderArgument.Who("read or weighed it"), OrderArgument.At("it was read or weighed"));
        var document = new Option<string?>("--document") { Description = "Reference of the weighing slip, invoice or photograph." };
        var note = new Option<string?>("--note") { Description = "A remark." };
        var corrects = new Option<long?>("--corrects") { Description = "Number of the entry whose place this takes; needs --why. The old "
            + "one stays in the log." };
        var why = new Option<string?>("--why") { Description = "Why it is corrected." };
        var lower = new Option<bool>("--may-be-lower") { Description = "A register below the one before is meant: the meter was "
            + "exchanged or turned over." };
        var command = new Command("add", "Enter what was read or weighed by hand.") { site, models, json, point, value, who, at,
            document, note, corrects, why, lower };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (SiteArgument.Load(parsed.GetRequiredValue(site), parsed.GetValue(models),
                terminal.Errors) is not { } loaded) return ExitCode.FoundWrong;
            var order = new EntryOrder(
                parsed.GetRequiredValue(point), parsed.GetRequiredValue(value), parsed.GetRequiredValue(who),
                SaidTime.Read(parsed.GetValue(at), loaded.Zone)?.UnixMilliseconds, parsed.GetValue(document), parsed.GetValue(note),
                parsed.GetValue(corrects), parsed.GetValue(why), parsed.GetValue(lower));
            return OrderArgument.Tell(await OrderClient.GiveAsync(loaded, order, terminal, cancellation), parsed.GetValue(json), terminal);
        });
        return command;
    }
}
