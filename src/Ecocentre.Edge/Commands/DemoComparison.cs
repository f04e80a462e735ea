using System.Globalization;
using System.Text;
using System.Text.Json;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Commands;

/// <summary>What a demo found, in words and as a verdict.</summary>
internal sealed record DemoReport(string Text, bool Agrees);

/// <summary>Compares a gateway with the truth it measured: each counter's growth in the log with the energy that really flowed, and the rows in the
/// database with the entries of the log.</summary>
internal sealed class DemoComparison(RunningCentre centre, SimulatedBuilding building, Uri? influx, string database)
{
    // What a broker, an ingest and a database need to take the last entries in.
    private static readonly TimeSpan DrainTimeMax = TimeSpan.FromSeconds(30);

    // The instant of a reading lies half-way between request and reply; the server looked at its clock somewhere in between.
    private const double InstantSecondsMax = 0.1;

    private (Dictionary<string, CounterCarry> Carries, long Head)? _first;

    internal string Progress =>
        $"{centre.Loop.ReadingsAccepted} readings, log head {centre.Log.Head}, {centre.Buses.SelectMany(b => b.Devices).Count(d => d.IsAlive)} devices answer";

    /// <summary>Remembers where counting begins: the registers as of the first stored minutes.</summary>
    internal void Watch() => _first ??= centre.Log.Carries().Count > 0 ? Registers() : null;

    internal async Task<DemoReport> CompareAsync(TimeProvider time, CancellationToken cancellation)
    {
        var text = new StringBuilder("\n");
        var entries = centre.Log.Read(0, int.MaxValue);
        var windows = entries.Select(e => e.Fact).OfType<WindowFact>().ToArray();
        text.AppendLine(CultureInfo.InvariantCulture, $"readings accepted   {centre.Loop.ReadingsAccepted}");
        text.AppendLine(CultureInfo.InvariantCulture,
            $"windows stored      {windows.Length}  ({windows.Count(w => w.Aggregate.Kind == WindowKind.Minute)} of a minute)");
        text.AppendLine(CultureInfo.InvariantCulture, $"incidents           {entries.Count - windows.Length}");
        var energyAgrees = CompareEnergy(text);
        var rowsAgree = influx is null || await CompareRowsAsync(text, time, cancellation);
        text.AppendLine(energyAgrees && rowsAgree ? "\nAll agree." : "\nThey DISAGREE.");
        return new DemoReport(text.ToString(), energyAgrees && rowsAgree);
    }

    private bool CompareEnergy(StringBuilder text)
    {
        var last = Registers();
        if (_first is not { } first || last.Head <= first.Head)
        {
            text.AppendLine("energy              no two minutes were closed: too short to compare. Run longer, or faster.");
            return false;
        }
        // Of a revised minute the last revision counts.
        var deltas = centre.Log.Read(first.Head, (int)(last.Head - first.Head)).Select(e => e.Fact).OfType<WindowFact>()
            .Where(w => w.Aggregate.Kind == WindowKind.Minute)
            .GroupBy(w => (w.Series.Name, w.Aggregate.Window.Start)).Select(g => (g.Key.Name, g.Last().Aggregate.Delta))
            .Where(d => !double.IsNaN(d.Delta)).ToLookup(d => d.Name, d => d.Delta);
        var table = new TextTable("counter", "measured kWh", "true kWh", "register step", "");
        var agrees = true;
        foreach (var point in centre.Points.Where(p => p.Quantity.Kind == PointKind.Counter))
        {
            if (!first.Carries.TryGetValue(point.Name, out var from) || !last.Carries.TryGetValue(point.Name, out var to)) continue;
            var flow = building.TrueEnergyKwh(point.Device, from.At, to.At);
            var truth = point.Quantity.Name.Contains("export", StringComparison.Ordinal) ? flow.Export : flow.Import;
            var measured = deltas[point.Name].Sum();
            // A register cuts off below its step, at both ends; what the load draws while a request is on its way comes on top.
            var allowed = 2 * point.Resolution + truth / Math.Max(1, (to.At - from.At).TotalSeconds) * InstantSecondsMax + 1e-9;
            var right = Math.Abs(measured - truth) <= allowed;
            agrees &= right;
            table.Add(point.Name, Print(measured), Print(truth), Print(point.Resolution), right ? "" : "DISAGREES");
        }
        text.Append(table);
        return agrees;
    }

    private async Task<bool> CompareRowsAsync(StringBuilder text, TimeProvider time, CancellationToken cancellation)
    {
        var head = centre.Log.Head;
        var start = time.GetTimestamp();
        while (centre.Log.Health().Sinks.Any(s => s.Acknowledged < head) && time.GetElapsedTime(start) < DrainTimeMax)
            await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellation);
        var kept = centre.Log.Read(0, (int)head).Where(e => e.Sequence <= head)
            .GroupBy(e => e.Fact is WindowFact w ? (object)(w.Series.Name, w.Aggregate.Kind, w.Aggregate.Window.Start) : e.Sequence)
                .Select(g => g.Last()).ToArray();
        var expected = (Windows: kept.Count(e => e.Fact is WindowFact), Incidents: kept.Count(e => e.Fact is IncidentFact));
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = influx };
        (int Windows, int Incidents) found;
        try
        {
            found = (await CountAsync(client, "window", head, cancellation), await CountAsync(client, "incident", head, cancellation));
        }
        catch (HttpRequestException e)
        {
            throw new CannotRunException($"{influx} cannot be asked for its rows: {e.Message}", e);
        }
        text.AppendLine(CultureInfo.InvariantCulture, $"log head            {head}");
        text.AppendLine(CultureInfo.InvariantCulture,
            $"rows in InfluxDB    {found.Windows} windows of {expected.Windows}, {found.Incidents} incidents of {expected.Incidents}");
        return found == expected;
    }

    private async Task<int> CountAsync(HttpClient client, string measurement, long head, CancellationToken cancellation)
    {
        var query = $"SELECT COUNT(seq) FROM \"{measurement}\" WHERE centre='{centre.Site.Centre}' AND seq <= {head}";
        var answer = await client.GetStringAsync($"/query?db={Uri.EscapeDataString(database)}&q={Uri.EscapeDataString(query)}", cancellation);
        using var document = JsonDocument.Parse(answer);
        var result = document.RootElement.GetProperty("results")[0];
        return result.TryGetProperty("series", out var series) ? series[0].GetProperty("values")[0][1].GetInt32() : 0;
    }

    /// <summary>Registers and head of the same step.</summary>
    private (Dictionary<string, CounterCarry> Carries, long Head) Registers()
    {
        while (true)
        {
            var head = centre.Log.Head;
            var carries = centre.Log.Carries().ToDictionary(c => c.Point);
            if (centre.Log.Head == head) return (carries, head);
        }
    }

    private static string Print(double kwh) => kwh.ToString("0.######", CultureInfo.InvariantCulture);
}
