namespace Ecocentre.Edge.Simulation.Building;

/// <summary>The quantities the simulated centre reads.</summary>
internal static class Quantities
{
    public const string Import = "energy.active.import";
    public const string Power = "power.active";
    public const string Voltage = "voltage.l1";
    public const string Frequency = "frequency";

    /// <summary>Those that a model has.</summary>
    public static IEnumerable<string> All => [Import, Power, Voltage, Frequency];
}
