using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Ecocentre.Edge.Simulation;

/// <summary>Many worlds, each on a thread of its own, as many at a time as there are cores.</summary>
public sealed class Swarm(TimeSpan length)
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private readonly ConcurrentDictionary<int, Report> _reports = new();

    /// <summary>Worlds a minute of the last run.</summary>
    public double SeedsPerMinute { get; private set; }

    /// <summary>Processor time that each took on the average.</summary>
    public TimeSpan ProcessorTime { get; private set; }

    public IEnumerable<Report> Reports => _reports.OrderBy(report => report.Key).Select(report => report.Value);

    public int Wrong => _reports.Values.Count(report => report.Violations.Count > 0);

    /// <param name="told">Each report as it comes.</param>
    public void Run(int first, int last, int atOnce, Action<Report> told)
    {
        var (watch, used) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        var next = first - 1;
        var gate = new Lock();
        var threads = Enumerable.Range(0, atOnce).Select(_ => new Thread(() =>
        {
            for (int seed; (seed = Interlocked.Increment(ref next)) <= last;)
            {
                var report = Simulator.Run(Scenario.Draw(seed, length));
                // What hundreds of worlds have said would not fit into memory.
                _reports[seed] = report with { Told = new Dictionary<long, Evidence.LogFact>(), Given = [] };
                lock (gate) told(report);
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        SeedsPerMinute = _reports.Count / watch.Elapsed.TotalMinutes;
        ProcessorTime = (Environment.CpuUsage.TotalTime - used) / _reports.Count;
    }

    /// <summary>Which faults were injected how often and in how many worlds, and which oracle looked at how much.</summary>
    public IEnumerable<string> Table()
    {
        yield return $"{"fault",-24}{"times",12}{"worlds",8}";
        foreach (var line in Counts(report => report.Injected)) yield return line;
        yield return "";
        yield return $"{"oracle",-24}{"looked at",12}{"worlds",8}";
        foreach (var line in Counts(report => report.Looked)) yield return line;
        yield return "";
        yield return $"{_reports.Count} worlds of {length.TotalHours:0.##} h, {Wrong} with violations, {SeedsPerMinute:0.0} seeds a minute, "
            + $"{ProcessorTime.TotalSeconds:0.00} s of processor and {_reports.Values.Average(report => report.Steps):0} steps each";
    }

    /// <summary>Takes kinds of faults out of a failing world as long as it still fails by the same oracle.</summary>
    public static Report Shrink(Report failing)
    {
        foreach (var kind in failing.Scenario.Kinds().ToArray())
        {
            var report = Simulator.Run(failing.Scenario.Without([kind]));
            if (report.Violations.Any(v => v.StartsWith(failing.Broken!, StringComparison.Ordinal))) failing = report;
        }
        return failing;
    }

    /// <summary>Writes a folder from which the failure can be replayed.</summary>
    /// <returns>The folder.</returns>
    public static string WriteCase(string cases, Report failing)
    {
        var scenario = failing.Scenario;
        var oracle = failing.Broken!.Replace(' ', '-');
        var folder = Directory.CreateDirectory(Path.Combine(cases, $"seed-{scenario.Seed}-{oracle}")).FullName;
        var world = new SimulatedCase(scenario.Seed, scenario.Length.TotalHours, scenario.LeftOut, failing.Broken!, "");
        File.WriteAllText(Path.Combine(folder, "case.json"), JsonSerializer.Serialize(world, Readable) + "\n");
        File.WriteAllLines(Path.Combine(folder, "story.txt"), scenario.Describe().Concat(failing.Lines()));
        return folder;
    }

    /// <summary>Reads a case folder.</summary>
    public static SimulatedCase ReadCase(string folder) =>
        JsonSerializer.Deserialize<SimulatedCase>(File.ReadAllText(Path.Combine(folder, "case.json")), Readable)!;

    private IEnumerable<string> Counts(Func<Report, IReadOnlyDictionary<string, long>> of) =>
        Coverage.Of(_reports.Values, of).Select(count => $"{count.Name,-24}{count.Times,12}{count.Worlds,8}");
}

/// <summary>A world that once failed.</summary>
/// <param name="Without">Kinds of faults that it does not need.</param>
/// <param name="Oracle">What found it.</param>
/// <param name="Cause">What it was, in words.</param>
public sealed record SimulatedCase(int Seed, double Hours, IReadOnlyList<string> Without, string Oracle, string Cause)
{
    /// <summary>The world, drawn again.</summary>
    public Scenario Draw() => Scenario.Draw(Seed, TimeSpan.FromHours(Hours)).Without(Without.ToArray());
}
