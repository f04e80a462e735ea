using System.Globalization;
using System.Text.Json.Nodes;
using Ecocentre.Edge.Commands;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Campaign.Rig;

/// <summary>The simulated building as a process that can be killed: two Modbus TCP servers and a serial line on a pseudo-terminal. Its
/// truth goes on from the same start whenever it is started again, as registers of meters do.</summary>
internal static class BuildingProcess
{
    public const string Role = "building";

    // In which people of the simulated building come and go.
    private const string Zone = "Europe/Paris";

    /// <summary>The building as everybody may know it who has seed and start.</summary>
    /// <param name="models">Folder of the meter models.</param>
    public static SimulatedBuilding Describe(int seed, Instant start, string models)
    {
        var catalogue = MeterCatalogue.Load(models, []);
        var isBegun = false;
        // The first who asks decides where energy begins to count.
        return SimulatedBuilding.Default(seed, TimeZoneInfo.FindSystemTimeZoneById(Zone), catalogue, () =>
        {
            if (isBegun) return Instant.From(TimeProvider.System.GetUtcNow());
            isBegun = true;
            return start;
        });
    }

    public static PeerProcess Start(int seed, Instant start, string models, int port, string line, string site) => PeerProcess.Start(
        "dotnet", [typeof(BuildingProcess).Assembly.Location, Role, Number(seed), Number(start.UnixMilliseconds), models, Number(port), line, site]);

    /// <summary>The process itself, until it is killed.</summary>
    /// <param name="args">Seed, start in Unix milliseconds, models, port of the first TCP bus, path of the serial line, site file to write
    /// if there is none.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var start = new Instant(long.Parse(args[1], CultureInfo.InvariantCulture));
        var building = Describe(int.Parse(args[0], CultureInfo.InvariantCulture), start, args[2]);
        await using var wires = new SimulatedWires(building, int.Parse(args[3], CultureInfo.InvariantCulture), TimeProvider.System);
        var terminal = wires.Addresses.Single(way => way.Bus.Kind == SimulatedBusKind.Rtu).Address;
        // The kernel names each pseudo-terminal anew; the site knows the line by a name that stays.
        File.Delete(args[4] + ".new");
        File.CreateSymbolicLink(args[4] + ".new", terminal);
        File.Move(args[4] + ".new", args[4], overwrite: true);
        if (!File.Exists(args[5])) WriteSite(wires, args[5], terminal, args[4]);
        Console.WriteLine("The building answers.");
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    private static void WriteSite(SimulatedWires wires, string file, string terminal, string line)
    {
        wires.WriteSite(file + ".new", Chain.Centre, []);
        var site = JsonNode.Parse(File.ReadAllText(file + ".new"))!;
        foreach (var bus in site["buses"]!.AsArray())
            if ((string?)bus!["serial"]?["path"] == terminal) bus["serial"]!["path"] = line;
        File.WriteAllText(file + ".new", site.ToJsonString());
        File.Move(file + ".new", file);
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
