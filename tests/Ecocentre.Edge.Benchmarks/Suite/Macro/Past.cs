using System.Diagnostics;
using Ecocentre.Edge.Benchmarks.Evidence;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Influx;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Benchmarks.Suite.Macro;

/// <summary>What a day of 400 points writes to a disk, and how fast a log that waited is told to a database.</summary>
/// <remarks>Expectations. At most 100 MB written a day, every sync and the seal included, by the kernel's count. A day of 400 points (a seventh of a week,
/// 700,000 entries) read from the log, written as lines and taken by influxd so fast that a week takes at most five minutes, with at most 5 µs of our
/// processor an entry.</remarks>
internal static class Past
{
    private const int Points = 400;

    // 2026-01-05, a Monday.
    private static readonly Instant Start = new(1_767_571_200_000);

    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    internal static IEnumerable<Measure> Measures => [Measure.Of("disk", Disk), new("replay", ReplayAsync)];

    private static IEnumerable<Figure> Disk()
    {
        using var scratch = new Scratch();
        using var life = new ArchiveLife(scratch.Folder, Points, Start, Zone, readings: 12);
        // The first day fills series and pages.
        life.Live(1, withMinutes: true);
        var (bytes, used) = (Written(), Environment.CpuUsage.TotalTime);
        life.Live(1, withMinutes: true);
        yield return new Figure("written a day, 400 points", (Written() - bytes) / 1e6, "MB") { AtMost = 100 };
        yield return new Figure("processor a day for it, seal included", (Environment.CpuUsage.TotalTime - used).TotalSeconds, "s") { AtMost = 60 };
        yield return new Figure("processor of the day's seal", life.SealSeconds, "s") { AtMost = 5 };
    }

    private static async Task ReplayAsync(Action<Figure> found)
    {
        using var scratch = Scratch.InMemory();
        using var life = new ArchiveLife(scratch.Folder, Points, Start, Zone, readings: 1);
        life.Log.Sinks(["bench"], Start);
        life.Live(1, withMinutes: true);
        await using var database = await Influxd.StartAsync(null, "bench");
        var sink = new InfluxSink("bench", "lyon-1", new InfluxWriter(new InfluxOptions { Url = database.Uri, Database = "bench" }, TimeProvider.System));
        var incidents = System.Threading.Channels.Channel.CreateUnbounded<Incident>();
        var follower = new SinkFollower(sink, life.Log, new FollowerSurroundings(TimeProvider.System, () => Start, incidents.Writer, GatewayLimits.Default),
            new Random(1));
        using var ending = new CancellationTokenSource();
        var (begun, head, used) = (Stopwatch.GetTimestamp(), life.Log.Head, Environment.CpuUsage.TotalTime);
        var running = follower.RunAsync(ending.Token);
        while (follower.Health.Lag.Entries > 0 && !running.IsCompleted) await Task.Delay(5);
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        used = Environment.CpuUsage.TotalTime - used;
        await ending.CancelAsync();
        await running;
        await follower.DisposeAsync();
        found(new Figure("a week of 400 points told to influxd (a day of it times seven)", 7 * seconds, "s") { AtMost = 300 });
        found(new Figure("entries a second", head / seconds, "entries/s"));
        found(new Figure("our processor an entry", used.TotalMicroseconds / head, "µs/entry") { AtMost = 5 });
    }

    private static long Written() => ProcessUse.Of(Environment.ProcessId).Written;
}
