using System.Collections.Immutable;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Windows;

/// <summary>Quarter hours, hours and local days, merged from minutes that can no longer change. A window closes when its last minute was added or
/// when a minute beyond it comes.</summary>
internal sealed class LongWindows(ImmutableArray<Point> points, TimeZoneInfo zone)
{
    private static readonly TimeSpan QuarterHour = TimeSpan.FromMinutes(15), Hour = TimeSpan.FromHours(1);

    private readonly Stage[] _stages =
    [
        new(WindowKind.QuarterHour, points.Length), new(WindowKind.Hour, points.Length), new(WindowKind.Day, points.Length),
    ];

    // Two days of quarter hours, hours and days are 242; beyond a few times that the oldest are forgotten.
    private const int RememberedMax = 1024;

    private static readonly TimeSpan Remembered = TimeSpan.FromDays(2);

    // How often each recent window was closed: normally once; again when the clock was set back into it.
    private readonly Dictionary<(WindowKind, Instant), int> _closings = [];

    /// <summary>An earlier run closed and stored this window.</summary>
    internal void Stored(WindowKind kind, Window window, int revision) => _closings[(kind, window.Start)] = revision + 1;

    /// <summary>A minute begins to be added: windows that do not contain it close.</summary>
    internal void Begin(Window minute, List<Aggregate> closed)
    {
        foreach (var stage in _stages)
        {
            if (stage.Open is { } open && open.Contains(minute.Start)) continue;
            Close(stage, closed);
            stage.Open = stage.Kind switch
            {
                WindowKind.QuarterHour => Window.Containing(minute.Start, QuarterHour),
                WindowKind.Hour => Window.Containing(minute.Start, Hour),
                _ => LocalDay.Containing(minute.Start, zone),
            };
        }
    }

    /// <summary>Adds one series' minute; <see cref="Begin"/> was called for it.</summary>
    /// <param name="restored">The minute comes from the log of an earlier run: a window made of such minutes only is not closed twice.</param>
    internal void Add(int series, in Aggregate minute, bool restored = false)
    {
        foreach (var stage in _stages)
        {
            stage.Merges[series].Add(minute);
            stage.Restored &= restored;
        }
    }

    /// <summary>Time has passed: windows whose last minute can no longer come close.</summary>
    internal void End(Instant final, List<Aggregate> closed)
    {
        foreach (var stage in _stages)
            if (stage.Open is { } open && open.End <= final) Close(stage, closed);
    }

    private void Close(Stage stage, List<Aggregate> closed)
    {
        if (stage.Open is { } open)
        {
            var revision = _closings.GetValueOrDefault((stage.Kind, open.Start));
            if (!stage.Restored || revision == 0)
            {
                for (var i = 0; i < points.Length; i++)
                    closed.Add(stage.Merges[i].Close(points[i].Id, stage.Kind, open) with { Revision = revision });
                _closings[(stage.Kind, open.Start)] = revision + 1;
            }
        }
        Array.Clear(stage.Merges);
        (stage.Open, stage.Restored) = (null, true);
        if (_closings.Count > RememberedMax) Forget();
    }

    private void Forget()
    {
        var newest = _closings.Keys.Max(k => k.Item2);
        foreach (var key in _closings.Keys.Where(k => k.Item2 < newest - Remembered).ToArray()) _closings.Remove(key);
    }

    private sealed class Stage(WindowKind kind, int count)
    {
        internal readonly WindowKind Kind = kind;
        internal readonly Merge[] Merges = new Merge[count];
        internal Window? Open;
        internal bool Restored = true;
    }
}
