using System.Text.Json.Nodes;

namespace Ecocentre.Edge.Commands;

/// <summary>What a simulated building's site file says of the label: which points play a role, and what only the site would know.</summary>
internal static class SimulatedLabel
{
    internal static JsonObject Describe() => new()
    {
        ["profile"] = "ecocentre-v1",
        ["points"] = new JsonObject
        {
            ["main"] = new JsonArray("main.energy.active.import"),
            ["export"] = new JsonArray("main.energy.active.export"),
            ["pv"] = new JsonArray("pv.energy.active.export"),
            ["heating"] = new JsonArray("heat-pump.energy.active.import"),
            ["water"] = new JsonArray("water"),
        },
        ["facts"] = new JsonObject
        {
            // About 130 kWh a square metre of floor and year.
            ["energyReference"] = Fact(61_000, "kWh"),
            ["energyReferenceYear"] = Fact(2019, "a"),
            ["avoidedKilometres"] = Fact(18, "km"),
        },
    };

    private static JsonObject Fact(double value, string unit) => new() { ["value"] = value, ["unit"] = unit, ["source"] = "invented for the demo" };
}
