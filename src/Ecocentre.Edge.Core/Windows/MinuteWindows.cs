using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Windows;

/// <summary>The open minute of all series, the closed ones that a late reading may still revise, and what each carries into the next.</summary>
/// <remarks>Minutes are numbered from the epoch. A minute that an earlier era has lived already is not stored a second time: its readings count for
/// the counters (their growth stands in the first minute after it) and for now, and their number is told.</remarks>
internal sealed class MinuteWindows
{
    private const long MinuteMilliseconds = 60_000;

    private readonly ImmutableArray<Point> _points;
    private readonly SeriesReadings _readings;
    private readonly Circumstances _circumstances;
    private readonly IncidentQueue _incidents;
    private readonly LivedTime _lived;

    // By series, then by minute modulo _kept: what comes into the minute, and the minute's aggregate once closed.
    private readonly int _kept;
    private readonly Carries _carries;
    private readonly ClosedMinute[] _closed;
    private readonly bool[] _relived;
    private readonly long[] _changedFrom;

    // Private points have no windows.
    private readonly int[] _windowed;
    private bool _anyChanged;
    private long _relivedReadings;
    private long _final;

    internal MinuteWindows(ImmutableArray<Point> points, SeriesReadings readings, Circumstances circumstances, IncidentQueue incidents, LivedTime lived)
    {
        (_points, _readings, _circumstances, _incidents, _lived) = (points, readings, circumstances, incidents, lived);
        _kept = (int)Math.Ceiling(circumstances.Limits.LateMax.TotalMinutes) + 2;
        _carries = new Carries(points, _kept);
        _closed = new ClosedMinute[points.Length * _kept];
        _relived = new bool[_kept];
        _changedFrom = new long[points.Length];
        _windowed = [.. points.Where(p => !p.Private).Select(p => (int)p.Id.Value)];
        Array.Fill(_changedFrom, long.MaxValue);
    }

    /// <summary>Number of the open minute.</summary>
    internal long Open { get; private set; }

    /// <summary>Start of the open minute in Unix milliseconds; an earlier reading is late.</summary>
    internal long OpenMilliseconds => Open * MinuteMilliseconds;

    /// <summary>Start of the oldest minute that may still be revised; an earlier reading is too late.</summary>
    internal long RevisableMilliseconds => _final * MinuteMilliseconds;

    internal static long Number(Instant at) => (long)Math.Floor(at.UnixMilliseconds / (double)MinuteMilliseconds);

    /// <summary>Goes on where another stands, with the series that go on; one that begins has nothing in the minutes before.</summary>
    internal void TakeUp(MinuteWindows before, Succession succession)
    {
        (Open, _final, _anyChanged, _relivedReadings) = (before.Open, before._final, before._anyChanged, before._relivedReadings);
        before._relived.CopyTo(_relived, 0);
        _carries.TakeUp(before._carries, succession);
        succession.Take(before._closed, _closed, _kept);
        succession.Take(before._changedFrom, _changedFrom);
        foreach (var series in succession.Begun.Intersect(_windowed))
            for (var minute = _final; minute < Open; minute++)
                if (!_relived[Place(minute)]) ClosedAt(series, minute) = new ClosedMinute(Compute(series, minute));
    }

    /// <summary>A series ends: its open minute closes with what it has, and so do its longer windows.</summary>
    internal void End(int series, LongWindows longer, List<Aggregate> closed)
    {
        if (_points[series].Private) return;
        var left = new List<Aggregate>();
        for (var minute = _final; minute < Open; minute++)
            if (!_relived[Place(minute)]) left.Add(Closed(series, minute));
        if (!_lived.Overlaps(WindowOf(Open)))
        {
            var last = Compute(series, Open);
            closed.Add(last);
            left.Add(last);
        }
        longer.End(series, left, closed);
    }

    /// <summary>Begins at a minute, with the carries of the last one closed.</summary>
    internal void BeginAt(long minute)
    {
        for (var series = 0; series < _points.Length; series++)
        {
            _carries[series, Place(minute)] = _carries[series, Place(Open)];
        }
        (Open, _final) = (minute, minute);
    }

    /// <summary>Takes up the register of a counter that an earlier run knew, for the open minute.</summary>
    internal void Recall(int series, in CounterTrack counter) =>
        _carries[series, Place(Open)] = _carries[series, Place(Open)] with { Counter = counter };

    /// <summary>The clock was set: what a series carries into the open minute moves with it, as <see cref="Interventions.Move"/> says.</summary>
    internal void Move(int series, long before, long after, long from = long.MinValue)
    {
        var carry = _carries[series, Place(Open)];
        _circumstances.Interventions.Move(series, ref carry, before, after, from);
        _carries[series, Place(Open)] = carry;
    }

    /// <summary>The last confirmed register of every counter that has one, as of the newest stored minute.</summary>
    internal ImmutableArray<CounterCarry> Carries()
    {
        var carries = ImmutableArray.CreateBuilder<CounterCarry>();
        foreach (var point in _points)
        {
            if (point.Quantity.Kind != PointKind.Counter) continue;
            var carry = _carries[point.Id.Value, Place(Open)];
            if (!carry.Counter.HasRegister) continue;
            // Growth that is owed stands in no stored window either: less it, the register makes the next run count it.
            var (register, at) = carry.Owed > 0 ? (carry.Counter.Register - carry.Owed, carry.OwedSince) : carry.Counter.Carried;
            carries.Add(new CounterCarry(point.Name, register, new Instant(at), NewestUsed(point.Id.Value)));
        }
        return carries.ToImmutable();
    }

    /// <summary>A reading older than the open minute arrived: its minute and what follows are computed again at the next step.</summary>
    internal void Changed(int series, long milliseconds)
    {
        _changedFrom[series] = Math.Min(_changedFrom[series], Number(new Instant(milliseconds)));
        _anyChanged = true;
    }

    /// <summary>Computes changed minutes again; those that came out differently are closed once more with a higher revision.</summary>
    internal void Revise(List<Aggregate> closed)
    {
        if (!_anyChanged) return;
        _anyChanged = false;
        for (var series = 0; series < _points.Length; series++)
        {
            if (_changedFrom[series] == long.MaxValue) continue;
            for (var minute = Math.Max(_changedFrom[series], _final); minute < Open; minute++)
            {
                if (_relived[Place(minute)])
                {
                    Relive(series, minute);
                    continue;
                }
                ref var before = ref ClosedAt(series, minute);
                var now = Compute(series, minute) with { Revision = before.Revision };
                if (new ClosedMinute(now) == before) continue;
                now = now with { Revision = before.Revision + 1 };
                before = new ClosedMinute(now);
                closed.Add(now);
            }
            _changedFrom[series] = long.MaxValue;
        }
    }

    /// <summary>Closes the minutes that are due, and adds those that can no longer change to the longer windows.</summary>
    /// <param name="grace">How long after its end a minute stays open.</param>
    /// <param name="late">How long after its end it may be revised.</param>
    internal void CloseDue(Instant now, TimeSpan grace, TimeSpan late, LongWindows longer, List<Aggregate> closed)
    {
        while (WindowOf(Open).End + grace <= now)
        {
            CloseOpen(closed);
            Finish(now, late, longer, closed);
        }
        Finish(now, late, longer, closed);
    }

    private void CloseOpen(List<Aggregate> closed)
    {
        var relived = _relived[Place(Open)] = _lived.Overlaps(WindowOf(Open));
        if (!relived) closed.EnsureCapacity(closed.Count + _windowed.Length);
        foreach (var series in _windowed)
        {
            ref var kept = ref ClosedAt(series, Open);
            kept = default;
            if (relived)
            {
                Relive(series, Open);
                continue;
            }
            var aggregate = Compute(series, Open);
            kept = new ClosedMinute(aggregate);
            closed.Add(aggregate);
        }
        if (!relived && _relivedReadings > 0)
        {
            _incidents.Add(new Incident(WindowOf(Open).Start, IncidentKind.ClockStep, "gateway",
                $"The clock came a second time through time that was stored before; {_relivedReadings} readings of it count for counters, " +
                "not for windows.", _relivedReadings));
            _relivedReadings = 0;
        }
        Open++;
    }

    private void Finish(Instant now, TimeSpan late, LongWindows longer, List<Aggregate> closed)
    {
        for (; _final < Open && WindowOf(_final).End + late <= now; _final++)
        {
            _incidents.ForgetBefore(WindowOf(_final).Start);
            if (_relived[Place(_final)]) continue;
            longer.Begin(WindowOf(_final), closed);
            foreach (var series in _windowed) longer.Add(series, Closed(series, _final));
            longer.End(WindowOf(_final).End, closed);
        }
    }

    private Aggregate Compute(int series, long minute)
    {
        var carry = _carries[series, Place(minute)];
        var window = WindowOf(minute);
        _incidents.Judging = window.Start;
        var aggregate = WindowClosing.Close(_points[series], _readings, WindowKind.Minute, window, ref carry, _circumstances);
        _carries[series, Place(minute + 1)] = carry;
        return aggregate;
    }

    /// <summary>Passes through a minute without storing it. Counters are followed all the same, so that a reset in it costs no more than any other;
    /// what they grow is owed to the next stored minute. Readings passed over are counted once, however often it is done.</summary>
    private void Relive(int series, long minute)
    {
        var carry = _carries[series, Place(minute)];
        var window = WindowOf(minute);
        _incidents.Judging = window.Start;
        var begin = _readings.FirstFrom(series, window.Start.UnixMilliseconds);
        var end = _readings.FirstFrom(series, window.End.UnixMilliseconds);
        for (var i = begin; i < end; i++)
        {
            var slot = _readings[series, i];
            (carry.Before, carry.HasBefore) = (slot, true);
            if (!slot.IsUsed || _points[series].Quantity.Kind != PointKind.Counter) continue;
            if (carry.Owed == 0) carry.OwedSince = carry.Counter.RegisterAt;
            carry.Owed += carry.Counter.Take(_points[series], slot, _circumstances);
        }
        _carries[series, Place(minute + 1)] = carry;
        ref var passed = ref ClosedAt(series, minute);
        _relivedReadings += end - begin - passed.Count;
        passed = passed with { Count = end - begin };
    }

    private ref ClosedMinute ClosedAt(int series, long minute) => ref _closed[series * _kept + Place(minute)];

    private Aggregate Closed(int series, long minute) => ClosedAt(series, minute).Whole(_points[series].Id, WindowOf(minute));

    private int Place(long minute) => (int)((minute % _kept + _kept) % _kept);

    private static Window WindowOf(long minute) => new(new Instant(minute * MinuteMilliseconds), TimeSpan.FromMinutes(1));

    private double NewestUsed(int series)
    {
        for (var i = _readings.Count(series) - 1; i >= 0; i--)
            if (_readings[series, i].IsUsed) return _readings[series, i].Value;
        return double.NaN;
    }
}
