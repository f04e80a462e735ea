using System.Globalization;
using System.Xml.Linq;
using Ecocentre.Edge.Devices.Gpio;
using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Drawings;

/// <summary>A device as the person with the screwdriver needs it: its name for the label, what it is, how it is told from its neighbours, where it
/// belongs.</summary>
/// <param name="Lines">At most four, under the name.</param>
internal sealed record DeviceCard(string Name, params string[] Lines)
{
    /// <summary>It hangs on the wires of its bus; a contact of an expander hangs on that.</summary>
    public bool IsOnTheBus { get; init; } = true;

    /// <summary>Where the wire goes that is this device's alone; empty for none.</summary>
    public string OwnWire { get; init; } = "";

    /// <summary>One card, or for an expander one for itself and one for each of its contacts.</summary>
    public static IEnumerable<DeviceCard> Of(SiteDevice device, BusOptions bus)
    {
        switch (device)
        {
            case SiteMeter meter:
                var (ratio, reversed) = (meter.Options.TransformerRatio, meter.Options.Reversed);
                var built = (ratio == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"transformers × {ratio} ")) + (reversed ? "arrow outwards" : "");
                var unit = bus is TcpBus ? $"unit {meter.Options.Unit}" : $"unit id {meter.Options.Unit}";
                return [new(meter.Name, meter.Kind, unit, built, meter.Options.Place ?? "")];
            case SiteSensor sensor:
                var address = sensor.Options.Address ?? sensor.Type.Addresses.FirstOrDefault();
                return [new(sensor.Name, sensor.Kind, bus is ChipBus ? Address(address, sensor.Branch) : "", sensor.Options.Place ?? "")];
            case SiteExpander expander:
                var interrupt = expander.Interrupt is { } pin ? $"interrupt to line {Header.Line(pin.Path, pin.Line)}" : "";
                return [new(expander.Name, expander.Chip, Address(expander.Address, expander.Branch), interrupt),
                    .. expander.Contacts.Select(c => Contact(c, $"{expander.Name}, {c.Line.Offset}") with { IsOnTheBus = false })];
            case SiteContact contact:
                return [Contact(contact.Options, Header.Line(bus.Address, contact.Options.Line.Offset))];
            case SitePulse pulse:
                return [new(pulse.Name, $"pulses: {pulse.Options.Quantity}", Level(pulse.Options.Line), pulse.Options.Place ?? "")
                    { OwnWire = Header.Line(bus.Address, pulse.Options.Line.Offset) }];
            case SiteTopic topic:
                return [new(topic.Name, "topic", topic.Topic, topic.Place ?? "")];
            default:
                return [new(device.Name, device.Kind)];
        }
    }

    public IEnumerable<XElement> Draw(double x, double y, int width, int height)
    {
        yield return Sheet.Box(x, y, width, height);
        yield return Sheet.Text(x + 8, y + 19, Name, width - 16, "bold", 14);
        for (var i = 0; i < Lines.Length; i++) yield return Sheet.Text(x + 8, y + 38 + i * 17, Lines[i], width - 16, size: 12);
    }

    private static DeviceCard Contact(ContactOptions contact, string wire) =>
        new(contact.Name, contact.Quantity, Level(contact.Line), contact.Place ?? "") { OwnWire = wire };

    private static string Address(byte address, MuxBranch? branch) =>
        branch is { } behind ? $"0x{address:X2} behind 0x{behind.Address:X2} SD{behind.Channel}" : $"0x{address:X2}";

    private static string Level(LineSettings line) => (line.ActiveLow ? "active low" : "active high") + line.Bias switch
    {
        LineBias.PullUp => ", pull-up", LineBias.PullDown => ", pull-down", _ => "",
    };
}
