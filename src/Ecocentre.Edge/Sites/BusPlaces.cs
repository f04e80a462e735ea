using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>Reads the buses of a site file, each by what its way in says it is.</summary>
/// <param name="altitudeMetres">Of the site above the sea, or null.</param>
internal sealed class BusPlaces(MeterCatalogue catalogue, DevicePlaces shared, BridgePlaces bridges, double? altitudeMetres)
{
    private static readonly string[] Ways = ["serial", "tcp", "rtuOverTcp", "i2c", "gpio", "mqtt"];

    private readonly Dictionary<string, string> _names = [];
    private readonly ModbusPlaces _modbus = new(catalogue, shared);
    private readonly SensorPlaces _sensors = new(shared, altitudeMetres);
    private readonly LinePlaces _lines = new(shared);

    internal ImmutableArray<BusOptions> Read(JsonPlace buses) => [.. buses.Items().Select(Bus).OfType<BusOptions>()];

    private BusOptions? Bus(JsonPlace place)
    {
        var name = place["name"].Name();
        DevicePlaces.Unique(_names, name, place["name"], "is the name of an earlier bus");
        var ways = Ways.Select(way => (Kind: way, Place: place.Optional(way)!)).Where(way => way.Place is not null).ToArray();
        if (ways.Length != 1)
        {
            _modbus.Stranded(place, name);
            place.Wrong("A bus has one way in.", "Give it \"serial\", \"tcp\", \"rtuOverTcp\", \"i2c\", \"gpio\" or \"mqtt\", one of them.");
            return null;
        }
        var way = ways[0].Place;
        return ways[0].Kind switch
        {
            "tcp" => _modbus.Tcp(place, name, way),
            "rtuOverTcp" => _modbus.RtuOverTcp(place, name, way),
            "i2c" => _sensors.Chips(place, name, way),
            "gpio" => _lines.Lines(place, name, way),
            "mqtt" => bridges.Bridge(place, name, way),
            _ => Serial(place, name, SerialPlaces.Read(way, shared)),
        };
    }

    /// <summary>A serial port carries Modbus meters, or one sensor with a protocol of its own.</summary>
    private BusOptions Serial(JsonPlace place, string name, SerialPlace line) =>
        place["devices"] is { IsArray: true } devices && devices.Items().Any(device => device.Keys.Contains("sensor"))
            ? _sensors.Uart(place, name, line)
            : _modbus.Serial(place, name, line);
}
