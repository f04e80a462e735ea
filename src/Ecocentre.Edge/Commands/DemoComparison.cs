using System.Globalization;
using System.Text;
using System.Text.Json;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Commands;

/// <summary>What a demo found, in words and as a verdict.</summary>
internal sealed record DemoReport(string Text, bool Agrees);

/// <summary>Compares a gateway with the truth it measured: each counter's growth in the log with what really flowed, the air, the desks, and the rows in
/// the database with the entries of the log.</summary>
/// <param name="speed">How much faster than real time the building lives.</param>
internal sealed class DemoComparison(
    RunningCentre centre, (SimulatedBuilding Building, SimulatedBox Box) simulated, (Uri Server, string Database)? influx, double speed)
{
    /// <summary>Real time from one <see cref="Watch"/> to the next.</summary>
    internal static readonly TimeSpan WatchesEvery = TimeSpan.FromMilliseconds(500);

    // What a broker, an ingest and a database need to take the last entries in.
    private static readonly TimeSpan DrainTimeMax = TimeSpan.FromSeconds(30);

    // The instant of a reading lies half-way between request and reply; the server looked at its clock somewhere in between.
    private const double InstantSecondsMax = 0.1;

    // How late a busy machine may play a move, or take a picture of it: the building goes on meanwhile.
    private readonly TimeSpan _slack = TimeSpan.FromSeconds(Math.Max(10, 2.5 * speed));

    private readonly DemoDesks _desks = new(simulated.Box, speed * WatchesEvery, TimeSpan.FromSeconds(Math.Max(10, 2.5 * speed)));

    // Where counting begins: of each counter the register as of its first stored minute, and the head of the log then.
    private readonly Dictionary<string, (CounterCarry Carry, long Head)> _first = [];
    private readonly Point[] _counters = [.. centre.Points.Where(p => p.Quantity.Kind == PointKind.Counter)];

    internal string Progress =>
        $"{centre.Loop.ReadingsAccepted} readings, log head {centre.Log.Head}, {centre.Buses.SelectMany(b => b.Devices).Count(d => d.IsAlive)} devices answer";

    /// <summary>Looks at the desks, and remembers where counting begins.</summary>
    internal void Watch()
    {
        _desks.Look(centre.Loop.Latest);
        if (_first.Count == _counters.Length) return;
        var (carries, head) = Registers();
        foreach (var (name, carry) in carries) _first.TryAdd(name, (carry, head));
    }

    internal async Task<DemoReport> CompareAsync(TimeProvider time, CancellationToken cancellation)
    {
        var text = new StringBuilder("\n");
        var entries = centre.Log.Read(0, int.MaxValue);
        var windows = entries.Select(e => e.Fact).OfType<WindowFact>().ToArray();
        text.AppendLine(CultureInfo.InvariantCulture, $"readings accepted   {centre.Loop.ReadingsAccepted}");
        text.AppendLine(CultureInfo.InvariantCulture,
            $"windows stored      {windows.Length}  ({windows.Count(w => w.Aggregate.Kind == WindowKind.Minute)} of a minute)");
        text.AppendLine(CultureInfo.InvariantCulture, $"incidents           {entries.Count(e => e.Fact is IncidentFact)}");
        text.AppendLine(CultureInfo.InvariantCulture, $"records             {entries.Count(e => e.Fact is RecordFact)}");
        // Each says what it found, whatever the others found.
        var agrees = CompareCounters(text);
        agrees &= new DemoAir(simulated.Box, simulated.Building).Agrees(windows, text);
        agrees &= _desks.Agrees(text);
        agrees &= influx is null || await CompareRowsAsync(text, time, cancellation);
        text.AppendLine(agrees ? "\nAll agree." : "\nThey DISAGREE.");
        return new DemoReport(text.ToString(), agrees);
    }

    private bool CompareCounters(StringBuilder text)
    {
        var last = Registers();
        var from = _first.Count == 0 ? last.Head : _first.Values.Min(first => first.Head);
        if (last.Head <= from)
        {
            text.AppendLine("counters            no two minutes were closed: too short to compare. Run longer, or faster.");
            return false;
        }
        // Of a revised minute the last revision counts.
        var deltas = centre.Log.Read(from, (int)(last.Head - from)).Where(e => e.Fact is WindowFact { Aggregate.Kind: WindowKind.Minute })
            .Select(e => (e.Sequence, Window: (WindowFact)e.Fact))
            .Where(e => _first.TryGetValue(e.Window.Series.Name, out var first) && e.Sequence > first.Head)
            .GroupBy(e => (e.Window.Series.Name, e.Window.Aggregate.Window.Start)).Select(g => (g.Key.Name, g.Last().Window.Aggregate.Delta))
            .Where(d => !double.IsNaN(d.Delta)).ToLookup(d => d.Name, d => d.Delta);
        var table = new TextTable("counter", "measured", "true", "", "register step", "");
        var agrees = true;
        foreach (var point in _counters)
        {
            if (!_first.TryGetValue(point.Name, out var first) || !last.Carries.TryGetValue(point.Name, out var to)) continue;
            var measured = deltas[point.Name].Sum();
            var (truth, least, most) = simulated.Box.Inputs.FirstOrDefault(i => i.Name == point.Device) is { Worth: { } worth, Line: PulseLine line }
                ? Pulses(line, worth, first.Carry.At, to.At) : Energy(point, first.Carry.At, to.At);
            var right = measured >= least && measured <= most;
            agrees &= right;
            table.Add(point.Name, Print(measured), Print(truth), point.Quantity.Unit, Print(point.Resolution), right ? "" : "DISAGREES");
        }
        text.Append(table);
        return agrees;
    }

    private (double Truth, double Least, double Most) Energy(Point point, Instant from, Instant to)
    {
        var flow = simulated.Building.TrueEnergyKwh(point.Device, from, to);
        var truth = point.Quantity.Name.Contains("export", StringComparison.Ordinal) ? flow.Export : flow.Import;
        // A register cuts off below its step, at both ends; what the load draws while a request is on its way comes on top.
        var allowed = 2 * point.Resolution + truth / Math.Max(1, (to - from).TotalSeconds) * InstantSecondsMax + 1e-9;
        return (truth, truth - allowed, truth + allowed);
    }

    /// <summary>Pulses are counted exactly, but for those that a busy machine plays so late that they fall into the next minute.</summary>
    private (double Truth, double Least, double Most) Pulses(PulseLine line, PulseWorth worth, Instant from, Instant to)
    {
        double Worth(Instant begin, Instant end) => worth.PerPulse * Math.Max(0, line.Count(end) - line.Count(begin));
        return (Worth(from, to), Worth(from, to - _slack) - 1e-9, Worth(from - _slack, to) + 1e-9);
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
        var expected = (Windows: kept.Count(e => e.Fact is WindowFact && !OccupancyHistory.IsWithheld(e.Fact)),
            Incidents: kept.Count(e => e.Fact is IncidentFact));
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = influx!.Value.Server };
        (int Windows, int Incidents) found;
        try
        {
            found = (await CountAsync(client, "window", head, cancellation), await CountAsync(client, "incident", head, cancellation));
        }
        catch (HttpRequestException e)
        {
            throw new CannotRunException($"{influx.Value.Server} cannot be asked for its rows: {e.Message}", e);
        }
        text.AppendLine(CultureInfo.InvariantCulture, $"log head            {head}");
        text.AppendLine(CultureInfo.InvariantCulture,
            $"rows in InfluxDB    {found.Windows} windows of {expected.Windows}, {found.Incidents} incidents of {expected.Incidents}");
        return found == expected;
    }

    private async Task<int> CountAsync(HttpClient client, string measurement, long head, CancellationToken cancellation)
    {
        var query = $"SELECT COUNT(seq) FROM \"{measurement}\" WHERE centre='{centre.Site.Centre}' AND seq <= {head}";
        var answer = await client.GetStringAsync($"/query?db={Uri.EscapeDataString(influx!.Value.Database)}&q={Uri.EscapeDataString(query)}", cancellation);
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
