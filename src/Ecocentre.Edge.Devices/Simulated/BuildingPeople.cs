using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>Where the people of the simulated centre are, and the water they have taken, at any time. A pure function of seed, zone and time.</summary>
/// <remarks>Days are planned when asked about, and the last few are kept. Not thread-safe.</remarks>
internal sealed class BuildingPeople
{
    // Longer than anything looks back, and small: a day takes some 100 kB.
    private const int DaysMax = 12;

    private readonly BuildingCalendar _calendar;
    private readonly BuildingDayPlanner _planner;
    private readonly Dictionary<DateOnly, BuildingDay> _days = [];
    private readonly Queue<DateOnly> _kept = new();

    // Water of all days from the first to before the day of the same place.
    private readonly List<long> _water = [0];
    private readonly DateOnly _first;
    private BuildingDay _last;

    /// <param name="start">Where the water meter stands at 0: at the beginning of its local day.</param>
    public BuildingPeople(int seed, BuildingCalendar calendar, Instant start)
    {
        _calendar = calendar;
        _planner = new BuildingDayPlanner(seed, calendar);
        _first = calendar.DateOf(start.UnixMilliseconds);
        _last = Plan(_first);
    }

    public BuildingDay DayOf(long at)
    {
        if (at >= _last.Begin && at < _last.End) return _last;
        return _last = Plan(_calendar.DateOf(at));
    }

    /// <summary>Mean people in a room in a minute (since 1970).</summary>
    public double People(int room, long minute) => DayOf(minute * 60_000).People(room, minute * 60_000);

    public double DesksTaken(int room, long minute) => DayOf(minute * 60_000).DesksTaken(room, minute * 60_000);

    public bool IsDeskTaken(int desk, long at)
    {
        foreach (var (from, to) in DayOf(at).DeskStays(desk))
            if (at >= from && at < to) return true;
        return false;
    }

    public List<BuildingStay> DeskStays(int desk, long from, long to)
    {
        var stays = new List<BuildingStay>();
        for (var day = DayOf(from); ; day = DayOf(day.End))
        {
            foreach (var stay in day.DeskStays(desk))
                if (stay.To > from && stay.From < to) stays.Add(new BuildingStay(new Instant(stay.From), new Instant(stay.To)));
            if (day.End >= to) return stays;
        }
    }

    /// <summary>Water taken since the beginning of the first local day; nothing before it.</summary>
    public long Millilitres(long at)
    {
        var days = _calendar.DateOf(at).DayNumber - _first.DayNumber;
        if (days < 0) return 0;
        while (_water.Count <= days) _water.Add(_water[^1] + Plan(_first.AddDays(_water.Count - 1)).Millilitres);
        return _water[days] + DayOf(at).MillilitresUntil(at);
    }

    private BuildingDay Plan(DateOnly date)
    {
        if (_days.TryGetValue(date, out var known)) return known;
        if (_kept.Count == DaysMax) _days.Remove(_kept.Dequeue());
        _kept.Enqueue(date);
        return _days[date] = _planner.Plan(date);
    }
}
