using System.Collections.Immutable;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Windows;

/// <summary>Quarter hours, hours and local days, merged from minutes that can no longer change. A window closes when its last minute was added or
/// when a minute outside of it comes. One that closed without all of its minutes goes on where it stood when a clock that is set comes back to it.</summary>
internal sealed class LongWindows(ImmutableArray<Point> points, TimeZoneInfo zone)
{
    internal static readonly TimeSpan QuarterHour = TimeSpan.FromMinutes(15), Hour = TimeSpan.FromHours(1);

    // Two days of quarter hours, hours and days are 242; a few times that.
    private const int RememberedMax = 1024;

    private readonly Stage[] _stages =
    [
        new(WindowKind.QuarterHour, points.Length), new(WindowKind.Hour, points.Length), new(WindowKind.Day, points.Length),
    ];

    // How often each recent window was closed, in the order of closing: normally once; again when the clock was set back into it.
    private readonly OrderedDictionary<(WindowKind, Instant), int> _closings = [];

    // Windows made of restored minutes only that were closed because no stored one was known so far.
    private readonly HashSet<(WindowKind, Instant)> _closedAnew = [];

    /// <summary>Goes on where another stands, with the series that go on; one that begins has nothing in the open windows so far.</summary>
    internal void TakeUp(LongWindows before, Succession succession)
    {
        foreach (var (stage, was) in _stages.Zip(before._stages)) stage.TakeUp(was, succession);
        foreach (var (window, closings) in before._closings) _closings.Add(window, closings);
        _closedAnew.UnionWith(before._closedAnew);
    }

    /// <summary>A series ends: its windows close with the minutes they have.</summary>
    /// <param name="left">Its minutes that were not added yet, in order.</param>
    internal void End(int series, IReadOnlyList<Aggregate> left, List<Aggregate> closed)
    {
        foreach (var stage in _stages)
        {
            var (window, merge, isKnown) = stage.Open is { } open ? (open.Window, open.Merges[series], open.Known) : (default, default, false);
            foreach (var minute in left)
            {
                if (!window.Contains(minute.Window.Start))
                {
                    if (isKnown) Emit(window, merge);
                    (window, merge, isKnown) = (WindowOf(stage.Kind, minute.Window.Start), default, true);
                }
                merge.Add(minute);
            }
            if (isKnown) Emit(window, merge);

            void Emit(Window window, in Merge merge) => closed.Add(
                merge.Close(points[series].Id, stage.Kind, window) with { Revision = _closings.GetValueOrDefault((stage.Kind, window.Start)) });
        }
    }

    /// <summary>An earlier run closed and stored this window. Its minutes may have been restored before; then it is taken out of
    /// <paramref name="closed"/> again.</summary>
    internal void Stored(WindowKind kind, Window window, int revision, List<Aggregate> closed)
    {
        if (_closedAnew.Remove((kind, window.Start))) closed.RemoveAll(w => w.Kind == kind && w.Window == window);
        Remember((kind, window.Start), revision + 1);
    }

    /// <summary>A minute begins to be added: windows that do not contain it close.</summary>
    internal void Begin(Window minute, List<Aggregate> closed) => Begin(minute, closed, new Instant(long.MinValue));

    /// <summary>A minute from the log begins to be added.</summary>
    /// <param name="since">Of windows that begin before this not all minutes are given; they are not closed.</param>
    internal void BeginRestored(Window minute, Instant since, List<Aggregate> closed) => Begin(minute, closed, since);

    /// <summary>Adds one series' minute; <see cref="Begin(Window, List{Aggregate})"/> was called for it.</summary>
    /// <param name="restored">The minute comes from the log of an earlier run: a window made of such minutes only is not closed twice.</param>
    internal void Add(int series, in Aggregate minute, bool restored = false)
    {
        foreach (var stage in _stages)
        {
            stage.Open!.Merges[series].Add(minute);
            stage.Open.Restored &= restored;
        }
    }

    /// <summary>Time has passed: windows whose last minute can no longer come close.</summary>
    internal void End(Instant final, List<Aggregate> closed)
    {
        foreach (var stage in _stages)
            if (stage.Open is { } open && open.Window.End <= final) Close(stage, open, closed);
    }

    private void Begin(Window minute, List<Aggregate> closed, Instant since)
    {
        foreach (var stage in _stages)
        {
            if (stage.Open is { } open && !open.Window.Contains(minute.Start)) Close(stage, open, closed);
            if (stage.Open is null)
            {
                var window = WindowOf(stage.Kind, minute.Start);
                stage.Begin(window, known: window.Start >= since);
            }
            stage.Open!.Minutes++;
        }
    }

    private Window WindowOf(WindowKind kind, Instant at) => kind switch
    {
        WindowKind.QuarterHour => Window.Containing(at, QuarterHour),
        WindowKind.Hour => Window.Containing(at, Hour),
        _ => LocalDay.Containing(at, zone),
    };

    private void Close(Stage stage, LongWindow open, List<Aggregate> closed)
    {
        var key = (stage.Kind, open.Window.Start);
        var revision = _closings.GetValueOrDefault(key);
        if (open.Known && (!open.Restored || revision == 0))
        {
            for (var i = 0; i < points.Length; i++)
                if (!points[i].Private) closed.Add(open.Merges[i].Close(points[i].Id, stage.Kind, open.Window) with { Revision = revision });
            Remember(key, revision + 1);
            if (open.Restored) _closedAnew.Add(key);
        }
        stage.End();
    }

    private void Remember((WindowKind, Instant) window, int closings)
    {
        _closings.Remove(window);
        _closings.Add(window, closings);
        if (_closings.Count > RememberedMax) _closings.RemoveAt(0);
    }

    /// <summary>A longer window while minutes are added to it.</summary>
    private sealed class LongWindow(int count)
    {
        internal readonly Merge[] Merges = new Merge[count];
        internal Window Window;
        internal int Minutes;

        /// <summary>Only minutes of an earlier run were added since it was opened last.</summary>
        internal bool Restored = true;

        /// <summary>All of its minutes so far are known to this run.</summary>
        internal bool Known;

        /// <summary>The same window with the series that go on.</summary>
        internal LongWindow Succeed(Succession succession, int seriesCount)
        {
            var next = new LongWindow(seriesCount) { Window = Window, Minutes = Minutes, Restored = Restored, Known = Known };
            succession.Take(Merges, next.Merges);
            return next;
        }

        internal bool IsWhole => Minutes * TimeSpan.TicksPerMinute >= Window.Length.Ticks;
    }

    /// <summary>The open window of a kind, and those that closed without all of their minutes.</summary>
    private sealed class Stage(WindowKind kind, int count)
    {
        // A start and a few steps of the clock make one each; what is older is not come back to.
        private const int PartialMax = 16;

        private readonly List<LongWindow> _partial = [];
        private LongWindow? _spare;

        internal readonly WindowKind Kind = kind;

        internal LongWindow? Open { get; private set; }

        internal void TakeUp(Stage before, Succession succession)
        {
            Open = before.Open?.Succeed(succession, count);
            _partial.AddRange(before._partial.Select(partial => partial.Succeed(succession, count)));
        }

        internal void Begin(Window window, bool known)
        {
            Open = _partial.Find(partial => partial.Window == window);
            if (Open is not null)
            {
                _partial.Remove(Open);
                return;
            }
            Open = _spare ?? new LongWindow(count);
            _spare = null;
            (Open.Window, Open.Minutes, Open.Restored, Open.Known) = (window, 0, true, known);
        }

        internal void End()
        {
            if (Open!.IsWhole)
            {
                Array.Clear(Open.Merges);
                _spare = Open;
            }
            else
            {
                _partial.Add(Open);
                if (_partial.Count > PartialMax) _partial.RemoveAt(0);
                // Reopened, it closes again only for a minute that is new.
                Open.Restored = true;
            }
            Open = null;
        }
    }
}
