using System.CommandLine;
using Ecocentre.Edge.Orders;

namespace Ecocentre.Edge.Commands;

/// <summary><c>evidence key</c>: the public key that signs the evidence, its fingerprint, and the keys before it; with <c>--rotate</c> a new one takes its
/// place. Exit code 1 when there is none, or a rotation is refused.</summary>
internal static class EvidenceKeyCommand
{
    internal static Command Build(Terminal terminal)
    {
        var (site, models, json) = (SiteArgument.Site(), SiteArgument.Models(), SiteArgument.Json());
        var rotate = new Option<bool>("--rotate") { Description = "Make a new key, signed by the one that signs now." };
        var command = new Command("key", "Show the public key that signs the evidence, or take a new one.") { site, models, json, rotate };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (SiteArgument.Load(parsed.GetRequiredValue(site), parsed.GetValue(models), terminal.Errors) is not { } loaded) return ExitCode.FoundWrong;
            var answer = await OrderClient.GiveAsync(loaded, new KeyOrder(parsed.GetValue(rotate)), terminal, cancellation);
            if (parsed.GetValue(json)) terminal.WriteJson(new { done = answer.IsDone, text = answer.Text, sequence = answer.Sequence, keys = answer.Keys });
            else Show(answer, terminal);
            return answer.IsDone ? ExitCode.Ok : ExitCode.FoundWrong;
        });
        return command;
    }

    private static void Show(OrderAnswer answer, Terminal terminal)
    {
        if (answer.Text.Length > 0) (answer.IsDone ? terminal.Output : terminal.Errors).WriteLine(answer.Text);
        if (answer.Keys is not { Count: > 0 } keys) return;
        var current = keys[^1];
        terminal.Output.Write(current.PublicKey);
        terminal.Output.WriteLine($"fingerprint  {current.Fingerprint}");
        terminal.Output.WriteLine($"vkey         {current.Vkey}");
        terminal.Output.WriteLine();
        foreach (var key in keys)
            terminal.Output.WriteLine($"{key.Since}  {key.Fingerprint}  {Words(key.Succession)}");
    }

    private static string Words(string succession) => succession switch
    {
        "first" => "the first",
        "signed" => "signed by the one before",
        _ => "NOT signed by the one before",
    };
}
