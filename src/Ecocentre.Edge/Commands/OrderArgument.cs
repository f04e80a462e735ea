using System.CommandLine;
using Ecocentre.Edge.Orders;

namespace Ecocentre.Edge.Commands;

/// <summary>What the verbs that give orders have in common.</summary>
internal static class OrderArgument
{
    internal static Option<string> Who(string what) => new("--who") { Description = $"Who {what}.", Required = true };

    internal static Option<string?> At(string what) => new("--at")
    {
        Description = $"When {what}: 2026-11-20, 2026-11-20T17:30 (local time of the building) or 2026-11-20T16:30Z; now when left out.",
    };

    /// <summary>Tells what became of an order.</summary>
    internal static int Tell(OrderAnswer answer, bool json, Terminal terminal)
    {
        if (json) terminal.WriteJson(new { done = answer.IsDone, text = answer.Text, sequence = answer.Sequence });
        else (answer.IsDone ? terminal.Output : terminal.Errors).WriteLine(answer.Text);
        return answer.IsDone ? ExitCode.Ok : ExitCode.FoundWrong;
    }
}
