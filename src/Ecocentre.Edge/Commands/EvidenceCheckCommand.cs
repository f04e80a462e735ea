using System.CommandLine;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Checking;

namespace Ecocentre.Edge.Commands;

/// <summary><c>evidence check --site FILE</c>: looks through log, archive and what belongs to them, while the gateway runs or not, and says
/// what is damaged, where, what it means and what to do. Exit code 1 when something is.</summary>
internal static class EvidenceCheckCommand
{
    // A seal's last steps (a day's file takes its name, its hashes and its head follow) are some milliseconds, on a worn card a second or two.
    private static readonly TimeSpan SealTime = TimeSpan.FromSeconds(3);

    internal static Command Build(Terminal terminal)
    {
        var (site, models, json) = (SiteArgument.Site(), SiteArgument.Models(), SiteArgument.Json());
        var command = new Command("check", "Look through log and archive for damage, while the gateway runs or not.") { site, models,
            json };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (SiteArgument.Load(parsed.GetRequiredValue(site), parsed.GetValue(models), terminal.Errors) is not { } loaded) return ExitCode.FoundWrong;
            try
            {
                var found = EvidenceCheck.Run(loaded.LogPath, loaded.Centre, terminal.Progress, cancellation);
                if (!found.IsWhole && EvidenceLog.IsOpenElsewhere(loaded.LogPath))
                {
                    terminal.Progress("something seems wrong; looking again");
                    await Task.Delay(SealTime, terminal.Time, cancellation);
                    found = EvidenceCheck.Run(loaded.LogPath, loaded.Centre, terminal.Progress, cancellation).WithoutPassing(found);
                }
                terminal.ProgressDone();
                if (parsed.GetValue(json))
                    terminal.WriteJson(new { log = loaded.LogPath, centre = loaded.Centre, whole = found.IsWhole, parts = found.Parts,
                        findings = found.Findings });
                else Print(found, terminal);
                return found.IsWhole ? ExitCode.Ok : ExitCode.FoundWrong;
            }
            catch (LogUnavailableException e)
            {
                terminal.ProgressDone();
                throw new CannotRunException(e.Message, e);
            }
        });
        return command;
    }

    private static void Print(EvidenceCheck found, Terminal terminal)
    {
        foreach (var part in found.Parts) terminal.Output.WriteLine($"{part.Part}: {part.Looked}");
        foreach (var finding in found.Findings)
        {
            var output = finding.IsDamage ? terminal.Errors : terminal.Output;
            output.WriteLine($"{(finding.IsDamage ? "DAMAGED" : "note")} {finding.Where}");
            output.WriteLine($"  {finding.Problem}");
            output.WriteLine($"  {finding.Meaning}");
            output.WriteLine($"  {finding.Remedy}");
        }
        var damaged = found.Findings.Count(finding => finding.IsDamage);
        terminal.Output.WriteLine(damaged == 0 ? "Everything is as it was written."
            : $"{damaged} {(damaged == 1 ? "thing is" : "things are")} damaged.");
    }
}
