using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Criteria;

/// <summary>The points that any criterion looks at, each with the windows it is fed from: minutes where a criterion judges in slots under a quarter
/// of an hour, else quarter hours; presence always by quarter hours.</summary>
internal sealed class TrackTable
{
    internal const int QuarterMinutes = 15;

    private readonly CentreFacts _centre;
    private string? _foundName;
    private int _found;
    private readonly Dictionary<string, int> _byName = new(StringComparer.Ordinal);
    private readonly List<(Series Series, bool Minutes)> _tracks = [];
    private readonly Dictionary<string, ImmutableArray<int>> _presence = new(StringComparer.Ordinal);

    internal TrackTable(CentreFacts centre) => _centre = centre;

    internal int Count => _tracks.Count;

    /// <summary>Series of days that were forgotten, for the next ones.</summary>
    internal SpareSeries Spare { get; } = new();

    internal Series this[int track] => _tracks[track].Series;

    /// <summary>Length in minutes of the windows a track is fed from.</summary>
    internal int FeedMinutes(int track) => _tracks[track].Minutes ? 1 : QuarterMinutes;

    /// <summary>The kind of window a track is fed from.</summary>
    internal WindowKind Feed(int track) => _tracks[track].Minutes ? WindowKind.Minute : WindowKind.QuarterHour;

    /// <summary>The track of a point, or -1.</summary>
    internal int Find(string point)
    {
        // Windows come point by point, each many at a time.
        if (!ReferenceEquals(point, _foundName)) (_foundName, _found) = (point, _byName.GetValueOrDefault(point, -1));
        return _found;
    }

    /// <summary>The tracks of a quantity in a space; with a null space, those of the whole centre where there are any, else those of all spaces.
    /// Makes them.</summary>
    internal ImmutableArray<int> BySpace(string quantity, string? space, TimeSpan step)
    {
        Series[] all = [.. _centre.Points.Where(p => p.Quantity == quantity && !_centre.IsOutdoor(p.Name))];
        var here = all.Where(p => p.Place == space);
        if (space is null && !here.Any()) here = all;
        return [.. here.Select(p => Add(p, step))];
    }

    /// <summary>As <see cref="BySpace"/> for presence, found once: all tracks are made before the first day.</summary>
    internal ImmutableArray<int> Presence(string? space)
    {
        var key = space ?? "";
        if (_presence.TryGetValue(key, out var tracks)) return tracks;
        return _presence[key] = BySpace(OccupiedTime.Quantity, space, TimeSpan.FromMinutes(QuarterMinutes));
    }

    /// <summary>The track of a point of that name, made if need be; -1 when the centre has no such point.</summary>
    internal int Named(string point, TimeSpan step) => _centre.Points.FirstOrDefault(p => p.Name == point) is { } series ? Add(series, step) : -1;

    private int Add(Series series, TimeSpan step)
    {
        var minutes = step.Ticks % (QuarterMinutes * TimeSpan.TicksPerMinute) != 0 && series.Quantity != OccupiedTime.Quantity;
        if (_byName.TryGetValue(series.Name, out var track))
        {
            _tracks[track] = (series, _tracks[track].Minutes || minutes);
            return track;
        }
        _byName.Add(series.Name, _tracks.Count);
        _tracks.Add((series, minutes));
        return _tracks.Count - 1;
    }
}
