using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Occupancy;

/// <summary>What is remembered of one presence sensor, and what it says at a moment: a pure function of that and the time. No memory but its own.</summary>
/// <remarks>A good reading speaks for the sensor until the next one, at most for <see cref="SensorTimes.Alive"/>. Missing and invalid readings say
/// nothing and let it run out; a questionable one (power-on, warm-up, a line crowded with changes) ends it at once, though its changes count. After a
/// silence nothing of before is taken for granted: a sensor is believed to see nobody only after the hold time of saying so without a break.</remarks>
internal struct SensorTrack(SensorTimes times)
{
    private const long Never = long.MinValue;
    private const long MinuteMilliseconds = 60_000;

    // Newest reading that counts, and newest good one.
    private long _at = Never, _goodAt = Never;
    private bool _known, _on;

    // Since when it is on without a break.
    private long _onSince = Never;

    // Since when nobody is seen, or not for long enough to count; Never while somebody is or it is not known.
    private long _quietSince = Never;

    // When somebody was seen last for sure, and since when the desk has been occupied by that.
    private long _takenAt = Never, _occupiedSince = Never;

    // Sights that follow each other: since when, when last, and whether they lasted for the on-delay.
    private long _runSince = Never, _runAt = Never;
    private bool _confirmed;

    // A bucket that every change fills by one and that a minute empties by the allowed number.
    private double _edges;
    private long _edgesAt = Never, _chatterSince = Never;

    /// <summary>Time of the newest good reading, <see cref="long.MinValue"/> while there is none.</summary>
    internal readonly long GoodAt => _goodAt;

    /// <summary>Remembers what another does, and judges it by its own times.</summary>
    internal void TakeUp(in SensorTrack before)
    {
        var own = times;
        this = before;
        times = own;
    }

    /// <summary>Takes a reading, in any order.</summary>
    internal void Take(in Slot slot)
    {
        if (slot.Quality > Quality.Questionable) return;
        var (at, on) = (slot.Milliseconds, slot.Value >= 0.5);
        if (at <= _at)
        {
            if (slot.Quality == Quality.Good && _known) TakeLate(at, on);
            return;
        }
        if (slot.Quality == Quality.Questionable)
        {
            // Not believed, but a loose wire's changes are changes.
            if (_at != Never && at < _at + times.Alive && on != _on) CountEdge(at);
            (_at, _known, _on) = (at, false, on);
            return;
        }
        Expire(at);
        var isBroken = !_known || at >= _at + times.Alive;
        if (isBroken) Break();
        else if (on != _on) CountEdge(at);
        if (on) TakeOn(at, isBroken);
        else TakeOff(at, isBroken);
        (_at, _goodAt, _known, _on) = (at, at, true, on);
    }

    /// <summary>What it says at a time not before its newest reading.</summary>
    internal readonly SensorOpinion At(long now)
    {
        if (_at == Never) return new SensorOpinion(DeskState.Unknown, Never, long.MaxValue);
        var until = _at + times.Alive;
        if (now < until && _chatterSince != Never && CalmAt() > now)
            return new SensorOpinion(DeskState.Fault, _chatterSince, Math.Min(until, CalmAt()));
        if (!_known) return new SensorOpinion(DeskState.Unknown, _at, long.MaxValue);
        if (now >= until) return new SensorOpinion(DeskState.Unknown, until, long.MaxValue);
        if (_on)
        {
            var stuckAt = _onSince + times.StuckAfter;
            if (now >= stuckAt) return new SensorOpinion(DeskState.Fault, stuckAt, until);
            until = Math.Min(until, stuckAt);
            if (_confirmed) return new SensorOpinion(DeskState.Occupied, _occupiedSince, until);
            var confirmedAt = _runSince + times.OnDelay;
            if (now >= confirmedAt) return new SensorOpinion(DeskState.Occupied, confirmedAt, until);
            until = Math.Min(until, confirmedAt);
        }
        return Unseen(now, until);
    }

    /// <summary>The clock was set: everything remembered happened that much later by the new clock.</summary>
    internal void Move(long by)
    {
        Move(ref _at, by);
        Move(ref _goodAt, by);
        Move(ref _onSince, by);
        Move(ref _quietSince, by);
        Move(ref _takenAt, by);
        Move(ref _occupiedSince, by);
        Move(ref _runSince, by);
        Move(ref _runAt, by);
        Move(ref _edgesAt, by);
        Move(ref _chatterSince, by);
    }

    /// <summary>Nobody is seen now, or not for long enough.</summary>
    private readonly SensorOpinion Unseen(long now, long until)
    {
        if (_confirmed && now - _takenAt < times.HeldAfter)
            return new SensorOpinion(DeskState.Occupied, _occupiedSince, Math.Min(until, _takenAt + times.HeldAfter));
        var freeAt = _quietSince == Never ? long.MaxValue : _quietSince + times.Hold;
        if (now >= freeAt) return new SensorOpinion(DeskState.Free, freeAt, until);
        until = Math.Min(until, freeAt);
        if (_takenAt != Never && now - _takenAt < times.Hold)
            return new SensorOpinion(DeskState.Held, _takenAt + times.HeldAfter, Math.Min(until, _takenAt + times.Hold));
        return new SensorOpinion(DeskState.Unknown, _at, until);
    }

    /// <summary>An older reading than the newest: what it says of the present is known better already. Somebody seen then was still seen then, though, and
    /// nobody seen then interrupts.</summary>
    private void TakeLate(long at, bool on)
    {
        if (_on)
        {
            if (!on && at > _onSince) _onSince = at;
            return;
        }
        // A sight that has to be confirmed cannot be by one late reading.
        if (!on || times.OnDelay > 0 && !_confirmed || at <= _takenAt) return;
        var hasHeldOn = _confirmed && at - _takenAt < times.HeldAfter;
        _takenAt = at;
        // Seen before a silence, somebody may have gone in it.
        if (at < _quietSince) return;
        if (!hasHeldOn) _occupiedSince = at;
        (_confirmed, _quietSince) = (true, at);
    }

    private void TakeOn(long at, bool isBroken)
    {
        if (!_on || isBroken) _onSince = at;
        if (_confirmed)
        {
            if (!_on && at - _takenAt >= times.HeldAfter) _occupiedSince = at;
        }
        else
        {
            if (_runSince == Never || !_on && at - _runAt > times.OnDelay) _runSince = at;
            _runAt = at;
            if (at - _runSince < times.OnDelay) return;
            (_confirmed, _occupiedSince) = (true, _runSince + times.OnDelay);
        }
        (_takenAt, _quietSince) = (at, Never);
    }

    private void TakeOff(long at, bool isBroken)
    {
        if (!_on || isBroken)
        {
            if (_quietSince == Never) _quietSince = at;
            return;
        }
        if (at - _onSince >= times.StuckAfter)
        {
            // What a stuck sensor said is no sight of anybody.
            Break();
            (_takenAt, _quietSince) = (Never, at);
            return;
        }
        if (!_confirmed && at - _runSince >= times.OnDelay) (_confirmed, _occupiedSince) = (true, _runSince + times.OnDelay);
        if (_confirmed) (_takenAt, _quietSince) = (at, at);
        else
        {
            _runAt = at;
            if (_quietSince == Never) _quietSince = at;
        }
    }

    /// <summary>Forgets sights that ended long enough ago: the next one has to be confirmed anew.</summary>
    private void Expire(long now)
    {
        if (_confirmed && !_on && now - _takenAt >= times.Hold) (_confirmed, _runSince) = (false, Never);
    }

    /// <summary>The sensor was silent: what it did meanwhile is not known.</summary>
    private void Break() => (_confirmed, _runSince, _quietSince) = (false, Never, Never);

    private void CountEdge(long at)
    {
        var rate = times.EdgesPerMinuteMax / (double)MinuteMilliseconds;
        if (_edgesAt != Never) _edges = Math.Max(0, _edges - (at - _edgesAt) * rate);
        if (_edges <= times.EdgesPerMinuteMax / 2.0) _chatterSince = Never;
        // Bounded, so that it is calm a minute and a half after the last change at the latest.
        _edges = Math.Min(_edges + 1, 2.0 * times.EdgesPerMinuteMax);
        _edgesAt = at;
        if (_edges > times.EdgesPerMinuteMax && _chatterSince == Never) _chatterSince = at;
    }

    /// <summary>When the bucket is half empty again.</summary>
    private readonly long CalmAt() =>
        _edgesAt + (long)Math.Ceiling(Math.Max(0, _edges - times.EdgesPerMinuteMax / 2.0) * MinuteMilliseconds / times.EdgesPerMinuteMax);

    private static void Move(ref long time, long by)
    {
        if (time != Never) time += by;
    }
}
