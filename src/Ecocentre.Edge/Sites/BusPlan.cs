using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>A bus of a site as it will be read: its devices with their points and requests, and how busy that makes it. Nothing is opened.</summary>
public sealed class BusPlan
{
    private BusPlan(BusOptions options, ImmutableArray<MeterSetup> meters)
    {
        (Options, Meters) = (options, meters);
        Use = new BusUse(meters, options is TcpBus tcp ? tcp.Outstanding : 1);
    }

    public BusOptions Options { get; }

    public ImmutableArray<MeterSetup> Meters { get; }

    /// <summary>What the requests ask of the bus.</summary>
    public BusUse Use { get; }

    /// <summary>Plans all buses of a site; points get their ids in the order of the file.</summary>
    public static ImmutableArray<BusPlan> Of(Site site)
    {
        var points = 0;
        var plans = ImmutableArray.CreateBuilder<BusPlan>();
        foreach (var bus in site.Buses)
        {
            var meters = ImmutableArray.CreateBuilder<MeterSetup>();
            foreach (var device in bus.Devices)
            {
                var setup = MeterSetup.Make(device.Model, device.Options, new PointId(checked((ushort)points)), Cost(bus, device.Model));
                points += setup.Points.Length;
                meters.Add(setup);
            }
            plans.Add(new BusPlan(bus, meters.ToImmutable()));
        }
        return plans.ToImmutable();
    }

    /// <summary>The way to the bus's servers; it connects with the first request. The caller disposes of it.</summary>
    public ModbusTransport Connect(TimeProvider time)
    {
        switch (Options)
        {
            case TcpBus tcp:
                return new TcpTransport(TcpDial.To(tcp.Host, tcp.Port),
                    new TcpTiming { OutstandingMax = tcp.Outstanding, ReplyTimeout = Slowest(tcp.Timeout) }, time);
            case RtuOverTcpBus tunnel:
                return new RtuTransport(TcpDial.To(tunnel.Host, tunnel.Port), Timing(RtuTiming.OverTcp, tunnel.FrameDelay, tunnel.Timeout), time);
            case SerialBus serial:
                var settings = Settings(serial);
                return RtuTransport.OnSerialPort(serial.Path, settings, Timing(RtuTiming.Serial(settings), serial.FrameDelay, serial.Timeout), time);
            default:
                throw new InvalidOperationException($"BUG: no way is known to {Options.GetType().Name}.");
        }
    }

    /// <summary>How a serial bus sets its port.</summary>
    public static SerialSettings Settings(SerialBus bus) => new(bus.Baud, bus.Parity, bus.StopBits)
    {
        Direction = bus.KernelDirection ? LineDirection.Kernel : LineDirection.Adapter,
    };

    private static ReadCost Cost(BusOptions bus, MeterModel model)
    {
        TimeSpan Delay(TimeSpan site) => model.FrameDelay is { } delay && delay > site ? delay : site;
        return bus switch
        {
            SerialBus serial => ReadCost.Rtu(serial.Baud, Settings(serial).CharacterBits, Delay(serial.FrameDelay), ReadCost.UsualTurnaround),
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
