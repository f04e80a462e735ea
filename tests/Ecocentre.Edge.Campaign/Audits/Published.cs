using System.Globalization;
using System.Text.Json;
using Ecocentre.Edge.Campaign.Rig;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Influx;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Campaign.Audits;

/// <summary>A row of the database.</summary>
/// <param name="Place">Measurement, tags and time: what a second writing of the same overwrites.</param>
/// <param name="Content">Every field, as a text that equal values make equal.</param>
/// <param name="Window">The window, of rows that are one.</param>
internal sealed record Published(long Sequence, string Place, string Content, PublishedWindow? Window)
{
    private static readonly string[] Fields = ["count", "coverage", "last", "max", "mean", "min", "delta", "revision"];

    /// <summary>All rows of the campaign.</summary>
    public static async Task<List<Published>> ReadAsync(Chain chain)
    {
        var where = $"WHERE centre = '{Chain.Centre}'";
        var rows = new List<Published>();
        foreach (var row in await chain.RowsAsync($"SELECT seq, point, length, {string.Join(", ", Fields.Select(f => $"\"{f}\""))} FROM window {where}"))
        {
            var values = row.Skip(4).Select(Number).ToArray();
            rows.Add(new Published(row[1].GetInt64(), WindowPlace(row[2].GetString()!, row[3].GetString()!, row[0].GetInt64()), Text(values),
                PublishedWindow.Of(row[2].GetString()!, row[3].GetString()!, row[0].GetInt64(), values)));
        }
        foreach (var row in await chain.RowsAsync($"SELECT seq, kind, subject, text, \"value\" FROM incident {where}"))
            rows.Add(new Published(row[1].GetInt64(), $"incident {row[2]} {row[3]} {row[0]}", $"{row[4]} {Text([Number(row[5])])}", null));
        foreach (var row in await chain.RowsAsync($"SELECT seq, kind, subject, json FROM record {where}"))
            rows.Add(new Published(row[1].GetInt64(), $"record {row[2]} {row[3]} {row[0]}", $"{row[4]}", null));
        return rows;
    }

    /// <summary>The row that an entry must have become.</summary>
    public static Published Of(LogEntry entry)
    {
        var nanoseconds = entry.Fact.At.UnixMilliseconds * 1_000_000;
        switch (entry.Fact)
        {
            case WindowFact { Aggregate: var a, Series: var series }:
                double[] values = [a.Count, a.Coverage, a.Last, a.Max, a.Mean, a.Min, a.Delta, a.Revision];
                var length = Length(a.Kind);
                return new Published(entry.Sequence, WindowPlace(series.Name, length, nanoseconds), Text(values),
                    PublishedWindow.Of(series.Name, length, nanoseconds, values));
            case IncidentFact { Incident: var i }:
                return new Published(entry.Sequence, $"incident {IncidentWords.Of(i.Kind)} {i.Subject} {nanoseconds + entry.Sequence % 1_000_000}",
                    $"{i.Text} {Text([i.Value])}", null);
            case RecordFact r:
                return new Published(entry.Sequence,
                    $"record {r.Kind.ToString().ToLowerInvariant()} {r.Subject} {nanoseconds + entry.Sequence % 1_000_000}", r.Json, null);
            default:
                throw new InvalidOperationException($"BUG: entry {entry.Sequence} is a {entry.Fact.GetType().Name}.");
        }
    }

    private static string WindowPlace(string point, string length, long nanoseconds) => $"window {point} {length} {nanoseconds}";

    private static double Number(JsonElement cell) => cell.ValueKind == JsonValueKind.Number ? cell.GetDouble() : double.NaN;

    // Infinite values are left out of a line, as unknown ones are.
    private static string Text(IEnumerable<double> values) =>
        string.Join(' ', values.Select(v => double.IsFinite(v) ? (v + 0.0).ToString("R", CultureInfo.InvariantCulture) : "-"));

    private static string Length(WindowKind kind) => kind switch
    {
        WindowKind.Minute => "1m",
        WindowKind.QuarterHour => "15m",
        WindowKind.Hour => "1h",
        WindowKind.Day => "1d",
        _ => "10s",
    };
}

/// <summary>A window as it was published; numbers that were not are NaN.</summary>
internal sealed record PublishedWindow(
    string Point, string Length, Instant Start, int Count, double Coverage, double Last, double Max, double Mean, double Min, double Delta)
{
    public const string Minute = "1m", Day = "1d";

    public bool IsMinute => Length == Minute;

    /// <param name="values">Count, coverage, last, max, mean, min, delta.</param>
    public static PublishedWindow Of(string point, string length, long nanoseconds, double[] values) => new(
        point, length, new Instant(nanoseconds / 1_000_000), (int)values[0], values[1], values[2], values[3], values[4], values[5], values[6]);

    /// <summary>Its end; of a local day the least it can be.</summary>
    public Instant End => Start + Length switch
    {
        Minute => TimeSpan.FromMinutes(1), "15m" => TimeSpan.FromMinutes(15), "1h" => TimeSpan.FromHours(1), _ => TimeSpan.FromHours(23),
    };
}
