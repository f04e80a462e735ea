using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Windows;

/// <summary>Turns the readings of a series in a window, and what was carried in, into an aggregate and what is carried out. A pure function: the
/// same readings give the same bits, however they arrived.</summary>
/// <remarks>A used reading (good or questionable) is in force until the next reading of any quality, and at most
/// <see cref="GatewayLimits.HoldPeriods"/> of its point's periods. Time under a good reading is coverage.</remarks>
internal static class WindowClosing
{
    internal static Aggregate Close(
        Point point, SeriesReadings readings, WindowKind kind, Window window, ref Carry carry, Circumstances circumstances)
    {
        var (series, limits, incidents) = (point.Id.Value, circumstances.Limits, circumstances.Incidents);
        var (start, end) = (window.Start.UnixMilliseconds, window.End.UnixMilliseconds);
        var sums = new Sums(start, end, (long)(limits.HoldPeriods * point.Period.TotalMilliseconds));
        var growth = 0.0;
        var first = readings.FirstFrom(series, start);
        var count = readings.Count(series);
        // A carried reading still holds; the ring may have let go of it.
        if (carry.HasBefore) sums.Begin(carry.Before);
        for (var i = first; i < count; i++)
        {
            var slot = readings[series, i];
            if (slot.Milliseconds >= end) break;
            sums.Take(slot);
            if (slot.Quality == Quality.Invalid)
            {
                if (!carry.InInvalidRun)
                    incidents?.Add(slot.At, IncidentKind.OutOfBounds, point,
                        $"{slot.Value} {point.Quantity.Unit} cannot be (allowed: {point.Min} to {point.Max}); it and what follows is not used " +
                        $"until a possible value comes.", slot.Value);
                carry.InInvalidRun = true;
            }
            else if (slot.IsUsed)
            {
                carry.InInvalidRun = false;
                sums.Count++;
                if (point.Quantity.Kind == PointKind.Counter) growth += carry.Counter.Take(point, slot, circumstances);
            }
            (carry.Before, carry.HasBefore) = (slot, true);
        }
        sums.End();
        if (sums.Count > 0) (growth, carry.Owed) = (growth + carry.Owed, 0);
        return Build(point, kind, window, sums, growth, carry);
    }

    private static Aggregate Build(Point point, WindowKind kind, Window window, in Sums sums, double growth, in Carry carry)
    {
        var coverage = Math.Min(1, sums.Good / window.Length.TotalMilliseconds);
        // Rounding may put the mean of equal values a bit outside of them.
        var (min, max, mean, last) = sums.Known > 0
            ? (sums.Min, sums.Max, Math.Clamp(sums.Weighted / sums.Known, sums.Min, sums.Max), sums.Last)
            : (double.NaN, double.NaN, double.NaN, double.NaN);
        return point.Quantity.Kind switch
        {
            // The register in force is the confirmed one: a glitch is not the last thing a meter said.
            PointKind.Counter => new Aggregate(point.Id, kind, window, 0, sums.Count, double.NaN, double.NaN, double.NaN,
                carry.Counter.HasRegister && (sums.Count > 0 || sums.Known > 0) ? carry.Counter.Register : double.NaN,
                sums.Count > 0 ? growth : double.NaN, coverage),
            PointKind.State => new Aggregate(point.Id, kind, window, 0, sums.Count, min, max, mean, last,
                sums.Known > 0 ? sums.Weighted / 1000 : double.NaN, coverage),
            _ => new Aggregate(point.Id, kind, window, 0, sums.Count, min, max, mean, last, double.NaN, coverage),
        };
    }

    /// <summary>Running sums over the stretches for which readings held, in milliseconds and unit-milliseconds.</summary>
    private struct Sums(long start, long end, long hold)
    {
        private Slot _inForce;
        private bool _any;

        internal int Count;
        internal double Known, Good, Weighted, Last = double.NaN, Min = double.PositiveInfinity, Max = double.NegativeInfinity;

        internal void Begin(in Slot before) => (_inForce, _any) = (before, true);

        internal void Take(in Slot next)
        {
            Until(next.Milliseconds);
            (_inForce, _any) = (next, true);
        }

        internal void End() => Until(end);

        private void Until(long next)
        {
            if (!_any || !_inForce.IsUsed) return;
            var from = Math.Max(_inForce.Milliseconds, start);
            var held = Math.Min(next, _inForce.Milliseconds + hold) - from;
            if (held <= 0) return;
            Known += held;
            Weighted += held * _inForce.Value;
            if (_inForce.Quality == Quality.Good) Good += held;
            Last = _inForce.Value;
            Min = Math.Min(Min, _inForce.Value);
            Max = Math.Max(Max, _inForce.Value);
        }
    }
}
