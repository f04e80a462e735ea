using System.Collections.Frozen;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Devices.Tests.Meters;

/// <summary>Meter models made in code, for tests that need a certain map and nothing else.</summary>
internal static class MadeModel
{
    /// <summary>Holding registers, uint16, unit factor: each value is its own register.</summary>
    public static MeterModel Of(ReadLimits limits, params (string Quantity, int Register)[] points) =>
        Of(limits, points.Select(p => Point(p.Quantity, p.Register)));

    public static MeterModel Of(ReadLimits limits, IEnumerable<MeterPoint> points) => new()
    {
        Id = "made", Brand = "Made", Models = ["Made"], Source = new MeterSource("t", "r", "l", "one source"), Read = limits,
        Points = points.ToFrozenDictionary(p => p.Quantity.Name),
        Capture = new MeterCapture("invented", FrozenDictionary<(RegisterTable, int), ushort>.Empty, FrozenDictionary<string, double>.Empty),
        Checks = FrozenDictionary<string, string>.Empty,
    };

    public static MeterPoint Point(string quantity, int register, RegisterType type = RegisterType.UInt16) => new()
    {
        Quantity = Quantity.TryGet(quantity, out var found) ? found : throw new ArgumentException(quantity),
        Table = RegisterTable.Holding, Registers = [register], Format = new RegisterFormat(type, WordOrder.Abcd), Unit = found.Unit,
    };
}
