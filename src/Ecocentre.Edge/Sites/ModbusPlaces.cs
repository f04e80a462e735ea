using System.Collections.Frozen;
using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>Reads Modbus buses of a site file and the meters on them.</summary>
internal sealed class ModbusPlaces(MeterCatalogue catalogue, DevicePlaces shared)
{
    private static readonly TimeSpan FrameDelayMax = TimeSpan.FromSeconds(1), TimeoutMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TimeoutUsual = TimeSpan.FromSeconds(1);

    // 9600: what most meters leave the factory with.
    private const int BaudUsual = 9600;

    // The largest building supply a work centre has is far below 10 MW; beyond it a digit is too many.
    private const double KilowattsMax = 10_000;

    internal TcpBus Tcp(JsonPlace bus, string name, JsonPlace way)
    {
        var (devices, timeout) = (Meters(bus, name, serial: false), Timeout(bus));
        if (bus.Optional("frameDelay") is { } delay) delay.Wrong("means nothing on Modbus TCP.", "Remove it.");
        var (host, port) = Endpoint(way);
        return new TcpBus(name, devices, timeout, host, port, way.Optional("outstanding")?.Integer(1, TcpTransport.OutstandingLimit) ?? 1);
    }

    internal RtuOverTcpBus RtuOverTcp(JsonPlace bus, string name, JsonPlace way)
    {
        var devices = Meters(bus, name, serial: false);
        var (host, port) = Endpoint(way);
        var baud = way.Optional("baud")?.Integer(SerialPlaces.BaudMin, SerialPlaces.BaudMax) ?? BaudUsual;
        return new RtuOverTcpBus(name, devices, Timeout(bus), host, port, baud, FrameDelay(bus));
    }

    internal SerialBus Serial(JsonPlace bus, string name, SerialPlace line) =>
        new(name, Meters(bus, name, serial: true), Timeout(bus), line, FrameDelay(bus));

    /// <summary>Reads the devices of a bus without a way in, for the mistakes in them.</summary>
    internal void Stranded(JsonPlace bus, string name)
    {
        Meters(bus, name, serial: false);
        Timeout(bus);
        FrameDelay(bus);
    }

    private static TimeSpan Timeout(JsonPlace bus) => bus.Optional("timeout")?.Duration(max: TimeoutMax) ?? TimeoutUsual;

    private static TimeSpan FrameDelay(JsonPlace bus) =>
        bus.Optional("frameDelay")?.Duration(min: TimeSpan.Zero, max: FrameDelayMax) ?? TimeSpan.Zero;

    private (string Host, int Port) Endpoint(JsonPlace place)
    {
        var (host, port) = (place["host"].Text(), place.Optional("port")?.Integer(1, 65_535) ?? TcpDial.DefaultPort);
        if (host.Length > 0 && Uri.CheckHostName(host) == UriHostNameType.Unknown)
            place["host"].Wrong($"\"{host}\" is no host name or address.", "Write it without a scheme, port or slash, as in \"192.0.2.20\".");
        shared.Address($"{host}:{port}", place, "is the address of an earlier bus: one server, one bus");
        return (host, port);
    }

    private ImmutableArray<SiteDevice> Meters(JsonPlace bus, string busName, bool serial)
    {
        var units = new Dictionary<int, string>();
        var meters = ImmutableArray.CreateBuilder<SiteDevice>();
        foreach (var place in bus["devices"].Items(countMin: 1))
        {
            var unit = serial ? place["unit"].Integer(1, 247) : place.Optional("unit")?.Integer(0, 255) ?? 1;
            var name = shared.Name(place);
            if (!units.TryAdd(unit, name)) place["unit"].Wrong($"{unit} is also the unit id of \"{units[unit]}\" on bus \"{busName}\".",
                "Give each device of a bus its own.");
            if (Meter(place, name, (byte)Math.Clamp(unit, 0, 255)) is { } meter) meters.Add(meter);
        }
        return meters.ToImmutable();
    }

    private SiteMeter? Meter(JsonPlace place, string name, byte unit)
    {
        var modelId = place["model"].Text();
        var known = catalogue.TryGet(modelId, out var model);
        if (!known && modelId.Length > 0)
            place["model"].Wrong($"There is no meter model \"{modelId}\".", catalogue.Nearest(modelId) is { } near
                ? $"Did you mean \"{near}\"?" : "The models are the files of config/meters; `scan` says which one answers.");
        var period = DevicePlaces.Period(place);
        var home = shared.Space(place);
        var (reversed, ratio) = (place.Optional("reversed")?.Flag() ?? false, place.Optional("currentRatio")?.Number(0.001, 100_000) ?? 1);
        var kilowatts = place.Optional("powerMaxKilowatts")?.Number(0.001, KilowattsMax);
        // A meter mounted the other way round yields export where its model has import.
        var wanted = shared.Wanted(place, modelId, model is null ? null : MeterSetup.QuantitiesOf(model, reversed).ToHashSet());
        if (model is null) return null;
        var rates = kilowatts is { } max
            ? model.Points.Values.Where(p => p.Quantity.Kind == PointKind.Counter && p.Quantity.Name.StartsWith("energy.", StringComparison.Ordinal))
                .ToFrozenDictionary(p => p.Quantity.Name, _ => max)
            : FrozenDictionary<string, double>.Empty;
        var options = new MeterOptions
        {
            Name = name, Unit = unit, Place = home, Reversed = reversed, TransformerRatio = ratio,
            Quantities = wanted.Quantities, Periods = wanted.Periods, Places = wanted.Places, RatesMaxPerHour = rates,
        };
        return new SiteMeter(model, period is { } said ? options with { Period = said } : options, place.Path);
    }
}
