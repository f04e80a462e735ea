using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Criteria;

/// <summary>All windows of one local day that criteria look at, as they came: the newest revision of each.</summary>
internal sealed class DayTracks(DateOnly date, Window window, TrackTable table, LabelProfile profile, CentreFacts centre)
{
    private readonly DaySeries?[] _fine = new DaySeries?[table.Count];
    private readonly List<Coarse>?[] _coarse = new List<Coarse>?[table.Count];
    private readonly Dictionary<int, TimeOnly[]> _localTimes = [];
    private readonly Dictionary<int, bool[]> _open = [];
    private OccupiedTime? _occupied;

    internal DateOnly Date => date;

    internal Window Window => window;

    /// <summary>A window was taken since somebody set it back.</summary>
    internal bool IsDirty { get; set; }

    /// <summary>When its spaces were occupied, as far as windows came.</summary>
    internal OccupiedTime Occupied => _occupied ??= new OccupiedTime(this, table, profile);

    internal int SlotCount(int minutes) => ((int)window.Length.TotalMinutes + minutes - 1) / minutes;

    /// <summary>Takes a window of this day, unless a newer revision of it is known already.</summary>
    internal void Take(int track, in Aggregate aggregate)
    {
        var minutes = table.FeedMinutes(track);
        var slot = (int)((aggregate.Window.Start.UnixMilliseconds - window.Start.UnixMilliseconds) / (TimeSpan.MillisecondsPerMinute * minutes));
        var series = _fine[track] ??= table.Spare.Take(SlotCount(minutes));
        var revisions = series.Revisions ??= new int[series.SlotCount];
        if (slot >= series.SlotCount || revisions[slot] > aggregate.Revision + 1) return;
        revisions[slot] = aggregate.Revision + 1;
        (series.Mean[slot], series.Delta[slot], series.Coverage[slot]) = (aggregate.Mean, aggregate.Delta, aggregate.Coverage);
        series.Last[slot] = aggregate.Last;
        if (_coarse[track] is { } made)
            foreach (var coarse in made) (coarse.First, coarse.Last) = (Math.Min(coarse.First, slot), Math.Max(coarse.Last, slot));
        IsDirty = true;
    }

    /// <summary>A track on slots of that many minutes, or null when nothing came.</summary>
    internal DaySeries? Series(int track, int minutes)
    {
        if (_fine[track] is not { } fine) return null;
        var factor = minutes / table.FeedMinutes(track);
        if (factor == 1) return fine;
        var made = _coarse[track] ??= [];
        foreach (var coarse in made)
        {
            if (coarse.Factor != factor) continue;
            if (coarse.First <= coarse.Last) fine.Coarsen(coarse.Series, factor, coarse.First / factor, coarse.Last / factor);
            (coarse.First, coarse.Last) = (int.MaxValue, -1);
            return coarse.Series;
        }
        var longer = table.Spare.Take(fine.CountAt(factor));
        fine.Coarsen(longer, factor, 0, longer.SlotCount - 1);
        made.Add(new Coarse(factor, longer));
        return longer;
    }

    /// <summary>Gives back what it holds: the day is not asked again.</summary>
    internal void Release()
    {
        for (var track = 0; track < _fine.Length; track++)
        {
            if (_fine[track] is { } fine) table.Spare.Give(fine);
            if (_coarse[track] is { } made)
                foreach (var coarse in made) table.Spare.Give(coarse.Series);
            (_fine[track], _coarse[track]) = (null, null);
        }
    }

    /// <summary>A track as it was fed, or null when nothing came.</summary>
    internal DaySeries? Fed(int track) => _fine[track];

    /// <summary>Mean of a track over the day weighted by coverage; NaN when nothing is known.</summary>
    internal double DayMean(int track) =>
        _fine[track] is { } fine ? fine.Coarser(fine.SlotCount).Mean[0] : double.NaN;

    /// <summary>Local time at which each slot begins.</summary>
    internal TimeOnly[] LocalTimes(int minutes)
    {
        if (_localTimes.TryGetValue(minutes, out var times)) return times;
        times = new TimeOnly[SlotCount(minutes)];
        for (var slot = 0; slot < times.Length; slot++) times[slot] = LocalTime(window.Start + TimeSpan.FromMinutes(slot * minutes));
        return _localTimes[minutes] = times;
    }

    /// <summary>Whether the centre is open when each slot begins.</summary>
    internal bool[] IsOpen(int minutes)
    {
        if (_open.TryGetValue(minutes, out var open)) return open;
        open = new bool[SlotCount(minutes)];
        for (var slot = 0; slot < open.Length; slot++)
            open[slot] = centre.Opening.IsOpen(window.Start + TimeSpan.FromMinutes(slot * minutes), centre.Zone);
        return _open[minutes] = open;
    }

    private TimeOnly LocalTime(Instant at) => TimeOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(at.ToDateTimeOffset().UtcDateTime, centre.Zone));

    /// <summary>A track on longer slots, and which of the fed slots changed since it was made.</summary>
    private sealed class Coarse(int factor, DaySeries series)
    {
        internal int Factor => factor;

        internal DaySeries Series => series;

        internal int First { get; set; } = int.MaxValue;

        internal int Last { get; set; } = -1;
    }
}
