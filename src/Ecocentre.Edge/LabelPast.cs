using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge;

/// <summary>Gives a label its past: what was sealed day by day, only the points that criteria look at, then the log up to its head; after that, days whole
/// again of which windows came late. A task of its own, never on the gateway loop.</summary>
/// <remarks>What cannot be read now is tried again; a step that fails has changed nothing. One thread.</remarks>
internal sealed class LabelPast
{
    // Between two steps, each a day of the archive: the box has other work, and a year is still taken up within a minute.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);

    // Late windows come with a device's first answer after days; nobody waits for what they change by the minute. What cannot be read is tried again.
    private static readonly TimeSpan MendPeriod = TimeSpan.FromMinutes(1);

    // Windows of one point and day asked for at once: 25 hours of minutes.
    private const int WindowsMax = 25 * 60;

    private readonly CentreLabel _label;
    private readonly EvidenceHistory _history;
    private readonly Func<Instant> _now;
    private readonly ILookup<string, WindowKind> _feeds;
    private readonly Queue<DateOnly> _records, _windows;
    private readonly SortedSet<DateOnly> _stale = [];
    private readonly long _sealedThrough;
    private bool _isBehind = true;

    /// <summary>From here on the label waits for its past.</summary>
    internal LabelPast(CentreLabel label, EvidenceHistory history, Func<Instant> now)
    {
        (_label, _history, _now) = (label, history, now);
        _feeds = label.Feeds.ToLookup(feed => feed.Point, feed => feed.Kind, StringComparer.Ordinal);
        // Before the days: what is sealed while they are taken up is still in the log, and comes with it.
        _sealedThrough = history.SealedThrough;
        var days = history.SealedDays();
        // All records before all windows, since a verdict that was recorded is not recorded again.
        (_records, _windows) = (new Queue<DateOnly>(days), new Queue<DateOnly>(days));
        label.HoldBack();
    }

    /// <summary>Takes up one more day, or one more piece of the log, or mends one more day.</summary>
    /// <returns>False when nothing is left for now.</returns>
    /// <exception cref="LogUnavailableException">The disk does not let it be read now; try again.</exception>
    internal bool Step()
    {
        if (_records.TryPeek(out var day))
        {
            _label.TakeUp(_history.SealedEntries(day));
            _records.Dequeue();
            return true;
        }
        if (_windows.TryPeek(out day))
        {
            var end = Instant.From(new DateTimeOffset(day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));
            // Nobody judges by days older than that, or by those of a clock that was wrong.
            if (end > _now() - TimeSpan.FromDays(Verdicts.PartsMax) && end <= _now())
                _label.TakeUp(_history.SealedWindows(day, _feeds), end + Verdicts.SettleTime);
            _windows.Dequeue();
            return true;
        }
        if (_isBehind) return _isBehind = _label.Follow(_history, _sealedThrough);
        return Mend();
    }

    /// <summary>Takes steps until cancelled.</summary>
    internal async Task RunAsync(TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            while (true) await Task.Delay(Try() ? Rest : MendPeriod, time, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
    }

    private bool Try()
    {
        try
        {
            return Step();
        }
        catch (LogUnavailableException)
        {
            // Said by the recorder and the archive already.
            return false;
        }
    }

    private bool Mend()
    {
        if (_stale.Count == 0) _stale.UnionWith(_label.TakeStaleDays());
        if (_stale.Count == 0) return false;
        var date = _stale.Min;
        if (_label.Renew(date) || _label.Reopen(date, Windows(LocalDay.Of(date, _label.Centre.Zone)))) _stale.Remove(date);
        return true;
    }

    private List<WindowFact> Windows(Window day)
    {
        var facts = new List<WindowFact>();
        foreach (var (point, kind) in _label.Feeds)
            for (Instant? from = day.Start; from is { } at && at < day.End;)
            {
                var run = _history.Windows(new WindowQuery(point, kind, at, day.End, _label.Centre.Zone, WindowsMax));
                facts.AddRange(run.Windows);
                from = run.Next;
            }
        return facts;
    }
}
