using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Criteria;

/// <summary>The mean of every track over each sealed day.</summary>
internal sealed class DayHistory(TrackTable table)
{
    private readonly Dictionary<DateOnly, double[]> _means = [];

    internal bool IsCounter(int track) => table[track].Kind == PointKind.Counter;

    internal int TrackCount => table.Count;

    internal string NameOf(int track) => table[track].Name;

    internal int FeedMinutes(int track) => table.FeedMinutes(track);

    internal double Mean(DateOnly date, int track) => _means.TryGetValue(date, out var means) ? means[track] : double.NaN;

    internal void Keep(DayTracks day) => _means[day.Date] = [.. Enumerable.Range(0, table.Count).Select(day.DayMean)];

    internal void ForgetBefore(DateOnly date)
    {
        foreach (var known in _means.Keys)
            if (known < date) _means.Remove(known);
    }
}
