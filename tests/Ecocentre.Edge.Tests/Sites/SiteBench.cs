using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Tests.Sites;

/// <summary>Loads site files that a test writes.</summary>
internal sealed class SiteBench : IDisposable
{
    private static readonly MeterCatalogue Catalogue = MeterCatalogue.Load(Path.Combine(AppContext.BaseDirectory, "meters"), []);

    internal Scratch Scratch { get; } = new();

    public void Dispose() => Scratch.Dispose();

    /// <summary>A site of these buses and whatever else, as JSON members.</summary>
    internal Site? Load(string members, out List<Mistake> mistakes)
    {
        var file = Scratch.Write("site.json", $$"""{ "centre": "tested", "zone": "Europe/Paris", "log": { "path": "log.db" }, {{members}} }""");
        mistakes = [];
        return SiteFile.Load(file, Catalogue, mistakes);
    }

    internal Site Good(string members)
    {
        var site = Load(members, out var mistakes);
        Assert.True(site is not null, string.Join('\n', mistakes));
        return site;
    }

    /// <summary>The mistakes of a site, as <c>path: problem remedy</c> without the file.</summary>
    internal string[] Mistakes(string members)
    {
        Assert.Null(Load(members, out var mistakes));
        Assert.All(mistakes, m => Assert.True(m.Problem.Length > 4 && m.Remedy.Length > 5, m.ToString()));
        return [.. mistakes.Select(m => $"{m.Path}: {m.Problem} {m.Remedy}")];
    }
}
