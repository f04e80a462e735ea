using System.Collections.Immutable;
using System.Globalization;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Criteria;

/// <summary>When the centre says it is open, in local time: a weekly pattern and days on which it stays closed. Immutable.</summary>
/// <param name="Weekly">By <see cref="DayOfWeek"/>; each stretch includes its start and excludes its end; an end of midnight means the end of the
/// day.</param>
/// <param name="Holidays">Closed all day.</param>
public sealed record OpeningHours(ImmutableArray<ImmutableArray<OpenStretch>> Weekly, ImmutableHashSet<DateOnly> Holidays)
{
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    /// <summary>Never open: what a site has that declares nothing.</summary>
    public static OpeningHours Never { get; } = new([.. Enumerable.Repeat(ImmutableArray<OpenStretch>.Empty, 7)], []);

    public bool IsDeclared => Weekly.Any(day => !day.IsEmpty);

    /// <summary>Whether the centre is open at an instant.</summary>
    public bool IsOpen(Instant at, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTimeFromUtc(at.ToDateTimeOffset().UtcDateTime, zone);
        return IsOpen(DateOnly.FromDateTime(local), TimeOnly.FromDateTime(local));
    }

    /// <summary>Whether the centre is open at a local time.</summary>
    public bool IsOpen(DateOnly date, TimeOnly time)
    {
        if (Holidays.Contains(date)) return false;
        foreach (var stretch in Weekly[(int)date.DayOfWeek])
            if (time >= stretch.From && (time < stretch.To || stretch.To == TimeOnly.MinValue)) return true;
        return false;
    }

    /// <summary>Hours open on a date by the clock on the wall.</summary>
    public double HoursOn(DateOnly date)
    {
        if (Holidays.Contains(date)) return 0;
        var ticks = 0L;
        foreach (var stretch in Weekly[(int)date.DayOfWeek])
            ticks += (stretch.To == TimeOnly.MinValue ? TimeSpan.TicksPerDay : stretch.To.Ticks) - stretch.From.Ticks;
        return (double)ticks / TimeSpan.TicksPerHour;
    }

    /// <summary>Reads <c>{ "weekly": { "mon-fri": "08:00-19:00", "sat": "09:00-12:00 14:00-17:00" }, "holidays": ["2026-12-25"] }</c>.</summary>
    public static OpeningHours Read(JsonPlace place)
    {
        var weekly = Enumerable.Range(0, 7).Select(_ => new List<OpenStretch>()).ToArray();
        foreach (var (key, value) in place["weekly"].Members())
        {
            if (!TryDays(key, out var days))
            {
                value.Wrong($"\"{key}\" names no days.", "Write mon, tue, wed, thu, fri, sat, sun, or a stretch such as mon-fri.");
                continue;
            }
            foreach (var text in value.Text().Split(' ', StringSplitOptions.RemoveEmptyEntries))
                if (TryStretch(text, out var stretch)) foreach (var day in days) weekly[day].Add(stretch);
                else value.Wrong($"\"{text}\" is no stretch of a day.", "Write it as in \"08:00-19:00\"; several are parted by a blank.");
        }
        var holidays = ImmutableHashSet.CreateBuilder<DateOnly>();
        foreach (var item in place.Optional("holidays")?.Items() ?? [])
            if (DateOnly.TryParseExact(item.Text(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) holidays.Add(date);
            else item.Wrong("is no date.", "Write it as in \"2026-12-25\".");
        return new OpeningHours([.. weekly.Select(day => day.OrderBy(s => s.From).ToImmutableArray())], holidays.ToImmutable());
    }

    private static bool TryDays(string key, out List<int> days)
    {
        days = [];
        var ends = key.Split('-');
        var (first, last) = (Array.IndexOf(Days, ends[0]), Array.IndexOf(Days, ends[^1]));
        if (ends.Length > 2 || first < 0 || last < 0) return false;
        for (var day = first; ; day = (day + 1) % 7)
        {
            days.Add(day);
            if (day == last) return true;
        }
    }

    private static bool TryStretch(string text, out OpenStretch stretch)
    {
        stretch = default;
        var ends = text.Split('-');
        if (ends.Length != 2 || !TryTime(ends[0], out var from) || !TryTime(ends[1], out var to) || from >= to && to != TimeOnly.MinValue) return false;
        stretch = new OpenStretch(from, to);
        return true;
    }

    private static bool TryTime(string text, out TimeOnly time)
    {
        if (text == "24:00") text = "00:00";
        return TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }
}

/// <summary>A stretch of a local day.</summary>
public readonly record struct OpenStretch(TimeOnly From, TimeOnly To);
