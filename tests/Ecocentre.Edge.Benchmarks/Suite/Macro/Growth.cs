using System.Collections.Immutable;
using Ecocentre.Edge.Benchmarks.Evidence;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;
using Ecocentre.Edge.Occupancy;

namespace Ecocentre.Edge.Benchmarks.Suite.Macro;

/// <summary>What happens to the cost of one when there are ten times as many: points, desks, days of history, and four times the sinks.</summary>
/// <remarks>Expectation: the cost of one point, desk or answer grows by no more than caches explain: ten times as many cost at most 15 times as much,
/// four sinks at most four times one. A point polled once a second takes at most 3 kB of the machine's memory, at 32,000 points no more than at 500.</remarks>
internal static class Growth
{
    internal static IEnumerable<Measure> Measures =>
        [Measure.Of("grow-points", Points), Measure.Of("grow-memory", Memory), Measure.Of("grow-desks", Desks), Measure.Of("grow-history", History), Measure.Of("grow-sinks", Sinks)];

    private static IEnumerable<Figure> Points()
    {
        var few = Second(1_000);
        var many = Second(10_000);
        yield return new Figure("a second of 10,000 points against 1,000: readings, step, snapshot", many / 1e3, "µs")
        {
            Reference = few / 1e3, Of = "1,000 points", RatioAtMost = 15,
        };
        yield return new Figure("a second of 60,000 points against 10,000", Second(60_000) / 1e3, "µs")
        {
            Reference = many / 1e3, Of = "10,000 points", RatioAtMost = 9,
        };
    }

    private static double Second(int points)
    {
        var power = Quantity.All.Single(quantity => quantity.Name == "power.active");
        var gateway = new Gateway([.. Enumerable.Range(0, points).Select(i => new Point
        {
            Id = new PointId((ushort)i), Name = $"p{i}", Quantity = power, Device = "d", Period = TimeSpan.FromSeconds(1),
        })], TimeZoneInfo.Utc, GatewayLimits.Default);
        var now = new Instant(60_000L * 29_000_000);
        gateway.Step(now);
        var readings = new Reading[points];
        // A minute is closed on the way, so that its share is in.
        return Rounds.BestOfFew(2, 60, () =>
        {
            for (var second = 0; second < 60; second++)
            {
                now += TimeSpan.FromSeconds(1);
                for (var i = 0; i < points; i++) readings[i] = new Reading(new PointId((ushort)i), now, i, Quality.Good);
                gateway.Accept(readings, now);
                gateway.Step(now);
                gateway.TakeSnapshot(now);
            }
        });
    }

    private static IEnumerable<Figure> Memory()
    {
        var few = Held(500);
        yield return new Figure("memory of the machine, 500 points", few, "B/point") { AtMost = 3_000 };
        foreach (var points in (int[])[2_000, 8_000, 32_000])
            yield return new Figure($"memory of the machine, {points:N0} points", Held(points), "B/point")
            {
                Reference = few, Of = "500 points", RatioAtMost = 1.1, AtMost = 3_000,
            };
    }

    /// <summary>Bytes a point that a machine holds which has lived long enough for all its rings to be full.</summary>
    private static double Held(int points)
    {
        var power = Quantity.All.Single(quantity => quantity.Name == "power.active");
        ImmutableArray<Point> all = [.. Enumerable.Range(0, points).Select(i => new Point
        {
            Id = new PointId((ushort)i), Name = $"p{i}", Quantity = power, Device = "d", Period = TimeSpan.FromSeconds(1),
        })];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var gateway = new Gateway(all, TimeZoneInfo.Utc, GatewayLimits.Default);
        var now = new Instant(60_000L * 29_000_000);
        var readings = new Reading[points];
        gateway.Step(now);
        for (var second = 0; second < 400; second++)
        {
            now += TimeSpan.FromSeconds(1);
            for (var i = 0; i < points; i++) readings[i] = new Reading(new PointId((ushort)i), now, i, Quality.Good);
            gateway.Accept(readings, now);
            gateway.Step(now);
        }
        readings = [];
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(gateway);
        return (double)held / points;
    }

    private static IEnumerable<Figure> Desks()
    {
        var few = Changes(128);
        yield return new Figure("a change of one of 1,280 desks against 128: reading, desks settled", Changes(1_280) / 1e3, "µs/change")
        {
            Reference = few / 1e3, Of = "128 desks", RatioAtMost = 15,
        };
    }

    private static double Changes(int desks)
    {
        var presence = Quantity.All.Single(quantity => quantity.Name == "presence");
        var rules = DeskRules.Default with { Hold = TimeSpan.Zero, ChatterEdgesMax = 1_000_000 };
        var plan = OccupancyPlan.Of(
            [.. Enumerable.Range(0, desks).Select(i => new Point
            {
                Id = new PointId((ushort)i), Name = $"pir-{i}.presence", Quantity = presence, Device = $"pir-{i}", Period = TimeSpan.FromHours(1),
            })],
            [new Space("open-space", "Open space", "0")],
            [.. Enumerable.Range(0, desks).Select(i => new Desk($"d{i:0000}", $"D{i:0000}", "open-space", [new PointId((ushort)i)]) { Rules = rules })]);
        var gateway = new Gateway(plan, TimeZoneInfo.Utc, GatewayLimits.Default);
        var (now, turn) = (new Instant(60_000L * 29_000_000), 0);
        gateway.Step(now);
        var one = new Reading[1];
        return Rounds.Best(50, 100, () =>
        {
            for (var i = 0; i < 100; i++, turn++)
            {
                now += TimeSpan.FromMilliseconds(10);
                one[0] = new Reading(new PointId((ushort)(turn % desks)), now, turn / desks % 2, Quality.Good);
                gateway.Accept(one, now);
                gateway.SettleDesks(now);
            }
        });
    }

    private static IEnumerable<Figure> History()
    {
        var start = new Instant(1_767_571_200_000);
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");
        double Ask(int days)
        {
            using var scratch = Scratch.InMemory();
            using var life = new ArchiveLife(scratch.Folder, 20, start, zone, readings: 1);
            life.Live(days, withMinutes: false);
            var history = new EvidenceHistory(life.Log, life.Archive);
            var name = life.Log.Points().First();
            // A page of the newest hours: what a chart asks for.
            return Rounds.BestOfFew(8, 1, () => history.Windows(new WindowQuery(
                name, WindowKind.QuarterHour, start + TimeSpan.FromDays(days - 7), start + TimeSpan.FromDays(days), zone, 1_000)));
        }
        var few = Ask(18);
        yield return new Figure("a week of quarter hours out of 180 days against out of 18", Ask(180) / 1e6, "ms")
        {
            Reference = few / 1e6, Of = "18 days", RatioAtMost = 2,
        };
    }

    private static IEnumerable<Figure> Sinks()
    {
        var start = new Instant(1_767_571_200_000);
        using var scratch = Scratch.InMemory();
        using var life = new ArchiveLife(scratch.Folder, 400, start, TimeZoneInfo.Utc, readings: 1);
        string[] names = ["a", "b", "c", "d"];
        life.Log.Sinks(names, start);
        life.Live(1, withMinutes: true);
        double Follow(int sinks) => Rounds.BestOfFew(2, 1, () =>
        {
            // Each reads the same 20,000 entries, as followers behind one another do.
            for (var sink = 0; sink < sinks; sink++)
                for (var after = 0L; after < 20_000;) after = life.Log.Read(after, 2_000)[^1].Sequence;
        });
        var one = Follow(1);
        yield return new Figure("the log read for four sinks against one", Follow(4) / 1e6, "ms") { Reference = one / 1e6, Of = "one sink", RatioAtMost = 4.4 };
    }
}
