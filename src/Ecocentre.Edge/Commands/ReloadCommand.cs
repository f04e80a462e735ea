using System.CommandLine;
using Ecocentre.Edge.Orders;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Reload;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Commands;

/// <summary><c>reload --site FILE</c>: the running gateway reads its site file again and goes over to it without a pause for what did not change. Exit
/// code 1 when it refused, with every mistake; 2 when no gateway runs.</summary>
internal static class ReloadCommand
{
    internal static Command Build(Terminal terminal)
    {
        var (site, models, json) = (SiteArgument.Site(), SiteArgument.Models(), SiteArgument.Json());
        var command = new Command("reload", "Have the running gateway read its site file again: applied whole, or refused whole with every mistake.")
        {
            site, models, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var file = parsed.GetRequiredValue(site);
            var answer = await GiveAsync(file, parsed.GetValue(models), terminal, cancellation);
            if (parsed.GetValue(json)) terminal.WriteJson(new { done = answer.IsDone, text = answer.Text });
            else (answer.IsDone ? terminal.Output : terminal.Errors).WriteLine(answer.Text);
            return answer.IsDone ? ExitCode.Ok : ExitCode.FoundWrong;
        });
        return command;
    }

    /// <summary>The gateway judges the file; here it only says where the gateway is found.</summary>
    private static async Task<OrderAnswer> GiveAsync(string file, string? models, Terminal terminal, CancellationToken cancellation)
    {
        var log = SiteFile.LogPathOf(file);
        if (log is not null && await OrderClient.AskAsync(log, new ReloadOrder(), terminal, cancellation) is { } answer) return answer;
        var mistakes = new List<Mistake>();
        SiteFile.Load(file, SiteArgument.Catalogue(models), mistakes);
        return mistakes.Count > 0 ? new OrderAnswer(false, Reloading.Listed(mistakes))
            : throw new CannotRunException($"No gateway of {file} runs. It reads the file when it starts.");
    }
}
