using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Tests;

/// <summary>Facts as a gateway would append them, seeded.</summary>
public static class Facts
{
    /// <summary>2026-11-02T00:00:00Z, a Monday.</summary>
    public static Instant Start { get; } = new(1_793_577_600_000);

    /// <summary>Series of so many points, twenty to a meter: two energy registers, the rest gauges.</summary>
    public static Series[] Plant(int points) =>
        [.. Enumerable.Range(0, points).Select(index => (index % 20) switch
        {
            0 => new Series($"meter-{index / 20}.energy.active.import", "energy.active.import", "kWh", PointKind.Counter, $"meter-{index / 20}", null),
            1 => new Series($"meter-{index / 20}.energy.active.export", "energy.active.export", "kWh", PointKind.Counter, $"meter-{index / 20}", null),
            var row => new Series($"meter-{index / 20}.power.active.{row}", "power.active", "W", PointKind.Gauge, $"meter-{index / 20}", $"space-{index % 7}"),
        })];

    /// <summary>One window of a kind for each series: floats as from a meter's registers, means with all their digits, registers in hundredths.</summary>
    public static List<LogFact> Windows(Series[] series, WindowKind kind, Instant start, Random random) =>
        [.. series.Select((one, index) => Window(one, kind, start, index, random))];

    public static LogFact Incident(Instant at, string text, IncidentKind kind = IncidentKind.DeviceLost) =>
        new IncidentFact(new Incident(at, kind, "meter-1", text));

    public static LogFact Window(Series series, WindowKind kind, Instant start, int index, Random random)
    {
        var length = kind switch
        {
            WindowKind.Live => TimeSpan.FromSeconds(10),
            WindowKind.Minute => TimeSpan.FromMinutes(1),
            WindowKind.QuarterHour => TimeSpan.FromMinutes(15),
            WindowKind.Hour => TimeSpan.FromHours(1),
            _ => TimeSpan.FromHours(23 + random.Next(3)),
        };
        var window = new Window(start, length);
        if (series.Kind == PointKind.Counter)
        {
            // A register of 0.01 kWh that grows by some hundredths a minute.
            var register = (long)(index * 1_000_000 + (start - Start).TotalMinutes * 3 + random.Next(3)) / 100.0;
            var before = Math.Round((register - random.Next(5) / 100.0) * 100) / 100;
            return new WindowFact(series, new Aggregate(
                default, kind, window, 0, 60, double.NaN, double.NaN, double.NaN, register, register - before, 1));
        }
        // A load with a daily swing and noise of a hundredth, in the 32-bit floats of the wire.
        var level = 200 + 40 * index + 100 * Math.Sin((start - Start).TotalDays * 2 * Math.PI);
        float Noisy() => (float)(level * (1 + (random.NextDouble() - 0.5) / 50));
        var (a, b, last) = (Noisy(), Noisy(), Noisy());
        var mean = (a + b + last + random.NextDouble()) / 3;
        return new WindowFact(series, new Aggregate(
            default, kind, window, 0, 60, Math.Min(a, Math.Min(b, last)), Math.Max(a, Math.Max(b, last)), mean, last, double.NaN, 1));
    }
}
