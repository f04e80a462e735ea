using System.Collections.Immutable;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using static Ecocentre.Edge.Core.Tests.Machine;

namespace Ecocentre.Edge.Core.Tests.Occupancy;

/// <summary>A gateway with desks under test. Times are seconds after <see cref="Machine.Zero"/>. Every change that settles is held against what no change
/// may ever be: without effect, or numbered other than the next.</summary>
internal sealed class Office
{
    private Instant _now = T(0);

    public Office(params Desk[] desks) : this([new Space("open", "Open space", null)], desks.ToImmutableArray())
    {
    }

    public Office(ImmutableArray<Space> spaces, ImmutableArray<Desk> desks, params Point[] others)
    {
        var sensors = desks.SelectMany(desk => desk.Sensors).Select(id => id.Value).DefaultIfEmpty().Max() + (desks.Any(d => d.Sensors.Length > 0) ? 1 : 0);
        Plan = OccupancyPlan.Of(
            [
                .. Enumerable.Range(0, sensors).Select(i => Sensor(i)),
                .. others.Select((point, i) => point with { Id = new PointId((ushort)(sensors + i)) }),
            ], spaces, desks);
        Gateway = new Gateway(Plan, TimeZoneInfo.Utc, GatewayLimits.Default);
        FirstOther = sensors;
    }

    public OccupancyPlan Plan { get; }

    public Gateway Gateway { get; set; }

    /// <summary>Id of the first of the other points.</summary>
    public int FirstOther { get; }

    public List<DeskStatus> Changes { get; } = [];

    public DeskStatus this[int desk] => Gateway.TakeSnapshot(_now).Desks[desk];

    public DeskState State => this[0].State;

    /// <summary>A desk in the open space with sensors of these numbers.</summary>
    public static Desk Desk(DeskRules rules, params int[] sensors) =>
        new("d" + string.Join('-', sensors), "ref", "open", [.. sensors.Select(s => new PointId((ushort)s))]) { Rules = rules };

    /// <summary>Sensors tell every ten seconds and speak for 25 s.</summary>
    public static Point Sensor(int id, string quantity = "presence", double period = 10) => new()
    {
        Id = new PointId((ushort)id), Name = $"pir-{id}.{quantity}", Device = $"pir-{id}", Period = TimeSpan.FromSeconds(period), Min = 0, Max = 1,
        Quantity = Quantity.TryGet(quantity, out var found) ? found : throw new ArgumentException(quantity),
    };

    public Office Read(double seconds, double value, int sensor = 0, Quality quality = Quality.Good)
    {
        Gateway.Accept([new Reading(new PointId((ushort)sensor), T(seconds), value, quality)], T(seconds));
        return this;
    }

    /// <summary>Confirms a level every ten seconds from one time up to and including another, settling each time.</summary>
    public Office Keep(double from, double to, double value, int sensor = 0)
    {
        for (var at = from; at <= to; at += 10) Read(at, value, sensor).Settle(at);
        return this;
    }

    public Office Settle(double seconds) => Settle(T(seconds));

    public Office Settle(Instant now)
    {
        _now = now;
        var before = Changes.Count > 0 ? Changes[^1].Sequence : (long?)null;
        foreach (var change in Gateway.SettleDesks(now))
        {
            if (before is { } known) Assert.Equal(known + 1, change.Sequence);
            before = change.Sequence;
            Assert.True(change.Since <= now, $"{change} begins after {now}.");
            Changes.Add(change);
        }
        return this;
    }

    /// <summary>Settles whenever a desk says it may change, and at the end.</summary>
    public Office Pass(double until)
    {
        while (Gateway.DesksDueAt is { } due && due <= T(until)) Settle(due > _now ? due : _now + TimeSpan.FromMilliseconds(1));
        return Settle(until);
    }
}
