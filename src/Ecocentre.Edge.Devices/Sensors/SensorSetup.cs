using System.Collections.Immutable;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>A type of sensor as one installation uses it: which points it yields. Pure and immutable, so that <c>check</c> can print it
/// without a wire.</summary>
public sealed class SensorSetup
{
    private SensorSetup(SensorType type, SensorOptions options, ImmutableArray<Point> points)
    {
        (Type, Options, Points) = (type, options, points);
        Wanted = [.. points.Select(p => type.Quantities.IndexOf(type.Quantities.First(q => q.Name == p.Quantity.Name)))];
    }

    public SensorType Type { get; }

    public SensorOptions Options { get; }

    /// <summary>The points it yields, in the order of their ids.</summary>
    public ImmutableArray<Point> Points { get; }

    /// <summary>I2C address.</summary>
    public byte Address => Options.Address ?? (Type.Addresses.IsEmpty ? (byte)0 : Type.Addresses[0]);

    /// <summary>Time between two polls.</summary>
    public TimeSpan Period => Options.Period ?? Type.PeriodUsual;

    /// <summary>For each point the place of its quantity in <see cref="SensorType.Quantities"/>.</summary>
    internal ImmutableArray<int> Wanted { get; }

    /// <param name="first">Id of its first point; the others follow without a gap.</param>
    /// <exception cref="ArgumentException">The options ask for what the type does not have: a quantity, an address, a period.</exception>
    public static SensorSetup Make(SensorType type, SensorOptions options, PointId first)
    {
        if (options.Address is { } address && !type.Addresses.Contains(address))
            throw new ArgumentException($"{options.Name}: a {type.Title} has no address 0x{address:x2}.");
        if (options.Period is { } period && (period < type.PeriodMin || period > type.PeriodMax))
            throw new ArgumentException(
                $"{options.Name}: a {type.Title} is polled every {type.PeriodMin} to {type.PeriodMax}, not every {period}.");
        var names = options.Quantities.IsDefaultOrEmpty ? [.. type.Quantities.Select(q => q.Name)] : options.Quantities;
        var points = ImmutableArray.CreateBuilder<Point>(names.Length);
        foreach (var name in names.Distinct())
        {
            if (type.Quantities.FirstOrDefault(q => q.Name == name) is not { } yielded || !Quantity.TryGet(name, out var quantity))
                throw new ArgumentException($"{options.Name}: a {type.Title} has no \"{name}\".");
            points.Add(new Point
            {
                Id = new PointId(checked((ushort)(first.Value + points.Count))),
                Name = $"{options.Name}.{name}",
                Quantity = quantity,
                Device = options.Name,
                Place = options.Place,
                Period = options.Period ?? type.PeriodUsual,
                Min = yielded.Min,
                Max = yielded.Max,
                Private = options.Private,
            });
        }
        return new SensorSetup(type, options, points.ToImmutable());
    }

    /// <summary>The device itself on its wires. It talks to nobody before its first poll.</summary>
    /// <exception cref="ArgumentException">The wires lack the bus this type sits on.</exception>
    public Sensor Connect(SensorWires wires)
    {
        if (Type.Wire == SensorWire.I2c && wires.I2c is null || Type.Wire == SensorWire.Serial && wires.OpenSerial is null)
            throw new ArgumentException($"{Options.Name}: a {Type.Title} sits on {Type.Wire}.");
        return Type.Make(this, wires);
    }
}
