using System.CommandLine;
using System.Globalization;
using Ecocentre.Edge.Outputs.Packs;
using Ecocentre.Edge.Packs;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Commands;

/// <summary><c>evidence export --from DAY --to DAY -o FILE</c>: writes the evidence pack of these local days from the site's folder, beside a running gateway
/// or without one. Exit code 1 when there is no such pack.</summary>
internal static class EvidenceExportCommand
{
    internal static Command Build(Terminal terminal)
    {
        var (site, models, json) = (SiteArgument.Site(), SiteArgument.Models(), SiteArgument.Json());
        var from = new Option<string>("--from") { Description = "First local day, 2026-01-01.", Required = true };
        var to = new Option<string>("--to") { Description = "Last local day, 2026-12-31.", Required = true };
        var file = new Option<string>("--output", "-o") { Description = "The pack's file (zip).", Required = true };
        var command = new Command("export", "Write an evidence pack that can be checked without trusting us.") { site, models, json, from, to, file };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(
            terminal, SiteArgument.Load(parsed.GetRequiredValue(site), parsed.GetValue(models), terminal.Errors),
            (Day(parsed.GetRequiredValue(from), "--from"), Day(parsed.GetRequiredValue(to), "--to")), parsed.GetRequiredValue(file), parsed.GetValue(json),
            cancellation)));
        return command;
    }

    /// <summary>A day as people write it.</summary>
    /// <exception cref="CannotRunException">It is none.</exception>
    private static DateOnly Day(string text, string option) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day : throw new CannotRunException($"{option} {text} is no day. Write it as in 2026-01-31.");

    private static int Run(
        Terminal terminal, Sites.Site? site, (DateOnly From, DateOnly To) days, string file, bool json, CancellationToken cancellation)
    {
        if (site is null) return ExitCode.FoundWrong;
        // A pack is there whole or not at all.
        var part = file + ".part";
        try
        {
            using var packs = CentrePacks.Open(site, Instant.From(terminal.Time.GetUtcNow()));
            var writer = packs.Prepare(days.From, days.To, Environment.ProcessorCount);
            var started = terminal.Time.GetTimestamp();
            using (var output = File.Create(part))
                writer.Write(output, share => terminal.Progress($"{100 * share:0} % of {file}"), cancellation);
            File.Move(part, file, overwrite: true);
            terminal.ProgressDone();
            Tell(terminal, json, file, writer.About, terminal.Time.GetElapsedTime(started));
            return ExitCode.Ok;
        }
        catch (PackRefusedException e)
        {
            terminal.ProgressDone();
            terminal.Errors.WriteLine(e.Message);
            return ExitCode.FoundWrong;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CannotRunException($"The pack cannot be written: {e.Message}", e);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static void Tell(Terminal terminal, bool json, string file, PackAbout about, TimeSpan took)
    {
        var bytes = new FileInfo(file).Length;
        if (json)
            terminal.WriteJson(new
            {
                file, bytes, centre = about.Centre, from = about.From, to = about.To, leaves = about.LeafCount, checkpointDay = about.CheckpointDay,
                seconds = Math.Round(took.TotalSeconds, 1),
            });
        else
            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{file}: {about.Centre} from {about.From:yyyy-MM-dd} to {about.To:yyyy-MM-dd}, {bytes / 1e6:0.0} MB in {took.TotalSeconds:0.0} s, "
                + $"signed up to "
                + $"{about.CheckpointDay:yyyy-MM-dd}. Check it with `ecocentre-edge evidence verify {file}`."));
    }
}
