using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Ecocentre.Edge.Commands;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Devices.Gpio;
using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Buses;

/// <summary>An I2C bus as it will be read: its sensors and expanders, where each sits, and about how busy they make it.</summary>
public sealed class ChipPlan : BusPlan
{
    // A byte and its acknowledgement (NXP UM10204 rev. 7, section 3.1.5).
    private const int BitsPerByte = 9;

    // The longest usual poll: a SEN54's ready flag (2 + 3 bytes and addresses) and its eight words (2 + 24 bytes and addresses), about 40 in all.
    private const int SensorBytes = 40;

    // An MCP23017: its address and a register pointer, its address again and nine registers.
    private const int ExpanderBytes = 12;

    // A multiplexer's control byte, written and read back, twice: the branch left and the branch entered.
    private const int MuxBytes = 8;

    private readonly ImmutableArray<(SiteDevice Device, ImmutableArray<Point> Points)> _devices;

    private ChipPlan(ChipBus bus, ImmutableArray<(SiteDevice, ImmutableArray<Point>)> devices) : base(bus, [.. devices.SelectMany(d => d.Item2)]) =>
        (Bus, _devices) = (bus, devices);

    public ChipBus Bus { get; }

    public override double Share => Bus.Devices.Sum(Bits) / Bus.Hertz;

    public override string Description
    {
        get
        {
            var table = new TextTable("device", "chip", "address", "behind", "points", "period");
            foreach (var (device, points) in _devices)
            {
                var (chip, address, branch) = Place(device);
                table.Add(device.Name, chip, $"0x{address:x2}", branch?.ToString() ?? "", $"{points.Length}",
                    string.Create(CultureInfo.InvariantCulture, $"{Period(device).TotalSeconds} s"));
            }
            return new StringBuilder(table.ToString())
                .Append(CultureInfo.InvariantCulture, $"bus use about {Share:P0} at {Bus.Hertz / 1000} kHz").ToString();
        }
    }

    internal static ChipPlan Of(ChipBus bus, PointId first)
    {
        var next = (int)first.Value;
        var devices = ImmutableArray.CreateBuilder<(SiteDevice, ImmutableArray<Point>)>();
        foreach (var device in bus.Devices)
        {
            var id = new PointId(checked((ushort)next));
            var points = device is SiteSensor sensor ? sensor.Points(id)
                : [.. ((SiteExpander)device).Contacts.Select((c, i) => c.ToPoint(Id(next + i)))];
            devices.Add((device, points));
            next += points.Length;
        }
        return new ChipPlan(bus, devices.ToImmutable());
    }

    internal override ConnectedBus Connect(Wiring wiring, IReadOnlySet<string>? only = null)
    {
        var reset = Bus.Reset is { } pin ? new MuxReset(pin.Line, line => wiring.Ports.RequestOutput(pin.Path, line)) : null;
        var bus = new I2cBus(wiring.Ports.OpenI2c(Bus.Path), reset is null ? null : reset.Pulse);
        var (devices, listeners) = (new List<IDevice>(), new List<IDevice>());
        foreach (var (device, points) in _devices)
            if (!IsWanted(only, device.Name)) continue;
            else if (device is SiteSensor sensor)
            {
                var setup = sensor.Setup(points[0].Id);
                devices.Add(setup.Connect(new SensorWires(wiring.Time, wiring.Now)
                {
                    I2c = bus.Segment(setup.Address, sensor.Branch), Pressure = wiring.Pressure,
                }));
            }
            else if (device is SiteExpander expander)
            {
                var segment = bus.Segment(expander.Address, expander.Branch);
                listeners.Add(new GpioBank(expander.Name,
                    expander.Contacts.Select((contact, i) => new ContactInput(contact, points[i].Id, wiring.Time)),
                    lines => Mcp23017Lines.Open(segment, lines, expander.Period, Interrupt(expander, wiring), wiring.Time), wiring.Time, wiring.Now));
            }
        // A sensor's poll may take as long as the chip measures, but uses the wires for its transfers only, which wait for each other.
        return new ConnectedBus(devices, Math.Max(1, devices.Count), listeners, bus) { Reset = reset };
    }

    private static PointId Id(int value) => new(checked((ushort)value));

    private static (string Chip, byte Address, MuxBranch? Branch) Place(SiteDevice device) => device switch
    {
        SiteSensor sensor => (sensor.Type.Word, sensor.Setup(default).Address, sensor.Branch),
        SiteExpander expander => (expander.Chip, expander.Address, expander.Branch),
        _ => throw new InvalidOperationException($"BUG: a {device.GetType().Name} is no chip."),
    };

    /// <summary>Requests the line that an expander's interrupt pin drives; it only pulls low (Microchip DS20001952C, 3.5.6: ODR).</summary>
    private static Func<GpioLines>? Interrupt(SiteExpander expander, Wiring wiring) => expander.Interrupt is { } pin
        ? () => wiring.Ports.RequestLines(pin.Path, [new LineSettings(pin.Line, ActiveLow: true, LineBias.PullUp)], wiring.Time)
        : null;

    private static TimeSpan Period(SiteDevice device) =>
        device is SiteSensor sensor ? sensor.Options.Period ?? sensor.Type.PeriodUsual : ((SiteExpander)device).Period;

    /// <summary>Bits a second.</summary>
    private static double Bits(SiteDevice device)
    {
        var bytes = (device is SiteExpander ? ExpanderBytes : SensorBytes) + (Place(device).Branch is null ? 0 : MuxBytes);
        return bytes * BitsPerByte / Period(device).TotalSeconds;
    }
}
