using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Windows;

/// <summary>The last 10 s of every series, for people who watch; of a private one nothing is ever known. Never stored; a late reading changes
/// nothing.</summary>
internal sealed class LiveWindows(ImmutableArray<Point> points, SeriesReadings readings, Circumstances circumstances)
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(10);

    // Readings on their way at the end of the ten seconds are waited for so long.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly Circumstances _silent = circumstances with { Incidents = null };
    private Window _open;
    private bool _any;

    /// <summary>The last closed windows; empty until the first closed. Replaced, never changed.</summary>
    internal ImmutableArray<Aggregate> Last { get; private set; } = [];

    /// <summary>Takes over what was closed last of series that go on.</summary>
    internal void TakeUp(LiveWindows before, Succession succession)
    {
        (_open, _any) = (before._open, before._any);
        if (before.Last.IsEmpty) return;
        var last = new Aggregate[points.Length];
        foreach (var (now, was) in succession.Kept) last[now] = before.Last[was] with { Point = points[now].Id };
        foreach (var begun in succession.Begun) last[begun] = Close(begun, new Window(_open.Start - Length, Length));
        Last = ImmutableCollectionsMarshal.AsImmutableArray(last);
    }

    /// <summary>Closes the newest window that is due; when several are, only that one is computed.</summary>
    internal void CloseDue(Instant now)
    {
        var current = Window.Containing(now - Grace, Length);
        if (!_any) (_open, _any) = (current, true);
        if (current.Start <= _open.Start)
        {
            // A clock set back begins anew.
            if (current.Start < _open.Start) _open = current;
            return;
        }
        var due = new Window(current.Start - Length, Length);
        var last = new Aggregate[points.Length];
        for (var series = 0; series < last.Length; series++) last[series] = Close(series, due);
        _open = current;
        Last = ImmutableCollectionsMarshal.AsImmutableArray(last);
    }

    private Aggregate Close(int series, Window window)
    {
        var carry = new Carry();
        var before = readings.FirstFrom(series, window.Start.UnixMilliseconds) - 1;
        if (before >= 0)
        {
            (carry.Before, carry.HasBefore) = (readings[series, before], true);
            while (before >= 0 && !readings[series, before].IsUsed) before--;
            if (before >= 0) carry.Counter.Take(points[series], readings[series, before], _silent);
        }
        return WindowClosing.Close(points[series], readings, WindowKind.Live, window, ref carry, _silent);
    }
}
