using System.Collections.Immutable;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Simulation;

/// <summary>The site of a simulated centre: what it is judged by, and where its log lies.</summary>
internal static class SimulatedSite
{
    private const string Shares =
        """ "coverageMin": { "value": 0.01, "unit": "1", "source": "t" }, "slotCoverageMin": { "value": 0.3, "unit": "1", "source": "t" } """;

    private const string Sources = """ "sources": { "t": { "title": "made up for the simulation", "sure": "ours" } } """;

    private const string Carbon =
        "{ \"name\": \"carbon\", \"unit\": \"kg/kWh\", " + Sources
        + """, "rows": [ { "carrier": "electricity", "since": "2022-01-01", "value": 0.052, "source": "t" } ] }""";

    private const string Profile =
        """{ "version": "1", "title": "simulated", """ + Sources
        + """, "factors": ["carbon"], "occupied": { "presenceShareMin": { "value": 0.1, "unit": "1", "source": "t" },"""
        + """ "presenceCoverageMin": { "value": 0.5, "unit": "1", "source": "t" } },"""
        + """ "label": { "optionalShareMin": { "value": 0.8, "unit": "1", "source": "t" } }, "criteria": ["""
        + """ { "id": "EN-8", "title": "Carbon", "kind": "operational-carbon", "mandatory": true, "periods": ["day", "week"], """ + Shares
        + """, "inputs": { "electricity": "main" }, "limits": { "reductionMin": { "unit": "1", "levels": ["none", "none", "none"], "source": "t" } } },"""
        + """ { "id": "AQ-1", "title": "CO2", "kind": "share-within", "mandatory": true, "scope": "spaces", "when": "always", "step": "10min","""
        + """ "periods": ["day", "month"], """ + Shares
        + """, "inputs": { "value": "co2" }, "limits": { "valueMax": { "unit": "ppm", "levels": [1500, 1000, 700], "source": "t" },"""
        + """ "shareMin": { "unit": "1", "levels": [0.9, 0.9, 0.9], "source": "t" } },"""
        + """ "settings": { "areaShareMin": { "value": 0.9, "unit": "1", "source": "t" } } } ] }""";

    public static LabelOptions Label(IEnumerable<Point> points)
    {
        var mistakes = new List<Mistake>();
        var factors = new Dictionary<string, FactorTable> { ["carbon"] = LabelProfileFile.ParseFactors("carbon.json", Carbon, mistakes)! };
        var profile = LabelProfileFile.Parse("simulated.json", Profile, factors, mistakes)
            ?? throw new InvalidOperationException(string.Join('\n', mistakes));
        var main = points.First(point => point.Quantity.Name == Building.Quantities.Import).Name;
        return new LabelOptions(
            profile, ImmutableDictionary<string, ImmutableArray<string>>.Empty.Add("main", [main]), ImmutableDictionary<string, DeclaredFact>.Empty)
        {
            ProfileText = Profile, FactorTexts = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("carbon", Carbon),
        };
    }

    public static Site Of(OccupancyPlan plan, TimeZoneInfo zone, LabelOptions label, string logPath) => new()
    {
        File = "simulated.json", Digest = "simulated", Text = """{ "centre": "simulated" }""", Centre = GatewayProcess.Centre, Name = "Simulated",
        Zone = zone, Spaces = plan.Spaces, Buses = [], Plans = [], Occupancy = plan, Label = label, LogPath = logPath, Log = LogOptions.Default,
    };
}
