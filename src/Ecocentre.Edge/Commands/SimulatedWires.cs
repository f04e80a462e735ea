using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Commands;

/// <summary>A simulated building on real wires: a Modbus TCP server for each TCP bus, a pseudo-terminal for each serial line; and the site file
/// that reads it.</summary>
internal sealed class SimulatedWires : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly List<(SimulatedBus Bus, object Way)> _ways = [];
    private readonly List<IAsyncDisposable> _servers = [];
    private readonly List<PseudoTerminal> _terminals = [];
    private readonly SimulatedBox? _box;
    private readonly SimulatedInstruments _instruments;

    /// <param name="box">The chips and lines that the site file reads too; null for the Modbus devices alone, which anybody can reach.</param>
    /// <param name="firstPort">Port of the first TCP bus, the others follow; 0 for free ones.</param>
    /// <exception cref="IOException">A port is taken or there is no pseudo-terminal.</exception>
    internal SimulatedWires(SimulatedBuilding building, int firstPort, TimeProvider time, SimulatedBox? box = null)
    {
        (_box, _instruments) = (box, new SimulatedInstruments(building.Truth.Start));
        foreach (var bus in building.Buses)
        {
            if (bus.Kind == SimulatedBusKind.Tcp)
            {
                var server = new ModbusTcpServer(bus, time);
                _servers.Add(server);
                server.Listen(new IPEndPoint(IPAddress.Loopback, firstPort == 0 ? 0 : firstPort++));
                _ways.Add((bus, server.EndPoint!));
            }
            else
            {
                var terminal = PseudoTerminal.Open(time);
                _terminals.Add(terminal);
                var server = new ModbusRtuServer(bus, RtuTiming.Serial(new SerialSettings(bus.Baud)), time);
                _servers.Add(server);
                server.Serve(terminal.Line);
                _ways.Add((bus, terminal.Path));
            }
        }
    }

    /// <summary>Where each bus is reached, for people.</summary>
    internal IEnumerable<(SimulatedBus Bus, string Address)> Addresses => _ways.Select(w => (w.Bus, w.Way.ToString()!));

    /// <summary>Writes the site file that reads this building.</summary>
    /// <param name="outputs">Keys beside <c>buses</c>: mqtt, influx, http.</param>
    internal void WriteSite(string file, string centre, JsonObject outputs)
    {
        var buses = new JsonArray([.. _ways.Select(w => Bus(w.Bus, w.Way))]);
        var site = new JsonObject
        {
            ["centre"] = centre,
            ["name"] = "Simulated work centre",
            ["zone"] = "Europe/Paris",
            // The simulated building shares this machine's clock, whoever sets it.
            ["clock"] = "trusted",
            ["altitude"] = BuildingPlan.AltitudeMetres,
            ["opening"] = Opening(),
            ["spaces"] = new JsonArray([.. BuildingPlan.Rooms.Select(r => Space(r.Place))]),
            ["buses"] = buses,
            ["log"] = new JsonObject { ["path"] = "ecocentre.log.db" },
        };
        if (_box is not null)
        {
            site["outdoor"] = new JsonObject { ["co2"] = "roof-air", ["temperature"] = "roof-warmth.temperature" };
            site["occupancy"] = new JsonObject { ["rule"] = "any", ["heldAfter"] = "1min" };
            site["label"] = SimulatedLabel.Describe();
            site["desks"] = new JsonArray([.. _box.Inputs.Where(i => i.Desk is not null).Select(Desk)]);
            buses.Add(SimulatedSite.Chips(_box, _instruments));
            buses.Add(SimulatedSite.Lines(_box));
        }
        foreach (var (key, value) in outputs) site[key] = value?.DeepClone();
        File.WriteAllText(file, site.ToJsonString(Indented));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync();
        foreach (var terminal in _terminals) terminal.Dispose();
    }

    private static JsonObject Opening() => new()
    {
        ["weekly"] = new JsonObject { ["mon-fri"] = "08:00-19:00" },
        ["holidays"] = new JsonArray([.. SimulatedSite.Holidays().Select(day => JsonValue.Create(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)))]),
    };

    private static JsonObject Space(Space space) => new()
    {
        ["id"] = space.Id, ["name"] = space.Name, ["storey"] = space.Storey, ["area"] = space.AreaSquareMetres, ["height"] = space.HeightMetres,
        ["people"] = space.PeopleMax, ["outline"] = new JsonArray([.. space.Outline!.Corners.Select(Pair)]),
    };

    private static JsonArray Pair(FloorPoint point) => new(point.X, point.Y);

    private static JsonObject Desk(SimulatedInput input)
    {
        var desk = BuildingPlan.Desks[input.Desk!.Value];
        return new JsonObject
        {
            ["id"] = desk.Id, ["ref"] = desk.Ref, ["space"] = desk.Space, ["at"] = Pair(desk.At!.Value), ["sensors"] = new JsonArray(input.Name),
            ["hold"] = $"{SimulatedBox.HoldOf(input).TotalSeconds}s",
        };
    }

    private JsonObject Bus(SimulatedBus bus, object way)
    {
        var described = new JsonObject { ["name"] = bus.Name };
        if (way is IPEndPoint end) described["tcp"] = new JsonObject { ["host"] = end.Address.ToString(), ["port"] = end.Port, ["outstanding"] = 4 };
        else described["serial"] = new JsonObject { ["path"] = (string)way, ["baud"] = bus.Baud };
        described["devices"] = new JsonArray([.. bus.Devices.Select(d => Device(d, way is IPEndPoint))]);
        return described;
    }

    private JsonObject Device(SimulatedDevice device, bool fast)
    {
        // 9600 baud carry four devices every two seconds with room to spare; TCP could be asked far more often.
        var described = new JsonObject { ["name"] = device.Name, ["model"] = device.Meter.Model.Id, ["unit"] = device.Unit, ["period"] = fast ? "1s" : "4s" };
        if (device.Place is { } place) described["place"] = place;
        described["instrument"] = _instruments.Of(device);
        return described;
    }
}
