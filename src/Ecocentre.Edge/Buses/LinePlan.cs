using System.Collections.Immutable;
using Ecocentre.Edge.Commands;
using Ecocentre.Edge.Devices.Gpio;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Buses;

/// <summary>The input lines of a GPIO chip as they will be requested: pulses apart from contacts, because lines of one request share the kernel's room
/// for edges and a contact that chatters would cost pulses.</summary>
public sealed class LinePlan : BusPlan
{
    private LinePlan(LineBus bus, ImmutableArray<Point> points) : base(bus, points) => Bus = bus;

    public LineBus Bus { get; }

    public override string Description
    {
        get
        {
            var table = new TextTable("device", "line", "what", "active", "bias", "debounce");
            foreach (var device in Bus.Devices)
            {
                var (line, what) = device is SitePulse pulse
                    ? (pulse.Options.Line, FormattableString.Invariant($"{pulse.Options.PerPulse} per pulse of {pulse.Options.Quantity}"))
                    : (((SiteContact)device).Options.Line, ((SiteContact)device).Options.Quantity);
                table.Add(device.Name, $"{line.Offset}", what, line.ActiveLow ? "low" : "high", Bias(line.Bias),
                    $"{line.Debounce.TotalMilliseconds} ms");
            }
            return table.ToString().TrimEnd();
        }
    }

    internal static LinePlan Of(LineBus bus, PointId first) => new(bus,
        [.. bus.Devices.Select((device, i) => Point(device, new PointId(checked((ushort)(first.Value + i)))))]);

    internal override ConnectedBus Connect(Wiring wiring, IReadOnlySet<string>? only = null)
    {
        var inputs = Bus.Devices.Select((device, i) => (Device: device, Points[i].Id)).Where(d => IsWanted(only, d.Device.Name)).ToArray();
        LineInput Make((SiteDevice Device, PointId Id) input) => input.Device is SitePulse pulse
            ? new PulseInput(pulse.Options, input.Id,
                wiring.Carries.TryGetValue(Points[input.Id.Value - Points[0].Id.Value].Name, out var carry) ? carry : null, wiring.Time)
            : new ContactInput(((SiteContact)input.Device).Options, input.Id, wiring.Time);
        var banks = new[] { inputs.Where(i => i.Device is SiteContact), inputs.Where(i => i.Device is SitePulse) }
            .SelectMany(kind => kind.Chunk(GpioLines.LinesMax))
            .Select((chunk, number) => new GpioBank($"{Bus.Name}-{number + 1}", chunk.Select(Make),
                lines => wiring.Ports.RequestLines(Bus.Path, lines, wiring.Time), wiring.Time, wiring.Now))
            .ToArray();
        return new ConnectedBus([], 1, banks);
    }

    private static Point Point(SiteDevice device, PointId id) =>
        device is SitePulse pulse ? pulse.Options.ToPoint(id) : ((SiteContact)device).Options.ToPoint(id);

    private static string Bias(LineBias bias) =>
        bias switch { LineBias.PullUp => "pull-up", LineBias.PullDown => "pull-down", LineBias.Off => "off", _ => "" };
}
