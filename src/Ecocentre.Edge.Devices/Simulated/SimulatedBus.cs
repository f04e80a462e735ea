using System.Collections.Frozen;
using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>What a simulated bus is reached by.</summary>
public enum SimulatedBusKind : byte
{
    /// <summary>A Modbus TCP server.</summary>
    Tcp,

    /// <summary>A serial line, Modbus RTU.</summary>
    Rtu,
}

/// <summary>A simulated meter or sensor with its address on a bus.</summary>
/// <param name="Name">Unique in the building; fit for a site file.</param>
/// <param name="Place">Id of the space it measures, or null for the whole centre.</param>
public sealed record SimulatedDevice(string Name, byte Unit, SimulatedMeter Meter, string? Place);

/// <summary>The devices behind one Modbus TCP server or on one serial line. Unknown unit ids stay silent. Any thread.</summary>
public sealed class SimulatedBus : RegisterBank
{
    private readonly FrozenDictionary<byte, SimulatedDevice> _byUnit;
    private readonly Func<Instant> _now;

    /// <param name="baud">Speed of the serial line; 0 for TCP.</param>
    /// <param name="now">Time of the simulated building; never runs backwards.</param>
    public SimulatedBus(string name, int baud, ImmutableArray<SimulatedDevice> devices, Func<Instant> now)
    {
        Name = name;
        Baud = baud;
        Devices = devices;
        _byUnit = devices.ToFrozenDictionary(d => d.Unit);
        _now = now;
    }

    public string Name { get; }

    /// <summary>Speed of the serial line in bits a second, or 0.</summary>
    public int Baud { get; }

    public SimulatedBusKind Kind => Baud == 0 ? SimulatedBusKind.Tcp : SimulatedBusKind.Rtu;

    public ImmutableArray<SimulatedDevice> Devices { get; }

    public override int Read(ModbusRead request, Span<ushort> words) =>
        _byUnit.TryGetValue(request.Unit, out var device) ? device.Meter.Read(request, _now(), words) : -1;
}
