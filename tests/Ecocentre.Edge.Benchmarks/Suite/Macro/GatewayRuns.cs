using System.Diagnostics;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Benchmarks.Suite.Macro;

/// <summary>The whole gateway as a process, all in (polling, judging, log, windows and live topics to mosquitto and windows to influxd, HTTP), each as it is
/// by default, on the farm of libmodbus devices with ten points a request.</summary>
/// <remarks>
/// <para>Expectations. At 8,000 readings a second at most 2 µs of processor a reading with transactions pipelined and 5 µs without, at most 90 MB resident once
/// all rings are full, no poll missed; at 64,000 still none missed. With a server that takes 10 ms none missed; with one that never answers 0.2 % of the
/// requests only those. Asking within 1 s after the start. Nobody to tell and nothing due: at most 5 wake-ups a second.</para>
/// <para>What is judged is a whole minute, whose windows close in it: the second one, and the third, which is like any later one. The log alone (no outputs)
/// stands beside it, and what three dashboards that are open add: at most 1 µs a reading and 10 MB. Resident memory is the median of the third minute's
/// seconds; elsewhere of ten seconds a minute after the first request, when the gateway has given back what its start took, or, without receivers, right
/// after the start. To it come 8 bytes for each place of a ring that was not yet written, since rings fill over three minutes.</para></remarks>
internal static class GatewayRuns
{
    // The JIT compiles a second time what was started from code compiled ahead; by then it has, but for what is done once a minute.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(16), Length = TimeSpan.FromSeconds(12), Settled = TimeSpan.FromSeconds(60);

    // What is done once a minute begins in the first one and is counted, and so compiled a second time, in the second one.
    private static readonly TimeSpan Judged = TimeSpan.FromSeconds(60);

    // SeriesReadings: 182 s of readings a second and 16 to spare, 8 bytes each.
    private const int RingPlaces = 198, PlaceBytes = 8;

    // A point in a picture of the building takes more bytes than that: its name, value, time and quality.
    private const int ShownMin = 50;

    // shared/facts: Node-RED 5.0 with contrib-modbus on the same kind of farm; collectd needs 42 µs, and cannot do 64,000.
    private const double NodeRedMicroseconds = 10.9, NodeRedMegabytes = 378;

    internal static IEnumerable<Measure> Measures =>
    [
        new("gateway-500", found => RunAsync(found, GatewayTask.Of(500, 1), "500 readings/s", null, allIn: true)),
        new("gateway-2000", found => RunAsync(found, GatewayTask.Of(2_000, 1), "2,000 readings/s", null, allIn: true)),
        new("gateway-8000", found => RunAsync(found, GatewayTask.Of(8_000, 1), "8,000 readings/s", 5, allIn: true)),
        new("gateway-8000-piped", found => RunAsync(found, GatewayTask.Of(8_000, 8), "8,000 readings/s, 8 outstanding", 2, allIn: true)),
        new("gateway-8000-watched", found => RunAsync(
            found, GatewayTask.Of(8_000, 8), "8,000 readings/s, 8 outstanding, three dashboards", 3, allIn: true, dashboardsOpen: 3)),
        new("gateway-8000-log", found => RunAsync(found, GatewayTask.Of(8_000, 8), "8,000 readings/s, 8 outstanding, log alone", 2, allIn: false)),
        new("gateway-8000-slow", found => RunAsync(
            found, GatewayTask.Of(8_000, 8, delayMilliseconds: 10), "8,000 readings/s, answers after 10 ms", null, false)),
        new("gateway-8000-loss", found => RunAsync(found, GatewayTask.Of(8_000, 8, lossPermille: 2), "8,000 readings/s, 0.2 % unanswered", null, false)),
        new("gateway-32000", found => RunAsync(found, GatewayTask.Of(32_000, 8), "32,000 readings/s, 8 outstanding", null, allIn: false)),
        new("gateway-64000", found => RunAsync(found, GatewayTask.Of(64_000, 8), "64,000 readings/s, 8 outstanding", null, allIn: false)),
        new("gateway-idle", IdleAsync),
    ];

    private static async Task RunAsync(Action<Figure> found, GatewayTask task, string what, double? microseconds, bool allIn, int dashboardsOpen = 0)
    {
        await using var broker = allIn ? await Mosquitto.StartAsync() : null;
        await using var database = allIn ? await Influxd.StartAsync(null, "bench") : null;
        var web = $"127.0.0.1:{FreePort.Take()}";
        if (allIn) task = task with { Outputs = Outputs(broker!, database!, web) };
        await using var gateway = await GatewayUnderTest.StartAsync(task);
        var first = await gateway.WaitForFirstAsync();
        var asked = Stopwatch.GetTimestamp();
        await using var dashboards = new Dashboards(dashboardsOpen, web);
        var isJudged = microseconds is not null;
        double WithFullRings() =>
            gateway.Use.Resident + (RingPlaces - Math.Min(RingPlaces, Stopwatch.GetElapsedTime(asked).TotalSeconds)) * PlaceBytes * task.Readings;
        await Task.Delay(isJudged ? Settled : WarmUp);
        if (isJudged)
        {
            var (second, began) = (gateway.Use, Stopwatch.GetTimestamp());
            await Task.Delay(Judged);
            var spent = (gateway.Use.Processor - second.Processor) / Stopwatch.GetElapsedTime(began);
            found(new Figure($"{what}: processor a reading in the second minute", 1e6 * spent / task.Readings, "µs/reading") { AtMost = microseconds });
        }
        await gateway.Farm.CountsAsync();
        var (before, shown, at) = (gateway.Use, dashboards.Bytes, Stopwatch.GetTimestamp());
        var resident = await MedianAsync(isJudged ? Judged : Length, WithFullRings);
        var (after, counts) = (gateway.Use, await gateway.Farm.CountsAsync());
        shown = dashboards.Bytes - shown;
        var seconds = Stopwatch.GetElapsedTime(at).TotalSeconds;
        var share = (after.Processor - before.Processor).TotalSeconds / seconds;
        if (allIn && Settled - Stopwatch.GetElapsedTime(asked) is { Ticks: > 0 } left)
        {
            await Task.Delay(left);
            resident = await MedianAsync(TimeSpan.FromSeconds(10), WithFullRings);
        }
        found(new Figure($"{what}: processor a reading", 1e6 * share / task.Readings, "µs/reading")
        {
            AtMost = microseconds, Reference = task.Readings == 8_000 ? NodeRedMicroseconds : null, Of = task.Readings == 8_000 ? "Node-RED (facts)" : null,
        });
        found(new Figure($"{what}: share of a core", 100 * share, "%"));
        found(new Figure($"{what}: resident with full rings", resident / 1e6, "MB")
        {
            AtMost = task.Readings != 8_000 || microseconds is null ? null : dashboardsOpen > 0 ? 100 : 90,
            Reference = task.Readings == 8_000 ? NodeRedMegabytes : null, Of = task.Readings == 8_000 ? "Node-RED (facts)" : null,
        });
        var expected = seconds * task.Readings / GatewayTask.PointsOfDevice;
        found(new Figure($"{what}: polls missed or unanswered", 100 * (counts.Missed + counts.Unanswered) / expected, "%")
        {
            // Unanswered ones are the farm's doing.
            AtMost = 100 * counts.Unanswered / expected,
        });
        found(new Figure($"{what}: start to first request", first, "s") { AtMost = task.Readings <= 2_000 ? 1 : null });
        if (dashboardsOpen > 0)
            found(new Figure($"{what}: shown to each", shown / seconds / 1e3 / dashboardsOpen, "kB/s") { AtLeast = ShownMin * task.Readings / 1e3 });
        found(new Figure($"{what}: wake-ups", (after.WokenUp - before.WokenUp) / seconds, "1/s"));
        found(new Figure($"{what}: written to disk", (after.Written - before.Written) / seconds / 1e3, "kB/s"));
    }

    /// <summary>Nothing due for minutes: what wakes the box then is the gateway's own doing.</summary>
    private static async Task IdleAsync(Action<Figure> found)
    {
        await using var broker = await Mosquitto.StartAsync();
        foreach (var (what, outputs) in new (string, IReadOnlyDictionary<string, object>)[]
        {
            ("nothing due, log alone", new Dictionary<string, object>()),
            ("nothing due, HTTP", new Dictionary<string, object> { ["http"] = new { listen = $"127.0.0.1:{FreePort.Take()}" } }),
            ("nothing due, HTTP and MQTT", new Dictionary<string, object>
            {
                ["http"] = new { listen = $"127.0.0.1:{FreePort.Take()}" }, ["mqtt"] = new { broker = broker.Uri.ToString(), acknowledge = "broker" },
            }),
        })
        {
            await using var gateway = await GatewayUnderTest.StartAsync(GatewayTask.Of(50, 1) with { Period = "10min", Outputs = outputs });
            await gateway.WaitForFirstAsync();
            // What is compiled a second time wakes a thread for it.
            await Task.Delay(Settled);
            var (before, at) = (gateway.Use, Stopwatch.GetTimestamp());
            await Task.Delay(Settled / 2);
            var (after, seconds) = (gateway.Use, Stopwatch.GetElapsedTime(at).TotalSeconds);
            found(new Figure($"{what}: wake-ups", (after.WokenUp - before.WokenUp) / seconds, "1/s") { AtMost = 5 });
            found(new Figure($"{what}: resident", after.Resident / 1e6, "MB"));
            found(new Figure($"{what}: share of a core", 100 * (after.Processor - before.Processor).TotalSeconds / seconds, "%"));
        }
    }

    private static async Task<double> MedianAsync(TimeSpan length, Func<double> read)
    {
        var seen = new List<double>();
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < length; seen.Add(read())) await Task.Delay(TimeSpan.FromSeconds(1));
        return seen.Order().ElementAt(seen.Count / 2);
    }

    private static Dictionary<string, object> Outputs(Mosquitto broker, Influxd database, string web) => new()
    {
        ["mqtt"] = new { broker = broker.Uri.ToString(), acknowledge = "broker" },
        ["influx"] = new { url = database.Uri.ToString(), database = "bench" },
        ["http"] = new { listen = web },
    };
}
