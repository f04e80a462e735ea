using System.CommandLine;
using Ecocentre.Edge.Outputs.Packs;
using Ecocentre.Edge.Outputs.Packs.Checks;
using Ecocentre.Edge.Reports;
using Ecocentre.Edge.Reports.Words;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Commands;

/// <summary><c>evidence report PACK</c>: checks a pack and writes the report for people, one HTML file. Exit code 1 when the pack does not verify; the
/// report then says so on every page.</summary>
internal static class EvidenceReportCommand
{
    internal static Command Build(Terminal terminal)
    {
        var pack = new Argument<string>("PACK") { Description = "The pack, as evidence export wrote it." };
        var output = new Option<string?>("--output", "-o") { Description = "The file to write; beside the pack otherwise." };
        var language = new Option<string>("--lang") { Description = "Language of the report.", DefaultValueFactory = _ => "en" };
        language.AcceptOnlyFromAmong("en", "fr");
        var key = new Option<string?>("--key") { Description = "The key you trust, as for evidence verify." };
        var authority = EvidenceVerifyCommand.Authority();
        var command = new Command("report", "Write the report for people of an evidence pack.") { pack, output, language, key, authority };
        command.SetAction((parsed, cancellation) =>
        {
            var path = parsed.GetRequiredValue(pack);
            return Task.FromResult(Write(
                path, parsed.GetValue(output) ?? Path.ChangeExtension(path, ".html"), parsed.GetValue(language) == "fr" ? Language.French
                    : Language.English,
                Trust(parsed.GetValue(key), parsed.GetValue(authority)), terminal, cancellation));
        });
        return command;
    }

    private static PackTrust Trust(string? key, string? authorityFile) => new()
    {
        Fingerprint = key is null ? null : EvidenceVerifyCommand.Fingerprint(key), LookAtStamp = EvidenceVerifyCommand.StampOf(authorityFile).Look,
    };

    private static int Write(string path, string output, Language language, PackTrust trust, Terminal terminal, CancellationToken cancellation)
    {
        if (!File.Exists(path)) throw new CannotRunException($"{path} does not exist. Name a pack that evidence export wrote.");
        if (Path.GetFullPath(path) == Path.GetFullPath(output)) throw new CannotRunException($"--output {output} is the pack itself.");
        var by = $"ecocentre-edge {typeof(EvidenceReportCommand).Assembly.GetName().Version!.ToString(3)}";
        try
        {
            var (html, findings) = PackReport.Write(
                path, language, trust, (by, Instant.From(terminal.Time.GetUtcNow())), share =>
                    terminal.Progress($"checking {100 * share:0} %"), cancellation);
            terminal.ProgressDone();
            WriteWhole(output, html);
            terminal.Output.WriteLine(output);
            if (findings.IsGood) return ExitCode.Ok;
            terminal.Errors.WriteLine($"{path} does NOT verify ({findings.Faults.Length + findings.FaultsLeftOut} faults); the report says so on every page.");
            return ExitCode.FoundWrong;
        }
        catch (PackException e)
        {
            terminal.Errors.WriteLine($"{path} is no pack that a report could be made of. {e.Message}");
            return ExitCode.FoundWrong;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CannotRunException($"The report cannot be written: {e.Message}", e);
        }
    }

    /// <summary>No half report is left where one was asked for.</summary>
    private static void WriteWhole(string file, string text)
    {
        var unfinished = file + ".unfinished";
        File.WriteAllText(unfinished, text);
        File.Move(unfinished, file, overwrite: true);
    }
}
