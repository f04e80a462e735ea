using System.Collections.Immutable;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;
using static Ecocentre.Edge.Core.Tests.Machine;

namespace Ecocentre.Edge.Core.Tests;

/// <summary>A gateway that goes on where another stands, with a plan that changed.</summary>
public sealed class GatewaySuccessionTests
{
    private static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    [Fact]
    public void What_stayed_the_same_gives_the_same_bits_as_if_nothing_had_changed()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var stays = new[] { Named("a", Gauge()), Named("b", Counter()), Named("c", State(5)), Named("d", Counter(3)), Named("e", Gauge(30)) };
            var (straight, changing) = (new Life(stays), new Life(stays));
            var random = new Random(seed);
            for (var second = 0.0; second < 4_000; second += random.NextDouble() * 4)
            {
                var reading = (Name: stays[random.Next(stays.Length)].Name, At: T(second - (random.Next(10) == 0 ? random.Next(150) : 0)),
                    Value: random.Next(6) == 0 ? 1e12 : second / 500, Quality: (Quality)(random.Next(12) == 0 ? random.Next(4) : 0));
                straight.Read(reading.Name, reading.At, reading.Value, reading.Quality);
                changing.Read(reading.Name, reading.At, reading.Value, reading.Quality);
                straight.Step(T(second));
                changing.Step(T(second));
                if (random.Next(60) != 0) continue;
                Point[] others = [.. Enumerable.Range(0, random.Next(3)).Select(n => Named($"x{random.Next(4)}{n}", random.Next(2) == 0 ? Gauge() : Counter()))];
                Point[] next = [.. stays, .. others];
                random.Shuffle(next);
                changing.Change(T(second), next);
            }
            var (expected, told) = (straight.Of(stays), changing.Of(stays));
            Assert.True(expected.Count > 400 && expected.SequenceEqual(told), $"seed {seed}: other windows came out.");
            Assert.True(straight.Carries.SequenceEqual(changing.Carries.IntersectBy(straight.Carries.Select(c => c.Point), c => c.Point)
                .OrderBy(c => c.Point)), $"seed {seed}: other registers.");
        }
    }

    [Fact]
    public void Series_that_ends_closes_its_windows_with_the_coverage_it_had()
    {
        var life = new Life([Named("a", Gauge()), Named("b", Gauge())]);
        for (var second = 0; second < 1_230; second++)
        {
            if (second % 10 == 0) life.Read("a.power.active", T(second), 5, Quality.Good).Read("b.power.active", T(second), 7, Quality.Good);
            life.Step(T(second));
        }
        life.Change(T(1_230), Named("b", Gauge()));
        var (minute, quarter, hour) = (life.Last("a.power.active", WindowKind.Minute), life.Last("a.power.active", WindowKind.QuarterHour),
            life.Last("a.power.active", WindowKind.Hour));
        Assert.Equal((T(1_200), 0.5, 5.0), (minute.Window.Start, minute.Coverage, minute.Mean));
        Assert.Equal(T(900), quarter.Window.Start);
        Assert.Equal(330.0 / 900, quarter.Coverage, 9);
        Assert.Equal(T(0), hour.Window.Start);
        Assert.Equal(1_230.0 / 3_600, hour.Coverage, 9);
        Assert.Equal(T(0), life.Of([Named("a", Gauge())]).Single(w => w.Kind == WindowKind.Day).Start + TimeSpan.FromHours(11));
        var before = life.Told.Count;
        life.Step(T(4_000));
        Assert.DoesNotContain("a.power.active", life.Told.Skip(before).Select(window => window.Name));
    }

    [Fact]
    public void Series_that_begins_has_windows_of_its_own_from_then_on()
    {
        var life = new Life([Named("a", Gauge())]);
        life.Step(T(0)).Step(T(90));
        life.Change(T(90), Named("z", Counter()), Named("a", Gauge()));
        for (var second = 90; second <= 2_000; second += 10) life.Read("z.energy.active.import", T(second), second / 1000.0, Quality.Good).Step(T(second));
        var minutes = life.Of([Named("z", Counter())]).Where(w => w.Kind == WindowKind.Minute).ToArray();
        Assert.Equal((T(60), 0.5, 0), (minutes[0].Start, minutes[0].Coverage, minutes[0].Revision));
        Assert.All(minutes.Skip(1), window => Assert.Equal((1.0, 0), (window.Coverage, window.Revision)));
        Assert.Equal(810.0 / 900, life.Of([Named("z", Counter())]).First(w => w.Kind == WindowKind.QuarterHour).Coverage, 12);
    }

    [Fact]
    public void Same_name_with_another_quantity_is_another_series()
    {
        var gauge = Named("a", Gauge());
        var life = new Life([gauge]);
        for (var second = 0; second <= 90; second += 10) life.Read(gauge.Name, T(second), 230, Quality.Good).Step(T(second));
        life.Change(T(90), gauge with { Quantity = Quantity("voltage.l1") });
        Assert.True(double.IsNaN(life.Gateway.TakeSnapshot(T(90)).Latest[0].Value));
        life.Step(T(200));
        Assert.Equal(0, life.Last(gauge.Name, WindowKind.Minute).Count);
    }

    [Fact]
    public void Desks_keep_their_state_and_numbers_and_a_new_one_is_told()
    {
        var (one, two) = (Sensor("pir-1"), Sensor("pir-2"));
        var gateway = new Gateway(Plan([one, two], ("d1", "pir-1"), ("d2", "pir-2")), Paris, GatewayLimits.Default);
        for (var second = 0; second <= 700; second += 10)
        {
            gateway.Accept([Seen(0, second, 1), Seen(1, second, 0)], T(second));
            gateway.SettleDesks(T(second));
            gateway.Step(T(second));
        }
        var before = gateway.TakeSnapshot(T(700));
        Assert.Equal([DeskState.Occupied, DeskState.Free], before.Desks.Select(desk => desk.State));
        var plan = Plan([Sensor("pir-3"), two, one], ("d0", "pir-3"), ("d2", "pir-2"), ("d1", "pir-1"));
        Assert.True(gateway.EndSeries(plan, T(700)).IsEmpty);
        var next = new Gateway(gateway, plan);
        var changes = next.SettleDesks(T(701));
        Assert.Equal((0, DeskState.Unknown, before.DeskSequence + 1), (Assert.Single(changes).Desk, changes[0].State, changes[0].Sequence));
        var after = next.TakeSnapshot(T(701)).Desks;
        Assert.Equal((before.Desks[0] with { Desk = 2 }, before.Desks[1] with { Desk = 1 }), (after[2], after[1]));
        next.Accept([Seen(2, 705, 0)], T(705));
        next.SettleDesks(T(705));
        Assert.Equal(DeskState.Occupied, next.TakeSnapshot(T(705)).Desks[2].State);
        next.SettleDesks(T(724));
        Assert.Equal([DeskState.Unknown, DeskState.Free, DeskState.Occupied], next.TakeSnapshot(T(724)).Desks.Select(desk => desk.State));
    }

    private static Quantity Quantity(string name) => Edge.Plant.Quantity.TryGet(name, out var quantity) ? quantity : throw new ArgumentException(name);

    private static Point Named(string device, Point point) => point with { Device = device, Name = $"{device}.{point.Quantity.Name}" };

    private static Point Sensor(string device) => Named(device, State()) with { Private = true };

    private static Reading Seen(ushort point, double second, double value) => new(new PointId(point), T(second), value, Quality.Good);

    private static OccupancyPlan Plan(Point[] points, params (string Desk, string Sensor)[] desks)
    {
        ImmutableArray<Point> numbered = [.. points.Select((p, i) => p with { Id = new PointId((ushort)i) })];
        return OccupancyPlan.Of(numbered, [new Space("open", "Open space", null)],
            [.. desks.Select(d => new Desk(d.Desk, d.Desk, "open", [numbered.Single(p => p.Device == d.Sensor).Id]))], DeskRules.Default);
    }

    /// <summary>A gateway whose plan may change, and all windows it told, by the names of their points.</summary>
    private sealed class Life
    {
        private ImmutableArray<Point> _points;

        internal Life(Point[] points)
        {
            _points = Numbered(points);
            Gateway = new Gateway(_points, Paris, GatewayLimits.Default);
        }

        internal Gateway Gateway { get; private set; }

        internal List<(string Name, Aggregate Aggregate)> Told { get; } = [];

        internal IEnumerable<Edge.Evidence.CounterCarry> Carries => Gateway.Carries().OrderBy(carry => carry.Point);

        internal Life Read(string name, Instant at, double value, Quality quality)
        {
            Gateway.Accept([new Reading(_points.Single(p => p.Name == name).Id, at, value, quality)]);
            return this;
        }

        internal Life Step(Instant now)
        {
            Take(Gateway.Step(now));
            return this;
        }

        internal void Change(Instant now, params Point[] points)
        {
            var next = OccupancyPlan.None(Numbered(points));
            Take(Gateway.EndSeries(next, now));
            (Gateway, _points) = (new Gateway(Gateway, next), next.Points);
        }

        internal Aggregate Last(string name, WindowKind kind) => Told.Last(w => w.Name == name && w.Aggregate.Kind == kind).Aggregate;

        /// <summary>Windows of some points, without their numbers, by name and in the order in which each was told.</summary>
        internal List<(string Name, WindowKind Kind, Instant Start, int Revision, int Count, double Mean, double Last, double Delta, double Coverage)> Of(
            Point[] points) =>
            [
                .. Told.Where(w => points.Any(p => p.Name == w.Name)).OrderBy(w => w.Name, StringComparer.Ordinal).ThenBy(w => w.Aggregate.Kind)
                    .Select(w => (w.Name, w.Aggregate.Kind, w.Aggregate.Window.Start, w.Aggregate.Revision, w.Aggregate.Count, w.Aggregate.Mean,
                        w.Aggregate.Last, w.Aggregate.Delta, w.Aggregate.Coverage)),
            ];

        private void Take(StepOutput output)
        {
            if (output.Windows.IsDefault) return;
            Told.AddRange(output.Windows.Select(window => (_points[window.Point.Value].Name, window)));
        }

        private static ImmutableArray<Point> Numbered(Point[] points) => [.. points.Select((p, i) => p with { Id = new PointId((ushort)i) })];
    }
}
