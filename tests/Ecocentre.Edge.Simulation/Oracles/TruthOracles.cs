using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Simulation.Oracles;

/// <summary>The log against what truly happened in the building.</summary>
internal static class TruthOracles
{
    // Sums of some thousand differences of registers below a million: their rounding stays far below a millionth.
    private const double Rounding = 1e-6;

    /// <summary>Energy is conserved: all growth in the log adds up to what truly flowed.</summary>
    /// <param name="flowed">True energy by name of the point.</param>
    /// <param name="unknowable">Energy that no gateway can know of: counted by a meter between its last answer and a reset.</param>
    public static void EnergyConserved(
        IEnumerable<WindowFact> final, IEnumerable<Point> points, Func<Point, double> flowed, Func<Point, double> unknowable,
        Func<Point, double> stepOf, Verdicts verdicts)
    {
        var sums = new Dictionary<string, double>();
        foreach (var (series, aggregate) in final)
            if (aggregate.Kind == WindowKind.Minute && !double.IsNaN(aggregate.Delta))
                sums[series.Name] = sums.GetValueOrDefault(series.Name) + aggregate.Delta;
        foreach (var point in points.Where(p => p.Quantity.Kind == PointKind.Counter))
        {
            var (sum, truth, lost) = (sums.GetValueOrDefault(point.Name), flowed(point), unknowable(point));
            // A register shows whole steps: each end may be almost one step short, and a float is rounded to its own.
            var step = 2 * stepOf(point) + Rounding;
            verdicts.Check("energy conserved", sum <= truth + step && sum >= truth - lost - step,
                $"{point.Name}: the log has {sum:0.######} kWh, {truth:0.######} kWh flowed, of which {lost:0.######} could not be known "
                    + $"(step {stepOf(point)})");
        }
    }

    /// <summary>Coverage is what good readings back: computed again, in another way, from the readings that the devices gave.</summary>
    /// <param name="readings">By point, in order of time; of one life of the gateway whose clock was never set.</param>
    public static void CoverageTrue(
        IEnumerable<WindowFact> final, IReadOnlyDictionary<string, (Point Point, List<Reading> Readings)> readings, GatewayLimits limits, Verdicts verdicts)
    {
        foreach (var group in final.Where(w => w.Aggregate.Kind == WindowKind.Minute).GroupBy(w => w.Series.Name))
        {
            var (point, all) = readings[group.Key];
            var (hold, first) = (limits.HoldPeriods * point.Period, 0);
            foreach (var (series, aggregate) in group.OrderBy(w => w.Aggregate.Window.Start))
            {
                // Windows come in order: what ended before one is of no use to the next.
                var before = aggregate.Window.Start.UnixMilliseconds - (long)hold.TotalMilliseconds;
                while (first + 1 < all.Count && all[first + 1].At.UnixMilliseconds <= before) first++;
                var covered = Covered(all, first, aggregate.Window, hold);
                verdicts.Check("coverage true", Math.Abs(covered.TotalMilliseconds - aggregate.Coverage * 60_000) <= 0.5,
                    $"{series.Name} {aggregate.Window.Start}: the log says {aggregate.Coverage:P2}, good readings back {covered.TotalSeconds / 60:P2}");
            }
        }
    }

    /// <summary>In the calm at the end every point is read again, without holes.</summary>
    public static void AliveAfterFaults(IEnumerable<WindowFact> final, IReadOnlyCollection<Point> points, Window calm, Verdicts verdicts)
    {
        var seen = final.Where(w => w.Aggregate.Kind == WindowKind.Minute && calm.Contains(w.Aggregate.Window.Start) && calm.Contains(w.Aggregate.Window.End))
            .ToLookup(w => w.Series.Name, w => w.Aggregate.Coverage);
        var minutes = (int)calm.Length.TotalMinutes - 1;
        foreach (var point in points)
        {
            var coverages = seen[point.Name].ToList();
            verdicts.Check("alive after faults", coverages.Count >= minutes && coverages.All(c => c > 0.999),
                $"{point.Name}: {coverages.Count} of {minutes} calm minutes, the worst with coverage {coverages.DefaultIfEmpty(0).Min():P1}");
        }
    }

    private static TimeSpan Covered(List<Reading> readings, int first, Window window, TimeSpan hold)
    {
        // Millisecond by millisecond would be the plainest way; reading by reading is the same and a thousand times quicker.
        long covered = 0;
        var (start, end) = (window.Start.UnixMilliseconds, window.End.UnixMilliseconds);
        for (var i = first; i < readings.Count && readings[i].At.UnixMilliseconds < end; i++)
        {
            if (readings[i].Quality != Quality.Good) continue;
            var from = readings[i].At.UnixMilliseconds;
            var to = Math.Min(from + (long)hold.TotalMilliseconds, i + 1 < readings.Count ? readings[i + 1].At.UnixMilliseconds : long.MaxValue);
            covered += Math.Max(0, Math.Min(to, end) - Math.Max(from, start));
        }
        return TimeSpan.FromMilliseconds(covered);
    }
}
