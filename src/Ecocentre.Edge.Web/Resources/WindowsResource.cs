using System.Globalization;
using System.Text;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Ecocentre.Edge.Windows;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Resources;

/// <summary><c>GET /api/v1/points/{point}/windows</c>: figures of a point from the log, as JSON or CSV, page by page.</summary>
internal static class WindowsResource
{
    // A page of a thousand minutes is most of a day, of days three years; two thousand take about 200 kB.
    private const int CountUsual = 1_000, CountMax = 2_000;

    // Each reads thousands of pages of the log: more at a time would only take the processor from the gateway.
    private const int QueriesMax = 2;

    /// <summary>Fewest desks of a space whose occupancy has a history (DESIGN part 11).</summary>
    internal const int DesksMin = OccupancyPlan.CellDesksMin;

    private const string CsvType = "text/csv; charset=utf-8; header=present";

    private static readonly Dictionary<string, WindowKind> Lengths = new(StringComparer.Ordinal)
    {
        ["1m"] = WindowKind.Minute, ["15m"] = WindowKind.QuarterHour, ["1h"] = WindowKind.Hour, ["1d"] = WindowKind.Day,
    };

    internal static void Map(IEndpointRouteBuilder routes, CentreView view)
    {
        var byName = view.Points.Where(point => HasHistory(point, view)).ToDictionary(point => point.Name, StringComparer.Ordinal);
        var known = view.Points.Where(point => !point.Private).Select(point => point.Name).ToHashSet(StringComparer.Ordinal);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(view.Zone);
        var turns = new SemaphoreSlim(QueriesMax);
        var allowed = new Allowed(Roles.Viewer | Roles.Auditor, "length", "from", "to", "limit", "format");
        routes.MapResource("/api/v1/points/{point}/windows", allowed,
            "Figures of a point: windows of 1m, 15m, 1h or 1d (local days) that begin from 'from' (the day before) and before 'to' (now), as RFC 3339 "
            + "times or dates of the centre; 'limit' a page; 'format' json or csv. The header Link leads to the next page.",
            async (string point, string? length, string? from, string? to, string? limit, string? format, HttpContext context) =>
            {
                if (!byName.TryGetValue(point, out var found))
                    return known.Contains(point)
                        ? Problems.Of(StatusCodes.Status403Forbidden, $"The occupancy of a space with fewer than {DesksMin} desks has no history. "
                            + "GET /api/v1/privacy says why.")
                        : PointsResource.None();
                var question = new Question(found.Name, zone, view.Now());
                if (question.Read(length, from, to, limit, format) is { } mistake) return Problems.Of(StatusCodes.Status400BadRequest, mistake);
                if (OccupancyHistory.IsWithheld(found.Quantity.Name, question.Query.Kind))
                    return Problems.Of(StatusCodes.Status403Forbidden, "Occupancy is told by the quarter hour at the finest. Ask for length=15m, 1h or 1d.");
                await turns.WaitAsync(context.RequestAborted);
                try
                {
                    var run = view.Log.Windows(question.Query);
                    var next = run.Next is { } start ? question.LinkFrom(start) : null;
                    if (next is not null) context.Response.Headers.Link = $"<{next}>; rel=\"next\"";
                    var csv = format == "csv" || format is null && !Representation.Takes(context.Request.Headers.Accept, "application/json")
                        && Representation.Takes(context.Request.Headers.Accept, "text/csv");
                    return csv ? Answer.Of(Csv(run)) : Answer.Json(Describe(found, question, run, next, view.Zone));
                }
                finally
                {
                    turns.Release();
                }
            }).Produces<WindowPage>(StatusCodes.Status200OK, "application/json", "text/csv")
            .ProducesProblem(StatusCodes.Status404NotFound, Problems.ContentType);
    }

    /// <summary>Whether the past of a point may be shown: not of one desk, and not who was in a space of a few desks.</summary>
    private static bool HasHistory(Point point, CentreView view)
    {
        if (point.Private) return false;
        var ofPeople = point.Quantity.Kind == PointKind.State || point.Derived && point.Quantity.Name.Split('.')[0] is "people" or "desks" or "occupancy";
        var desks = view.Desks.Count(desk => desk.Space == point.Place);
        return !ofPeople || point.Quantity.Name == "contact" || point.Place is null || desks is 0 or >= DesksMin;
    }

    private static WindowPage Describe(Point point, Question question, WindowRun run, string? next, string zone) => new(
        point.Name, point.Quantity.Name, point.Quantity.Unit, question.Length, zone, question.Query.From.ToString(), question.Query.To.ToString(),
        [.. run.Windows.Select(fact => fact.Aggregate).Select(one => new WindowFigures(
            one.Window.Start.ToString(), one.Window.End.ToString(), one.Count, WebJson.Number(one.Min), WebJson.Number(one.Max), WebJson.Number(one.Mean),
            WebJson.Number(one.Last), WebJson.Number(one.Delta), one.Coverage, one.Revision))],
        next);

    private static Representation Csv(WindowRun run)
    {
        var text = new StringBuilder("point,unit,start,end,count,min,max,mean,last,delta,coverage,revision\r\n");
        foreach (var (series, one) in run.Windows)
            text.Append(CultureInfo.InvariantCulture,
                $"{series.Name},{series.Unit},{one.Window.Start},{one.Window.End},{one.Count},{Cell(one.Min)},{Cell(one.Max)},{Cell(one.Mean)},")
                .Append(CultureInfo.InvariantCulture, $"{Cell(one.Last)},{Cell(one.Delta)},{one.Coverage:R},{one.Revision}\r\n");
        return new Representation(Encoding.UTF8.GetBytes(text.ToString()), CsvType);

        static string Cell(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "";
    }

    /// <summary>What a client asks, read from its query.</summary>
    private sealed class Question(string point, TimeZoneInfo zone, Instant now)
    {
        internal WindowQuery Query { get; private set; } = null!;

        internal string Length { get; private set; } = "15m";

        private string? Format { get; set; }

        /// <returns>What is wrong, with a remedy; or null.</returns>
        internal string? Read(string? length, string? from, string? to, string? limit, string? format)
        {
            (Length, Format) = (length ?? Length, format);
            var count = CountUsual;
            if (!Lengths.TryGetValue(Length, out var kind)) return "The length is one of 1m, 15m, 1h, 1d.";
            if (limit is not null && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out count) || count is < 1 or > CountMax))
                return $"The limit is a number from 1 to {CountMax}.";
            if (format is not (null or "json" or "csv")) return "The format is json or csv.";
            var end = now;
            if (to is not null && !TryTime(to, out end)) return Times("to");
            var start = LocalDay.Containing(end - TimeSpan.FromDays(1), zone).Start;
            if (from is not null && !TryTime(from, out start)) return Times("from");
            if (start >= end) return "'from' must lie before 'to'.";
            Query = new WindowQuery(point, kind, start, end, zone, count);
            return null;
        }

        internal string LinkFrom(Instant start) =>
            $"/api/v1/points/{Uri.EscapeDataString(point)}/windows?length={Length}&from={start}&to={Query.To}&limit={Query.WindowsMax}"
            + (Format is null ? "" : $"&format={Format}");

        private static string Times(string name) => $"'{name}' is a time as in 2026-11-21T19:00:00Z (a plus sign is written %2B), or a date of the centre.";

        private bool TryTime(string text, out Instant at)
        {
            at = default;
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is > 1 and < 9999)
            {
                var noon = date.ToDateTime(new TimeOnly(12, 0));
                at = LocalDay.Containing(Instant.From(new DateTimeOffset(noon, zone.GetUtcOffset(noon))), zone).Start;
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
}

/// <summary>A page of a point's windows.</summary>
/// <param name="Length"><c>1m</c>, <c>15m</c>, <c>1h</c> or <c>1d</c>.</param>
/// <param name="Zone">The zone whose days the days are.</param>
/// <param name="Next">Path of the next page, or null.</param>
internal sealed record WindowPage(
    string Point, string Quantity, string Unit, string Length, string Zone, string From, string To, WindowFigures[] Windows, string? Next);

/// <summary>What a point did in a window, in its unit; null where nothing is known.</summary>
/// <param name="Count">Readings used.</param>
/// <param name="Mean">Weighted by time; of a state the share of time on.</param>
/// <param name="Delta">Growth of a counter; of a state seconds on.</param>
/// <param name="Coverage">Share of the window backed by good readings, 0 to 1.</param>
/// <param name="Revision">How often a late reading changed it.</param>
internal sealed record WindowFigures(
    string Start, string End, int Count, double? Min, double? Max, double? Mean, double? Last, double? Delta, double Coverage, int Revision);
