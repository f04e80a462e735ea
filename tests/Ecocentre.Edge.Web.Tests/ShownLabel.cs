using System.Collections.Immutable;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Web.Tests;

/// <summary>The label profile of the tree and the real engine, of which a test feeds nothing: everything is undetermined.</summary>
internal static class ShownLabel
{
    internal static LabelView Of(ImmutableArray<Space> spaces, ImmutableArray<Desk> desks, Instant now)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Ecocentre.Edge.sln"))) root = root.Parent ?? throw new InvalidOperationException("no root");
        var (folder, mistakes) = (Path.Combine(root.FullName, "config", "labels"), new List<Mistake>());
        var factors = Directory.EnumerateFiles(Path.Combine(folder, "factors"), "*.json")
            .Select(file => LabelProfileFile.ParseFactors(file, File.ReadAllText(file), mistakes)).OfType<FactorTable>().ToDictionary(table => table.Name);
        var path = Path.Combine(folder, "ecocentre-v1.json");
        var profile = LabelProfileFile.Parse(path, File.ReadAllText(path), factors, mistakes);
        Assert.Empty(mistakes);
        var engine = new Verdicts(profile!, new CentreFacts
        {
            Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris"), Spaces = spaces, Desks = desks,
            Points = [new Series("air-1.co2", "co2", "ppm", PointKind.Gauge, "air-1", "open-space")],
            Facts = ImmutableDictionary<string, DeclaredFact>.Empty.Add("outdoorCo2", new DeclaredFact("outdoorCo2", 420, "ppm", "the test")),
        });
        engine.Advance(now);
        var gate = new Lock();
        return new LabelView(profile!, kind => Judge(() => engine.Label(engine.Running(kind))), period => Judge(() => engine.Label(period)))
        {
            Criteria = [.. engine.Criteria],
        };

        LabelVerdict Judge(Func<LabelVerdict> judge)
        {
            lock (gate) return judge();
        }
    }
}
