using System.Globalization;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Web.Answers;
using Ecocentre.Edge.Windows;
using Microsoft.AspNetCore.Http;

namespace Ecocentre.Edge.Web.Resources;

/// <summary>Which points have a past that may be shown, and how clients name lengths and times of it. Immutable; any thread.</summary>
internal sealed class PointHistory
{
    /// <summary>Fewest desks of a space whose occupancy has a history (DESIGN part 11).</summary>
    internal const int DesksMin = OccupancyPlan.CellDesksMin;

    private static readonly Dictionary<string, WindowKind> Lengths = new(StringComparer.Ordinal)
    {
        ["1m"] = WindowKind.Minute, ["15m"] = WindowKind.QuarterHour, ["1h"] = WindowKind.Hour, ["1d"] = WindowKind.Day,
    };

    private readonly PointsByName _points;
    private readonly CentreView _view;

    internal PointHistory(CentreView view)
    {
        (_view, _points) = (view, new PointsByName(view.Points.Where(point => !point.Private)));
        Zone = TimeZoneInfo.FindSystemTimeZoneById(view.Zone);
    }

    internal TimeZoneInfo Zone { get; }

    /// <param name="kind">Null: of whatever length.</param>
    /// <returns>Null, or what to answer instead: there is no such point, or people's privacy forbids it.</returns>
    internal IResult? Refusal(string name, WindowKind? kind, out Point point)
    {
        var found = _points[name];
        point = found!;
        if (found is null || !HasHistory(found, _view))
            return found is not null
                ? Problems.Of(StatusCodes.Status403Forbidden, $"The occupancy of a space with fewer than {DesksMin} desks has no history. "
                    + "GET /api/v1/privacy says why.")
                : PointsResource.None();
        return kind is { } length && OccupancyHistory.IsWithheld(point.Quantity.Name, length)
            ? Problems.Of(StatusCodes.Status403Forbidden, "Occupancy is told by the quarter hour at the finest. Ask for length=15m, 1h or 1d.") : null;
    }

    /// <summary>Reads what a client asks: windows of a length that begin from 'from' (the day before) and before 'to' (now).</summary>
    /// <returns>What is wrong, with a remedy; or null.</returns>
    internal string? Read(string length, string? from, string? to, Instant now, out (WindowKind Kind, Instant From, Instant To) span)
    {
        span = default;
        if (!Lengths.TryGetValue(length, out var kind)) return "The length is one of 1m, 15m, 1h, 1d.";
        var end = now;
        if (to is not null && !TryTime(to, out end)) return Times("to");
        var start = LocalDay.Containing(end - TimeSpan.FromDays(1), Zone).Start;
        if (from is not null && !TryTime(from, out start)) return Times("from");
        if (start >= end) return "'from' must lie before 'to'.";
        span = (kind, start, end);
        return null;
    }

    private static string Times(string name) => $"'{name}' is a time as in 2026-11-21T19:00:00Z (a plus sign is written %2B), or a date of the centre.";

    /// <summary>Whether the past of a point may be shown: not of one desk, and not who was in a space of a few desks.</summary>
    private static bool HasHistory(Point point, CentreView view)
    {
        if (point.Private) return false;
        var ofPeople = point.Quantity.Kind == PointKind.State || point.Derived && point.Quantity.Name.Split('.')[0] is "people" or "desks" or "occupancy";
        var desks = view.Desks.Count(desk => desk.Space == point.Place);
        return !ofPeople || point.Quantity.Name == "contact" || point.Place is null || desks is 0 or >= DesksMin;
    }

    private bool TryTime(string text, out Instant at)
    {
        at = default;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is > 1 and < 9999)
        {
            var noon = date.ToDateTime(new TimeOnly(12, 0));
            at = LocalDay.Containing(Instant.From(new DateTimeOffset(noon, Zone.GetUtcOffset(noon))), Zone).Start;
            return true;
        }
        const DateTimeStyles style = DateTimeStyles.RoundtripKind;
        // The shortest form with an offset has a Z at its end; without one it would be read in this machine's zone.
        if (text.Length < 17 || !(text.EndsWith('Z') || text[^6] is '+' or '-') || text[10] != 'T') return false;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, style, out var time) || time.Year is <= 1 or >= 9999) return false;
        at = Instant.From(time);
        return true;
    }
}
