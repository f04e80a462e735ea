using Ecocentre.Edge.Benchmarks.Web;

namespace Ecocentre.Edge.Benchmarks.Suite.Macro;

/// <summary>From the edge of a line to the snapshot with the desk's new state, and from there to the sockets of 200 clients.</summary>
/// <remarks>Expectation: 99 % of 128 desks' edges seen within 5 ms, 99 % of events at 200 sockets within 10 ms.</remarks>
internal static class DeskLatency
{
    internal static IEnumerable<Measure> Measures => [new("desk", RunAsync)];

    private static async Task RunAsync(Action<Figure> found)
    {
        var edges = await DeskEdges.DriveAsync(100, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(10));
        found(new Figure("a line's edge to the snapshot, 128 desks, 100 a second: median", edges.Within(0.5), "ms") { AtMost = 0.5 });
        found(new Figure("a line's edge to the snapshot: 99 %", edges.Within(0.99), "ms") { AtMost = 5 });
        var events = await StreamLatency.MeasureAsync(50, 8);
        found(new Figure("a reading to 200 clients' sockets, 50 changes a second: median", events[events.Length / 2], "ms") { AtMost = 5 });
        found(new Figure("a reading to 200 clients' sockets: 99 %", events[(int)(events.Length * 0.99)], "ms") { AtMost = 10 });
    }
}
