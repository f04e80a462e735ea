using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Resources;

/// <summary><c>GET /api/v1/devices</c>: one honest list of what is dead, since when, and what it costs; then everything else.</summary>
internal static class DevicesResource
{
    internal static void Map(IEndpointRouteBuilder routes, CentreView view, Func<IReadOnlyList<Trouble>> troubles)
    {
        var points = view.Points.Where(point => !point.Private).ToLookup(point => point.Device, point => point.Name);
        var desks = view.Desks.SelectMany(desk => desk.Sensors.Select(sensor => (view.Points[sensor.Value].Device, desk.Id))).Distinct()
            .ToLookup(pair => pair.Device, pair => pair.Id);
        routes.Resource(new Allowed(Roles.Viewer | Roles.Auditor),
            "What is dead, since when, and what it costs; then every device, bus and receiver.")
            .MapGet("/api/v1/devices", (HttpContext context) =>
            {
                var buses = view.Buses();
                var maySeeDesks = (Grant.Of(context).Roles & (DesksResource.Readers | Roles.Admin)) != 0;
                var all = buses.SelectMany(bus => bus.Devices.Select(device => Describe(bus, device))).OrderBy(device => device.Alive)
                    .ThenByDescending(device => device.Costs.Points.Length + device.Costs.DesksUnknown).ToArray();
                return Answer.Json(new DevicePage(
                    all.Count(device => !device.Alive), all, [.. buses.Select(bus => new BusNow(bus.Name, Math.Round(bus.UseShare, 4)))],
                    [.. view.Sinks().Select(sink => new SinkNow(sink.Name, sink.Trouble is null, sink.Behind, sink.BehindSince?.ToString(), sink.Trouble,
                        sink.TroubleSince?.ToString(), sink.BehindBytes, sink.FullIn is { } full ? Math.Round(full.TotalSeconds) : null))],
                    DescribeSelf(view.Latest(), view.Self()), troubles()));

                DeviceNow Describe(BusCondition bus, DeviceCondition device) => new(
                    device.Name, bus.Name, device.IsAlive, device.IsAlive ? null : (device.LastGoodAt ?? view.Since).ToString(),
                    device.LastGoodAt?.ToString(), device.IsAlive ? null : device.LastFault, device.Polls, device.Faults,
                    Math.Round(device.LatencyMilliseconds, 1), Math.Round(device.DelayMilliseconds, 1),
                    device.IsAlive ? Costs.None
                        : new Costs([.. points[device.Name]], desks[device.Name].Count(), maySeeDesks ? [.. desks[device.Name]] : null),
                    device.Instrument is { } one ? new InstrumentNow(one.Maker, one.Type, one.Serial, one.ValidUntil?.ToString()) : null);
            }).Produces<DevicePage>();
    }

    private static GatewayNow DescribeSelf(Snapshot snapshot, GatewayCondition? self) => new(
        snapshot.At.ToString(), snapshot.ClockTrusted, snapshot.Era, self is null ? null : Math.Round(self.ClockOffsetSeconds, 3), self?.LogBytes,
        self?.LogBytesMax, self?.Undelivered, self?.UndeliveredSince?.ToString(), self?.Dropped);
}

/// <summary>Devices, buses and receivers, the dead ones first.</summary>
internal sealed record DevicePage(
    int Dead, DeviceNow[] Devices, BusNow[] Buses, SinkNow[] Sinks, GatewayNow Gateway, IReadOnlyList<Trouble> Troubles);

/// <summary>A device at a moment; counts are since the gateway started.</summary>
/// <param name="DeadSince">Since when it gives nothing; null while it lives.</param>
/// <param name="LastGoodAt">When it last gave a value.</param>
/// <param name="Why">Words of its last fault, while it is dead.</param>
/// <param name="LatencyMilliseconds">Usual time of an answered poll.</param>
/// <param name="DelayMilliseconds">Usual wait for its bus.</param>
/// <param name="Costs">What is not known because of it.</param>
/// <param name="Instrument">Null where the site does not declare it as one.</param>
internal sealed record DeviceNow(
    string Name, string Bus, bool Alive, string? DeadSince, string? LastGoodAt, string? Why, long Polls, long Faults, double LatencyMilliseconds,
    double DelayMilliseconds, Costs Costs, InstrumentNow? Instrument);

/// <summary>What makes a device's readings worth believing.</summary>
/// <param name="ValidUntil">After it its readings are questionable: a calibration is due; null when it never runs out.</param>
internal sealed record InstrumentNow(string? Maker, string? Type, string? Serial, string? ValidUntil);

/// <summary>The gateway itself: its clock and its log; what is not known is null.</summary>
/// <param name="ClockTrusted">False: readings are questionable.</param>
/// <param name="Era">Counts the times its clock was set.</param>
/// <param name="ClockOffsetSeconds">The machine's clock less the gateway's.</param>
/// <param name="Undelivered">Entries that the slowest receiver has not taken.</param>
/// <param name="UndeliveredSince">When the oldest of them came.</param>
/// <param name="Dropped">Entries given up since start.</param>
internal sealed record GatewayNow(
    string Now, bool ClockTrusted, int Era, double? ClockOffsetSeconds, long? LogBytes, long? LogBytesMax, long? Undelivered, string? UndeliveredSince,
    long? Dropped);

/// <summary>What is not known because a device is dead.</summary>
/// <param name="Desks">Ids; null for those who may not see single desks.</param>
internal sealed record Costs(string[] Points, int DesksUnknown, string[]? Desks)
{
    internal static Costs None { get; } = new([], 0, []);
}

/// <summary>A bus at a moment.</summary>
/// <param name="UseShare">Share of its time in use, 0 to 1.</param>
internal sealed record BusNow(string Name, double UseShare);

/// <summary>Somebody outside who is told.</summary>
/// <param name="Behind">What waits for it.</param>
/// <param name="BehindBytes">What waits takes about so much.</param>
/// <param name="FullInSeconds">Until what it has not taken would be given up, were it to take nothing more at the present rate.</param>
internal sealed record SinkNow(
    string Name, bool Alive, long Behind, string? BehindSince, string? Trouble, string? TroubleSince, long? BehindBytes, double? FullInSeconds);
