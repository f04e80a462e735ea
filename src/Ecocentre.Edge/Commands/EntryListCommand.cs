using System.CommandLine;
using System.Globalization;
using Ecocentre.Edge.Orders;

namespace Ecocentre.Edge.Commands;

/// <summary><c>entry list [POINT]</c>: what was entered by hand, corrected entries and their corrections included.</summary>
internal static class EntryListCommand
{
    internal static Command Build(Terminal terminal)
    {
        var (site, models, json) = (SiteArgument.Site(), SiteArgument.Models(), SiteArgument.Json());
        var point = new Argument<string?>("POINT") { Description = "Only this one.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("list", "Show what was entered by hand.") { site, models, json, point };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (SiteArgument.Load(parsed.GetRequiredValue(site), parsed.GetValue(models),
                terminal.Errors) is not { } loaded) return ExitCode.FoundWrong;
            var answer = await OrderClient.GiveAsync(loaded, new EntriesOrder(parsed.GetValue(point)), terminal, cancellation);
            if (parsed.GetValue(json)) terminal.WriteJson(answer.Entries ?? []);
            else terminal.Output.Write(Table(answer.Entries ?? []));
            return ExitCode.Ok;
        });
        return command;
    }

    private static TextTable Table(IReadOnlyList<EntryLine> lines)
    {
        var table = new TextTable("number", "point", "when", "value", "unit", "who", "document", "remark");
        foreach (var line in lines)
        {
            var remarks = new[]
            {
                line.CorrectedBy is { } by ? $"corrected by {by}" : null, line.Corrects is { } corrected
                    ? $"corrects {corrected}: {line.Reason}" : null, line.Note,
            };
            table.Add($"{line.Sequence}", line.Point, line.When, line.Value.ToString("0.######", CultureInfo.InvariantCulture),
                line.Unit, line.Author,
                line.Document, string.Join("; ", remarks.OfType<string>()));
        }
        return table;
    }
}
