using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Campaign.Audits;

/// <summary>What the meters truly showed, second by second, and when on the machine's clock a window of the gateway's clock was.</summary>
internal sealed class TruthTable
{
    // A good reading counts for 2.5 periods, which are 4 s on the serial line; 2 s is what the gateway lets its clock be wrong before it
    // follows the wall's, and a second each for a poll on its way and for the table's own steps.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2.5 * 4 + 2 + 2);

    // After the clock was set: three beats to see it, a second of libfaketime's, and a machine that is busy.
    private static readonly TimeSpan FollowsWithin = TimeSpan.FromSeconds(15);

    private readonly (SimulatedMeter Meter, MeterPoint Point)[] _points;
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly Dictionary<long, double[]> _seconds = [];
    private readonly (Instant From, Instant To, TimeSpan Offset)[] _eras;

    /// <param name="eras">Since when each offset of the gateway's clock was in force.</param>
    /// <param name="end">End of the campaign on the machine's clock.</param>
    public TruthTable(
        SimulatedBuilding building, IEnumerable<Point> points, IReadOnlyList<(Instant From, TimeSpan Offset)> eras, Instant begin, Instant end)
    {
        var found = new List<(SimulatedMeter, MeterPoint)>();
        foreach (var point in points)
        {
            var meter = building.Device(point.Device).Meter;
            if (meter.Model.Points.Values.FirstOrDefault(p => p.Quantity.Name == point.Quantity.Name) is not { } register) continue;
            _index[point.Name] = found.Count;
            found.Add((meter, register));
        }
        _points = [.. found];
        _eras = [.. eras.Select((era, i) => (era.From < begin ? begin : era.From, i + 1 < eras.Count ? eras[i + 1].From : end, era.Offset))];
        Points = [.. _index.Keys];
    }

    public IReadOnlyList<string> Points { get; }

    /// <summary>Stretches of the machine's clock, each with how far the gateway's clock was ahead of it.</summary>
    public IReadOnlyList<(Instant From, Instant To, TimeSpan Offset)> Eras => _eras;

    public bool IsCounter(string point) => _points[_index[point]].Point.Quantity.Kind == PointKind.Counter;

    /// <summary>When on the machine's clock an instant of the gateway's was; the latest such time.</summary>
    public Instant? RealAt(Instant label)
    {
        foreach (var (from, to, offset) in _eras.Reverse())
            if (label - offset >= from - TimeSpan.FromMinutes(1) && label - offset <= to + FollowsWithin) return label - offset;
        return null;
    }

    /// <summary>Whether a window lies in one stretch of undisturbed clock, with some room around it.</summary>
    public bool IsUndisturbed(PublishedWindow window) =>
        _eras.Count(era => Overlap(era, window, Slack) is not null) == 1
            && _eras.Any(era => window.Start - era.Offset >= era.From + FollowsWithin && window.End - era.Offset <= era.To - FollowsWithin);

    /// <summary>Least and greatest that the meter showed while the window was; null when it was at no time.</summary>
    public (double Least, double Most, double Step)? Range(PublishedWindow window)
    {
        var index = _index[window.Point];
        var (least, most) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var era in _eras)
        {
            if (Overlap(era, window, Slack) is not var (from, to)) continue;
            for (var second = from.UnixMilliseconds / 1000; second <= to.UnixMilliseconds / 1000; second++)
            {
                var value = At(second)[index];
                (least, most) = (Math.Min(least, value), Math.Max(most, value));
            }
        }
        return least > most ? null : (least, most, Step(index, Math.Max(Math.Abs(least), Math.Abs(most))));
    }

    /// <summary>Mean of the meter in a window of undisturbed clock.</summary>
    public double Mean(PublishedWindow window)
    {
        var offset = _eras.First(era => window.Start - era.Offset >= era.From && window.End - era.Offset <= era.To).Offset;
        var (from, to) = ((window.Start - offset).UnixMilliseconds / 1000, (window.End - offset).UnixMilliseconds / 1000);
        var (sum, index) = (0.0, _index[window.Point]);
        for (var second = from; second < to; second++) sum += At(second)[index];
        return sum / (to - from);
    }

    private static (Instant From, Instant To)? Overlap((Instant From, Instant To, TimeSpan Offset) era, PublishedWindow window, TimeSpan slack)
    {
        var (from, to) = (window.Start - era.Offset - slack, window.End - era.Offset + slack);
        var (begin, end) = (era.From - slack, era.To + FollowsWithin);
        (from, to) = (from < begin ? begin : from, to > end ? end : to);
        return from < to ? (from, to) : null;
    }

    private double[] At(long second)
    {
        if (_seconds.TryGetValue(second, out var known)) return known;
        // Power and voltage are constant in a second, air runs straight through it.
        var at = new Instant(second * 1000 + 500);
        return _seconds[second] = Array.ConvertAll(_points, p => p.Meter.Shown(p.Point, at));
    }

    /// <summary>A register's step, and what its floating point and the scaling of the model round. A register that is scaled by another
    /// rounds to hundredths at the worst.</summary>
    private double Step(int index, double size)
    {
        var point = _points[index].Point;
        var step = point.Format.IsFloat ? point.StepAt(size) : Math.Max(point.Resolution, Math.Abs(point.Factor));
        return step + (point.ScaleRegister is null ? 1e-6 : 0.01) * size + 1e-9;
    }
}
