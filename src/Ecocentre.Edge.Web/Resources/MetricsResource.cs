using System.Text;
using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Ecocentre.Edge.Web.Streams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ecocentre.Edge.Web.Resources;

/// <summary><c>GET /metrics</c>: the gateway's own figures as OpenMetrics text, for Prometheus, VictoriaMetrics or Telegraf.</summary>
internal static class MetricsResource
{
    private const string ContentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    internal static void Map(IEndpointRouteBuilder routes, CentreView view, Front front, StreamCounts counts) => routes.Resource(
        new Allowed(Roles.Viewer | Roles.Auditor), "The gateway's own figures as OpenMetrics text.").MapGet("/metrics", () =>
        {
            var figures = new Figures();
            Measure(figures, view);
            figures.Counter("ecocentre_http_requests", "Requests answered.", front.Requests);
            figures.Counter("ecocentre_http_failures", "Requests answered 500.", front.Failures);
            figures.Gauge("ecocentre_http_streams", "Streams open.", counts.Open);
            figures.Counter("ecocentre_http_stream_events", "Desk changes written to streams.", counts.Events);
            figures.Counter("ecocentre_http_stream_missed", "Desk changes passed over for clients too slow for them.", counts.Missed);
            figures.Counter("ecocentre_http_stream_resyncs", "Times a client was told to begin anew.", counts.Resyncs);
            view.Measure(figures);
            // Scrapers say what they take in many ways; all of them read this.
            return Results.Bytes(Encoding.UTF8.GetBytes(figures.ToString()), ContentType);
        }).Produces<string>(StatusCodes.Status200OK, "application/openmetrics-text");

    private static void Measure(Figures figures, CentreView view)
    {
        var now = view.Now();
        figures.Gauge("ecocentre_up_seconds", "Time since start.", (now - view.Since).TotalSeconds);
        figures.Gauge("ecocentre_log_head", "Sequence of the newest log entry.", view.Log.Head);
        figures.Gauge("ecocentre_log_tail", "Sequence of the oldest log entry held.", view.Log.Tail);
        figures.Gauge("ecocentre_desk_sequence", "Sequence of the newest desk change.", view.DeskChanges.Head);
        figures.Gauge("ecocentre_clock_trusted", "1 when the clock is synchronised.", view.Latest().ClockTrusted ? 1 : 0);
        foreach (var bus in view.Buses())
        {
            figures.Gauge("ecocentre_bus_use_ratio", "Share of a bus's time in use.", bus.UseShare, ("bus", bus.Name));
            foreach (var device in bus.Devices)
            {
                ReadOnlySpan<(string, string)> labels = [("bus", bus.Name), ("device", device.Name)];
                figures.Gauge("ecocentre_device_alive", "1 when the device answered lately.", device.IsAlive ? 1 : 0, labels);
                figures.Counter("ecocentre_device_polls", "Polls of a device.", device.Polls, labels);
                figures.Counter("ecocentre_device_faults", "Polls that brought less than asked.", device.Faults, labels);
                figures.Counter("ecocentre_device_readings", "Readings a device gave.", device.Readings, labels);
                figures.Gauge("ecocentre_device_latency_seconds", "Usual time of an answered poll.", device.LatencyMilliseconds / 1000, labels);
                figures.Gauge("ecocentre_device_delay_seconds", "Usual wait for the bus.", device.DelayMilliseconds / 1000, labels);
            }
        }
        foreach (var sink in view.Sinks())
        {
            figures.Gauge("ecocentre_sink_behind", "What waits for a receiver.", sink.Behind, ("sink", sink.Name));
            figures.Gauge("ecocentre_sink_behind_seconds", "Age of the oldest that waits.",
                sink.BehindSince is { } since ? (now - since).TotalSeconds : 0, ("sink", sink.Name));
            figures.Gauge("ecocentre_sink_up", "1 when the last try succeeded.", sink.Trouble is null ? 1 : 0, ("sink", sink.Name));
        }
        // Whoever scrapes keeps a history, so small spaces are left out.
        foreach (var space in view.Latest().Spaces.Where(space => space.Desks >= PointHistory.DesksMin))
        {
            (string, string) label = ("space", view.Spaces[space.Space].Id);
            figures.Gauge("ecocentre_space_desks", "Desks of a space.", space.Desks, label);
            figures.Gauge("ecocentre_space_desks_occupied", "Desks occupied or held.", space.Occupied, label);
            figures.Gauge("ecocentre_space_desks_unknown", "Desks of which nothing is known.", space.Unknown, label);
        }
        figures.Gauge("process_resident_memory_bytes", "Resident memory.", Environment.WorkingSet);
        figures.Counter("process_cpu_seconds", "Processor time.", Environment.CpuUsage.TotalTime.TotalSeconds);
        figures.Gauge("dotnet_gc_heap_bytes", "Managed heap.", GC.GetTotalMemory(forceFullCollection: false));
        figures.Counter("dotnet_gc_pause_seconds", "Time all threads stood still for the collector.", GC.GetTotalPauseDuration().TotalSeconds);
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
            figures.Counter("dotnet_gc_collections", "Collections.", GC.CollectionCount(generation), ("generation", $"{generation}"));
    }
}
