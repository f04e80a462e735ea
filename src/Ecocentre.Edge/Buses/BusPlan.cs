using System.Collections.Immutable;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Buses;

/// <summary>A bus of a site as it will be read: its devices with their points, and how busy that makes it. One subclass for each kind of bus. Nothing
/// is opened before <see cref="Connect"/>.</summary>
public abstract class BusPlan
{
    // Room for a lost frame and its repetition.
    internal const double ShareMax = 0.8;

    private protected BusPlan(BusOptions options, ImmutableArray<Point> points) => (Options, Points) = (options, points);

    public BusOptions Options { get; }

    /// <summary>The points it yields, in the order of their ids, which follow each other.</summary>
    public ImmutableArray<Point> Points { get; }

    /// <summary>Names of its devices as they can be connected one by one.</summary>
    public IEnumerable<string> Devices => Options.Devices.Select(d => d.Name);

    /// <summary>Predicted share of the bus's time, 0 to 1 and beyond; 0 where nothing shares it.</summary>
    public virtual double Share => 0;

    /// <summary>What is asked of the bus, for people: a table and a last line with its use.</summary>
    public abstract string Description { get; }

    /// <summary>Planned fuller than a bus may be.</summary>
    public bool IsTooFull => Share > ShareMax;

    /// <summary>Plans buses; points get their ids in the order of the file.</summary>
    public static ImmutableArray<BusPlan> Of(IEnumerable<BusOptions> buses)
    {
        var points = 0;
        var plans = ImmutableArray.CreateBuilder<BusPlan>();
        foreach (var bus in buses)
        {
            var first = new PointId(checked((ushort)points));
            BusPlan plan = bus switch
            {
                ModbusBus modbus => ModbusPlan.Of(modbus, first),
                ChipBus chips => ChipPlan.Of(chips, first),
                UartBus uart => UartPlan.Of(uart, first),
                LineBus lines => LinePlan.Of(lines, first),
                BridgeBus bridge => BridgePlan.Of(bridge, first),
                _ => throw new InvalidOperationException($"BUG: nobody plans a {bus.GetType().Name}."),
            };
            plans.Add(plan);
            points += plan.Points.Length;
        }
        return plans.ToImmutable();
    }

    /// <summary>Makes its devices and the way to them; it opens with the first poll.</summary>
    /// <param name="only">Names of the devices wanted; null for all.</param>
    internal abstract ConnectedBus Connect(Wiring wiring, IReadOnlySet<string>? only = null);

    private protected bool IsWanted(IReadOnlySet<string>? only, string device) => only is null || only.Contains(device);
}
