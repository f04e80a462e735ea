using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Sites;

/// <summary>A medium that carries one exchange at a time, and the devices on it.</summary>
/// <param name="Timeout">From a request to its reply.</param>
public abstract record BusOptions(string Name, TimeSpan Timeout, ImmutableArray<SiteDevice> Devices)
{
    /// <summary>Where it leads, for people: <c>192.0.2.20:502</c>, <c>/dev/ttyUSB0</c>.</summary>
    public abstract string Address { get; }
}

/// <summary>One Modbus TCP server.</summary>
/// <param name="Outstanding">Requests it takes at once.</param>
public sealed record TcpBus(string Name, TimeSpan Timeout, ImmutableArray<SiteDevice> Devices, string Host, int Port, int Outstanding)
    : BusOptions(Name, Timeout, Devices)
{
    public override string Address => $"{Host}:{Port}";
}

/// <summary>A serial line behind a TCP converter that passes RTU frames through as they are.</summary>
/// <param name="Baud">Speed of that line, for the plan; the converter sets it.</param>
public sealed record RtuOverTcpBus(
    string Name, TimeSpan Timeout, ImmutableArray<SiteDevice> Devices, string Host, int Port, int Baud, TimeSpan FrameDelay)
    : BusOptions(Name, Timeout, Devices)
{
    public override string Address => $"{Host}:{Port}";
}

/// <summary>A serial line of this box.</summary>
/// <param name="KernelDirection">The kernel's driver turns an RS-485 line round; else the adapter does.</param>
/// <param name="FrameDelay">Silence before each request beyond the 3.5 characters of the standard.</param>
public sealed record SerialBus(
    string Name, TimeSpan Timeout, ImmutableArray<SiteDevice> Devices,
    string Path, int Baud, Parity Parity, int StopBits, bool KernelDirection, TimeSpan FrameDelay) : BusOptions(Name, Timeout, Devices)
{
    public override string Address => Path;
}

/// <summary>A device of a bus: its model and how it is built in.</summary>
public sealed record SiteDevice(MeterModel Model, MeterOptions Options);
