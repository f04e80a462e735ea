using System.Globalization;
using System.Text;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Microsoft.AspNetCore.Builder;
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

    private const string CsvType = "text/csv; charset=utf-8; header=present";

    internal static void Map(IEndpointRouteBuilder routes, CentreView view, PointHistory history)
    {
        var turns = new SemaphoreSlim(QueriesMax);
        var allowed = new Allowed(Roles.Viewer | Roles.Auditor, "length", "from", "to", "limit", "format");
        routes.Resource(allowed,
            "Figures of a point: windows of 1m, 15m, 1h or 1d (local days) that begin from 'from' (the day before) and before 'to' (now), as RFC 3339 "
            + "times or dates of the centre; 'limit' a page; 'format' json or csv. The header Link leads to the next page.")
            .MapGet("/api/v1/points/{point}/windows",
            async (string point, string? length, string? from, string? to, string? limit, string? format, HttpContext context) =>
            {
                var question = new Question(point, length ?? "15m", format);
                var mistake = question.Read(history, from, to, limit, view.Now());
                // A point that may not be seen is refused first: what is asked of it makes no difference.
                if (history.Refusal(point, mistake is null ? question.Query.Kind : null, out var found) is { } refusal) return refusal;
                if (mistake is not null) return Problems.Of(StatusCodes.Status400BadRequest, mistake);
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
    private sealed class Question(string point, string length, string? format)
    {
        internal WindowQuery Query { get; private set; } = null!;

        internal string Length => length;

        /// <returns>What is wrong, with a remedy; or null.</returns>
        internal string? Read(PointHistory history, string? from, string? to, string? limit, Instant now)
        {
            var count = CountUsual;
            if (history.Read(length, from, to, now, out var span) is { } mistake) return mistake;
            if (limit is not null && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out count) || count is < 1 or > CountMax))
                return $"The limit is a number from 1 to {CountMax}.";
            if (format is not (null or "json" or "csv")) return "The format is json or csv.";
            Query = new WindowQuery(point, span.Kind, span.From, span.To, history.Zone, count);
            return null;
        }

        internal string LinkFrom(Instant start) =>
            $"/api/v1/points/{Uri.EscapeDataString(point)}/windows?length={length}&from={start}&to={Query.To}&limit={Query.WindowsMax}"
            + (format is null ? "" : $"&format={format}");
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
