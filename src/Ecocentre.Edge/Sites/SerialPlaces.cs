using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>Reads serial ports of a site file.</summary>
internal static class SerialPlaces
{
    internal const int BaudMin = 300, BaudMax = 4_000_000;

    private static readonly Dictionary<string, Parity> Parities = new()
    {
        ["none"] = Parity.None, ["even"] = Parity.Even, ["odd"] = Parity.Odd,
    };

    private static readonly Dictionary<string, bool> Directions = new() { ["adapter"] = false, ["kernel"] = true };

    internal static SerialPlace Read(JsonPlace place, DevicePlaces shared) => new(
        shared.Path(place["path"]), place["baud"].Integer(BaudMin, BaudMax), place.Optional("parity")?.Word(Parities) ?? Parity.None,
        place.Optional("stopBits")?.Integer(1, 2) ?? 1, place.Optional("direction")?.Word(Directions) ?? false);
}
