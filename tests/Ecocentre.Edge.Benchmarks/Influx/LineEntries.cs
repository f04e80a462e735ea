using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Benchmarks.Influx;

/// <summary>Minute windows of a centre of 400 points as its meters give them: registers in hundredths, means with all their digits.</summary>
internal static class LineEntries
{
    private static readonly Instant Start = new(1_700_000_040_000);

    public static LogEntry[] Windows(int count, int firstMinute = 0)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(index => Window(index, firstMinute, random))];
    }

    private static LogEntry Window(int index, int firstMinute, Random random)
    {
        var counter = index % 4 == 0;
        var quantity = counter ? "energy.active.import" : "power.active";
        var device = $"meter-{index % 400 / 20}";
        var series = new Series($"{device}.{quantity}.{index % 20}", quantity, counter ? "kWh" : "W",
            counter ? PointKind.Counter : PointKind.Gauge, device, $"space-{index % 7}");
        var window = new Window(Start + TimeSpan.FromMinutes(firstMinute + index / 400), TimeSpan.FromMinutes(1));
        var register = random.Next(10_000_000) / 100.0;
        double Power() => (float)(random.NextDouble() * 5_000);
        var aggregate = counter
            ? new Aggregate(default, WindowKind.Minute, window, 0, 60, double.NaN, double.NaN, double.NaN, register, random.Next(10) / 100.0, 1)
            : new Aggregate(default, WindowKind.Minute, window, 0, 60, Power(), Power(), random.NextDouble() * 5_000, Power(), double.NaN, 1);
        return new LogEntry(firstMinute * 400L + index + 1, new WindowFact(series, aggregate));
    }
}
