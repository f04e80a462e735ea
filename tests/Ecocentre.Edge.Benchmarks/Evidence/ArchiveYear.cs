using System.Diagnostics;
using System.Globalization;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Benchmarks.Evidence;

/// <summary>What a year of many points takes on the disk and writes to it, and how long questions about a year of one point take.</summary>
/// <remarks>
/// <para>Expectation, for 400 points: log and archive after a year at most 1 GB (log 0.1 GB, minutes 0.5 GB, windows 0.3 GB), at most 100 MB
/// written a day (the log's steps 50 MB, a day file 3 MB), a seal in 3 s of processor; a year of days within 0.5 s, 1,000 hours or quarter hours within
/// 0.1 s.</para>
/// <para>First some days are lived minute by minute through log and sealer on the temporary folder's disk, with every sync; bytes written are the
/// kernel's (<c>/proc/self/io</c>, write_bytes). Their day files are linear in time and are multiplied to a year, which is said. Then another log
/// lives a year without minutes, in memory, so that questions meet 365 files.
/// <c>dotnet run -c Release --project tests/Ecocentre.Edge.Benchmarks -- archive-year [POINTS] [DAYS] [QUESTIONDAYS]</c></para></remarks>
internal static class ArchiveYear
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    internal static int Run(string[] arguments)
    {
        int Number(int at, int usual) => arguments.Length > at ? int.Parse(arguments[at], CultureInfo.InvariantCulture) : usual;
        var (points, days, questionDays) = (Number(0, 400), Number(1, 10), Number(2, 365));
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"ecocentre-archive-year-{Environment.ProcessId}")).FullName;
        var memory = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        var shared = Directory.CreateDirectory(Path.Combine(memory, $"ecocentre-archive-questions-{Environment.ProcessId}")).FullName;
        try
        {
            // 2026-01-05, a Monday.
            var start = new Instant(1_767_571_200_000);
            // Twelve readings a minute, as a meter that is polled every five seconds.
            using (var life = new ArchiveLife(folder, points, start, Zone, readings: 12)) Live(life, days, points);
            using (var year = new ArchiveLife(shared, points, start, Zone, readings: 1))
            {
                year.Live(questionDays, withMinutes: false);
                Ask(year, start, questionDays);
            }
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            Directory.Delete(shared, recursive: true);
        }
    }

    private static void Live(ArchiveLife life, int days, int points)
    {
        // The first day fills series and pages.
        life.Live(1, withMinutes: true);
        var (bytes, begun) = (Written(), Stopwatch.GetTimestamp());
        life.Live(days - 1, withMinutes: true);
        var perDay = (Written() - bytes) / (days - 1.0);
        var full = life.Archive.Days.Skip(1).ToArray();
        var (minutes, windows) = (0L, 0L);
        foreach (var day in full)
        {
            using var reader = life.Archive.Read(day);
            foreach (var block in reader.Blocks())
                (minutes, windows) = (minutes + (reader.MinuteBytes(block)?.Length ?? 0), windows + (reader.WindowBytes(block)?.Length ?? 0));
        }
        var file = full.Average(day => day.Bytes);
        var log = life.Log.Health().Bytes;
        Say($"{points} points, {days} days in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0} s: {life.Log.Head} entries, {life.Archive.Leaves.Count} leaves");
        Say($"a day file {file / 1e6:0.00} MB (minutes {minutes / 1e6 / full.Length:0.00}, windows {windows / 1e6 / full.Length:0.00})");
        Say($"a seal {life.SealSeconds:0.00} s of processor, at most {life.SealBytes / 1e6:0} MB more memory");
        // Seven days of minutes are in the log by then; windows go on to 35 days.
        var logYear = Math.Max(log, log / (double)days * Math.Min(days, 7)) + 35 * windows / (double)full.Length * 1.6;
        Say($"the log now {log / 1e6:0} MB; about {logYear / 1e6:0} MB with 7 days of minutes and 35 of windows");
        Say($"a year, the day files multiplied by 365: {(file * 365 + logYear) / 1e9:0.000} GB on the disk");
        Say($"written a day: {perDay / 1e6:0.0} MB");
    }

    private static void Ask(ArchiveLife life, Instant start, int days)
    {
        var history = new EvidenceHistory(life.Log, life.Archive);
        var (end, name) = (start + TimeSpan.FromDays(days), life.Log.Points().Order(StringComparer.Ordinal).ElementAt(17));
        foreach (var (what, kind, from, max) in new[]
        {
            ("a year of days", WindowKind.Day, start, 2_000), ("a year of hours", WindowKind.Hour, start, 10_000),
            ("a year of quarter hours", WindowKind.QuarterHour, start, 40_000), ("1,000 quarter hours", WindowKind.QuarterHour,
                start + TimeSpan.FromDays(days / 2.0), 1_000),
        })
        {
            var times = new List<double>();
            var (found, used) = (0, Environment.CpuUsage.TotalTime);
            for (var round = 0; round < 3; round++)
            {
                var begun = Stopwatch.GetTimestamp();
                found = history.Windows(new WindowQuery(name, kind, from, end, Zone, max)).Windows.Count;
                times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }
            used = (Environment.CpuUsage.TotalTime - used) / times.Count;
            Say($"{what,-24} {found,6} found, first {times[0],6:0} ms, median {times.Order().ElementAt(1),6:0} ms, processor {used.TotalMilliseconds,6:0} ms");
        }
    }

    private static long Written() => long.Parse(
        File.ReadLines("/proc/self/io").First(line => line.StartsWith("write_bytes:", StringComparison.Ordinal))["write_bytes:".Length..],
            CultureInfo.InvariantCulture);

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}

/// <summary>A centre's log and archive, lived through at once.</summary>
internal sealed class ArchiveLife : IDisposable
{
    private readonly CentreWeather _weather;
    private readonly TimeZoneInfo _zone;
    private readonly Instant _start;
    private readonly LongWindow[] _quarters, _hours, _days;
    private readonly DaySealer _sealer;
    private int _minute;

    internal ArchiveLife(string folder, int points, Instant start, TimeZoneInfo zone, int readings)
    {
        (_weather, _start, _zone) = (new CentreWeather(points, readings), start, zone);
        Log = EvidenceLog.Open(Path.Combine(folder, "log.db"), "bench", LogOptions.Default, start);
        Archive = EvidenceArchive.Open(EvidenceArchive.FolderOf(Log.FilePath));
        (_quarters, _hours, _days) = (new LongWindow[points], new LongWindow[points], new LongWindow[points]);
        // CO2 is judged by the minute.
        _sealer = new DaySealer(Log, Archive, series => series.Quantity == "co2");
        Log.HoldAfter(0);
    }

    internal EvidenceLog Log { get; }

    internal EvidenceArchive Archive { get; }

    /// <summary>Processor time of the last seal.</summary>
    internal double SealSeconds { get; private set; }

    /// <summary>By how much the largest heap of a seal was larger than before it.</summary>
    internal long SealBytes { get; private set; }

    internal void Live(int days, bool withMinutes)
    {
        var points = _weather.Series.Length;
        var (minutes, facts) = (new Aggregate[points], new List<LogFact>());
        for (var end = _minute + days * 1_440; _minute < end;)
        {
            var window = new Window(_start + TimeSpan.FromMinutes(_minute), TimeSpan.FromMinutes(1));
            _weather.Next(_minute++, minutes, window);
            for (var point = 0; point < points; point++)
            {
                _quarters[point].Add(minutes[point]);
                _hours[point].Add(minutes[point]);
                _days[point].Add(minutes[point]);
                if (withMinutes) facts.Add(new WindowFact(_weather.Series[point], minutes[point]));
            }
            if (_minute % 15 == 0) Close(_quarters, WindowKind.QuarterHour, new Window(window.End - TimeSpan.FromMinutes(15),
                TimeSpan.FromMinutes(15)), facts);
            if (_minute % 60 == 0) Close(_hours, WindowKind.Hour, new Window(window.End - TimeSpan.FromHours(1), TimeSpan.FromHours(1)), facts);
            if (LocalDay.Containing(window.End, _zone) is var day && day.Start == window.End)
                Close(_days, WindowKind.Day, LocalDay.Containing(window.Start, _zone), facts);
            if (_minute % 300 == 0) facts.Add(new IncidentFact(new Incident(window.End, IncidentKind.DeviceLost, "meter-1", "meter-1 does not answer.")));
            if (facts.Count == 0) continue;
            Log.Append(facts, [], window.End + TimeSpan.FromSeconds(5));
            facts.Clear();
            if (_minute % 1_440 == 30) SealDue(window.End);
        }
    }

    public void Dispose()
    {
        Archive.Dispose();
        Log.Dispose();
    }

    private void SealDue(Instant now)
    {
        GC.Collect();
        var (used, heap) = (Environment.CpuUsage.TotalTime, GC.GetTotalMemory(true));
        while (_sealer.SealNext(now, CancellationToken.None) is not null)
            SealBytes = Math.Max(SealBytes, GC.GetGCMemoryInfo(GCKind.Any).HeapSizeBytes - heap);
        SealSeconds = (Environment.CpuUsage.TotalTime - used).TotalSeconds;
    }

    private void Close(LongWindow[] open, WindowKind kind, Window window, List<LogFact> facts)
    {
        for (var point = 0; point < open.Length; point++) facts.Add(new WindowFact(_weather.Series[point], open[point].Close(kind, window)));
    }
}
