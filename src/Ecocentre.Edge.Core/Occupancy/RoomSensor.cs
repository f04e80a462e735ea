using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Occupancy;

/// <summary>A sensor that tells of a whole room: whether somebody is there, or how many.</summary>
internal sealed class RoomSensor
{
    private readonly bool _counts;
    private readonly long _alive;
    private SensorTrack _track;
    private Slot _newest;
    private bool _any;

    internal RoomSensor(Point point, DeskRules rules, GatewayLimits limits)
    {
        Series = point.Id.Value;
        _counts = point.Quantity.Name == "people";
        var times = SensorTimes.Of(point, rules, limits);
        (_track, _alive) = (new SensorTrack(times), times.Alive);
    }

    internal int Series { get; }

    /// <summary>It counts people, instead of telling only that somebody is there.</summary>
    internal bool Counts => _counts;

    internal long NewestAt => _any ? _newest.Milliseconds : long.MinValue;

    internal void Take(in Slot slot)
    {
        _track.Take(slot);
        if (_any && slot.Milliseconds <= _newest.Milliseconds) return;
        (_newest, _any) = (slot, true);
    }

    /// <summary>Goes on where another stands, judged by its own times.</summary>
    internal void TakeUp(RoomSensor before)
    {
        _track.TakeUp(before._track);
        (_newest, _any) = (before._newest, before._any);
    }

    /// <summary>People it sees, at least 1 where it does not count; null when it cannot tell.</summary>
    internal int? PeopleAt(long now)
    {
        if (_counts) return _any && _newest.Quality == Quality.Good && now < _newest.Milliseconds + _alive ? (int)Math.Max(0, Math.Round(_newest.Value)) : null;
        return _track.At(now).State switch
        {
            DeskState.Occupied or DeskState.Held => 1,
            DeskState.Free => 0,
            _ => null,
        };
    }

    internal void Move(long by)
    {
        _track.Move(by);
        if (_any) _newest = new Slot(_newest.Milliseconds + by, _newest.Quality, _newest.Value);
    }
}
