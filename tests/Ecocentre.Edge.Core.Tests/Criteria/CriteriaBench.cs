using System.Collections.Immutable;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Core.Tests.Criteria;

/// <summary>A small centre whose points follow functions of local time: it feeds an engine with the windows a gateway would have closed.</summary>
/// <remarks>A function that gives NaN means that no window came. Numbers of profiles made here carry the source "test".</remarks>
internal sealed class CriteriaBench
{
    internal static readonly NumberSource Source = new("test", "made up for a test", "ours");

    private readonly List<Space> _spaces = [];
    private readonly List<Desk> _desks = [];
    private readonly List<(Series Series, Func<DateTime, double> Value, Func<DateTime, double> Coverage)> _points = [];
    private readonly Dictionary<string, ImmutableArray<string>> _roles = [];
    private readonly Dictionary<string, DeclaredFact> _facts = [];
    private readonly Dictionary<string, Instrument> _instruments = [];
    private readonly List<Criterion> _criteria = [];
    private readonly Dictionary<string, FactorTable> _factors = [];

    internal TimeZoneInfo Zone { get; init; } = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    internal OpeningHours Opening { get; set; } = new([], []);

    internal Verdicts Engine => field ??= new Verdicts(Profile(), Centre());

    internal CriteriaBench Space(string id, double area = double.NaN, double height = double.NaN, int people = 10, int desks = 0)
    {
        _spaces.Add(new Space(id, id, null)
        {
            AreaSquareMetres = double.IsNaN(area) ? null : area, HeightMetres = double.IsNaN(height) ? null : height, PeopleMax = people,
        });
        for (var i = 0; i < desks; i++) _desks.Add(new Desk($"{id}-d{i}", $"{id}-d{i}", id, []));
        return this;
    }

    /// <summary>A point whose windows have that mean (gauges, states) or grow by that much an hour (counters).</summary>
    internal CriteriaBench Point(string name, string quantity, string? place, Func<DateTime, double> value, Func<DateTime, double>? coverage = null)
    {
        var (unit, kind) = Quantity.TryGet(quantity, out var known) ? (known.Unit, known.Kind) : ("1", PointKind.Gauge);
        _points.Add((new Series(name, quantity, unit, kind, name.Split('.')[0], place), value, coverage ?? (static _ => 1)));
        return this;
    }

    internal CriteriaBench Role(string role, params string[] points)
    {
        _roles[role] = [.. points];
        return this;
    }

    internal CriteriaBench Fact(string name, double value, string unit = "1")
    {
        _facts[name] = new DeclaredFact(name, value, unit, "test");
        return this;
    }

    internal CriteriaBench Instrument(Instrument instrument)
    {
        _instruments[instrument.Device] = instrument;
        return this;
    }

    internal CriteriaBench Factor(FactorTable table)
    {
        _factors[table.Name] = table;
        return this;
    }

    internal CriteriaBench Criterion(Criterion criterion)
    {
        _criteria.Add(criterion with { Periods = criterion.Periods.IsDefaultOrEmpty ? [.. Enum.GetValues<PeriodKind>()] : criterion.Periods });
        return this;
    }

    internal static ImmutableDictionary<string, Limit> Limits(params (string Name, string Unit, double One, double Two, double Three)[] limits) =>
        limits.ToImmutableDictionary(l => l.Name, l => new Limit(l.Name, l.Unit, [l.One, l.Two, l.Three], [Source, Source, Source]));

    internal static ImmutableDictionary<string, Setting> Settings(params (string Name, string Unit, double Value)[] settings) =>
        settings.ToImmutableDictionary(s => s.Name, s => new Setting(s.Name, s.Unit, s.Value, Source));

    internal static ImmutableDictionary<string, string> Inputs(params (string Name, string Bound)[] inputs) =>
        inputs.ToImmutableDictionary(i => i.Name, i => i.Bound);

    /// <summary>Monday to Friday.</summary>
    internal static OpeningHours Hours(string from, string to, params string[] holidays) => new(
        [.. Enumerable.Range(1, 5).Select(day => new OpenStretch((DayOfWeek)day, TimeSpan.Parse(from, null), TimeSpan.Parse(to, null)))],
        [.. holidays.Select(day => DateOnly.Parse(day, null))]);

    /// <summary>Feeds the windows of whole local days, first and last included, day by day with time going on.</summary>
    internal CriteriaBench Live(string first, string last)
    {
        var end = DateOnly.Parse(last, null);
        for (var date = DateOnly.Parse(first, null); date <= end; date = date.AddDays(1))
        {
            if (Engine.First is null) Engine.Advance(LocalDay.Of(date, Zone).Start + Verdicts.SettleTime);
            Feed(date);
            Engine.Advance(LocalDay.Of(date, Zone).End + Verdicts.SettleTime);
        }
        return this;
    }

    /// <summary>Feeds the windows of a day up to an hour without moving time.</summary>
    internal void Feed(DateOnly date, double hours = 48)
    {
        var day = LocalDay.Of(date, Zone);
        var feeds = Engine.Feeds.ToDictionary(f => f.Point, f => f.Kind);
        foreach (var (series, value, coverage) in _points)
        {
            if (!feeds.TryGetValue(series.Name, out var kind)) continue;
            var length = TimeSpan.FromMinutes(kind == WindowKind.Minute ? 1 : 15);
            for (var at = day.Start; at < day.End && at < day.Start + TimeSpan.FromHours(hours); at += length)
            {
                var local = TimeZoneInfo.ConvertTimeFromUtc(at.ToDateTimeOffset().UtcDateTime, Zone);
                if (value(local) is var number && !double.IsNaN(number))
                    Engine.Accept(series.Name, Aggregate(series, kind, new Window(at, length), number, coverage(local)));
            }
        }
    }

    internal static Aggregate Aggregate(Series series, WindowKind kind, Window window, double value, double coverage, int revision = 0) => series.Kind switch
    {
        PointKind.Counter => new(default, kind, window, revision, 60, double.NaN, double.NaN, double.NaN, double.NaN,
            value * window.Length.TotalHours, coverage),
        PointKind.State => new(default, kind, window, revision, 60, 0, 1, value, value, value * window.Length.TotalSeconds, coverage),
        _ => new(default, kind, window, revision, 60, value, value, value, value, double.NaN, coverage),
    };

    internal Verdict Verdict(string period, int criterion = 0)
    {
        Assert.True(Period.TryParse(period, out var parsed), period);
        return Engine.Judge(criterion, parsed);
    }

    internal LabelProfile Profile() => new()
    {
        Id = "test", Version = "1", Title = "test", Criteria = [.. _criteria],
        PresenceShareMin = new Setting("presenceShareMin", "1", 0.1, Source), PresenceCoverageMin = new Setting("presenceCoverageMin", "1", 0.5, Source),
        OptionalShareMin = new Setting("optionalShareMin", "1", 0.8, Source), Factors = _factors.ToImmutableDictionary(),
    };

    private CentreFacts Centre() => new()
    {
        Zone = Zone, Spaces = [.. _spaces], Desks = [.. _desks], Points = [.. _points.Select(p => p.Series)], Opening = Opening,
        Roles = _roles.ToImmutableDictionary(), Facts = _facts.ToImmutableDictionary(), Instruments = _instruments.ToImmutableDictionary(),
    };
}
