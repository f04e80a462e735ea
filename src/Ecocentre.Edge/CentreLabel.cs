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
/// <remarks>Takes up the log in order, at most <see cref="EntriesMax"/> entries at a time; until it has caught up, time is that of the log. Any
/// thread.</remarks>
public sealed class CentreLabel
{
    /// <summary>Entries taken up at a time: what a slow box reads in a fraction of a beat. A year of 100 points and their minutes is caught up
    /// with in about an hour.</summary>
    public const int EntriesMax = 20_000;

    private readonly Lock _lock = new();
    private readonly Verdicts _engine;
    private readonly VerdictLedger _ledger;
    private LabelPicture _picture;
    private DateOnly? _judgedUntil;
    private Instant _advanced, _newest;
    private long _after = -1;

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
        lock (_lock)
        {
            if (_after < 0) _after = log.Tail - 1;
            var entries = log.Read(_after, EntriesMax);
            foreach (var entry in entries)
            {
                _after = entry.Sequence;
                if (entry.Fact is RecordFact { Kind: RecordKind.Verdict } verdict) _ledger.Remember(verdict);
                else _engine.Accept(entry);
                if (entry.Fact is WindowFact && entry.Fact.At > _newest) _newest = entry.Fact.At;
            }
            IsCaughtUp = entries.Count < EntriesMax;
            // Windows close once a minute; in between nothing can change.
            if (entries.Count == 0 && now - _advanced < TimeSpan.FromMinutes(1)) return [];
            _advanced = now;
            _engine.Advance(IsCaughtUp || _newest == default ? now : _newest);
            if (!IsCaughtUp) return [];
            Picture(now);
            return _ledger.TakeDue();
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
