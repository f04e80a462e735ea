using System.Globalization;
using System.Text.Json;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Ecocentre.Edge.Windows;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Resources;

/// <summary><c>GET /api/v1/points/windows?points=a,b</c>: figures of several points over one axis of time, column by column, for drawing: a year of
/// quarter hours comes in one answer.</summary>
internal static class WindowColumnsResource
{
    // A page of a dashboard shows the air of a dozen rooms.
    private const int PointsMax = 12;

    // Three points over the quarter hours of a leap year, 3 × 366 × 96: 4 MB of text at most.
    private const int WindowsMax = 105_408;

    // Each goes through a thousand pages of the log or a month of the archive; what is left is asked for with 'next'.
    private const int RunsMax = 24;

    internal static void Map(IEndpointRouteBuilder routes, CentreView view, PointHistory history)
    {
        // It reads long stretches: one at a time leaves the processor to the gateway.
        var turns = new SemaphoreSlim(1);
        routes.Resource(new Allowed(Roles.Viewer | Roles.Auditor, "points", "length", "from", "to"),
            $"Figures of up to {PointsMax} points (names with commas between) for drawing, as columns over one axis of time, rounded to seven digits: windows "
            + "of 1m, 15m, 1h or 1d that begin from 'from' (the day before) and before 'to' (now). When not all fits, 'next' is where to ask on.")
            .MapGet("/api/v1/points/windows", async (string? points, string? length, string? from, string? to, HttpContext context) =>
            {
                var names = points?.Split(',') ?? [];
                if (names.Length is 0 or > PointsMax || names.Distinct(StringComparer.Ordinal).Count() < names.Length)
                    return Problems.Of(StatusCodes.Status400BadRequest, $"'points' is 1 to {PointsMax} different names of points with commas between.");
                length ??= "15m";
                if (history.Read(length, from, to, view.Now(), out var span) is { } mistake) return Problems.Of(StatusCodes.Status400BadRequest, mistake);
                var found = new Point[names.Length];
                for (var i = 0; i < names.Length; i++)
                    if (history.Refusal(names[i], span.Kind, out found[i]) is { } refusal) return refusal;
                await turns.WaitAsync(context.RequestAborted);
                try
                {
                    var columns = new Columns(view.Log, history.Zone, span, WindowsMax / found.Length);
                    foreach (var point in found) columns.Add(point);
                    return Answer.Of(Representation.Json(json => columns.Write(json, view.Zone, length)));
                }
                finally
                {
                    turns.Release();
                }
            }).Produces<WindowColumns>().ProducesProblem(StatusCodes.Status404NotFound, Problems.ContentType);
    }

    /// <summary>Gathers the windows of one point after the other and writes them side by side. Used once.</summary>
    private sealed class Columns(IEvidenceReader log, TimeZoneInfo zone, (WindowKind Kind, Instant From, Instant To) span, int windowsMax)
    {
        private static readonly string[] Names = ["mean", "min", "max", "delta", "coverage"];

        private readonly List<(Point Point, Dictionary<long, Figures> Windows)> _points = [];
        private readonly SortedSet<long> _starts = [];
        private Instant _to = span.To;

        internal void Add(Point point)
        {
            var windows = new Dictionary<long, Figures>();
            var from = span.From;
            for (var runs = 1; from < _to; runs++)
            {
                var run = log.Windows(new WindowQuery(point.Name, span.Kind, from, _to, zone, windowsMax - windows.Count));
                foreach (var (_, one) in run.Windows)
                    windows[one.Window.Start.UnixMilliseconds / 1000] = new Figures(one.Mean, one.Min, one.Max, one.Delta, one.Coverage);
                if (run.Next is not { } next) break;
                if (windows.Count >= windowsMax || runs == RunsMax) _to = next < _to ? next : _to;
                from = next;
            }
            _points.Add((point, windows));
            _starts.UnionWith(windows.Keys);
        }

        internal void Write(Utf8JsonWriter json, string zoneName, string length)
        {
            // Where one point's windows were cut short, all are.
            var starts = _starts.Where(start => start < _to.UnixMilliseconds / 1000).ToArray();
            json.WriteStartObject();
            json.WriteString("zone", zoneName);
            json.WriteString("length", length);
            json.WriteString("from", span.From.ToString());
            json.WriteString("to", _to.ToString());
            json.WriteStartArray("starts");
            foreach (var start in starts) json.WriteNumberValue(start);
            json.WriteEndArray();
            json.WriteStartArray("points");
            foreach (var (point, windows) in _points) Write(json, point, windows, starts);
            json.WriteEndArray();
            if (_to < span.To) json.WriteString("next", _to.ToString());
            else json.WriteNull("next");
            json.WriteEndObject();
        }

        private static void Write(Utf8JsonWriter json, Point point, Dictionary<long, Figures> windows, long[] starts)
        {
            json.WriteStartObject();
            json.WriteString("point", point.Name);
            json.WriteString("quantity", point.Quantity.Name);
            json.WriteString("unit", point.Quantity.Unit);
            json.WriteString("kind", WebJson.Word(point.Quantity.Kind));
            foreach (var name in Names)
            {
                if (!Tells(point.Quantity.Kind, name))
                {
                    json.WriteNull(name);
                    continue;
                }
                json.WriteStartArray(name);
                foreach (var start in starts) Write(json, windows.TryGetValue(start, out var figures) ? figures[name] : double.NaN);
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }

        /// <summary>A register's levels and a gauge's growth mean nothing; of a state its share of time on says all.</summary>
        private static bool Tells(PointKind kind, string name) => name switch
        {
            "coverage" => true,
            "delta" => kind == PointKind.Counter,
            "mean" => kind != PointKind.Counter,
            _ => kind == PointKind.Gauge,
        };

        private static void Write(Utf8JsonWriter json, double value)
        {
            if (!double.IsFinite(value)) json.WriteNullValue();
            else json.WriteRawValue(value.ToString("G7", CultureInfo.InvariantCulture), skipInputValidation: true);
        }
    }

    private readonly record struct Figures(double Mean, double Min, double Max, double Delta, double Coverage)
    {
        internal double this[string name] => name switch
        {
            "mean" => Mean, "min" => Min, "max" => Max, "delta" => Delta, _ => Coverage,
        };
    }
}

/// <summary>Figures of several points over one axis of time.</summary>
/// <param name="To">The end of what was asked, or of what fitted.</param>
/// <param name="Starts">Of each window, in seconds since 1970; windows nobody lived through are absent.</param>
/// <param name="Next">From where to ask on, or null.</param>
internal sealed record WindowColumns(string Zone, string Length, string From, string To, long[] Starts, PointColumns[] Points, string? Next);

/// <summary>What a point did in the windows that begin at the starts, in its unit; null where nothing is known, and for a column that tells nothing of
/// its kind.</summary>
/// <param name="Kind"><c>gauge</c>, <c>counter</c> or <c>state</c>.</param>
/// <param name="Mean">Weighted by time; of a state the share of time on.</param>
/// <param name="Delta">Growth of a counter.</param>
/// <param name="Coverage">Share of the window backed by good readings, 0 to 1; null where there is no window.</param>
internal sealed record PointColumns(
    string Point, string Quantity, string Unit, string Kind, double?[]? Mean, double?[]? Min, double?[]? Max, double?[]? Delta, double?[] Coverage);
