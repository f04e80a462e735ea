using System.Globalization;
using System.Xml.Linq;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Drawings;

/// <summary>One bus: its head, its wires from the gateway on, and a box for each device on them, row after row.</summary>
internal static class BusPanel
{
    private const int HeadHeight = 46;

    private const int Across = 4;

    private const int BoxHeight = 102;

    private const int BoxGap = 14;

    // The wires of a row run above its boxes.
    private const int WiresHeight = 54;

    // For what stands at the gateway's end, and for a resistor at the far one.
    private const int BeginWidth = 110;

    private const int EndWidth = 56;

    /// <returns>The panel with its corner at the origin, and its height in px.</returns>
    public static (IEnumerable<XElement> Elements, int Height) Of(BusOptions bus, Sheet sheet)
    {
        var wires = WiresOf(bus);
        var cards = bus.Devices.SelectMany(device => DeviceCard.Of(device, bus)).ToList();
        var rows = Math.Max(1, (cards.Count + Across - 1) / Across);
        var height = HeadHeight + rows * (WiresHeight + BoxHeight + BoxGap) + 8;
        var elements = new List<XElement>
        {
            Sheet.Box(0, 0, sheet.Width, height, "#fafafa", "#999"),
            Sheet.Text(12, 20, $"{bus.Name}: {wires.Medium}", sheet.Width - 24, "bold", 15),
            Sheet.Text(12, 38, wires.Settings, sheet.Width - 24),
        };
        for (var row = 0; row < rows; row++)
        {
            var top = HeadHeight + row * (WiresHeight + BoxHeight + BoxGap);
            elements.AddRange(Row(wires, [.. cards.Skip(row * Across).Take(Across)], top, sheet.Width, row == 0, row == rows - 1));
        }
        return (elements, height);
    }

    private static IEnumerable<XElement> Row(BusWires wires, List<DeviceCard> cards, int top, int width, bool isFirst, bool isLast)
    {
        var place = (width - BeginWidth - EndWidth - 12) / Across;
        var right = BeginWidth + (isLast ? Math.Max(1, cards.Count) : Across) * place;
        for (var i = 0; i < wires.Conductors.Length; i++)
        {
            var (name, colour, dash) = wires.Conductors[i];
            var y = top + 12 + i * 11;
            yield return Sheet.Line(isFirst ? BeginWidth - 6 : 12, y, isLast ? right : width - 12, y, colour, 2, dash);
            if (isFirst) yield return Sheet.Text(BeginWidth - 12, y + 4, name, size: 10, anchor: "end", fill: colour);
        }
        if (isFirst)
            for (var i = 0; i < wires.Begin.Length; i++)
                yield return Sheet.Text(12, top + WiresHeight + 18 + i * 15, wires.Begin[i], BeginWidth - 16, size: 12);
        for (var i = 0; i < cards.Count; i++)
            foreach (var element in Card(wires, cards[i], BeginWidth + i * place, top, place - BoxGap)) yield return element;
        if (!isLast || wires.End.Length == 0) yield break;
        yield return Sheet.Box(right, top + 4, EndWidth - 8, 30);
        yield return Sheet.Text(right + (EndWidth - 8) / 2.0, top + 23, wires.End, size: 12, anchor: "middle");
    }

    private static IEnumerable<XElement> Card(BusWires wires, DeviceCard card, int x, int top, int width)
    {
        var middle = x + width / 2.0;
        for (var wire = 0; wire < wires.Conductors.Length && card.IsOnTheBus; wire++)
        {
            var (_, colour, dash) = wires.Conductors[wire];
            var at = middle + (wire - (wires.Conductors.Length - 1) / 2.0) * 10;
            yield return Sheet.Line(at, top + 12 + wire * 11, at, top + WiresHeight + 4, colour, 1.5, dash);
        }
        if (card.OwnWire.Length > 0)
        {
            yield return Sheet.Line(x + 24, top + WiresHeight - 10, x + 24, top + WiresHeight + 4, "#1565c0");
            yield return Sheet.Text(x + 30, top + WiresHeight - 2, card.OwnWire, width / 2 - 20, size: 11);
        }
        foreach (var element in card.Draw(x, top + WiresHeight + 4, width, BoxHeight)) yield return element;
    }

    private static BusWires WiresOf(BusOptions bus) => bus switch
    {
        SerialBus serial => Trunk($"{Settings(serial.Line)}, {(serial.Line.KernelDirection ? "the kernel" : "the adapter")} turns the line round"),
        RtuOverTcpBus converter => Trunk($"behind the converter at {converter.Address}, {converter.Baud} baud"),
        TcpBus tcp => new BusWires("Modbus TCP", $"{tcp.Address}. It has no login: keep it in a network of its own.",
            [("Ethernet", "#1565c0", "")], ["switch"], ""),
        ChipBus chips => new BusWires("I2C",
            $"{chips.Path}, {chips.Hertz / 1000} kHz: a metre of cable is much; pull-ups of 2.2 to 4.7 kΩ at one place."
                + (chips.Reset is { } reset ? $" RESET of the multiplexers: line {Header.Line(reset.Path, reset.Line)}." : ""),
            [($"SDA {Header.Pin(2)}", "#1565c0", ""), ($"SCL {Header.Pin(3)}", "#b26a00", ""), ("GND, 3V3", "#333", "5 3")], ["gateway"], ""),
        UartBus uart => new BusWires("serial sensor", Settings(uart.Line),
            [("TX to RX", "#1565c0", ""), ("RX to TX", "#b26a00", ""), ("GND, supply", "#333", "5 3")], ["gateway"], ""),
        LineBus lines => new BusWires("GPIO", $"{lines.Path}. Lines are the chip's (BCM); pins are those of a Raspberry Pi's header.",
            [("GND", "#333", "5 3")], ["gateway"], ""),
        _ => new BusWires("MQTT topics", $"{bus.Address}: published by others, no wire of the gateway's", [("network", "#1565c0", "2 4")], ["broker"], ""),
    };

    private static BusWires Trunk(string settings) => new("RS-485", $"{settings}. One trunk; the common is earthed at the gateway only.",
        [("D1, B, +", "#1565c0", ""), ("D0, A, -", "#b26a00", ""), ("common", "#333", "5 3")], ["adapter,", "120 Ω, bias"], "120 Ω");

    private static string Settings(SerialPlace line) => string.Create(CultureInfo.InvariantCulture,
        $"{line.Path}, {line.Baud} baud, 8{line.Parity.ToString()[0]}{line.StopBits}");

    /// <param name="Begin">What the gateway's end of it needs.</param>
    /// <param name="End">Likewise the far end.</param>
    private sealed record BusWires(string Medium, string Settings, (string Name, string Colour, string Dash)[] Conductors, string[] Begin, string End);
}
