using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Occupancy;

/// <summary>Counts desks and people by space, and makes the readings of the derived points.</summary>
internal sealed class SpaceBoard
{
    // One sensor in ten may be away before a count stops being evidence. Ours: no standard names a share.
    private const double UnknownShareMax = 0.1;

    private readonly OccupancyPlan _plan;
    private readonly RoomSensor[][] _rooms;
    private readonly Dictionary<int, RoomSensor> _bySeries;
    private readonly int[] _spaceOf;
    private readonly SpaceOccupancy[] _spaces;
    private readonly Count[] _counts;

    // By the place of a derived point behind the measured ones.
    private readonly Reading[] _last;
    private readonly int _measured;

    internal SpaceBoard(OccupancyPlan plan, GatewayLimits limits)
    {
        _plan = plan;
        var desks = plan.Desks.SelectMany(desk => desk.Sensors).ToHashSet();
        _rooms =
        [
            .. plan.Spaces.Select(space => plan.Points
                .Where(point => OccupancyPlan.IsRoomSensor(point) && point.Place == space.Id && !desks.Contains(point.Id))
                .Select(point => new RoomSensor(point, plan.RoomRules, limits)).ToArray()),
        ];
        _bySeries = _rooms.SelectMany(sensors => sensors).ToDictionary(sensor => sensor.Series);
        _spaceOf = [.. plan.Desks.Select(desk => plan.Spaces.IndexOf(plan.Spaces.First(space => space.Id == desk.Space)))];
        _spaces = new SpaceOccupancy[plan.Spaces.Length];
        _counts = new Count[plan.Spaces.Length];
        _measured = plan.Points.Count(point => !point.Derived);
        _last = new Reading[plan.Points.Length - _measured];
    }

    internal ReadOnlySpan<SpaceOccupancy> Spaces => _spaces;

    /// <summary>Goes on with what is known of rooms, and with what was derived, of series that go on.</summary>
    internal void TakeUp(SpaceBoard before, Succession succession)
    {
        foreach (var (now, was) in succession.Kept)
        {
            if (now >= _measured) _last[now - _measured] = before._last[was - before._measured] with { Point = _plan.Points[now].Id };
            if (_bySeries.TryGetValue(now, out var sensor) && before._bySeries.TryGetValue(was, out var known)) sensor.TakeUp(known);
        }
    }

    /// <summary>Takes a reading of a private room sensor; of any other series nothing.</summary>
    internal void Take(int series, in Slot slot) => _bySeries.GetValueOrDefault(series)?.Take(slot);

    /// <summary>Takes what the room sensors that have windows said since the last time, up to <paramref name="until"/>.</summary>
    /// <param name="trusted">Whether the clock is. While it is not, every good reading is kept as questionable; for what is there now it is good.</param>
    internal void Follow(SeriesReadings readings, long until, bool trusted)
    {
        foreach (var sensors in _rooms)
            foreach (var sensor in sensors)
            {
                if (_plan.Points[sensor.Series].Private || readings.Newest(sensor.Series) <= sensor.NewestAt) continue;
                var count = readings.Count(sensor.Series);
                for (var i = readings.FirstFrom(sensor.Series, sensor.NewestAt + 1); i < count; i++)
                {
                    var slot = readings[sensor.Series, i];
                    if (slot.Milliseconds > until) break;
                    sensor.Take(trusted || !slot.IsUsed ? slot : new Slot(slot.Milliseconds, Quality.Good, slot.Value));
                }
            }
    }

    /// <summary>Counts anew.</summary>
    internal void Settle(ReadOnlySpan<DeskStatus> desks, Instant now)
    {
        Array.Clear(_counts);
        foreach (ref readonly var desk in desks)
        {
            ref var count = ref _counts[_spaceOf[desk.Desk]];
            count.Desks++;
            if (desk.State is DeskState.Occupied or DeskState.Held) count.Taken++;
            else if (desk.State == DeskState.Free) count.Free++;
        }
        for (var space = 0; space < _spaces.Length; space++)
        {
            ref var count = ref _counts[space];
            Listen(_rooms[space], now.UnixMilliseconds, ref count);
            var occupied = IsOccupied(count);
            _spaces[space] = new SpaceOccupancy(space, count.Desks, count.Taken, count.Desks - count.Taken - count.Free, count.Free, occupied);
        }
    }

    /// <summary>The readings that are due: what changed since the last time, and everything once a minute.</summary>
    /// <param name="due">Takes each; at most four a cell.</param>
    internal void Derive(Instant now, ReadingTaken due)
    {
        foreach (var cell in _plan.Cells)
        {
            var sum = new Count();
            bool? occupied = false;
            var (people, peopleAreKnown, anyKnown) = (0, true, false);
            foreach (var space in cell.Spaces)
            {
                ref readonly var count = ref _counts[space];
                (sum.Desks, sum.Taken, sum.Free) = (sum.Desks + count.Desks, sum.Taken + count.Taken, sum.Free + count.Free);
                var here = _spaces[space].IsOccupied;
                occupied = occupied == true || here == true ? true : occupied is null || here is null ? null : false;
                people += Math.Max(Math.Max(count.Taken, count.People), here == true ? 1 : 0);
                anyKnown |= here is not null || count.Taken + count.Free > 0;
                // Desks are weighed over the whole cell.
                if (count.Desks == 0 && here is null) peopleAreKnown = false;
            }
            var desksAreKnown = sum.Unknown <= UnknownShareMax * sum.Desks;
            occupied ??= desksAreKnown && peopleAreKnown ? false : null;
            Put(cell.Presence, occupied switch { true => 1, false => 0, null => double.NaN }, occupied is null ? Quality.Missing : Quality.Good);
            if (cell.People is { } peoplePoint) Put(peoplePoint, people, Known(anyKnown, desksAreKnown && peopleAreKnown));
            if (cell.DesksOccupied is { } occupiedPoint) Put(occupiedPoint, sum.Taken, Known(sum.Taken + sum.Free > 0, desksAreKnown));
            if (cell.DesksOffered is { } offeredPoint) Put(offeredPoint, sum.Taken + sum.Free, Quality.Good);
        }

        void Put(PointId point, double value, Quality quality)
        {
            if (quality == Quality.Missing) value = double.NaN;
            ref var last = ref _last[point.Value - _measured];
            // Two readings of one instant would be one too many.
            if (last.At == now) return;
            if (last.Value.Equals(value) && last.Quality == quality && last.At < now && Minute(last.At) == Minute(now)) return;
            last = new Reading(point, now, value, quality);
            due(last);
        }

        static long Minute(Instant at) => at.UnixMilliseconds / 60_000;
    }

    internal void Move(TimeSpan by)
    {
        foreach (var sensors in _rooms)
            foreach (var sensor in sensors) sensor.Move((long)by.TotalMilliseconds);
    }

    private static Quality Known(bool any, bool enough) => enough && any ? Quality.Good : any ? Quality.Questionable : Quality.Missing;

    private static void Listen(RoomSensor[] sensors, long now, ref Count count)
    {
        var (silent, counted) = (0, 0);
        foreach (var sensor in sensors)
        {
            if (sensor.PeopleAt(now) is not { } people) silent++;
            else if (sensor.Counts) counted += people;
            else count.People = Math.Max(count.People, people);
        }
        // Counters stand at different doors or corners: they add up.
        count.People = Math.Max(count.People, counted);
        count.RoomIsKnown = sensors.Length > 0 && silent == 0;
    }

    private static bool? IsOccupied(in Count count)
    {
        if (count.Taken > 0 || count.People > 0) return true;
        if (count.RoomIsKnown) return false;
        return count.Desks > 0 && count.Unknown <= UnknownShareMax * count.Desks ? false : null;
    }

    /// <summary>What is known of a space or a cell.</summary>
    private struct Count
    {
        internal int Desks, Taken, Free, People;
        internal bool RoomIsKnown;

        internal readonly int Unknown => Desks - Taken - Free;
    }
}

/// <summary>Takes a reading that was derived.</summary>
internal delegate void ReadingTaken(in Reading reading);
