using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Time;

/// <summary>Stretches of time that earlier eras, or earlier runs, have lived through. A clock that is set back comes through them again.</summary>
internal sealed class LivedTime(int stretchesMax)
{
    private readonly List<(Instant From, Instant To)> _stretches = [];

    /// <summary>Adds a stretch; the oldest is forgotten when there are too many. One that continues the newest is joined to it.</summary>
    internal void Add(Instant from, Instant to)
    {
        if (to <= from) return;
        if (_stretches.Count > 0 && _stretches[^1].To == from) _stretches[^1] = (_stretches[^1].From, to);
        else _stretches.Add((from, to));
        if (_stretches.Count > stretchesMax) _stretches.RemoveAt(0);
    }

    internal bool Overlaps(Window window)
    {
        foreach (var (from, to) in _stretches)
            if (window.Start < to && from < window.End) return true;
        return false;
    }
}
