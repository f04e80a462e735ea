using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Readings;

/// <summary>Counts readings that no window will know, and tells them: none is refused silently.</summary>
internal sealed class Refusals(ImmutableArray<Point> points, IncidentQueue incidents)
{
    private readonly int[] _tooLate = new int[points.Length], _crowded = new int[points.Length], _fromFuture = new int[points.Length];
    private bool _any;

    /// <summary>Readings came after their minute could no longer change.</summary>
    internal void TooLate(int series, int count = 1) => Count(_tooLate, series, count);

    /// <summary>A reading had to make room for another before its minute was final.</summary>
    internal void Crowded(int series) => Count(_crowded, series, 1);

    /// <summary>A private reading is ahead of the gateway's clock.</summary>
    internal void FromFuture(int series) => Count(_fromFuture, series, 1);

    /// <summary>Tells what was counted since the last time.</summary>
    internal void Tell(Instant now)
    {
        if (!_any) return;
        _any = false;
        for (var series = 0; series < points.Length; series++)
        {
            if (_tooLate[series] > 0)
                incidents.Add(new Incident(now, IncidentKind.TooLate, points[series].Name,
                    $"{_tooLate[series]} readings came after their minute could no longer change and are refused.", _tooLate[series]));
            if (_crowded[series] > 0)
                incidents.Add(new Incident(now, IncidentKind.Crowded, points[series].Name,
                    $"{_crowded[series]} readings more came than the point's period leaves room for; as many others are lost.", _crowded[series]));
            if (_fromFuture[series] > 0)
                incidents.Add(new Incident(now, IncidentKind.FromFuture, points[series].Name,
                    $"{_fromFuture[series]} readings are ahead of the gateway's clock and are refused.", _fromFuture[series]));
            (_tooLate[series], _crowded[series], _fromFuture[series]) = (0, 0, 0);
        }
    }

    private void Count(int[] counts, int series, int count)
    {
        counts[series] += count;
        _any |= count > 0;
    }
}
