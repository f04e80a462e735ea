using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Criteria;

/// <summary>The engine that judges: fed with closed windows and records in any order, it holds the days of every criterion and gives verdicts for
/// any period of them.</summary>
/// <remarks>
/// <para>A day is measured anew whenever one of its windows closed, until it is sealed <see cref="SettleTime"/> after local midnight; a period is
/// its days added up in their order. The same windows therefore give the same bits, however they arrived and however often. A window of a sealed
/// day that is still remembered (<see cref="DaysKept"/>) measures that day again; an older day must be given whole again
/// (<see cref="Reopen"/>).</para>
/// <para>One thread. Day, week and month verdicts move with each window; those of a year and of twelve months move when a day is sealed.</para>
/// </remarks>
public sealed class Verdicts
{
    /// <summary>Sealed days of which the windows stay in memory for late ones.</summary>
    public const int DaysKept = 2;

    /// <summary>Days whose parts are kept: two years and a month, so that a year that ends can be judged beside its predecessor.</summary>
    public const int PartsMax = 2 * 366 + 31;

    /// <summary>Windows of a minute close within this time of its end; a slot that ended longer ago and has no window is missing.</summary>
    public static readonly TimeSpan SettleTime = TimeSpan.FromMinutes(3);

    private readonly TrackTable _table;
    private readonly DayHistory _history;
    private readonly ImmutableArray<CriterionDays> _criteria;
    private readonly SortedDictionary<DateOnly, DayTracks> _open = [];
    private readonly SortedSet<DateOnly> _stale = [];
    private readonly SortedSet<DateOnly> _changed = [];
    private DateOnly? _first, _sealed;
    private DayTracks? _recent;
    private Instant _now;

    public Verdicts(LabelProfile profile, CentreFacts centre)
    {
        (Profile, Centre) = (profile, centre);
        _table = new TrackTable(centre);
        _criteria = [.. profile.Criteria.Select(c => new CriterionDays(BoundCriterion.Bind(c, profile, centre, _table)))];
        _history = new DayHistory(_table);
        LookBackDays = (int)profile.Criteria.Select(c => c.Settings.TryGetValue("runningMeanDays", out var days) ? days.Value : 0).DefaultIfEmpty().Max();
    }

    public LabelProfile Profile { get; }

    public CentreFacts Centre { get; }

    /// <summary>By index as in the profile.</summary>
    public IEnumerable<BoundCriterion> Criteria => _criteria.Select(c => c.Bound);

    public CriterionRecords Records { get; } = new();

    /// <summary>The last day that is sealed, or null.</summary>
    public DateOnly? LastSealed => _sealed;

    /// <summary>The first day there is evidence of, or null.</summary>
    public DateOnly? First => _first;

    /// <summary>The local day that runs, as far as <see cref="Advance"/> was told; null before it was.</summary>
    public DateOnly? Today => _now == default ? null : DateOf(_now - SettleTime);

    /// <summary>Days too old to be remembered of which a window came after they were sealed: give them whole again after
    /// <see cref="Reopen"/>.</summary>
    public IReadOnlyCollection<DateOnly> StaleDays => _stale;

    /// <summary>Names of the points criteria look at, with the kind of window each is fed from; other windows need not be given.</summary>
    public IEnumerable<(string Point, WindowKind Kind)> Feeds => Enumerable.Range(0, _table.Count).Select(i => (_table[i].Name, _table.Feed(i)));

    /// <summary>Points of which days before a period are looked at when it is judged, each with the number of days.</summary>
    public IEnumerable<(string Point, int Days)> LookBack => _criteria.Select(c => c.Bound)
        .SelectMany(b => b.Criterion.Kind.LookBack(b.Criterion) is { } back ? b.Points(back.Input, _table).Select(point => (Point: point, back.Days)) : [])
        .GroupBy(b => b.Point, StringComparer.Ordinal).Select(g => (g.Key, g.Max(b => b.Days)));

    /// <summary>Takes an entry of the log; those that no criterion looks at are passed over.</summary>
    public void Accept(LogEntry entry)
    {
        if (entry.Fact is WindowFact window) Accept(window.Series.Name, window.Aggregate);
        else if (Records.Take(entry) && _sealed is { } last && DateOf(entry.Fact.At) is var date && date <= last) _changed.Add(date);
    }

    /// <summary>Takes a closed or revised window of a point.</summary>
    public void Accept(string point, in Aggregate aggregate)
    {
        var track = _table.Find(point);
        if (track < 0 || aggregate.Kind != _table.Feed(track)) return;
        var day = DayOf(aggregate.Window.Start);
        if (day is null) _stale.Add(DateOf(aggregate.Window.Start));
        else day.Take(track, aggregate);
    }

    /// <summary>Time has passed: days that ended are sealed, the one that runs is measured as far as it went.</summary>
    public void Advance(Instant now)
    {
        _now = now;
        var settled = now - SettleTime;
        var today = DateOf(settled);
        _first ??= _open.Count > 0 ? _open.Keys.First() : today;
        if ((_sealed ?? _first) < today.AddDays(-PartsMax)) BeginAnew(today);
        for (var date = _sealed?.AddDays(1) ?? _first.Value; date <= today; date = date.AddDays(1))
            if (!_open.ContainsKey(date)) _open.Add(date, Begin(date));
        var anewUntil = DateOnly.MinValue;
        foreach (var (date, day) in _open.ToArray())
        {
            if (date > today) continue;
            var isOver = day.Window.End <= settled;
            var wasSealed = isOver && _sealed is { } last && date <= last;
            if (wasSealed && !day.IsDirty && date > anewUntil) continue;
            // Running means of the days after it look back on a day that changed.
            if (wasSealed && day.IsDirty) anewUntil = date.AddDays(LookBackDays);
            Measure(day, settled);
            if (!isOver) continue;
            _history.Keep(day);
            day.IsDirty = false;
            _changed.Add(date);
            if (_sealed is null || date > _sealed) _sealed = date;
        }
        Forget();
    }

    /// <summary>The clock was set by more than anybody keeps: a box without a battery begins in 1970. Nothing is known of the days between, and nobody asks
    /// for a verdict on each of twenty thousand of them.</summary>
    private void BeginAnew(DateOnly today)
    {
        var oldest = today.AddDays(-PartsMax);
        foreach (var date in _open.Keys.Where(d => d < oldest).ToArray())
        {
            _open[date].Release();
            _open.Remove(date);
        }
        _stale.RemoveWhere(date => date < oldest);
        _changed.RemoveWhere(date => date < oldest);
        foreach (var criterion in _criteria) criterion.ForgetBefore(oldest);
        _history.ForgetBefore(oldest);
        (_recent, _sealed, _first) = (null, null, _open.Count > 0 ? _open.Keys.First() : today);
    }

    /// <summary>Days before it that a day's measures look at (running means).</summary>
    public int LookBackDays { get; }

    /// <summary>Hands over <see cref="StaleDays"/>; days that get late windows after this are stale again.</summary>
    public IReadOnlyCollection<DateOnly> TakeStaleDays()
    {
        DateOnly[] stale = [.. _stale];
        _stale.Clear();
        return stale;
    }

    /// <summary>Measures a sealed day again with the next <see cref="Advance"/>, from the windows that are still remembered.</summary>
    /// <returns>False when they are not: <see cref="Reopen"/> it.</returns>
    public bool Renew(DateOnly date)
    {
        if (!_open.TryGetValue(date, out var day)) return false;
        day.IsDirty = true;
        return true;
    }

    /// <summary>Forgets a sealed day so that it can be given whole again; the next <see cref="Advance"/> seals it.</summary>
    public void Reopen(DateOnly date)
    {
        _stale.Remove(date);
        if (_open.TryGetValue(date, out var known)) known.Release();
        _recent = null;
        _open[date] = Begin(date);
        _open[date].IsDirty = true;
    }

    /// <summary>Days that were sealed, or changed after it, since the last call.</summary>
    public IReadOnlyCollection<DateOnly> TakeChangedDays()
    {
        DateOnly[] changed = [.. _changed];
        _changed.Clear();
        return changed;
    }

    /// <summary>Judges a criterion over a period, as far as its days are known.</summary>
    /// <param name="criterion">Index as in the profile.</param>
    public Verdict Judge(int criterion, Period period)
    {
        var days = _criteria[criterion];
        var bound = days.Bound;
        var isFinal = _sealed is { } last && last >= period.Last;
        var runs = !isFinal && period.Kind is PeriodKind.Day or PeriodKind.Week or PeriodKind.Month;
        var from = period.First;
        // Until it is over, a period is judged from the first day there is evidence of; at its end, silence before it counts like any silence.
        if (!isFinal && period.Kind != PeriodKind.Rolling && _first is { } first && first > from) from = first;
        var until = runs ? Today ?? period.Last : _sealed ?? period.First.AddDays(-1);
        if (until > period.Last) until = period.Last;
        var parts = days.Between(from, until, date => MeasureNothing(days, date));
        var whole = new CriterionPeriod(bound, period, parts, days.Fold(from, parts, runs), Records) { IsOver = isFinal };
        return Judgement.Of(whole, isFinal);
    }

    /// <summary>Every criterion over the period of a kind that contains a day.</summary>
    public ImmutableArray<Verdict> Judge(Period period) =>
        [.. Enumerable.Range(0, _criteria.Length).Where(i => _criteria[i].Bound.Criterion.Periods.Contains(period.Kind)).Select(i => Judge(i, period))];

    /// <summary>Verdicts so far of the periods that run now.</summary>
    public ImmutableArray<Verdict> SoFar(PeriodKind kind) => Today is null ? [] : Judge(Running(kind));

    /// <summary>The label over a period.</summary>
    public LabelVerdict Label(Period period) => LabelVerdict.Of(Profile, period, Judge(period));

    /// <summary>The period of a kind that runs now; rolling twelve months end with the last sealed day.</summary>
    public Period Running(PeriodKind kind) =>
        Period.Containing(kind, kind == PeriodKind.Rolling ? _sealed ?? Today!.Value : Today!.Value);

    private DateOnly DateOf(Instant at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(at.ToDateTimeOffset().UtcDateTime, Centre.Zone));

    private DayTracks? DayOf(Instant at)
    {
        // Windows come by the day.
        if (_recent is { } recent && recent.Window.Contains(at)) return recent;
        var date = DateOf(at);
        if (_open.TryGetValue(date, out var open)) return _recent = open;
        if (_sealed is { } last && date <= last) return null;
        _recent = Begin(date);
        _open.Add(date, _recent);
        return _recent;
    }

    private DayTracks Begin(DateOnly date) => new(date, LocalDay.Of(date, Centre.Zone), _table, Profile, Centre);

    private void Measure(DayTracks day, Instant settled)
    {
        var elapsed = (int)Math.Min((settled - day.Window.Start).TotalMinutes, day.Window.Length.TotalMinutes);
        day.Occupied.Renew();
        foreach (var criterion in _criteria) Measure(criterion.Bound, day, elapsed, criterion.Renew(day.Date));
    }

    private void Measure(BoundCriterion bound, DayTracks day, int elapsed, DayPart part)
    {
        if (bound.Missing.IsEmpty) bound.Criterion.Kind.Measure(new CriterionInput(bound, day, _history, elapsed), part);
    }

    /// <summary>A day of which nothing is known: everything expected, nothing valid.</summary>
    private DayPart MeasureNothing(CriterionDays criterion, DateOnly date)
    {
        var part = criterion.NewPart(date);
        Measure(criterion.Bound, Begin(date), int.MaxValue, part);
        return part;
    }

    private void Forget()
    {
        if (_sealed is not { } last) return;
        foreach (var date in _open.Keys.Where(d => d <= last.AddDays(-DaysKept)).ToArray())
        {
            _open[date].Release();
            _open.Remove(date);
            _recent = null;
        }
        var oldest = last.AddDays(-PartsMax);
        foreach (var criterion in _criteria) criterion.ForgetBefore(oldest);
        _history.ForgetBefore(oldest);
        if (_first < oldest) _first = oldest;
    }
}
