using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;
using static Ecocentre.Edge.Core.Tests.Machine;

namespace Ecocentre.Edge.Core.Tests;

/// <summary>Everything at once, under limits of every size: readings of all times and values, clock steps, exchanges, standstills, restarts. Nothing
/// throws, and the machine under test holds every window against what no window may be.</summary>
public sealed class GatewayStormTests
{
    [Fact]
    public void Nothing_breaks_it()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            try
            {
                Storm(new Random(seed));
            }
            catch (Exception e)
            {
                throw new Xunit.Sdk.XunitException($"seed {seed}: {e}");
            }
        }
    }

    private static void Storm(Random random)
    {
        var limits = new GatewayLimits
        {
            LateMax = TimeSpan.FromSeconds(new[] { 0, 1, 60, 90, 120, 600 }[random.Next(6)]),
            Grace = TimeSpan.FromSeconds(new[] { 0, 2, 5, 59 }[random.Next(4)]),
            FutureMax = TimeSpan.FromSeconds(new[] { 0, 5, 100 }[random.Next(3)]),
            IncidentsPerStepMax = new[] { 1, 64 }[random.Next(2)],
            HoldPeriods = new[] { 1, 2.5, 100 }[random.Next(3)],
            SeriesReadingsSpare = new[] { 2, 16 }[random.Next(2)],
        };
        var points = Points(random);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(new[] { "UTC", "Europe/Paris", "Asia/Kathmandu" }[random.Next(3)]);
        var machine = new Machine(points, limits, zone);
        var now = random.Next(5) == 0 ? new Instant(random.Next(100_000)) : Zero;
        machine.Gateway.Step(now);
        machine.Step(now);
        for (var i = 0; i < 600; i++)
        {
            switch (random.Next(60))
            {
                case 0:
                    var after = now + Some(random, 10_000_000);
                    if (after < default(Instant)) after = default;
                    machine.Gateway.Reanchor(new ClockStep(now, after, i));
                    now = after;
                    break;
                case 1:
                    machine.Gateway.AnnounceSwap(new PointId((ushort)random.Next(points.Length)), now + Some(random, 500));
                    break;
                case 2:
                    now += TimeSpan.FromSeconds(random.Next(200_000));
                    break;
                case 3:
                    machine.Gateway.ClockTrusted = !machine.Gateway.ClockTrusted;
                    break;
                case 4:
                    var carries = machine.Gateway.Carries();
                    var next = new Machine(points, limits, zone, machine);
                    now += TimeSpan.FromSeconds(random.Next(1000));
                    next.Gateway.Restore(machine.Stored(default), carries, now);
                    machine = next;
                    break;
                default:
                    for (var n = random.Next(6); n > 0; n--)
                        machine.Read(random.Next(points.Length), now + Some(random, 300), Value(random), (Quality)random.Next(4));
                    now += TimeSpan.FromMilliseconds(random.Next(1, 20_000));
                    break;
            }
            machine.Step(now);
        }
        machine.Gateway.TakeSnapshot(now);
    }

    private static Point[] Points(Random random) =>
    [
        Gauge(period: new[] { 0.01, 1, 60, 86_400 }[random.Next(4)]), Gauge(min: 0, max: 10) with { Name = "other" }, State(),
        Counter(rate: random.Next(2) == 0 ? 100 : double.PositiveInfinity, rollover: random.Next(2) == 0 ? 1000 : null, resolution: random.Next(2)),
    ];

    private static TimeSpan Some(Random random, int seconds) => TimeSpan.FromSeconds((random.NextDouble() - 0.6) * Math.Pow(seconds, random.NextDouble()));

    private static double Value(Random random) => random.Next(12) switch
    {
        0 => double.NaN, 1 => double.PositiveInfinity, 2 => -0.0, 3 => 1e9, 4 => double.Epsilon, 5 => 1, 6 => -1, _ => random.NextDouble() * 1000,
    };
}
