using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge;

/// <summary>The machine: readings in, windows, desk states and incidents out. Deterministic: no I/O, no clock, no thread of its own.</summary>
/// <remarks>
/// <para>All members belong to one thread at a time, the gateway loop's.</para>
/// <para>When the clock is set forward, the time in between was never lived and has no windows. When it is set back within the open minute, the
/// second life of those seconds replaces the first; when further, the open minute closes with the coverage it has, minutes that were stored before
/// are not stored again, and what counters grew meanwhile stands in the first minute after them. Incidents tell all of it.</para>
/// </remarks>
public sealed class Gateway
{
    // A day of minutes: a process that stood still for longer tells the gap instead of storing empty windows for it.
    private const int MinutesAtOnceMax = 1440;

    private readonly ImmutableArray<Point> _points;
    private readonly GatewayLimits _limits;
    private readonly TimeZoneInfo _zone;
    private readonly SeriesReadings _readings;
    private readonly Validity _validity;
    private readonly IncidentQueue _incidents;
    private readonly Refusals _refusals;
    private readonly LivedTime _lived;
    private readonly Interventions _interventions;
    private readonly MinuteWindows _minutes;
    private readonly LongWindows _longer;
    private readonly LiveWindows _live;
    private readonly DeskBoard _desks;
    private readonly SpaceBoard _spaces;
    private readonly ReadingTaken _derived;
    private readonly List<Aggregate> _closed = [];
    private bool _begun;
    private long _eraMinute;
    private int _era;

    // A private reading further ahead is refused: a desk cannot take back what it has shown.
    private long _deskFutureMilliseconds = long.MaxValue;

    // Mirrors of the minute windows' borders, read for every reading. Before the first step every reading is in time.
    private long _openMilliseconds = long.MinValue, _revisableMilliseconds = long.MinValue;

    /// <param name="points">The site's points; <c>points[i].Id.Value == i</c>.</param>
    /// <param name="zone">The centre's zone, for local days.</param>
    public Gateway(ImmutableArray<Point> points, TimeZoneInfo zone, GatewayLimits limits) : this(OccupancyPlan.None(points), zone, limits)
    {
    }

    /// <param name="plan">The site's points, desks and spaces; <c>plan.Points[i].Id.Value == i</c>.</param>
    /// <param name="zone">The centre's zone, for local days.</param>
    public Gateway(OccupancyPlan plan, TimeZoneInfo zone, GatewayLimits limits)
        : this(plan, zone, limits, new IncidentQueue(limits.IncidentsPerStepMax), new LivedTime(limits.ErasMax))
    {
    }

    /// <summary>Goes on where another stands, with a plan that changed: every series of the same name and quantity, every desk of the same id keeps all
    /// that is known of it, to the reading; what is new begins now. Call <see cref="EndSeries"/> of the other before, and nothing after.</summary>
    public Gateway(Gateway before, OccupancyPlan plan) : this(plan, before._zone, before._limits, before._incidents, before._lived)
    {
        var succession = new Succession(before._points, _points);
        _readings.TakeUp(before._readings, succession);
        _interventions.TakeUp(before._interventions, succession);
        _minutes.TakeUp(before._minutes, succession);
        _longer.TakeUp(before._longer, succession);
        _live.TakeUp(before._live, succession);
        _desks.TakeUp(before._desks);
        _spaces.TakeUp(before._spaces, succession);
        (_begun, _eraMinute, _era, ClockTrusted) = (before._begun, before._eraMinute, before._era, before.ClockTrusted);
        _deskFutureMilliseconds = before._deskFutureMilliseconds;
        if (_begun) Mirror();
    }

    private Gateway(OccupancyPlan plan, TimeZoneInfo zone, GatewayLimits limits, IncidentQueue incidents, LivedTime lived)
    {
        var points = plan.Points;
        for (var i = 0; i < points.Length; i++)
            if (points[i].Id.Value != i)
                throw new ArgumentException($"BUG: point {points[i].Name} stands at {i} but has id {points[i].Id.Value}.", nameof(plan));
        (_points, _limits, _zone, _incidents, _lived) = (points, limits, zone, incidents, lived);
        _readings = new SeriesReadings(points, limits);
        _validity = new Validity(points.Length, _readings);
        _refusals = new Refusals(points, _incidents);
        _interventions = new Interventions(points.Length, limits);
        var circumstances = new Circumstances(limits, _interventions, _incidents);
        _minutes = new MinuteWindows(points, _readings, circumstances, _incidents, _lived);
        _longer = new LongWindows(points, zone);
        _live = new LiveWindows(points, _readings, circumstances);
        _desks = new DeskBoard(plan, limits, _incidents);
        _spaces = new SpaceBoard(plan, limits);
        _derived = Derived;
        foreach (var point in points)
            if (point.Private) _readings.Shut(point.Id.Value);
    }

    /// <summary>How many points there are; their ids are below it.</summary>
    public int PointCount => _points.Length;

    /// <summary>When a desk may next change by itself, if no reading comes: <see cref="SettleDesks"/> then. Null when none will.</summary>
    public Instant? DesksDueAt => _desks.DueAt == long.MaxValue ? null : new Instant(Math.Max(0, _desks.DueAt));

    /// <summary>While false (clock not yet synchronised), good readings are taken as questionable.</summary>
    public bool ClockTrusted { get; set; } = true;

    /// <summary>From when on the log is to be read for <see cref="Restore"/>: the start of the oldest longer window that may not be stored yet.</summary>
    /// <param name="newestMinute">Start of the minute window that was stored last.</param>
    public static Instant RestoreSince(Instant newestMinute, TimeZoneInfo zone, GatewayLimits limits)
    {
        var unfinished = newestMinute - limits.LateMax;
        var (day, hour) = (LocalDay.Containing(unfinished, zone).Start, Window.Containing(unfinished, LongWindows.Hour).Start);
        return day < hour ? day : hour;
    }

    /// <summary>Takes up what an earlier run knew: the windows it stored (so that longer ones go on and none is stored twice) and the last confirmed
    /// registers. Once, before the first reading. Points that are no longer declared are ignored; of several revisions the highest counts.</summary>
    /// <param name="windows">All minutes, quarter hours, hours and days that begin at <paramref name="since"/> or later, in the order of the log.</param>
    /// <param name="since">From <see cref="RestoreSince"/>, or earlier. Longer windows that began before are not gone on with.</param>
    public void Restore(IEnumerable<WindowFact> windows, IEnumerable<CounterCarry> carries, Instant now, Instant since = default)
    {
        var ids = _points.Where(p => !p.Private).ToDictionary(p => p.Name, p => (int)p.Id.Value, StringComparer.Ordinal);
        Begin(Window.Containing(now, TimeSpan.FromMinutes(1)).Start);
        var recalled = new RecalledMinutes(_limits.LateMax, (minute, aggregates) =>
        {
            _longer.BeginRestored(minute, since, _closed);
            foreach (var (id, aggregate) in aggregates) _longer.Add(id, aggregate, restored: true);
            _lived.Add(minute.Start, minute.End);
        });
        foreach (var (series, aggregate) in windows)
            if (!ids.TryGetValue(series.Name, out var id)) continue;
            else if (aggregate.Kind == WindowKind.Minute) recalled.Add(id, aggregate);
            else _longer.Stored(aggregate.Kind, aggregate.Window, aggregate.Revision, _closed);
        recalled.End();
        foreach (var carry in carries)
            if (ids.TryGetValue(carry.Point, out var id)) _minutes.Recall(id, new CounterTrack(carry, now));
    }

    /// <summary>Takes up what an earlier run told of desks last, by their index in the plan, so that the numbers of their changes go on and nobody is left
    /// with a state that this run does not know. Once, before the first <see cref="SettleDesks"/>.</summary>
    /// <param name="last">The newest status of each desk that had one.</param>
    /// <param name="sequence">No lower than any number given so far.</param>
    public void RestoreDesks(IEnumerable<DeskStatus> last, long sequence) => _desks.Restore(last, sequence);

    /// <summary>Whether a reading of this point may change a desk, and so is worth taking at once; what others do shows with the next
    /// <see cref="Step"/>. Any thread.</summary>
    public bool IsUrgent(PointId point) => _points[point.Value].Private;

    /// <summary>As <see cref="Accept(ReadOnlySpan{Reading})"/>, and refuses what is ahead of <paramref name="now"/> at once where it is a desk's.</summary>
    public void Accept(ReadOnlySpan<Reading> readings, Instant now)
    {
        _deskFutureMilliseconds = (now + _limits.FutureMax).UnixMilliseconds;
        Accept(readings);
    }

    /// <summary>Takes readings in any order. Allocates nothing, but once for a series whose values take more bits than registers have; what it refuses
    /// becomes an incident of the next step. Of desks' sensors it takes those
    /// that are not ahead of the last <see cref="Step"/> by more than the limit.</summary>
    public void Accept(ReadOnlySpan<Reading> readings)
    {
        for (var next = 0; ; next++)
        {
            next += _readings.AppendPlain(readings[next..], _openMilliseconds, _revisableMilliseconds, ClockTrusted);
            if (next >= readings.Length) return;
            AcceptOther(readings[next]);
        }
    }

    /// <summary>Brings desks and spaces to what they are at <paramref name="now"/>; the next snapshot shows it. To be called after readings were
    /// accepted, when <see cref="DesksDueAt"/> comes, and before each <see cref="Step"/>. Allocates nothing when no desk changes.</summary>
    /// <returns>The desks that changed, with consecutive sequences; empty when none did.</returns>
    public ImmutableArray<DeskStatus> SettleDesks(Instant now) => _desks.Settle(now);

    /// <summary>Closes and revises what is due at <paramref name="now"/>. Allocates nothing when nothing is due.</summary>
    public StepOutput Step(Instant now)
    {
        if (!_begun) Begin(FirstMinute(now));
        _validity.Settle(now);
        RefuseFuture(now);
        Derive(now);
        _refusals.Tell(now);
        _minutes.Revise(_closed);
        SkipStandstill(now);
        _minutes.CloseDue(now, _limits.Grace, _limits.LateMax, _longer, _closed);
        _longer.End(now - _limits.LateMax - _limits.Grace - TimeSpan.FromMinutes(1), _closed);
        Mirror();
        _live.CloseDue(now);
        if (_closed.Count == 0 && _incidents.IsEmpty) return StepOutput.Empty;
        return Output(now);
    }

    /// <summary>Closes the windows of series that a changed plan does not have any more, with the coverage they have until now. After a
    /// <see cref="Step"/> at the same time.</summary>
    public StepOutput EndSeries(OccupancyPlan next, Instant now)
    {
        if (!_begun) return StepOutput.Empty;
        foreach (var series in new Succession(_points, next.Points).Ended)
        {
            Interrupt(series, now);
            _minutes.End(series, _longer, _closed);
        }
        return Output(now);
    }

    /// <summary>The clock was set: the next step's output holds the open windows with the coverage they really have.</summary>
    public void Reanchor(ClockStep step)
    {
        _era = step.Era;
        _desks.Move(step.After - step.Before);
        _spaces.Move(step.After - step.Before);
        _deskFutureMilliseconds = (step.After + _limits.FutureMax).UnixMilliseconds;
        _incidents.Add(new Incident(step.After, IncidentKind.ClockStep, "gateway",
            $"The clock was set from {step.Before} to {step.After}.", (step.After - step.Before).TotalSeconds));
        if (!_begun) Begin(FirstMinute(step.Before));
        var (before, after) = (MinuteWindows.Number(step.Before), MinuteWindows.Number(step.After));
        var back = step.After < step.Before;
        if (back && after >= _minutes.Open) Replace(step);
        else if (back || after != before) Jump(step);
        else
        {
            Interrupt(step.Before);
            _interventions.ClockSet(step.Before.UnixMilliseconds, step.After.UnixMilliseconds);
        }
    }

    /// <summary>A meter or sensor is exchanged at that instant: the next register of its counters starts a new count. May be said before or after;
    /// what the register did in minutes that can no longer change has been judged without it. The last announcement for a point counts.</summary>
    public void AnnounceSwap(PointId point, Instant at)
    {
        _interventions.Swap(point.Value, at.UnixMilliseconds);
        if (at.UnixMilliseconds < _openMilliseconds) _minutes.Changed(point.Value, at.UnixMilliseconds);
    }

    /// <summary>Says until when a point's instrument is validly calibrated: readings taken in after the first step at or after it are questionable.</summary>
    /// <param name="until">Null: for ever, as at the beginning.</param>
    public void SetValidity(PointId point, Instant? until) => _validity.Set(point.Value, until);

    /// <summary>The last confirmed register of every counter that has one, as of the newest stored minute: what was counted after it is in no
    /// stored window yet and is counted again by the run that takes it up.</summary>
    public ImmutableArray<CounterCarry> Carries() => _minutes.Carries();

    /// <summary>A picture of now; desks as they were settled last.</summary>
    public Snapshot TakeSnapshot(Instant now)
    {
        var latest = new Reading[_points.Length];
        for (var i = 0; i < latest.Length; i++)
        {
            var count = _readings.Count(i);
            latest[i] = count == 0
                ? new Reading(new PointId((ushort)i), default, double.NaN, Quality.Missing)
                : Latest(new PointId((ushort)i), _readings[i, count - 1]);
        }
        return new Snapshot(now, _era, ClockTrusted, System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(latest), _live.Last)
        {
            Desks = [.. _desks.Statuses], Spaces = [.. CountedSpaces(now)], DeskSequence = _desks.Sequence,
        };
    }

    /// <summary>The picture that was taken last with desks and spaces as they are now: between two beats, when only those are news.</summary>
    public Snapshot TakeSnapshot(Instant now, Snapshot last) =>
        last with { At = now, Desks = [.. _desks.Statuses], Spaces = [.. CountedSpaces(now)], DeskSequence = _desks.Sequence };

    private ReadOnlySpan<SpaceOccupancy> CountedSpaces(Instant now)
    {
        _spaces.Follow(_readings, (now + _limits.FutureMax).UnixMilliseconds, ClockTrusted);
        _spaces.Settle(_desks.Statuses, now);
        return _spaces.Spaces;
    }

    private void Derive(Instant now)
    {
        _deskFutureMilliseconds = (now + _limits.FutureMax).UnixMilliseconds;
        CountedSpaces(now);
        _spaces.Derive(now, _derived);
    }

    /// <summary>What was closed and happened. The room for windows is not kept: it is wanted once a minute.</summary>
    private StepOutput Output(Instant now)
    {
        var output = new StepOutput([.. _closed], _incidents.Take(now));
        _closed.Clear();
        _closed.TrimExcess();
        return output;
    }

    private void Derived(in Reading reading) => Accept([reading]);

    private static Reading Latest(PointId point, in Slot slot) => new(point, slot.At, slot.Value, slot.Quality);

    private void Begin(Instant at)
    {
        _begun = true;
        _eraMinute = MinuteWindows.Number(at);
        _minutes.BeginAt(_eraMinute);
        for (var series = 0; series < _points.Length; series++) _refusals.TooLate(series, _readings.FirstFrom(series, at.UnixMilliseconds));
        Mirror();
    }

    private Instant FirstMinute(Instant now)
    {
        // Readings that came before the first step belong to windows too, as far back as a late reading would.
        var earliest = now.UnixMilliseconds;
        for (var i = 0; i < _points.Length; i++)
            if (_readings.Count(i) > 0) earliest = Math.Min(earliest, _readings[i, 0].Milliseconds);
        var bound = (now - _limits.LateMax).UnixMilliseconds;
        return Window.Containing(new Instant(Math.Max(earliest, bound)), TimeSpan.FromMinutes(1)).Start;
    }

    private void Mirror()
    {
        _openMilliseconds = _minutes.OpenMilliseconds;
        _revisableMilliseconds = _minutes.RevisableMilliseconds;
    }

    /// <summary>Takes a reading that is late, or for which another must make room that is still needed.</summary>
    private void AcceptOther(in Reading reading)
    {
        var series = reading.Point.Value;
        if (_points[series].Private)
        {
            AcceptPrivate(series, reading);
            return;
        }
        var slot = _readings.Judge(reading, ClockTrusted);
        if (slot.Milliseconds < _revisableMilliseconds)
        {
            _refusals.TooLate(series);
            return;
        }
        bool changed = true, lost;
        if (slot.Milliseconds > _readings.Newest(series)) lost = _readings.Append(series, slot, _revisableMilliseconds);
        else lost = _readings.Insert(series, slot, _revisableMilliseconds, out changed);
        if (lost) _refusals.Crowded(series);
        if (changed && slot.Milliseconds < _openMilliseconds) _minutes.Changed(series, slot.Milliseconds);
    }

    /// <summary>Takes a reading that desks and spaces alone may know. The clock need not be trusted for it: what counts is how long ago it was.</summary>
    private void AcceptPrivate(int series, in Reading reading)
    {
        if (reading.At.UnixMilliseconds > _deskFutureMilliseconds)
        {
            _refusals.FromFuture(series);
            return;
        }
        var slot = _readings.Judge(reading, trusted: true);
        _desks.Take(series, slot);
        _spaces.Take(series, slot);
    }

    private void RefuseFuture(Instant now)
    {
        var bound = (now + _limits.FutureMax).UnixMilliseconds;
        for (var series = 0; series < _points.Length; series++)
        {
            if (_readings.Newest(series) <= bound || _points[series].Private) continue;
            var newest = new Instant(_readings.Newest(series));
            var refused = _readings.RemoveFrom(series, bound + 1);
            _incidents.Add(new Incident(now, IncidentKind.FromFuture, _points[series].Name,
                $"{refused} readings up to {newest} are ahead of the gateway's clock and are refused.", refused));
        }
    }

    /// <summary>After a standstill of more than a day, begins at now instead of storing empty minutes.</summary>
    private void SkipStandstill(Instant now)
    {
        var minute = MinuteWindows.Number(now);
        if (minute - _minutes.Open <= MinutesAtOnceMax) return;
        var end = new Instant(_minutes.OpenMilliseconds) + TimeSpan.FromMinutes(1);
        _minutes.CloseDue(end, TimeSpan.Zero, TimeSpan.Zero, _longer, _closed);
        _minutes.BeginAt(minute);
        var skipped = 0;
        for (var series = 0; series < _points.Length; series++)
            skipped += _readings.FirstFrom(series, _minutes.OpenMilliseconds) - _readings.FirstFrom(series, end.UnixMilliseconds);
        _incidents.Add(new Incident(now, IncidentKind.Gap, "gateway",
            $"Nothing was judged from {end} to {now}; {skipped} readings of that time are in no window.", skipped));
    }

    /// <summary>Ends what holds: after a step nobody knows for how long the last readings were true.</summary>
    private void Interrupt(Instant at)
    {
        for (var series = 0; series < _points.Length; series++) Interrupt(series, at);
    }

    private void Interrupt(int series, Instant at)
    {
        if (_readings.Count(series) == 0) return;
        var end = Math.Max(at.UnixMilliseconds, _readings.Newest(series) + 1);
        if (_readings.Append(series, new Slot(end, Quality.Missing, double.NaN), _revisableMilliseconds)) _refusals.Crowded(series);
    }

    /// <summary>The open minute's last seconds are lived again: their second life replaces the first.</summary>
    private void Replace(ClockStep step)
    {
        var (replaced, before, after) = (0, step.Before.UnixMilliseconds, step.After.UnixMilliseconds);
        for (var series = 0; series < _points.Length; series++)
        {
            if (_points[series].Private) continue;
            replaced += _readings.RemoveFrom(series, after);
            _minutes.Move(series, before, after, from: after);
        }
        _interventions.ClockSet(before, after);
        if (replaced > 0)
            _incidents.Add(new Incident(step.After, IncidentKind.ClockStep, "gateway",
                $"{replaced} readings of the time that comes a second time are replaced by those of the second time.", replaced));
    }

    /// <summary>Closes everything up to the end of the minute in which the era ends, without waiting for what might still come late, and begins
    /// again where the clock stands now.</summary>
    private void Jump(ClockStep step)
    {
        // Of a minute that the era only touched nothing was lived, and nothing is stored.
        var end = Window.Containing(step.Before - TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1)).End;
        var ahead = 0;
        for (var series = 0; series < _points.Length; series++)
            if (!_points[series].Private) ahead += _readings.RemoveFrom(series, end.UnixMilliseconds);
        if (ahead > 0)
            _incidents.Add(new Incident(step.After, IncidentKind.ClockStep, "gateway",
                $"{ahead} readings were ahead of the minute in which the clock was set and are in no window.", ahead));
        Interrupt(step.Before);
        _minutes.Revise(_closed);
        _minutes.CloseDue(end, TimeSpan.Zero, TimeSpan.Zero, _longer, _closed);
        _incidents.ForgetAll();
        // In whole minutes, as they are stored: an era may be shorter than one, or end before the second in which it began.
        _lived.Add(new Instant(_eraMinute * 60_000), end);
        for (var series = 0; series < _points.Length; series++)
        {
            // Readings of the earlier era lie ahead of the new one.
            if (step.After < step.Before && !_points[series].Private) _readings.RemoveFrom(series, long.MinValue / 8);
            _minutes.Move(series, step.Before.UnixMilliseconds, step.After.UnixMilliseconds);
        }
        _interventions.Moved();
        _eraMinute = MinuteWindows.Number(step.After);
        _minutes.BeginAt(_eraMinute);
        Mirror();
    }
}
