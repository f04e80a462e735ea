using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Windows;

/// <summary>What was done to series from outside: meters exchanged, and the clock set while a minute was open. Counters are judged with it each time a
/// window is computed, so that a late reading finds the same past.</summary>
internal sealed class Interventions
{
    private const long None = long.MaxValue;

    private readonly long[] _swapAt;
    private readonly List<(long At, long Back)> _clockSet = [];
    private readonly int _clockSetMax;

    internal Interventions(int points, GatewayLimits limits)
    {
        _swapAt = new long[points];
        Array.Fill(_swapAt, None);
        _clockSetMax = limits.ErasMax;
    }

    /// <summary>Takes over what was done to series that go on.</summary>
    internal void TakeUp(Interventions before, Succession succession)
    {
        succession.Take(before._swapAt, _swapAt);
        _clockSet.AddRange(before._clockSet);
    }

    /// <summary>The device of a series is exchanged at a time; the last announcement counts.</summary>
    internal void Swap(int series, long milliseconds) => _swapAt[series] = milliseconds;

    /// <summary>Whether the device was exchanged after <paramref name="from"/> and not after <paramref name="to"/>.</summary>
    internal bool SwappedBetween(int series, long from, long to) => from < _swapAt[series] && _swapAt[series] <= to;

    /// <summary>The clock went from <paramref name="before"/> to <paramref name="after"/> and the open minute goes on. Nothing older than
    /// <paramref name="after"/> is undone.</summary>
    internal void ClockSet(long before, long after)
    {
        for (var i = 0; i < _clockSet.Count; i++) _clockSet[i] = (Math.Min(_clockSet[i].At, after), _clockSet[i].Back);
        _clockSet.Add((after, before - after));
        if (_clockSet.Count > _clockSetMax) _clockSet.RemoveAt(0);
        for (var series = 0; series < _swapAt.Length; series++)
            if (_swapAt[series] <= before) _swapAt[series] = Math.Min(_swapAt[series], after);
    }

    /// <summary>Milliseconds that really passed between two times of this era's minutes.</summary>
    internal long Passed(long from, long to)
    {
        var passed = to - from;
        foreach (var (at, back) in _clockSet)
            if (from < at && at <= to) passed += back;
        return passed;
    }

    /// <summary>The clock goes from <paramref name="before"/> to <paramref name="after"/>, and what a series carries into its next minute is moved
    /// along, by the time that really passed.</summary>
    /// <param name="from">What lies before is not moved: it stays in the past of <paramref name="after"/> as it is.</param>
    internal void Move(int series, ref Carry carry, long before, long after, long from = long.MinValue)
    {
        long Moved(long at) => at < from ? at : after - Math.Max(1, Passed(at, before));
        var swapAt = _swapAt[series];
        // An exchange that was seen must not be seen again; one that was not yet waits for the first reading.
        if (swapAt <= before && carry.Counter.RegisterAt >= from) _swapAt[series] = carry.Counter.RegisterAt < swapAt ? after : None;
        carry.Counter.Move(Moved);
        if (carry.Owed > 0) carry.OwedSince = Moved(carry.OwedSince);
    }

    /// <summary>To be called when all series have moved to a new stretch of minutes.</summary>
    internal void Moved() => _clockSet.Clear();
}
