using Ecocentre.Edge.Core.Tests.Windows;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;
using static Ecocentre.Edge.Core.Tests.Machine;

namespace Ecocentre.Edge.Core.Tests;

/// <summary>What must hold whatever arrives in whatever order: a gauge, a counter and a state for a quarter of an hour and more, from a seed.</summary>
public sealed class GatewayPropertyTests
{
    private const int Seeds = 200;
    private const double Seconds = 20 * 60;

    // Times lie on a grid, so that a brute-force walk over the grid is exact.
    private const int GridMilliseconds = 100;

    [Fact]
    public void Any_order_of_arrival_ends_in_the_same_bits()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var random = new Random(seed);
            var readings = Wild(random);
            var inOrder = Play([.. readings.OrderBy(r => r.At).Select(r => (r.At, r))], random);
            var late = Play([.. readings.Select(r => (Arrival: ArrivalOf(r, random), r)).OrderBy(a => a.Arrival)], random);
            var differs = Final(inOrder).Zip(Final(late)).FirstOrDefault(pair => pair.First != pair.Second);
            Assert.True(differs == default, $"seed {seed}: {differs.First} in order, {differs.Second} otherwise");
            Assert.Equal(Final(inOrder).Count(), Final(late).Count());
            Assert.DoesNotContain(late.Incidents, i => i.Kind is IncidentKind.TooLate or IncidentKind.FromFuture);
        }
    }

    [Fact]
    public void Energy_is_conserved_under_any_loss_delay_and_repetition()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var random = new Random(seed);
            var (arrivals, seen) = (new List<(Instant, Reading)>(), new List<double>());
            var register = 1e5 * random.NextDouble();
            for (var at = T(0); at < T(Seconds); at += TimeSpan.FromSeconds(random.Next(1, 20)))
            {
                register += random.Next(4) * random.NextDouble() * 0.02;
                var reading = new Reading(new PointId(1), at, (float)register, random.Next(5) == 0 ? Quality.Questionable : Quality.Good);
                if (random.Next(6) == 0) reading = reading with { Value = double.NaN, Quality = random.Next(2) == 0 ? Quality.Missing : Quality.Invalid };
                else if (random.Next(10) == 0) continue;
                else seen.Add(reading.Value);
                for (var copies = random.Next(4) == 0 ? 2 : 1; copies > 0; copies--) arrivals.Add((ArrivalOf(reading, random), reading));
            }
            var machine = Play([.. arrivals.OrderBy(a => a.Item1)], random);
            Assert.True(Math.Abs(seen[^1] - seen[0] - machine.Energy(1)) < 1e-6, $"seed {seed}: {seen[^1] - seen[0]} grew, {machine.Energy(1)} stored");
            Assert.True(Math.Abs(machine.Highest(WindowKind.QuarterHour, 1).Sum(w => w.Delta) - machine.Energy(1)) < 1e-6, $"seed {seed}");
            Assert.All(machine.Incidents, i => Assert.True(i.Kind is IncidentKind.Gap or IncidentKind.OutOfBounds, $"seed {seed}: {i}"));
        }
    }

    [Fact]
    public void Minutes_equal_a_walk_over_every_instant()
    {
        for (var seed = 0; seed < Seeds / 4; seed++)
        {
            var random = new Random(seed);
            var readings = Wild(random);
            var machine = Play([.. readings.Select(r => (Arrival: ArrivalOf(r, random), r)).OrderBy(a => a.Arrival)], random);
            foreach (var point in new[] { 0, 2 })
            {
                var ofPoint = readings.Where(r => r.Point.Value == point).OrderBy(r => r.At).ToArray();
                foreach (var minute in machine.Highest(WindowKind.Minute, point)) AssertWalked(machine.Points[point], ofPoint, minute, seed);
            }
        }
    }

    [Fact]
    public void Longer_windows_are_the_merge_of_the_minutes_that_count_in_the_end()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var random = new Random(seed);
            var machine = Play([.. Wild(random).Select(r => (Arrival: ArrivalOf(r, random), r)).OrderBy(a => a.Arrival)], random);
            for (var point = 0; point < 3; point++)
            {
                var minutes = machine.Highest(WindowKind.Minute, point).ToArray();
                var quarter = machine.Window(WindowKind.QuarterHour, T(0), point);
                Assert.True(LongWindowsTests.Merged(minutes, WindowKind.QuarterHour, quarter.Window) == quarter, $"seed {seed}");
            }
        }
    }

    [Fact]
    public void Every_reading_is_in_a_window_or_told()
    {
        // Wilder than wild: far too late, from the future, crowded, the same instant twice.
        for (var seed = 0; seed < Seeds; seed++)
        {
            var random = new Random(seed);
            var machine = New(new GatewayLimits { IncidentsPerStepMax = 1_000 });
            machine.StartAt(T(0));
            var used = 0;
            while (machine.Now < T(600))
            {
                for (var i = random.Next(seed % 2 == 0 && random.Next(10) == 0 ? 200 : 2); i > 0; i--)
                {
                    var spread = random.Next(20) switch { 0 => 1000, 1 => 200, _ => 5 };
                    var at = machine.Now + TimeSpan.FromMilliseconds(random.Next(-1000 * spread, 10 * spread));
                    if (at < T(0)) continue;
                    machine.Read(0, at, random.NextDouble(), (Quality)random.Next(2));
                    used++;
                }
                machine.Step(machine.Now + TimeSpan.FromMilliseconds(random.Next(1, 3000)));
            }
            machine.Run(T(900));
            var counted = machine.Highest(WindowKind.Minute).Sum(m => m.Count);
            var told = machine.Incidents.Sum(i => i.Value);
            // A reading that had to make room while its minute could still change may be in that minute all the same.
            var crowded = machine.Told(IncidentKind.Crowded).Any();
            Assert.True(crowded ? used <= counted + told : used == counted + told, $"seed {seed}: {used} readings, {counted} in windows, {told} told");
        }
    }

    private static Machine New(GatewayLimits? limits = null) =>
        new([Gauge(period: 4), Counter(period: 4, rate: 1000, resolution: 0.01), State(period: 3)], limits);

    /// <summary>Plays arrivals with steps at odd times, until everything is final.</summary>
    private static Machine Play(List<(Instant Arrival, Reading Reading)> arrivals, Random random)
    {
        var machine = New().StartAt(T(0));
        foreach (var (arrival, reading) in arrivals)
        {
            while (machine.Now < arrival)
            {
                var next = machine.Now + TimeSpan.FromMilliseconds(random.Next(1, 4000));
                machine.Step(next < arrival ? next : arrival);
            }
            machine.Read(reading.Point.Value, reading.At, reading.Value, reading.Quality);
        }
        return machine.Run(T(1800 + 200));
    }

    /// <summary>Readings of every quality, with registers that glitch, leap, roll and reset.</summary>
    private static List<Reading> Wild(Random random)
    {
        var readings = new List<Reading>();
        for (ushort point = 0; point < 3; point++)
        {
            var register = 5000.0;
            for (var at = 0; at < Seconds * 1000; at += GridMilliseconds * random.Next(1, random.Next(20) == 0 ? 900 : 150))
            {
                var quality = random.Next(8) switch { 0 => Quality.Questionable, 1 => Quality.Invalid, 2 => Quality.Missing, _ => Quality.Good };
                register = random.Next(25) == 0 ? random.Next(10_000) : register + random.NextDouble() * 0.1;
                var value = point switch { 0 => random.Next(4) == 0 ? -0.0 : random.Next(-3, 3), 1 => register, _ => random.Next(2) };
                readings.Add(new Reading(new PointId(point), Zero + TimeSpan.FromMilliseconds(at), value, quality));
            }
        }
        return readings;
    }

    /// <summary>Mostly at once, sometimes as late as may be.</summary>
    private static Instant ArrivalOf(Reading reading, Random random)
    {
        var final = Window.Containing(reading.At, TimeSpan.FromMinutes(1)).End + GatewayLimits.Default.LateMax;
        var longest = (final - reading.At).TotalMilliseconds - 1;
        var delay = random.Next(4) switch { 0 => random.NextDouble() * longest, 1 => Math.Min(longest, random.Next(5000)), _ => 0 };
        return reading.At + TimeSpan.FromMilliseconds((long)delay);
    }

    /// <summary>What counts in the end, to the bit, without the number of revisions it took.</summary>
    private static IEnumerable<(Aggregate, long, long, long, long, long, long)> Final(Machine machine) =>
        from kind in Enum.GetValues<WindowKind>()
        from point in Enumerable.Range(0, 3)
        from w in machine.Highest(kind, point)
        select (w with { Revision = 0 }, Bits(w.Min), Bits(w.Max), Bits(w.Mean), Bits(w.Last), Bits(w.Delta), Bits(w.Coverage));

    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(value);

    private static void AssertWalked(Point point, Reading[] readings, Aggregate minute, int seed)
    {
        var hold = GatewayLimits.Default.HoldPeriods * point.Period;
        double known = 0, good = 0, weighted = 0;
        for (var at = minute.Window.Start; at < minute.Window.End; at += TimeSpan.FromMilliseconds(GridMilliseconds))
        {
            var before = Array.FindLastIndex(readings, r => r.At <= at);
            if (before < 0 || readings[before].Quality > Quality.Questionable || at - readings[before].At >= hold) continue;
            known++;
            weighted += readings[before].Value;
            if (readings[before].Quality == Quality.Good) good++;
        }
        var cells = minute.Window.Length.TotalMilliseconds / GridMilliseconds;
        Assert.Equal(good / cells, minute.Coverage, 1e-9);
        Assert.True(known > 0 == !double.IsNaN(minute.Mean), $"seed {seed}: {minute}");
        if (known > 0) Assert.Equal(weighted / known, minute.Mean, 1e-9);
        if (point.Quantity.Kind == PointKind.State && known > 0) Assert.Equal(weighted * GridMilliseconds / 1000, minute.Delta, 1e-6);
        Assert.Equal(readings.Count(r => r.Quality <= Quality.Questionable && minute.Window.Contains(r.At)), minute.Count);
    }
}
