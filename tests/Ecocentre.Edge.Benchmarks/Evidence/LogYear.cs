using System.Diagnostics;
using System.Globalization;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Benchmarks.Evidence;

/// <summary>How long a question about one point takes in a log that holds a year of quarter hours, hours and days of many points.</summary>
/// <remarks>Expectation, for 100 points: a year of days within 0.2 s, a page of 1,000 hours or quarter hours within 0.3 s, the newest 100 incidents within
/// 0.1 s. The last is not met where incidents are rare: some thirty in a month take 0.2 s of a processor, since each of 3,000 pages is unpacked to see that it
/// has
/// none; a search ends there and says where to go on. A log of a gateway that seals holds 35 days, this one is told to hold all. It is
/// written to memory-backed scratch, because writing it is not what is measured.
/// <c>dotnet run -c Release --project tests/Ecocentre.Edge.Benchmarks -- log-year [POINTS] [DAYS]</c></remarks>
internal static class LogYear
{
    private static readonly LogOptions Everything =
        LogOptions.Default with { BytesMax = 8L << 30, Keep = TimeSpan.FromDays(1_000), EvidenceKeep = TimeSpan.FromDays(1_000) };

    internal static int Run(string[] arguments)
    {
        var points = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 100;
        var days = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 365;
        var (zone, start) = (TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris"), new Instant(1_767_225_600_000));
        var series = Enumerable.Range(0, points).Select(i => new Series($"m{i}.power.active", "power.active", "W", PointKind.Gauge, $"m{i}", null)).ToArray();
        var shared = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        var folder = Directory.CreateDirectory(Path.Combine(shared, $"ecocentre-year-{Environment.ProcessId}")).FullName;
        try
        {
            using var log = EvidenceLog.Open(Path.Combine(folder, "log.db"), "bench", Everything, start);
            Fill(log, series, start, days, zone);
            var end = start + TimeSpan.FromDays(days);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{points} points, {days} days: {log.Head} entries, {log.Health().Bytes >> 20} MB"));
            var name = series[points / 2].Name;
            foreach (var (what, kind, from, max) in new[]
            {
                ("a year of days", WindowKind.Day, start, 2_000), ("1,000 hours", WindowKind.Hour, start + TimeSpan.FromDays(days / 2.0), 1_000),
                ("1,000 quarter hours", WindowKind.QuarterHour, start + TimeSpan.FromDays(days / 2.0), 1_000),
            })
                Measure(what, () => log.Windows(new WindowQuery(name, kind, from, end, zone, max)).Windows.Count);
            Measure("newest 100 incidents", () => log.Incidents(long.MaxValue, 100).Incidents.Count);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(string what, Func<int> ask)
    {
        var times = new List<double>();
        var (found, used) = (0, Environment.CpuUsage.TotalTime);
        for (var round = 0; round < 5; round++)
        {
            var begun = Stopwatch.GetTimestamp();
            found = ask();
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }
        // On a machine that others use too, processor time tells more than the clock.
        used = (Environment.CpuUsage.TotalTime - used) / times.Count;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what,-22} {found,6} found, first {times[0],7:0} ms, median {times.Order().ElementAt(2),7:0} ms, processor {used.TotalMilliseconds,7:0} ms"));
    }

    private static void Fill(EvidenceLog log, Series[] series, Instant start, int days, TimeZoneInfo zone)
    {
        var random = new Random(1);
        var facts = new List<LogFact>();
        for (var quarter = 1; quarter <= days * 96; quarter++)
        {
            facts.Clear();
            var end = start + quarter * TimeSpan.FromMinutes(15);
            Add(WindowKind.QuarterHour, end - TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(15));
            if (quarter % 4 == 0) Add(WindowKind.Hour, end - TimeSpan.FromHours(1), TimeSpan.FromHours(1));
            if (LocalDay.Containing(end, zone).Start == end)
            {
                var day = LocalDay.Containing(end - TimeSpan.FromHours(1), zone);
                Add(WindowKind.Day, day.Start, day.Length);
            }
            if (quarter % 100 == 0) facts.Add(new IncidentFact(new Incident(end, IncidentKind.DeviceLost, "m1", "m1 does not answer.")));
            log.Append(facts, [], end + TimeSpan.FromMinutes(3));
        }

        void Add(WindowKind kind, Instant at, TimeSpan length)
        {
            foreach (var one in series)
            {
                var level = (float)(1_000 + 500 * random.NextDouble());
                facts.Add(new WindowFact(one, new Aggregate(
                    default, kind, new Window(at, length), 0, 900, level - 10, level + 10, level + random.NextDouble(), level, double.NaN, 1)));
            }
        }
    }
}
