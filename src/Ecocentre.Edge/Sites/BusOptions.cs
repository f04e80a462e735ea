using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Outputs.Mqtt;

namespace Ecocentre.Edge.Sites;

/// <summary>A medium that carries one exchange at a time, and the devices on it in the order of the file.</summary>
public abstract record BusOptions(string Name, ImmutableArray<SiteDevice> Devices)
{
    /// <summary>Where it leads, for people: <c>192.0.2.20:502</c>, <c>/dev/ttyUSB0</c>.</summary>
    public abstract string Address { get; }
}

/// <summary>A bus of meters that speak Modbus.</summary>
/// <param name="Timeout">From a request to its reply.</param>
public abstract record ModbusBus(string Name, ImmutableArray<SiteDevice> Devices, TimeSpan Timeout) : BusOptions(Name, Devices)
{
    /// <summary>All its devices.</summary>
    public IEnumerable<SiteMeter> Meters => Devices.OfType<SiteMeter>();
}

/// <summary>One Modbus TCP server.</summary>
/// <param name="Outstanding">Requests it takes at once.</param>
public sealed record TcpBus(string Name, ImmutableArray<SiteDevice> Devices, TimeSpan Timeout, string Host, int Port, int Outstanding)
    : ModbusBus(Name, Devices, Timeout)
{
    public override string Address => $"{Host}:{Port}";
}

/// <summary>A serial line behind a TCP converter that passes RTU frames through as they are.</summary>
/// <param name="Baud">Speed of that line, for the plan; the converter sets it.</param>
public sealed record RtuOverTcpBus(
    string Name, ImmutableArray<SiteDevice> Devices, TimeSpan Timeout, string Host, int Port, int Baud, TimeSpan FrameDelay)
    : ModbusBus(Name, Devices, Timeout)
{
    public override string Address => $"{Host}:{Port}";
}

/// <summary>A serial line of this box with Modbus meters on it.</summary>
/// <param name="FrameDelay">Silence before each request beyond the 3.5 characters of the standard.</param>
public sealed record SerialBus(string Name, ImmutableArray<SiteDevice> Devices, TimeSpan Timeout, SerialPlace Line, TimeSpan FrameDelay)
    : ModbusBus(Name, Devices, Timeout)
{
    public override string Address => Line.Path;
}

/// <summary>A serial port of this box.</summary>
/// <param name="KernelDirection">The kernel's driver turns an RS-485 line round; else the adapter does.</param>
public sealed record SerialPlace(string Path, int Baud, Parity Parity, int StopBits, bool KernelDirection)
{
    public SerialSettings Settings => new(Baud, Parity, StopBits) { Direction = KernelDirection ? LineDirection.Kernel : LineDirection.Adapter };
}

/// <summary>A serial port with one sensor on it that speaks its own protocol.</summary>
public sealed record UartBus(string Name, ImmutableArray<SiteDevice> Devices, SerialPlace Line) : BusOptions(Name, Devices)
{
    public override string Address => Line.Path;
}

/// <summary>An I2C bus of this box with sensors and expanders, behind multiplexers or not.</summary>
/// <param name="Hertz">Clock of the bus, for the plan; the kernel sets it.</param>
public sealed record ChipBus(string Name, ImmutableArray<SiteDevice> Devices, string Path, int Hertz) : BusOptions(Name, Devices)
{
    /// <summary>The GPIO chip and its line that the multiplexers' RESET pins are wired to, or null.</summary>
    public (string Path, int Line)? Reset { get; init; }

    public override string Address => Path;
}

/// <summary>Input lines of one GPIO chip of this box.</summary>
public sealed record LineBus(string Name, ImmutableArray<SiteDevice> Devices, string Path) : BusOptions(Name, Devices)
{
    public override string Address => Path;
}

/// <summary>Topics of an MQTT broker on which others publish what their sensors say: a Zigbee or LoRaWAN bridge.</summary>
public sealed record BridgeBus(string Name, ImmutableArray<SiteDevice> Devices, MqttOptions Broker) : BusOptions(Name, Devices)
{
    public override string Address => $"{Broker.Broker.Scheme}://{Broker.Broker.Host}:{Broker.Port}";
}
