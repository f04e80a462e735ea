using System.Collections.Immutable;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Windows;

/// <summary>What every series carries into each of the minutes kept, by series and place of the minute. Only counters take the room of a register that
/// is followed: most points are none.</summary>
internal sealed class Carries
{
    private const int None = -1;

    private readonly int _width;
    private readonly Level[] _levels;
    private readonly Tally[] _tallies;

    // Which of the counters a series is.
    private readonly int[] _counters;

    /// <param name="width">Places for each series.</param>
    internal Carries(ImmutableArray<Point> points, int width)
    {
        (_width, _levels, _counters) = (width, new Level[points.Length * width], new int[points.Length]);
        var counters = 0;
        foreach (var point in points) _counters[point.Id.Value] = point.Quantity.Kind == PointKind.Counter ? counters++ : None;
        _tallies = new Tally[counters * width];
    }

    /// <summary>What a series carries into a minute. Of a series that is no counter, nothing about one is kept.</summary>
    internal Carry this[int series, int place]
    {
        get
        {
            ref var level = ref _levels[series * _width + place];
            var carry = new Carry { Before = level.Before, HasBefore = level.HasBefore, InInvalidRun = level.InInvalidRun };
            if (_counters[series] is var counter and not None)
            {
                ref var tally = ref _tallies[counter * _width + place];
                (carry.Counter, carry.Owed, carry.OwedSince) = (tally.Counter, tally.Owed, tally.OwedSince);
            }
            return carry;
        }
        set
        {
            _levels[series * _width + place] = new Level(value.Before, value.HasBefore, value.InInvalidRun);
            if (_counters[series] is var counter and not None)
                _tallies[counter * _width + place] = new Tally(value.Counter, value.Owed, value.OwedSince);
        }
    }

    /// <summary>Takes over what series that go on carry.</summary>
    internal void TakeUp(Carries before, Succession succession)
    {
        foreach (var (now, was) in succession.Kept)
            for (var place = 0; place < _width; place++) this[now, place] = before[was, place];
    }

    private readonly record struct Level(Slot Before, bool HasBefore, bool InInvalidRun);

    private readonly record struct Tally(CounterTrack Counter, double Owed, long OwedSince);
}
