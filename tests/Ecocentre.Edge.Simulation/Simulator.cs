using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Simulation.Building;

namespace Ecocentre.Edge.Simulation;

/// <summary>Runs worlds: from a seed to a report, in a scratch folder that is gone afterwards.</summary>
public static class Simulator
{
    /// <summary>Meter models as shipped.</summary>
    public static MeterCatalogue Catalogue { get; } = LoadCatalogue();

    public static Report Run(int seed, TimeSpan length) => Run(Scenario.Draw(seed, length));

    public static Report Run(Scenario scenario, PlantedBug bug = PlantedBug.None)
    {
        // Memory instead of a disk where there is one: the log syncs each step, and a sync to a card is not what is tested here.
        var root = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        var folder = Directory.CreateDirectory(Path.Combine(root, $"ecocentre-simulation-{Environment.ProcessId}-{scenario.Seed}-{Guid.NewGuid():N}")).FullName;
        try
        {
            using var world = new World(scenario, Catalogue, folder, bug);
            world.Run();
            return Report.Of(world);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static MeterCatalogue LoadCatalogue()
    {
        var mistakes = new List<Mistake>();
        var catalogue = MeterCatalogue.Load(Path.Combine(AppContext.BaseDirectory, "meters"), mistakes);
        return mistakes.Count == 0 ? catalogue : throw new InvalidOperationException(string.Join('\n', mistakes));
    }
}
