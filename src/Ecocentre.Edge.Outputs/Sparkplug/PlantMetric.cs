using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Sparkplug;

/// <summary>One point as a metric of its device, and what was last told of it in this session. Belongs to who holds the node's gate.</summary>
internal sealed class PlantMetric(ulong alias, string name, Series series)
{
    private readonly KeyValuePair<string, string>[] _properties =
    [
        new("engUnit", series.Unit), new("point", series.Name), new("quantity", series.Quantity),
        .. series.Place is { } place ? [new KeyValuePair<string, string>("place", place)] : Array.Empty<KeyValuePair<string, string>>(),
    ];

    private object? _told;
    private Quality _toldQuality = Quality.Missing;
    private Instant _valueAt, _newestTold;

    public Series Series => series;

    private MetricType Type => series.Kind == PointKind.State ? MetricType.Boolean : MetricType.Double;

    /// <summary>As it is born: the newest reading, or what was told last, or nothing. What was true before now is of the past from here on.</summary>
    /// <param name="newest">The newest reading, or null where there is none.</param>
    public Metric Birth(Reading? newest, Instant now)
    {
        // The present of who is there is finer than quarter hours.
        if (newest is { } reading && !OccupancyHistory.IsOccupancy(series.Quantity))
            (_told, _toldQuality, _valueAt) = (Value(reading.Value), reading.Quality, reading.At);
        _newestTold = now;
        return new Metric(Type, _told is null ? now : _valueAt)
        {
            Name = name, Alias = alias, Value = _told, Quality = _told is null ? Quality.Missing : _toldQuality, Properties = _properties,
        };
    }

    /// <summary>As data: historical when its birth or something newer was told already.</summary>
    /// <returns>Null when it is what was told last: only changes are told.</returns>
    public Metric? Tell(double value, Instant at, Quality quality, long sequence)
    {
        var (told, isHistorical) = (Value(value), at <= _newestTold);
        if (!isHistorical)
        {
            var isNews = !Equals(told, _told) || quality != _toldQuality;
            (_told, _toldQuality, _valueAt, _newestTold) = (told, quality, at, at);
            if (!isNews) return null;
        }
        return new Metric(Type, at) { Alias = alias, Value = told, IsHistorical = isHistorical, Quality = quality, Sequence = sequence };
    }

    private object? Value(double value) => !double.IsFinite(value) ? null : series.Kind == PointKind.State ? value > 0 : value;
}
