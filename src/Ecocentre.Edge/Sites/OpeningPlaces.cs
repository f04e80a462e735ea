using System.Collections.Immutable;
using System.Globalization;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>Reads opening hours: <c>"mon-fri": "08:00-12:00, 14:00-19:00"</c>, and holidays.</summary>
internal static class OpeningPlaces
{
    // The week as people write it; the days' own names are the words.
    private static readonly string[] Days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    internal static OpeningHours Read(JsonPlace place)
    {
        var stretches = new List<OpenStretch>();
        foreach (var (days, hours) in place["weekly"].Members())
        {
            if (ReadDays(days) is not { } of)
            {
                hours.Wrong($"\"{days}\" is no day.", "Write mon, tue, wed, thu, fri, sat or sun, or two of them as in \"mon-fri\".");
                continue;
            }
            foreach (var (from, to) in ReadHours(hours))
                foreach (var day in of)
                {
                    var stretch = new OpenStretch(day, from, to);
                    if (stretches.Any(s => s.Day == day && s.From < to && from < s.To))
                        hours.Wrong($"overlaps with other hours of {day}.", "Let each hour stand once.");
                    stretches.Add(stretch);
                }
        }
        var holidays = ImmutableArray.CreateBuilder<DateOnly>();
        foreach (var item in place.Optional("holidays")?.Items() ?? [])
            if (DevicePlaces.Day(item) is { } day) holidays.Add(day);
        return new OpeningHours([.. stretches], holidays.ToImmutable());
    }

    private static DayOfWeek[]? ReadDays(string text)
    {
        var ends = text.Split('-');
        var (first, last) = (Array.IndexOf(Days, ends[0]), Array.IndexOf(Days, ends[^1]));
        if (ends.Length > 2 || first < 0 || last < 0) return null;
        var count = (last - first + Days.Length) % Days.Length + 1;
        return [.. Enumerable.Range(first, count).Select(day => (DayOfWeek)((day + 1) % Days.Length))];
    }

    private static List<(TimeSpan From, TimeSpan To)> ReadHours(JsonPlace place)
    {
        var read = new List<(TimeSpan, TimeSpan)>();
        foreach (var part in place.Text().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-');
            if (ends.Length == 2 && Time(ends[0]) is { } from && Time(ends[1]) is { } to && from < to) read.Add((from, to));
            else place.Wrong($"\"{part}\" are no hours of a day.",
                "Write \"08:00-19:00\"; the day ends at 24:00, and what goes on after it stands with the next day.");
        }
        return read;
    }

    private static TimeSpan? Time(string text) => text == "24:00" ? TimeSpan.FromHours(24)
        : TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time.ToTimeSpan() : null;
}
