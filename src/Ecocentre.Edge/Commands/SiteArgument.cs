using System.CommandLine;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Commands;

/// <summary>The option <c>--site</c> and the meter models beside the program, as several verbs take them.</summary>
internal static class SiteArgument
{
    internal static Option<string> Site() => new("--site") { Description = "The site file (config/site.json is an annotated example).", Required = true };

    internal static Option<string?> Models() => new("--models") { Description = "Folder of meter models, when they are not the program's own." };

    internal static Option<bool> Json() => new("--json") { Description = "Write one JSON document for machines." };

    /// <summary>Where meter models lie: where the person said, else beside the program.</summary>
    internal static string Folder(string? models) => models ?? Path.Combine(AppContext.BaseDirectory, "meters");

    /// <summary>The meter models.</summary>
    /// <exception cref="CannotRunException">A file of them has mistakes; all are named.</exception>
    internal static MeterCatalogue Catalogue(string? folder)
    {
        var mistakes = new List<Mistake>();
        var catalogue = MeterCatalogue.Load(Folder(folder), mistakes);
        return mistakes.Count == 0 ? catalogue : throw new CannotRunException(string.Join(Environment.NewLine, mistakes));
    }

    /// <summary>Reads a site; when it has mistakes, lists them all.</summary>
    /// <returns>Null when there were mistakes.</returns>
    internal static Site? Load(string file, string? models, TextWriter errors)
    {
        var mistakes = new List<Mistake>();
        var site = SiteFile.Load(file, Catalogue(models), mistakes);
        if (mistakes.Count == 0) return site;
        foreach (var mistake in mistakes) errors.WriteLine(mistake);
        errors.WriteLine($"{mistakes.Count} {(mistakes.Count == 1 ? "mistake" : "mistakes")} in {file}; nothing was started.");
        return null;
    }
}
