using System.Collections.Immutable;
using System.Globalization;
using Ecocentre.Edge.Devices.Gpio;
using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>Reads I2C buses and serial ports with sensors from a site file.</summary>
/// <param name="altitudeMetres">Of the site, for what compensates for the pressure of the air.</param>
internal sealed class SensorPlaces(DevicePlaces shared, double? altitudeMetres)
{
    // A2 to A0 of an MCP23017 choose among these (Microchip DS20001952C, section 3.3).
    private const byte ExpanderMin = 0x20, ExpanderMax = 0x27;

    // What Linux sets where the device tree says nothing: standard mode (NXP UM10204 rev. 7, table 9).
    private const int KilohertzUsual = 100;

    // A sensor's own warmth and its housing are worth a few K; beyond it something else is wrong.
    private const double OffsetKelvinMax = 20;

    // Short enough for a person who sits down, long enough for sixteen expanders on a bus of 100 kHz.
    private static readonly TimeSpan ExpanderPeriod = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ExpanderPeriodMin = TimeSpan.FromMilliseconds(10), ExpanderPeriodMax = TimeSpan.FromSeconds(10);

    private static readonly Dictionary<string, string> Expanders = new() { ["mcp23017"] = "mcp23017" };

    internal ChipBus Chips(JsonPlace bus, string name, JsonPlace way)
    {
        var occupancy = new ChipAddresses();
        var devices = ImmutableArray.CreateBuilder<SiteDevice>();
        foreach (var place in bus["devices"].Items(countMin: 1))
        {
            var branch = Branch(place, occupancy);
            if (place.Optional("expander") is { } expander) devices.Add(Expander(place, expander, branch, occupancy));
            else if (Sensor(place, SensorWire.I2c, branch) is { } sensor)
            {
                occupancy.Take(sensor.Options.Address ?? sensor.Type.Addresses[0], branch, sensor.Name, place);
                devices.Add(sensor);
            }
        }
        return new ChipBus(name, devices.ToImmutable(), shared.Path(way["path"]),
            1000 * (way.Optional("kilohertz")?.Integer(10, 3400) ?? KilohertzUsual))
        {
            Reset = way.Optional("reset") is { } pin ? Line(pin) : null,
        };
    }

    internal UartBus Uart(JsonPlace bus, string name, SerialPlace line)
    {
        var places = bus["devices"].Items(countMin: 1);
        foreach (var other in places.Skip(1)) other.Wrong("is a second sensor on one serial port.", "Give each its own port and bus.");
        var sensors = places.Select(place => Sensor(place, SensorWire.Serial, null)).OfType<SiteSensor>().ToImmutableArray<SiteDevice>();
        if (sensors.FirstOrDefault() is SiteSensor { Type: { Baud: > 0 } type } && type.Baud != line.Baud)
            bus["serial"]["baud"].Wrong($"is {line.Baud}; a {type.Title} speaks at {type.Baud}.", $"Write {type.Baud}.");
        return new UartBus(name, sensors, line);
    }

    private SiteSensor? Sensor(JsonPlace place, SensorWire wire, MuxBranch? branch)
    {
        var name = shared.Name(place);
        var type = Type(place["sensor"], wire);
        var wanted = shared.Wanted(place, type?.Title ?? "", type?.Quantities.Select(q => q.Name).ToArray());
        var options = new SensorOptions
        {
            Name = name,
            Address = wire == SensorWire.I2c && place.Optional("address") is { } address ? Address(address, type) : null,
            Period = place.Optional("period")?.Duration(type?.PeriodMin ?? TimeSpan.FromMilliseconds(20), type?.PeriodMax ?? TimeSpan.FromDays(1)),
            Quantities = wanted.Quantities,
            Place = shared.Space(place),
            AltitudeMetres = altitudeMetres,
            PressureFrom = place.Optional("pressureFrom")?.Name(),
            TemperatureOffset = place.Optional("temperatureOffset")?.Number(-OffsetKelvinMax, OffsetKelvinMax),
            Bluetooth = place.Optional("bluetooth")?.Flag(),
            Instrument = shared.InstrumentOf(name),
        };
        foreach (var (quantity, _) in wanted.Periods) place["points"][quantity]["period"].Wrong("A sensor is polled whole.",
            "Give the device a period.");
        if (type is null) return null;
        if (options.Instrument?.SelfCalibration is not null && !type.HasSelfCalibration)
            place["instrument"]["selfCalibration"].Wrong($"A {type.Title} has no self-calibration.", "Remove it.");
        if (options.Bluetooth is not null && !type.HasBluetooth) place["bluetooth"].Wrong($"A {type.Title} has no Bluetooth.", "Remove it.");
        if (options.Bluetooth == true) place["bluetooth"].Wrong("The gateway switches Bluetooth off, never on.", "Write false, or remove it.");
        return new SiteSensor(type, options, branch, place.Path) { Places = wanted.Places };
    }

    private static SensorType? Type(JsonPlace place, SensorWire wire)
    {
        var word = place.Text();
        if (!SensorCatalogue.TryGet(word, out var type))
        {
            if (word.Length > 0) place.Wrong($"There is no sensor \"{word}\".", SensorCatalogue.Nearest(word) is { } near
                ? $"Did you mean \"{near}\"?" : $"There are {string.Join(", ", SensorCatalogue.All.Select(t => t.Word))}.");
            return null;
        }
        if (type.Wire == wire) return type;
        place.Wrong($"A {type.Title} does not sit on this kind of bus.", type.Wire == SensorWire.I2c ? "Put it on an \"i2c\" bus."
            : "Give it a \"serial\" bus of its own.");
        return null;
    }

    private SiteExpander Expander(JsonPlace place, JsonPlace expander, MuxBranch? branch, ChipAddresses occupancy)
    {
        var name = shared.Name(place);
        if (place.Optional("sensor") is { } sensor) sensor.Wrong("This is a sensor and an expander.", "Keep one of them.");
        var address = place.Optional("address") is { } written ? Address(written, ExpanderMin, ExpanderMax) : ExpanderMin;
        occupancy.Take(address, branch, name, place);
        var home = shared.Space(place);
        var lines = new LinePlaces(shared);
        var contacts = ImmutableArray.CreateBuilder<ContactOptions>();
        foreach (var line in place["contacts"].Items(countMin: 1))
        {
            var contact = lines.Contact(line, line, Mcp23017Lines.ChipLines, name).Options;
            if (contact.Line.Debounce > TimeSpan.Zero) line["debounce"].Wrong("An expander has no debounce.",
                "Remove it; \"period\" says how often it is asked.");
            if (contact.Line.Bias == LineBias.PullDown) line["bias"].Wrong("An MCP23017 has pull-ups only.",
                "Write \"pull-up\" and \"activeLow\", or a resistor on the board.");
            contacts.Add(contact.Place is null ? contact with { Place = home } : contact);
        }
        var period = place.Optional("period")?.Duration(ExpanderPeriodMin, ExpanderPeriodMax) ?? ExpanderPeriod;
        return new SiteExpander(name, place.Path, expander.Word(Expanders), address, branch, period, contacts.ToImmutable())
        {
            Interrupt = place.Optional("interrupt") is { } pin ? Line(pin) : null,
        };
    }

    /// <summary>A line of a GPIO chip that no other device has.</summary>
    private (string, int) Line(JsonPlace pin)
    {
        var (path, line) = (shared.PathOf(pin["path"]), pin["line"].Integer(0, LinePlaces.LinesMax - 1));
        shared.Line(path, line, pin["line"]);
        return (path, line);
    }

    private static MuxBranch? Branch(JsonPlace place, ChipAddresses occupancy)
    {
        if (place.Optional("mux") is not { } mux) return null;
        var branch = new MuxBranch(Address(mux["address"], MuxBranch.AddressMin, MuxBranch.AddressMax),
            mux["channel"].Integer(0, MuxBranch.Channels - 1));
        occupancy.Mux(branch.Address, mux);
        return branch;
    }

    private static byte? Address(JsonPlace place, SensorType? type)
    {
        var before = type is { Addresses.IsEmpty: false } ? type.Addresses : [];
        var address = Address(place, I2cBus.AddressMin, I2cBus.AddressMax);
        if (before.IsEmpty || before.Contains(address)) return address;
        place.Wrong($"A {type!.Title} has no address 0x{address:x2}.", $"It can have {string.Join(", ", before.Select(a => $"0x{a:x2}"))}.");
        return null;
    }

    /// <summary>Reads <c>"0x62"</c>, or a number.</summary>
    private static byte Address(JsonPlace place, byte min, byte max)
    {
        if (place.IsNumber) return (byte)Math.Clamp(place.Integer(min, max), min, max);
        var text = place.Text();
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            && byte.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var address)
            && address >= min && address <= max) return address;
        if (text.Length > 0) place.Wrong($"\"{text}\" is no I2C address for this.",
            $"Write its seven bits in hexadecimal, from \"0x{min:x2}\" to \"0x{max:x2}\".");
        return min;
    }
}
