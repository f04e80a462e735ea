using System.Collections.Immutable;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge;

/// <summary>Judges a centre by its label from what stands in the log, and from nothing else: live, after a restart and offline the same way.</summary>
/// <remarks>Takes up the log in order, at most <see cref="EntriesMax"/> entries at a time; until it has caught up, time is that of the log. What left the
/// log is taken up before, from the archive and by days (<see cref="LabelPast"/>). Any thread.</remarks>
public sealed class CentreLabel
{
    /// <summary>Entries taken up at a time: what a slow box reads in a fraction of a beat.</summary>
    public const int EntriesMax = 20_000;

    // Periods judged at a time: after a year was taken up, hundreds are, and the beat goes on meanwhile.
    private const int PeriodsMax = 16;

    private readonly Lock _lock = new();
    private readonly Verdicts _engine;
    private readonly VerdictLedger _ledger;
    private LabelPicture _picture;
    private DateOnly? _judgedUntil;
    private Instant _advanced, _newest;
    private long _after = -1, _known;
    private bool _isHeldBack;

    public CentreLabel(Site site, LabelOptions label)
    {
        _engine = new Verdicts(label.Profile, FactsOf(site, label));
        _ledger = new VerdictLedger(_engine);
        _picture = new LabelPicture(label.Profile, default, ImmutableDictionary<PeriodKind, LabelVerdict>.Empty);
    }

    /// <summary>The verdicts so far of all periods that run.</summary>
    public LabelPicture Latest => Volatile.Read(ref _picture);

    /// <summary>Everything in the log was taken up.</summary>
    public bool IsCaughtUp { get; private set; }

    /// <summary>What the centre lacks for a criterion, in words.</summary>
    public IEnumerable<string> Missing() => _engine.Criteria.SelectMany(c => c.Missing);

    /// <summary>The criteria with what this centre has for them. Immutable.</summary>
    public IEnumerable<BoundCriterion> Criteria => _engine.Criteria;

    /// <summary>Points that criteria look at, each with the kind of window it is judged by.</summary>
    public IEnumerable<(string Point, WindowKind Kind)> Feeds => _engine.Feeds;

    /// <summary>What is known of the centre.</summary>
    public CentreFacts Centre => _engine.Centre;

    /// <summary>Takes up the next entries and judges what they changed.</summary>
    /// <returns>Verdicts to be recorded: of periods that ended, and revised ones. Empty until all of the log was taken up.</returns>
    public ImmutableArray<RecordFact> Take(IEvidenceReader log, Instant now)
    {
        // Not even the lock is waited for: the past is taken up by a thread that has time.
        if (Volatile.Read(ref _isHeldBack)) return [];
        lock (_lock)
        {
            var count = TakeUp(log);
            IsCaughtUp = count < EntriesMax;
            // Windows close once a minute; in between nothing can change.
            if (count == 0 && now - _advanced < TimeSpan.FromMinutes(1)) return _ledger.HasMore ? _ledger.TakeDue(PeriodsMax) : [];
            _advanced = now;
            _engine.Advance(IsCaughtUp || _newest == default ? now : _newest);
            if (!IsCaughtUp) return [];
            Picture(now);
            return _ledger.TakeDue(PeriodsMax);
        }
    }

    /// <summary>The past is given first: until <see cref="Follow"/> has reached the log's head, <see cref="Take"/> does nothing.</summary>
    internal void HoldBack() => Volatile.Write(ref _isHeldBack, true);

    /// <summary>Takes up records that left the log, in sequence.</summary>
    internal void TakeUp(IEnumerable<LogEntry> records)
    {
        lock (_lock)
            foreach (var entry in records) TakeUp(entry);
    }

    /// <summary>Takes up windows that left the log, and judges the days that ended until then.</summary>
    internal void TakeUp(IEnumerable<WindowFact> windows, Instant until)
    {
        lock (_lock)
        {
            foreach (var (series, aggregate) in windows)
            {
                _engine.Accept(series.Name, aggregate);
                if (aggregate.Window.Start > _newest) _newest = aggregate.Window.Start;
            }
            _engine.Advance(until);
        }
    }

    /// <summary>Takes up the next entries of the log after those that were sealed.</summary>
    /// <returns>False when its head was reached: from now on <see cref="Take"/> goes on.</returns>
    internal bool Follow(IEvidenceReader log, long sealedThrough)
    {
        lock (_lock)
        {
            if (_after < 0 && sealedThrough > 0) _after = sealedThrough;
            var hasMore = TakeUp(log) == EntriesMax;
            if (_newest != default) _engine.Advance(_newest);
            Volatile.Write(ref _isHeldBack, hasMore);
            return hasMore;
        }
    }

    /// <summary>Days of which windows came when they were no longer remembered, with those whose running means look back on them; handed over.</summary>
    internal IReadOnlyCollection<DateOnly> TakeStaleDays()
    {
        lock (_lock)
        {
            if (_engine.LastSealed is not { } last) return [];
            var after = Enumerable.Range(0, _engine.LookBackDays + 1);
            return [.. _engine.TakeStaleDays().SelectMany(_ => after, (day, days) => day.AddDays(days)).Where(day => day <= last).Distinct().Order()];
        }
    }

    /// <summary>Measures a day again from what is remembered of it.</summary>
    /// <returns>False when it has to be given whole again.</returns>
    internal bool Renew(DateOnly day)
    {
        lock (_lock) return _engine.Renew(day);
    }

    /// <summary>Gives a day whole again; it is judged with the next windows.</summary>
    /// <returns>False when more of it came while its windows were gathered: give it once more.</returns>
    internal bool Reopen(DateOnly day, IEnumerable<WindowFact> windows)
    {
        lock (_lock)
        {
            var isWhole = !_engine.StaleDays.Contains(day);
            _engine.Reopen(day);
            foreach (var (series, aggregate) in windows) _engine.Accept(series.Name, aggregate);
            return isWhole;
        }
    }

    /// <summary>The label over a period, from all that was taken up.</summary>
    public LabelVerdict Judge(Period period)
    {
        lock (_lock) return _engine.Label(period);
    }

    /// <summary>The period of a kind that runs, or null before anything was taken up.</summary>
    public Period? Running(PeriodKind kind)
    {
        lock (_lock) return _engine.Today is null ? null : _engine.Running(kind);
    }

    /// <summary>What the engine has to know of a site.</summary>
    internal static CentreFacts FactsOf(Site site, LabelOptions label)
    {
        var roles = label.Points;
        if (site.Outdoor.Co2 is { } co2) roles = roles.SetItem("outdoorCo2", [site.Points[co2.Value].Name]);
        if (site.Outdoor.Temperature is { } temperature) roles = roles.SetItem("outdoorTemperature", [site.Points[temperature.Value].Name]);
        var facts = label.Facts
            .SetItem("occupancyCellMin", new DeclaredFact("occupancyCellMin", OccupancyPlan.CellDesksMin, "1", "the gateway"))
            .SetItem("occupancyExportMinutesMin", new DeclaredFact("occupancyExportMinutesMin", OccupancyHistory.Finest.TotalMinutes, "min", "the gateway"))
            .SetItem("deskHistoryHoursMax", new DeclaredFact("deskHistoryHoursMax", DeskHistory.Keep.TotalHours, "h", "the gateway"));
        if (site.Outdoor.Co2DeclaredPpm is { } ppm) facts = facts.SetItem("outdoorCo2", new DeclaredFact("outdoorCo2", ppm, "ppm", "the site"));
        return new CentreFacts
        {
            Zone = site.Zone, Spaces = site.Spaces, Desks = site.Occupancy.Desks, Opening = site.Opening ?? new OpeningHours([], []),
            Points = [.. site.Points.Where(p => !p.Private).Select(Series.Of)], EntryPoints = site.Entries, Roles = roles, Facts = facts,
            Instruments = site.Instruments.ToImmutableDictionary(i => i.Device),
        };
    }

    private int TakeUp(IEvidenceReader log)
    {
        if (_after < 0) _after = log.Tail - 1;
        var entries = log.Read(_after, EntriesMax);
        foreach (var entry in entries)
        {
            _after = entry.Sequence;
            TakeUp(entry);
            if (entry.Fact is WindowFact && entry.Fact.At > _newest) _newest = entry.Fact.At;
        }
        return entries.Count;
    }

    private void TakeUp(LogEntry entry)
    {
        // A record that was sealed may still stand in the log.
        if (entry.Fact is not WindowFact)
        {
            if (entry.Sequence <= _known) return;
            _known = entry.Sequence;
        }
        if (entry.Fact is RecordFact { Kind: RecordKind.Verdict } verdict) _ledger.Remember(verdict);
        else _engine.Accept(entry);
    }

    private void Picture(Instant now)
    {
        var labels = _picture.Labels;
        // Long periods move when a day is sealed.
        var isNewDay = _judgedUntil != _engine.LastSealed || labels.IsEmpty;
        foreach (var kind in Enum.GetValues<PeriodKind>())
            if (isNewDay || kind is PeriodKind.Day or PeriodKind.Week or PeriodKind.Month)
                labels = labels.SetItem(kind, _engine.Label(_engine.Running(kind)));
        _judgedUntil = _engine.LastSealed;
        Volatile.Write(ref _picture, new LabelPicture(_engine.Profile, now, labels));
    }
}

/// <summary>The label at one moment: for each kind of period the one that runs. Immutable.</summary>
/// <param name="Labels">Empty until the log was taken up.</param>
public sealed record LabelPicture(LabelProfile Profile, Instant At, ImmutableDictionary<PeriodKind, LabelVerdict> Labels);
