using System.Collections.Frozen;
using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>Reads the buses of a site file and the devices on them.</summary>
/// <param name="folder">Folder of the site file; relative device paths are meant beside it.</param>
internal sealed class BusPlaces(MeterCatalogue catalogue, ImmutableArray<Space> spaces, string folder)
{
    // 20 ms: faster than any meter refreshes its registers; a day: slower than that is an hourly look at a catalogue.
    private static readonly TimeSpan PeriodMin = TimeSpan.FromMilliseconds(20), PeriodMax = TimeSpan.FromDays(1);
    private static readonly TimeSpan FrameDelayMax = TimeSpan.FromSeconds(1), TimeoutMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TimeoutUsual = TimeSpan.FromSeconds(1);

    // 9600: what most meters leave the factory with.
    private const int BaudMin = 300, BaudMax = 4_000_000, BaudUsual = 9600;

    // The largest building supply a work centre has is far below 10 MW; beyond it a digit is too many.
    private const double KilowattsMax = 10_000;

    private static readonly Dictionary<string, Parity> Parities = new()
    {
        ["none"] = Parity.None, ["even"] = Parity.Even, ["odd"] = Parity.Odd,
    };

    private static readonly Dictionary<string, bool> Directions = new() { ["adapter"] = false, ["kernel"] = true };

    private readonly Dictionary<string, string> _busNames = [], _deviceNames = [], _addresses = [];

    internal ImmutableArray<BusOptions> Read(JsonPlace buses) => [.. buses.Items().Select(Bus).OfType<BusOptions>()];

    private BusOptions? Bus(JsonPlace place)
    {
        var name = place["name"].Name();
        Unique(_busNames, name, place["name"], "is the name of an earlier bus");
        var timeout = place.Optional("timeout")?.Duration(max: TimeoutMax) ?? TimeoutUsual;
        var frameDelay = place.Optional("frameDelay")?.Duration(min: TimeSpan.Zero, max: FrameDelayMax) ?? TimeSpan.Zero;
        var serial = place.Optional("serial");
        var devices = Devices(place["devices"], name, serial is not null);
        var ways = new[] { serial, place.Optional("tcp"), place.Optional("rtuOverTcp") };
        if (ways.Count(w => w is not null) != 1)
        {
            place.Wrong("A bus has one way in.", "Give it \"serial\", \"tcp\" or \"rtuOverTcp\", one of them.");
            return null;
        }
        if (ways[1] is { } tcp)
        {
            if (frameDelay > TimeSpan.Zero) place["frameDelay"].Wrong("means nothing on Modbus TCP.", "Remove it.");
            var (host, port) = Endpoint(tcp);
            return new TcpBus(name, timeout, devices, host, port, tcp.Optional("outstanding")?.Integer(1, TcpTransport.OutstandingLimit) ?? 1);
        }
        if (ways[2] is { } tunnel)
        {
            var (host, port) = Endpoint(tunnel);
            var baud = tunnel.Optional("baud")?.Integer(BaudMin, BaudMax) ?? BaudUsual;
            return new RtuOverTcpBus(name, timeout, devices, host, port, baud, frameDelay);
        }
        return Serial(serial!, name, timeout, devices, frameDelay);
    }

    private SerialBus Serial(JsonPlace place, string name, TimeSpan timeout, ImmutableArray<SiteDevice> devices, TimeSpan frameDelay)
    {
        var path = Path.Combine(folder, place["path"].Text());
        Unique(_addresses, path, place["path"], "is the path of an earlier bus");
        return new SerialBus(
            name, timeout, devices, path, place["baud"].Integer(BaudMin, BaudMax), place.Optional("parity")?.Word(Parities) ?? Parity.None,
            place.Optional("stopBits")?.Integer(1, 2) ?? 1, place.Optional("direction")?.Word(Directions) ?? false, frameDelay);
    }

    private (string Host, int Port) Endpoint(JsonPlace place)
    {
        var (host, port) = (place["host"].Text(), place.Optional("port")?.Integer(1, 65_535) ?? TcpDial.DefaultPort);
        if (host.Length > 0 && Uri.CheckHostName(host) == UriHostNameType.Unknown)
            place["host"].Wrong($"\"{host}\" is no host name or address.", "Write it without a scheme, port or slash, as in \"192.0.2.20\".");
        Unique(_addresses, $"{host}:{port}", place, "is the address of an earlier bus: one server, one bus");
        return (host, port);
    }

    private ImmutableArray<SiteDevice> Devices(JsonPlace places, string bus, bool serial)
    {
        var units = new Dictionary<int, string>();
        var devices = ImmutableArray.CreateBuilder<SiteDevice>();
        foreach (var place in places.Items(countMin: 1))
        {
            var unit = serial ? place["unit"].Integer(1, 247) : place.Optional("unit")?.Integer(0, 255) ?? 1;
            var name = place["name"].Name();
            Unique(_deviceNames, name, place["name"], "is the name of an earlier device");
            if (!units.TryAdd(unit, name)) place["unit"].Wrong($"{unit} is also the unit id of \"{units[unit]}\" on bus \"{bus}\".",
                "Give each device of a bus its own.");
            if (Device(place, name, (byte)Math.Clamp(unit, 0, 255)) is { } device) devices.Add(device);
        }
        return devices.ToImmutable();
    }

    private SiteDevice? Device(JsonPlace place, string name, byte unit)
    {
        var modelId = place["model"].Text();
        var known = catalogue.TryGet(modelId, out var model);
        if (!known && modelId.Length > 0)
            place["model"].Wrong($"There is no meter model \"{modelId}\".", catalogue.Nearest(modelId) is { } near
                ? $"Did you mean \"{near}\"?" : "The models are the files of config/meters; `scan` says which one answers.");
        var period = place.Optional("period")?.Duration(PeriodMin, PeriodMax);
        var home = Space(place);
        var (reversed, ratio) = (place.Optional("reversed")?.Flag() ?? false, place.Optional("currentRatio")?.Number(0.001, 100_000) ?? 1);
        var kilowatts = place.Optional("powerMaxKilowatts")?.Number(0.001, KilowattsMax);
        var (quantities, periods, places) = Points(place, model, reversed);
        if (model is null) return null;
        var rates = kilowatts is { } max
            ? model.Points.Values.Where(p => p.Quantity.Kind == PointKind.Counter && p.Quantity.Name.StartsWith("energy.", StringComparison.Ordinal))
                .ToFrozenDictionary(p => p.Quantity.Name, _ => max)
            : FrozenDictionary<string, double>.Empty;
        var options = new MeterOptions
        {
            Name = name, Unit = unit, Place = home, Reversed = reversed, TransformerRatio = ratio,
            Quantities = quantities, Periods = periods, Places = places, RatesMaxPerHour = rates,
        };
        return new SiteDevice(model, period is { } said ? options with { Period = said } : options);
    }

    private (ImmutableArray<string>, FrozenDictionary<string, TimeSpan>, FrozenDictionary<string, string>) Points(
        JsonPlace device, MeterModel? model, bool reversed)
    {
        // A meter mounted the other way round yields export where its model has import.
        var known = model is null ? [] : MeterSetup.QuantitiesOf(model, reversed).ToHashSet();
        var names = ImmutableArray.CreateBuilder<string>();
        var periods = new Dictionary<string, TimeSpan>();
        var places = new Dictionary<string, string>();
        foreach (var (quantity, place) in device.Optional("points")?.Members() ?? [])
        {
            if (!place.IsObject)
            {
                place.Wrong("is no object.", "Write {} for the usual, or { \"period\": \"60s\" }.");
                continue;
            }
            if (model is not null && !known.Contains(quantity))
                place.Wrong($"{model.Id} has no \"{quantity}\".", JsonPlace.Nearest(quantity, known) is { } near
                    ? $"Did you mean \"{near}\"?" : $"It has {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
            names.Add(quantity);
            if (place.Optional("period")?.Duration(PeriodMin, PeriodMax) is { } period) periods[quantity] = period;
            if (Space(place) is { } space) places[quantity] = space;
        }
        return (names.ToImmutable(), periods.ToFrozenDictionary(), places.ToFrozenDictionary());
    }

    private string? Space(JsonPlace place)
    {
        if (place.Optional("place") is not { } written) return null;
        var id = written.Name();
        if (id.Length > 0 && spaces.All(s => s.Id != id))
            written.Wrong($"There is no space \"{id}\".", JsonPlace.Nearest(id, spaces.Select(s => s.Id)) is { } near
                ? $"Did you mean \"{near}\"?" : "Add it to \"spaces\".");
        return id;
    }

    private static void Unique(Dictionary<string, string> taken, string value, JsonPlace place, string problem)
    {
        if (value.Length > 0 && !taken.TryAdd(value, place.Path)) place.Wrong($"\"{value}\" {problem} ({taken[value]}).", "Give each its own.");
    }
}
