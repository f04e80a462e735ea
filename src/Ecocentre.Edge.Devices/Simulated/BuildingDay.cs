namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>One local day of the people in the simulated centre: who is where when, and the water they take. Immutable; any thread.</summary>
/// <remarks>Times are UTC milliseconds. Nobody stays over midnight.</remarks>
internal sealed class BuildingDay
{
    /// <summary>Water runs at a steady flow from an instant on.</summary>
    public readonly record struct Draught(long From, int Milliseconds, int Millilitres)
    {
        /// <summary>What has run until an instant.</summary>
        public long Until(long at) => at <= From ? 0 : at >= From + Milliseconds ? Millilitres : (long)Millilitres * (at - From) / Milliseconds;
    }

    private const long MinuteMilliseconds = 60_000;

    private readonly (long From, long To)[][] _deskStays;
    private readonly (long From, long To)[][] _roomStays;
    private readonly Draught[] _water;
    private readonly long[] _waterBefore;

    // People-milliseconds in each minute, by room; the whole building's come last.
    private readonly int[][] _presence;

    public BuildingDay(long begin, long end, (long From, long To)[][] deskStays, List<(int Room, long From, long To)> stays, List<Draught> water)
    {
        (Begin, End, _deskStays) = (begin, end, deskStays);
        var rooms = BuildingPlan.Rooms.Length;
        _roomStays = [.. Enumerable.Range(0, rooms).Select(room => stays.Where(s => s.Room == room).Select(s => (s.From, s.To)).Order().ToArray())];
        _water = [.. water.OrderBy(w => w.From).ThenBy(w => w.Millilitres)];
        _waterBefore = new long[_water.Length + 1];
        for (var i = 0; i < _water.Length; i++) _waterBefore[i + 1] = _waterBefore[i] + _water[i].Millilitres;
        var minutes = (int)((end - begin) / MinuteMilliseconds);
        _presence = [.. Enumerable.Range(0, rooms).Select(_ => new int[minutes])];
        foreach (var (room, from, to) in stays) Spread(_presence[room], from - begin, to - begin);
        Taken = [.. Enumerable.Range(0, rooms).Select(_ => new int[minutes])];
        for (var desk = 0; desk < deskStays.Length; desk++)
            foreach (var (from, to) in deskStays[desk]) Spread(Taken[BuildingPlan.RoomOfDesk[desk]], from - begin, to - begin);
    }

    public long Begin { get; }

    public long End { get; }

    /// <summary>All water of the day.</summary>
    public long Millilitres => _waterBefore[^1];

    /// <summary>Desk-milliseconds taken in each minute, by room.</summary>
    private int[][] Taken { get; }

    /// <summary>When somebody is at a desk, in order and apart from each other.</summary>
    public ReadOnlySpan<(long From, long To)> DeskStays(int desk) => _deskStays[desk];

    /// <summary>Mean people in a room in the minute that begins at an instant.</summary>
    public double People(int room, long at) => _presence[room][(at - Begin) / MinuteMilliseconds] / (double)MinuteMilliseconds;

    /// <summary>Mean desks taken in a room in the minute that begins at an instant.</summary>
    public double DesksTaken(int room, long at) => Taken[room][(at - Begin) / MinuteMilliseconds] / (double)MinuteMilliseconds;

    /// <summary>People in a room at an instant.</summary>
    public int PeopleAt(int room, long at)
    {
        var people = 0;
        foreach (var (from, to) in _roomStays[room])
        {
            if (from > at) break;
            if (to > at) people++;
        }
        return people;
    }

    /// <summary>Water taken from the day's beginning to an instant of it.</summary>
    public long MillilitresUntil(long at)
    {
        // No draught runs for an hour: those that began earlier are over.
        const long LongestMilliseconds = 3_600_000;
        var first = Before(at - LongestMilliseconds);
        var sum = _waterBefore[first];
        for (var i = first; i < _water.Length && _water[i].From < at; i++) sum += _water[i].Until(at);
        return sum;
    }

    private int Before(long at)
    {
        var (low, high) = (0, _water.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_water[middle].From < at) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private static void Spread(int[] minutes, long from, long to)
    {
        while (from < to)
        {
            var minute = from / MinuteMilliseconds;
            var next = Math.Min(to, (minute + 1) * MinuteMilliseconds);
            minutes[minute] += (int)(next - from);
            from = next;
        }
    }
}
