using System.CommandLine;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Commands;

/// <summary><c>simulate</c>: only the simulated devices, for others to poll, until interrupted.</summary>
internal static class SimulateCommand
{
    internal static Command Build(Terminal terminal)
    {
        var seed = new Option<int>("--seed") { Description = "Seed of the building's truth.", DefaultValueFactory = _ => 1 };
        var port = new Option<int>("--port") { Description = "Port of the first Modbus TCP server, the others follow; 0 takes free ones.",
            DefaultValueFactory = _ => 15_020 };
        var site = new Option<string?>("--write-site") { Description = "Write the site file that reads these devices." };
        var models = SiteArgument.Models();
        var command = new Command("simulate", "Serve a simulated building on Modbus TCP and a pseudo-terminal, for others to poll.") { seed, port,
            site, models };
        command.SetAction(async (parsed, cancellation) =>
        {
            var first = parsed.GetValue(port);
            if (first is < 0 or > 65_000) throw new CannotRunException($"--port {first} is not possible. Write 0 or 1024 to 65000.");
            var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");
            var building = SimulatedBuilding.Default(parsed.GetValue(seed), zone, SiteArgument.Catalogue(parsed.GetValue(models)), () =>
                Instant.From(terminal.Time.GetUtcNow()));
            await using var wires = Open(building, first, terminal.Time);
            if (parsed.GetValue(site) is { } file) wires.WriteSite(file, "simulated", []);
            Describe(wires, terminal.Output);
            await terminal.UntilInterruptedAsync(cancellation);
            return ExitCode.Ok;
        });
        return command;
    }

    /// <exception cref="CannotRunException">A port is taken.</exception>
    internal static SimulatedWires Open(SimulatedBuilding building, int firstPort, TimeProvider time, SimulatedBox? box = null)
    {
        try
        {
            return new SimulatedWires(building, firstPort, time, box);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            throw new CannotRunException($"The simulated devices cannot be served: {e.Message} Choose another --port.", e);
        }
    }

    internal static void Describe(SimulatedWires wires, TextWriter output)
    {
        var table = new TextTable("bus", "address", "unit", "device", "model");
        foreach (var (bus, address) in wires.Addresses)
            foreach (var device in bus.Devices)
                table.Add(bus.Name, bus.Kind == SimulatedBusKind.Rtu ? $"{address} {bus.Baud} 8N1" : address, $"{device.Unit}", device.Name,
                    device.Meter.Model.Id);
        output.Write(table);
    }
}
