namespace Ecocentre.Edge.Windows;

/// <summary>Minutes as the log gives them back, with their revisions behind them. Passes each on once, with the highest revision of every series, in
/// the order in which they were stored first, and holds no more of them than a revision can reach back.</summary>
/// <param name="pass">Takes a minute and its aggregates by series, in order of the series.</param>
internal sealed class RecalledMinutes(TimeSpan lateMax, Action<Window, IEnumerable<KeyValuePair<int, Aggregate>>> pass)
{
    // The open minute, those that may still be revised, and one for the grace.
    private readonly int _heldMax = (int)Math.Ceiling(lateMax.TotalMinutes) + 2;
    private readonly OrderedDictionary<Window, SortedDictionary<int, Aggregate>> _held = [];

    internal void Add(int series, in Aggregate minute)
    {
        if (!_held.TryGetValue(minute.Window, out var aggregates))
        {
            if (_held.Count == _heldMax) PassOldest();
            _held.Add(minute.Window, aggregates = []);
        }
        if (!aggregates.TryGetValue(series, out var known) || known.Revision <= minute.Revision) aggregates[series] = minute;
    }

    internal void End()
    {
        while (_held.Count > 0) PassOldest();
    }

    private void PassOldest()
    {
        var (minute, aggregates) = _held.GetAt(0);
        _held.RemoveAt(0);
        pass(minute, aggregates);
    }
}
