using System.CommandLine;
using System.Xml;
using Ecocentre.Edge.Drawings;

namespace Ecocentre.Edge.Commands;

/// <summary><c>wiring --site FILE</c>: the wires of a site as a picture (SVG), for the cabinet's door. Opens nothing.</summary>
internal static class WiringCommand
{
    internal static Command Build(Terminal terminal)
    {
        var (site, models) = (SiteArgument.Site(), SiteArgument.Models());
        var output = new Option<string?>("--output", "-o") { Description = "The file to write; beside the site file otherwise." };
        var command = new Command("wiring", "Draw how the devices of a site are wired, as an SVG to print.") { site, models, output };
        command.SetAction(parsed =>
        {
            var file = parsed.GetRequiredValue(site);
            return Draw(file, parsed.GetValue(models), parsed.GetValue(output) ?? Path.ChangeExtension(file, ".svg"), terminal);
        });
        return command;
    }

    private static int Draw(string file, string? models, string output, Terminal terminal)
    {
        if (SiteArgument.Load(file, models, terminal.Errors) is not { } site) return ExitCode.FoundWrong;
        if (Path.GetFullPath(output) == Path.GetFullPath(file)) throw new CannotRunException($"--output {output} is the site file itself.");
        try
        {
            var unfinished = output + ".unfinished";
            using (var writer = XmlWriter.Create(unfinished, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true }))
                WiringDrawing.Of(site).Save(writer);
            File.Move(unfinished, output, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CannotRunException($"The picture cannot be written: {e.Message}", e);
        }
        terminal.Output.WriteLine(output);
        return ExitCode.Ok;
    }
}
