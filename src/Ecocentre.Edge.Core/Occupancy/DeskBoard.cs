using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Occupancy;

/// <summary>All desks of a centre: takes the readings of their sensors, and says at a moment which desks have changed. Deterministic; taking a reading
/// allocates nothing, and settling only for desks that change.</summary>
internal sealed class DeskBoard
{
    private const long Never = long.MinValue;

    private readonly ImmutableArray<Desk> _desks;
    private readonly ImmutableArray<Point> _points;
    private readonly IncidentQueue _incidents;

    // The sensors of desk d are _tracks[_firstOf[d] .. _firstOf[d + 1]]; the tracks that a series feeds are _tracksOf[series], each with its desk,
    // as far as the last series that feeds one.
    private readonly SensorTrack[] _tracks;
    private readonly Point[] _sensorOf;
    private readonly DeskState[] _told;
    private readonly int[] _firstOf;
    private readonly (int Track, int Desk)[][] _tracksOf;

    private readonly DeskStatus[] _statuses;

    // Nobody knows what an earlier run told last of such a desk: whatever it is now has to be told.
    private readonly bool[] _isUntold;

    // When a desk is to be looked at again: at once after a reading, or when one of its sensors may say something else.
    private readonly long[] _dueAt;
    private readonly SensorOpinion[] _opinions;
    private readonly List<DeskStatus> _changes = [];

    internal DeskBoard(OccupancyPlan plan, GatewayLimits limits, IncidentQueue incidents)
    {
        (_desks, _points, _incidents) = (plan.Desks, plan.Points, incidents);
        _firstOf = new int[_desks.Length + 1];
        for (var desk = 0; desk < _desks.Length; desk++) _firstOf[desk + 1] = _firstOf[desk] + _desks[desk].Sensors.Length;
        var count = _firstOf[^1];
        (_tracks, _sensorOf, _told) = (new SensorTrack[count], new Point[count], new DeskState[count]);
        var tracksOf = new List<(int, int)>?[_desks.SelectMany(desk => desk.Sensors).Select(id => id.Value + 1).DefaultIfEmpty().Max()];
        for (var desk = 0; desk < _desks.Length; desk++)
            foreach (var (index, id) in _desks[desk].Sensors.Index())
            {
                var track = _firstOf[desk] + index;
                _sensorOf[track] = _points[id.Value];
                _tracks[track] = new SensorTrack(SensorTimes.Of(_points[id.Value], _desks[desk].Rules, limits));
                (tracksOf[id.Value] ??= []).Add((track, desk));
            }
        _tracksOf = [.. tracksOf.Select(tracks => tracks?.ToArray() ?? [])];
        _opinions = new SensorOpinion[_desks.Select(desk => desk.Sensors.Length).DefaultIfEmpty().Max()];
        (_dueAt, _isUntold) = (new long[_desks.Length], new bool[_desks.Length]);
        Array.Fill(_dueAt, Never);
        _statuses = [.. _desks.Select((_, index) => new DeskStatus(index, DeskState.Unknown, default, default, default, 0, 0))];
    }

    /// <summary>Number of the newest change.</summary>
    internal long Sequence { get; private set; }

    /// <summary>The next time at which a desk may change by itself; <see cref="long.MaxValue"/> when none will.</summary>
    internal long DueAt { get; private set; } = Never;

    internal ReadOnlySpan<DeskStatus> Statuses => _statuses;

    /// <summary>Takes up what an earlier run told last. The desks' states of then stand until the first settling, which finds them unknown unless
    /// their sensors spoke already: that is a change like any other. A desk of which nothing is given changes too, whatever it is.</summary>
    /// <param name="sequence">Numbering goes on after it.</param>
    internal void Restore(IEnumerable<DeskStatus> last, long sequence)
    {
        Sequence = sequence;
        Array.Fill(_isUntold, true);
        foreach (var status in last) (_statuses[status.Desk], _isUntold[status.Desk]) = (status, false);
        DueAt = Never;
    }

    /// <summary>Goes on with what is known of desks that are still declared, and of their sensors; a desk that is new changes, whatever it is.</summary>
    internal void TakeUp(DeskBoard before)
    {
        Sequence = before.Sequence;
        var known = before._desks.Index().ToDictionary(desk => desk.Item.Id, desk => desk.Index, StringComparer.Ordinal);
        for (var desk = 0; desk < _desks.Length; desk++)
        {
            _isUntold[desk] = true;
            if (!known.TryGetValue(_desks[desk].Id, out var was)) continue;
            (_statuses[desk], _isUntold[desk]) = (before._statuses[was] with { Desk = desk }, before._isUntold[was]);
            for (var track = _firstOf[desk]; track < _firstOf[desk + 1]; track++)
                if (before.TrackOf(was, _sensorOf[track]) is { } same)
                {
                    _tracks[track].TakeUp(before._tracks[same]);
                    _told[track] = before._told[same];
                }
        }
        DueAt = Never;
    }

    /// <summary>Takes a reading of a sensor, in any order.</summary>
    internal void Take(int series, in Slot slot)
    {
        if (series >= _tracksOf.Length) return;
        foreach (var (track, desk) in _tracksOf[series])
        {
            _tracks[track].Take(slot);
            _dueAt[desk] = DueAt = Never;
        }
    }

    /// <summary>Brings every desk to what it is at <paramref name="now"/>.</summary>
    /// <returns>The desks that changed, in order of their numbers; empty when none did.</returns>
    internal ImmutableArray<DeskStatus> Settle(Instant now)
    {
        if (now.UnixMilliseconds < DueAt) return [];
        DueAt = long.MaxValue;
        for (var desk = 0; desk < _desks.Length; desk++)
        {
            if (_dueAt[desk] <= now.UnixMilliseconds) Settle(desk, now.UnixMilliseconds);
            DueAt = Math.Min(DueAt, _dueAt[desk]);
        }
        if (_changes.Count == 0) return [];
        ImmutableArray<DeskStatus> changes = [.. _changes];
        _changes.Clear();
        return changes;
    }

    /// <summary>The clock was set: what happened happened as long ago as before.</summary>
    internal void Move(TimeSpan by)
    {
        foreach (ref var track in _tracks.AsSpan()) track.Move((long)by.TotalMilliseconds);
        for (var desk = 0; desk < _desks.Length; desk++)
        {
            ref var status = ref _statuses[desk];
            status = status with { Since = Moved(status.Since), ObservedAt = Moved(status.ObservedAt), ValidUntil = Moved(status.ValidUntil) };
            _dueAt[desk] = Never;
        }
        DueAt = Never;

        Instant Moved(Instant at) => at == default ? at : at + by;
    }

    private int? TrackOf(int desk, Point sensor)
    {
        for (var track = _firstOf[desk]; track < _firstOf[desk + 1]; track++)
            if (_sensorOf[track].Name == sensor.Name && _sensorOf[track].Quantity == sensor.Quantity) return track;
        return null;
    }

    private void Settle(int desk, long now)
    {
        var rule = _desks[desk].Rules.Rule;
        ref var status = ref _statuses[desk];
        var wasTaken = status.State is DeskState.Occupied or DeskState.Held;
        var opinions = Opinions(desk, now, out var due);
        Tell(desk, opinions, now);
        var state = Fusion.Of(rule, opinions, wasTaken);
        var since = status.Since;
        if (state != status.State || since == default)
        {
            // The sensor that changed last made the difference.
            long changedAt = Never;
            foreach (var opinion in opinions) changedAt = Math.Max(changedAt, opinion.Since);
            since = new Instant(Math.Min(Math.Max(changedAt == Never ? now : changedAt, since.UnixMilliseconds), now));
        }
        var isChanged = state != status.State || _isUntold[desk];
        _isUntold[desk] = false;
        status = new DeskStatus(desk, state, since, ObservedAt(desk), default, Fusion.Confidence(state, opinions), isChanged ? ++Sequence : status.Sequence);
        status = status with { ValidUntil = ValidUntil(desk, status, due) };
        _dueAt[desk] = due;
        if (isChanged) _changes.Add(status);
    }

    private ReadOnlySpan<SensorOpinion> Opinions(int desk, long now, out long until)
    {
        var opinions = _opinions.AsSpan(0, _firstOf[desk + 1] - _firstOf[desk]);
        until = long.MaxValue;
        for (var i = 0; i < opinions.Length; i++)
        {
            opinions[i] = _tracks[_firstOf[desk] + i].At(now);
            until = Math.Min(until, opinions[i].Until);
        }
        return opinions;
    }

    private Instant ObservedAt(int desk)
    {
        var newest = Never;
        for (var track = _firstOf[desk]; track < _firstOf[desk + 1]; track++) newest = Math.Max(newest, _tracks[track].GoodAt);
        return newest == Never ? default : new Instant(newest);
    }

    /// <summary>The first time at which the desk will be something else if nothing more is heard.</summary>
    private Instant ValidUntil(int desk, in DeskStatus status, long due)
    {
        if (status.State == DeskState.Unknown) return status.Since;
        var isTaken = status.State is DeskState.Occupied or DeskState.Held;
        // Each sensor says a few things at most before it is silent, and a desk with none that speaks is unknown.
        while (due != long.MaxValue)
        {
            var opinions = Opinions(desk, due, out var next);
            if (Fusion.Of(_desks[desk].Rules.Rule, opinions, isTaken) != status.State) break;
            if (next <= due) throw new InvalidOperationException($"BUG: a sensor of desk {_desks[desk].Id} is said to change at {next}, before {due}.");
            due = next;
        }
        return new Instant(due);
    }

    /// <summary>Tells of sensors that are stuck or chatter, once when it begins and once when it ends.</summary>
    private void Tell(int desk, ReadOnlySpan<SensorOpinion> opinions, long now)
    {
        for (var i = 0; i < opinions.Length; i++)
        {
            ref var told = ref _told[_firstOf[desk] + i];
            var state = opinions[i].State;
            // A sensor that fell silent has not shown yet that it is well.
            if (state == DeskState.Unknown || told == DeskState.Fault == (state == DeskState.Fault)) continue;
            told = state;
            var (point, id) = (_sensorOf[_firstOf[desk] + i].Name, _desks[desk].Id);
            _incidents.Add(state == DeskState.Fault
                ? new Incident(new Instant(now), IncidentKind.SensorStuck, point,
                    $"{point} of desk {id} says the same for longer than anybody sits, or changes faster than anybody moves; it is not believed.")
                : new Incident(new Instant(now), IncidentKind.SensorFreed, point, $"{point} of desk {id} changes like a sensor again."));
        }
    }
}
