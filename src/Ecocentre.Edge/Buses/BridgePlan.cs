using System.Collections.Immutable;
using Ecocentre.Edge.Commands;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Buses;

/// <summary>Topics of an MQTT broker as they will be listened to.</summary>
public sealed class BridgePlan : BusPlan
{
    private BridgePlan(BridgeBus bus, ImmutableArray<BridgeTopic> topics) : base(bus, [.. topics.SelectMany(t => t.Points).Select(p => p.Point)]) =>
        (Bus, Topics) = (bus, topics);

    public BridgeBus Bus { get; }

    /// <summary>In the order of the file.</summary>
    public ImmutableArray<BridgeTopic> Topics { get; }

    public override string Description
    {
        get
        {
            var table = new TextTable("device", "topic", "points", "silent after");
            foreach (var topic in Topics)
                table.Add(topic.Device, topic.Topic, string.Join(", ", topic.Points.Select(p => p.Point.Quantity.Name)), $"{topic.SilentAfter}");
            return table.ToString().TrimEnd();
        }
    }

    internal static BridgePlan Of(BridgeBus bus, PointId first)
    {
        var next = (int)first.Value;
        var topics = ImmutableArray.CreateBuilder<BridgeTopic>();
        foreach (var device in bus.Devices.Cast<SiteTopic>())
            topics.Add(new BridgeTopic(device.Name, device.Topic, device.SilentAfter, [.. device.Points.Select(p => new BridgePoint(
                Point(device, p, new PointId(checked((ushort)next++))), PayloadPath.Parse(p.Path), p.Values, p.Factor))]));
        return new BridgePlan(bus, topics.ToImmutable());
    }

    /// <summary>There is nothing to poll; <see cref="Bridge"/> listens.</summary>
    internal override ConnectedBus Connect(Wiring wiring, IReadOnlySet<string>? only = null) => new([], 1);

    private static Point Point(SiteTopic device, SiteTopicPoint point, PointId id) => new()
    {
        Id = id, Name = $"{device.Name}.{point.Quantity.Name}", Quantity = point.Quantity, Device = device.Name, Place = device.Place,
        // A reading stands for 2.5 periods: with this it stands until the device counts as silent.
        Period = device.SilentAfter / GatewayLimits.Default.HoldPeriods,
        Min = point.Quantity.Kind == PointKind.State ? 0 : double.NegativeInfinity,
        Max = point.Quantity.Kind == PointKind.State ? 1 : double.PositiveInfinity,
        Private = device.Private,
    };
}
