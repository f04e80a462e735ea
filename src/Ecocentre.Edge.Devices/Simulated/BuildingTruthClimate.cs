using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>Weather, presence and room air of the simulated building by the minute: pure functions of seed, zone, start and minute.</summary>
/// <remarks>Room air is a balance carried on from minute to minute, begun some days before the start, and straight between two minutes. What it was
/// at the beginning of each day is kept, and each minute of the days asked about lately. Not thread-safe.</remarks>
internal sealed class BuildingTruthClimate
{
    private const long MinuteMilliseconds = 60_000, MinutesPerDay = 1440;

    // The slowest room forgets in half a day.
    private const long DaysBefore = 4;

    // A day takes 400 kB.
    private const int DaysMax = 6;

    private static readonly int Rooms = BuildingPlan.Rooms.Length;

    private readonly int _seed;
    private readonly BuildingCalendar _calendar;
    private readonly long _firstDay;

    // At the beginning of each UTC day from the first on, by room.
    private readonly List<BuildingRoomAir[]> _mornings = [];
    private readonly Dictionary<long, BuildingAirState[]> _days = [];
    private readonly Queue<long> _kept = new();
    private (long Day, BuildingAirState[] Rows) _lastDay = (long.MinValue, []);
    private BuildingTruthMinute? _last;

    public BuildingTruthClimate(int seed, TimeZoneInfo zone, Instant start)
    {
        _seed = seed;
        _calendar = new BuildingCalendar(zone);
        People = new BuildingPeople(seed, _calendar, start);
        Weather = new BuildingWeather(seed);
        _firstDay = Math.DivRem(start.UnixMilliseconds, MinuteMilliseconds * MinutesPerDay).Quotient - DaysBefore;
        var first = Outdoors(_firstDay * MinutesPerDay);
        _mornings.Add([.. Enumerable.Repeat(first with { Celsius = 19 }, Rooms)]);
    }

    public BuildingPeople People { get; }

    public BuildingWeather Weather { get; }

    public BuildingTruthMinute At(long minute)
    {
        if (_last is { } last && last.Minute == minute) return last;
        var utc = new Instant(minute * MinuteMilliseconds).ToDateTimeOffset();
        var local = utc.ToOffset(_calendar.Zone.GetUtcOffset(utc));
        var day = People.DayOf(minute * MinuteMilliseconds);
        double people = 0, open = 0, quiet = 0;
        for (var room = 0; room < Rooms; room++)
        {
            people += day.People(room, minute * MinuteMilliseconds);
            var taken = day.DesksTaken(room, minute * MinuteMilliseconds);
            if (room == BuildingPlan.QuietSpace) quiet += taken;
            else open += taken;
        }
        var meeting = day.People(BuildingPlan.MeetingRoom, minute * MinuteMilliseconds) + day.People(BuildingPlan.VideoRoom, minute * MinuteMilliseconds);
        var now = new BuildingTruthMinute(
            minute, local.TimeOfDay.TotalHours, BuildingCalendar.IsWorkday(DateOnly.FromDateTime(local.DateTime)), people, open, quiet, meeting,
            day.People(BuildingPlan.Kitchen, minute * MinuteMilliseconds), Weather.Celsius(minute), Weather.Sun(minute));
        _last = now;
        return now;
    }

    /// <summary>Air of a room (by number) at an instant.</summary>
    public BuildingAirState Air(int room, long at)
    {
        var (minute, rest) = Math.DivRem(at, MinuteMilliseconds);
        return BuildingAirState.Between(Begin(room, minute), Begin(room, minute + 1), rest / (double)MinuteMilliseconds);
    }

    /// <summary>Mean of a room's air over a minute.</summary>
    public BuildingAirState Mean(int room, long minute) => BuildingAirState.Between(Begin(room, minute), Begin(room, minute + 1), 0.5);

    /// <summary>Outdoor air at an instant.</summary>
    public BuildingAirState Outdoor(long at)
    {
        var (minute, rest) = Math.DivRem(at, MinuteMilliseconds);
        return BuildingAirState.Between(OutdoorState(minute), OutdoorState(minute + 1), rest / (double)MinuteMilliseconds);
    }

    private BuildingAirState OutdoorState(long minute) => Outdoors(minute) is var air ? air.State(air.Co2) with { VocIndex = 60 } : default;

    private BuildingRoomAir Outdoors(long minute) =>
        new(Weather.Carbon(minute), Weather.Celsius(minute), Weather.Moisture(minute), Weather.Dust(minute), 0, false);

    private BuildingAirState Begin(int room, long minute)
    {
        var (day, ofDay) = Math.DivRem(Math.Max(minute, _firstDay * MinutesPerDay), MinutesPerDay);
        if (_lastDay.Day != day) _lastDay = (day, Day(day));
        return _lastDay.Rows[ofDay * Rooms + room];
    }

    private BuildingAirState[] Day(long day)
    {
        if (_days.TryGetValue(day, out var known)) return known;
        while (_mornings.Count <= day - _firstDay) Live(_firstDay + _mornings.Count - 1);
        return _days.TryGetValue(day, out known) ? known : Live(day);
    }

    /// <summary>Carries the air on through a day of which the morning is known.</summary>
    private BuildingAirState[] Live(long day)
    {
        var air = (BuildingRoomAir[])_mornings[(int)(day - _firstDay)].Clone();
        var rows = new BuildingAirState[MinutesPerDay * Rooms];
        for (var ofDay = 0; ofDay < MinutesPerDay; ofDay++)
        {
            var minute = day * MinutesPerDay + ofDay;
            var now = At(minute);
            var outdoors = Outdoors(minute);
            var people = People.DayOf(minute * MinuteMilliseconds);
            for (var room = 0; room < Rooms; room++)
            {
                rows[ofDay * Rooms + room] = air[room].State(outdoors.Co2);
                air[room] = air[room].After(
                    room, now, people.People(room, minute * MinuteMilliseconds), people.DesksTaken(room, minute * MinuteMilliseconds), outdoors, _seed);
            }
        }
        if (_mornings.Count == day - _firstDay + 1) _mornings.Add(air);
        if (_kept.Count == DaysMax) _days.Remove(_kept.Dequeue());
        _kept.Enqueue(day);
        return _days[day] = rows;
    }
}
