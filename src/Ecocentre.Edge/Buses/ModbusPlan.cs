using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Buses;

/// <summary>A bus of Modbus meters as it will be read: the requests to each, and how busy they make it.</summary>
public sealed class ModbusPlan : BusPlan
{
    private ModbusPlan(ModbusBus options, ImmutableArray<MeterSetup> meters) : base(options, [.. meters.SelectMany(m => m.Points)])
    {
        (Bus, Meters) = (options, meters);
        Use = new BusUse(meters, options is TcpBus tcp ? tcp.Outstanding : 1);
    }

    public ModbusBus Bus { get; }

    public ImmutableArray<MeterSetup> Meters { get; }

    /// <summary>What the requests ask of the bus.</summary>
    public BusUse Use { get; }

    public override double Share => Use.Share;

    public override string Description => Use.ToString();

    internal static ModbusPlan Of(ModbusBus bus, PointId first)
    {
        var meters = ImmutableArray.CreateBuilder<MeterSetup>();
        var points = (int)first.Value;
        // Most meters of a bus are read like the last one of their model, and planning is what costs here.
        var last = new Dictionary<MeterModel, MeterSetup>(ReferenceEqualityComparer.Instance);
        foreach (var meter in bus.Meters)
        {
            var setup = MeterSetup.Make(
                meter.Model, meter.Options, new PointId(checked((ushort)points)), Cost(bus, meter.Model), last.GetValueOrDefault(meter.Model));
            meters.Add(last[meter.Model] = setup);
            points += setup.Points.Length;
        }
        return new ModbusPlan(bus, meters.ToImmutable());
    }

    internal override ConnectedBus Connect(Wiring wiring, IReadOnlySet<string>? only = null)
    {
        var transport = Transport(wiring);
        var meters = Meters.Where(m => IsWanted(only, m.Options.Name))
            .Select(setup => new Meter(setup, transport, wiring.Time, wiring.Now)).ToArray();
        return new ConnectedBus(meters, transport.OutstandingMax, Way: transport);
    }

    private ModbusTransport Transport(Wiring wiring)
    {
        switch (Bus)
        {
            case TcpBus tcp:
                return new TcpTransport(TcpDial.To(tcp.Host, tcp.Port),
                    new TcpTiming { OutstandingMax = tcp.Outstanding, ReplyTimeout = Slowest(tcp.Timeout) }, wiring.Time);
            case RtuOverTcpBus tunnel:
                return new RtuTransport(TcpDial.To(tunnel.Host, tunnel.Port),
                    Timing(RtuTiming.OverTcp, tunnel.FrameDelay, tunnel.Timeout), wiring.Time);
            case SerialBus serial:
                var settings = serial.Line.Settings;
                return RtuTransport.OnSerialPort(
                    serial.Line.Path, settings, Timing(RtuTiming.Serial(settings), serial.FrameDelay, serial.Timeout), wiring.Time);
            default:
                throw new InvalidOperationException($"BUG: no way is known to {Bus.GetType().Name}.");
        }
    }

    private static ReadCost Cost(ModbusBus bus, MeterModel model)
    {
        TimeSpan Delay(TimeSpan site) => model.FrameDelay is { } delay && delay > site ? delay : site;
        return bus switch
        {
            SerialBus serial => ReadCost.Rtu(serial.Line.Baud, serial.Line.Settings.CharacterBits, Delay(serial.FrameDelay),
                ReadCost.UsualTurnaround),
            // 11 bits a character: the longer of the two formats that a converter may be set to.
            RtuOverTcpBus tunnel => ReadCost.Rtu(tunnel.Baud, 11, Delay(tunnel.FrameDelay), ReadCost.UsualTurnaround + ReadCost.UsualRoundTrip),
            _ => ReadCost.Tcp(ReadCost.UsualRoundTrip),
        };
    }

    private RtuTiming Timing(RtuTiming timing, TimeSpan frameDelay, TimeSpan timeout)
    {
        var slow = Meters.Where(m => m.Model.FrameDelay is { } delay && delay > frameDelay);
        return timing with
        {
            Silence = frameDelay > timing.Silence ? frameDelay : timing.Silence,
            UnitSilences = slow.ToImmutableDictionary(m => m.Options.Unit, m => m.Model.FrameDelay!.Value),
            ReplyTimeout = Slowest(timeout),
        };
    }

    /// <summary>The site's timeout, or longer where a model asks for more.</summary>
    private TimeSpan Slowest(TimeSpan timeout) => Meters.Select(m => m.Model.Timeout ?? TimeSpan.Zero).Append(timeout).Max();
}
