using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Core.Tests;

/// <summary>A gateway under test and everything it ever put out. Times are seconds after a full hour. Every step is held against what no step may
/// ever do: emit a window twice, skip a revision, or bring a value that cannot be.</summary>
internal sealed class Machine
{
    /// <summary>2026-11-21T10:00:00Z, a Saturday in winter time.</summary>
    public static readonly Instant Zero = Instant.From(new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero));

    private readonly Dictionary<(int Point, WindowKind Kind, Instant Start), Aggregate> _highest;
    private Gateway? _gateway;

    /// <param name="log">What an earlier machine stored: the log goes on.</param>
    public Machine(IEnumerable<Point> points, GatewayLimits? limits = null, TimeZoneInfo? zone = null, Machine? log = null)
    {
        Points = [.. points.Select((p, i) => p with { Id = new PointId((ushort)i) })];
        Limits = limits ?? GatewayLimits.Default;
        Zone = zone ?? TimeZoneInfo.Utc;
        _highest = log?._highest ?? [];
        Windows = log?.Windows ?? [];
        Incidents = log?.Incidents ?? [];
    }

    public Machine(params Point[] points) : this(points, null)
    {
    }

    public ImmutableArray<Point> Points { get; }

    public GatewayLimits Limits { get; }

    public TimeZoneInfo Zone { get; }

    public Gateway Gateway => _gateway ??= new Gateway(Points, Zone, Limits);

    /// <summary>In the order they came out.</summary>
    public List<Aggregate> Windows { get; }

    public List<Incident> Incidents { get; }

    public Instant Now { get; private set; } = Zero;

    public static Point Gauge(double period = 10, double min = -1e9, double max = 1e9) => Of("power.active", period) with { Min = min, Max = max };

    public static Point State(double period = 10) => Of("presence", period) with { Min = 0, Max = 1 };

    public static Point Counter(double period = 10, double rate = 100, double? rollover = null, double resolution = 0.1) =>
        Of("energy.active.import", period) with { RateMaxPerHour = rate, RolloverAt = rollover, Resolution = resolution };

    public static Instant T(double seconds) => Zero + TimeSpan.FromSeconds(seconds);

    /// <summary>Takes one reading of the first point.</summary>
    public Machine Read(double seconds, double value, Quality quality = Quality.Good) => Read(0, T(seconds), value, quality);

    public Machine Read(int point, Instant at, double value, Quality quality = Quality.Good)
    {
        Gateway.Accept([new Reading(new PointId((ushort)point), at, value, quality)]);
        return this;
    }

    public Machine Missing(double seconds) => Read(seconds, double.NaN, Quality.Missing);

    public Machine Step(double seconds) => Step(T(seconds));

    public Machine Step(Instant now)
    {
        Now = now;
        var output = Gateway.Step(now);
        // As the log keeps a step: minutes first.
        foreach (var window in output.Windows.OrderBy(w => w.Kind == WindowKind.Minute ? 0 : 1)) Take(window);
        Incidents.AddRange(output.Incidents);
        return this;
    }

    /// <summary>Steps once a second, as the gateway loop does, until and including an instant.</summary>
    public Machine Run(double seconds) => Run(T(seconds));

    public Machine Run(Instant until)
    {
        while (Now + TimeSpan.FromSeconds(1) <= until) Step(Now + TimeSpan.FromSeconds(1));
        return Now < until ? Step(until) : this;
    }

    /// <summary>The clock is set, and the next step taken at once.</summary>
    public Machine Set(double from, double to, int era = 1)
    {
        Gateway.Reanchor(new ClockStep(T(from), T(to), era));
        return Step(T(to));
    }

    /// <summary>Starts the gateway at an instant without readings.</summary>
    public Machine StartAt(Instant now) => Step(now);

    /// <summary>What counts in the end of a window: its highest revision.</summary>
    public Aggregate Window(WindowKind kind, Instant start, int point = 0) =>
        _highest.TryGetValue((point, kind, start), out var window) ? window : throw new Xunit.Sdk.XunitException($"No {kind} of {start} closed.");

    public Aggregate Minute(int minute, int point = 0) => Window(WindowKind.Minute, T(60 * minute), point);

    public bool Has(WindowKind kind, Instant start, int point = 0) => _highest.ContainsKey((point, kind, start));

    public IEnumerable<Aggregate> Highest(WindowKind kind, int point = 0) =>
        _highest.Values.Where(w => w.Kind == kind && w.Point.Value == point).OrderBy(w => w.Window.Start);

    public IEnumerable<Incident> Told(IncidentKind kind) => Incidents.Where(i => i.Kind == kind);

    /// <summary>Sum of the deltas that count: what an energy bill over everything stored would say.</summary>
    public double Energy(int point = 0) => Highest(WindowKind.Minute, point).Where(w => !double.IsNaN(w.Delta)).Sum(w => w.Delta);

    /// <summary>As the log would give it to the next run.</summary>
    public IEnumerable<WindowFact> Stored(Instant since) =>
        Windows.Where(w => w.Window.Start >= since).Select(w => new WindowFact(Series.Of(Points[w.Point.Value]), w));

    private void Take(Aggregate window)
    {
        var key = (window.Point.Value, window.Kind, window.Window.Start);
        var expected = _highest.TryGetValue(key, out var known) ? known.Revision + 1 : 0;
        // Written without interpolation until something is wrong: this runs for each of millions of windows.
        var legal = window.Kind != WindowKind.Live && window.Coverage is >= 0 and <= 1 && window.Count >= 0 &&
            (double.IsNaN(window.Mean) || window.Min <= window.Mean && window.Mean <= window.Max) && (double.IsNaN(window.Delta) || window.Delta >= 0);
        if (window.Revision != expected || !legal) Assert.Fail($"{window}: revision {expected} was due, and values that can be.");
        _highest[key] = window;
        Windows.Add(window);
    }

    private static Point Of(string quantity, double period) => new()
    {
        Id = default, Name = "main." + quantity, Quantity = Quantity.TryGet(quantity, out var found) ? found : throw new ArgumentException(quantity),
        Device = "main", Period = TimeSpan.FromSeconds(period),
    };
}
