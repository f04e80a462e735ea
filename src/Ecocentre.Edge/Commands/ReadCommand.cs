using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Ecocentre.Edge.Buses;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Orders;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Commands;

/// <summary><c>read --site FILE [DEVICE…]</c>: one poll of each device, as a table. Exit code 1 when a device or a value did not come.</summary>
internal static class ReadCommand
{
    // A slow serial line with a dozen requests and a SunSpec walk in front is through by then.
    private static readonly TimeSpan DeviceTimeMax = TimeSpan.FromSeconds(10);

    internal static Command Build(Terminal terminal)
    {
        var (site, models, json) = (SiteArgument.Site(), SiteArgument.Models(), SiteArgument.Json());
        var names = new Argument<string[]>("DEVICE") { Description = "Names of devices; none for all.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("read", "Poll devices of a site once and print what they say.") { site, models, json, names };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (SiteArgument.Load(parsed.GetRequiredValue(site), parsed.GetValue(models),
                terminal.Errors) is not { } loaded) return ExitCode.FoundWrong;
            var wanted = parsed.GetValue(names) ?? [];
            var known = loaded.Plans.SelectMany(p => p.Devices).ToArray();
            foreach (var name in wanted.Where(n => !known.Contains(n)))
                throw new CannotRunException($"There is no device \"{name}\" in {loaded.File}. It has {string.Join(", ", known)}.");
            var wiring = new Wiring(terminal.Time, () => Instant.From(terminal.Time.GetUtcNow()), new PortOpener());
            var held = await HeldAsync(loaded, terminal, cancellation);
            var read = new List<DeviceReadings>();
            foreach (var plan in loaded.Plans)
                foreach (var device in plan.Devices.Where(d => wanted.Length == 0 || wanted.Contains(d)))
                    read.AddRange(IsHeld(plan) && held is not null ? Held(plan, device, held)
                        : await ReadAsync(plan, device, wiring, terminal, cancellation));
            if (parsed.GetValue(json)) WriteJson(read, terminal);
            else Write(read, terminal);
            return read.All(d => d.IsComplete) ? ExitCode.Ok : ExitCode.FoundWrong;
        });
        return command;
    }

    /// <summary>What only one process can reach at a time; a Modbus TCP server takes several.</summary>
    private static bool IsHeld(BusPlan plan) => plan.Options is not (TcpBus or RtuOverTcpBus);

    /// <summary>The newest readings that a running gateway has of what it holds, by point; null when none runs.</summary>
    private static async Task<Dictionary<string, ReadingLine>?> HeldAsync(Site site, Terminal terminal, CancellationToken cancellation)
    {
        var devices = site.Plans.Where(IsHeld).SelectMany(p => p.Points).Select(p => p.Device).Distinct().ToArray();
        if (devices.Length == 0 || await OrderClient.AskAsync(site.LogPath, new ReadingsOrder(devices), terminal,
            cancellation) is not { } answer) return null;
        terminal.Tell("The gateway runs: what it holds (chips, lines, serial ports, topics) is shown as it was read last, but for what "
            + "watches desks.");
        return (answer.Readings ?? []).ToDictionary(line => line.Point);
    }

    private static List<DeviceReadings> Held(BusPlan plan, string device, Dictionary<string, ReadingLine> lines)
    {
        // The gateway tells nobody what watches a desk; its state is served.
        ImmutableArray<Point> points = [.. PointsOf(plan, device).Where(p => !p.Private)];
        if (points.IsEmpty) return [];
        var readings = points.Where(p => lines.ContainsKey(p.Name)).ToDictionary(p => p.Id, p => lines[p.Name] is var line
            ? new Reading(p.Id, new Instant(line.At), line.Value ?? double.NaN, line.Quality) : default);
        return [new DeviceReadings(device, plan.Options.Devices.First(d => d.Name == device).Kind, points, readings, null)];
    }

    /// <summary>An expander's points bear the names of its contacts.</summary>
    private static ImmutableArray<Point> PointsOf(BusPlan plan, string device)
    {
        var names = plan.Options.Devices.First(d => d.Name == device) is SiteExpander expander
            ? expander.Contacts.Select(c => c.Name).ToHashSet() : [device];
        return [.. plan.Points.Where(p => names.Contains(p.Device))];
    }

    /// <summary>Each device gets a way of its own: what a dead one did to the last (a wait before connecting again) is not the next one's fault.</summary>
    private static async Task<List<DeviceReadings>> ReadAsync(
        BusPlan plan, string device, Wiring wiring, Terminal terminal, CancellationToken cancellation)
    {
        terminal.Progress($"reading {device} …");
        var read = new List<DeviceReadings>();
        var kind = plan.Options.Devices.First(d => d.Name == device).Kind;
        if (plan is BridgePlan)
            return [new DeviceReadings(device, kind, PointsOf(plan, device), [],
                new Fault(FaultKind.NoAnswer, "Topics are listened to by a running gateway only: start it, then read again."))];
        try
        {
            await using var bus = plan.Connect(wiring, new HashSet<string> { device });
            foreach (var one in bus.All)
                await using (one)
                    read.Add(await ReadAsync((device, kind), one, wiring.Time, cancellation));
        }
        catch (IOException e)
        {
            read.Add(new DeviceReadings(device, kind, PointsOf(plan, device), [], new Fault(FaultKind.NoBus, e.Message)));
        }
        terminal.ProgressDone();
        return read;
    }

    private static async Task<DeviceReadings> ReadAsync(
        (string Name, string Kind) site, IDevice device, TimeProvider time, CancellationToken cancellation)
    {
        var readings = new Dictionary<PointId, Reading>();
        var buffer = new Reading[device.Points.Length];
        Fault? fault = null;
        var start = time.GetTimestamp();
        while (readings.Count < device.Points.Length && time.GetElapsedTime(start) < DeviceTimeMax)
        {
            cancellation.ThrowIfCancellationRequested();
            var ahead = time.GetElapsedTime(time.GetTimestamp(), device.DueAt);
            if (ahead > TimeSpan.Zero)
            {
                // Nothing is due any more: what has not come by now was refused or did not answer.
                if (fault is not null || ahead > DeviceTimeMax) break;
                await Task.Delay(ahead, time, cancellation);
            }
            var result = await device.PollAsync(buffer, cancellation);
            fault = result.Fault ?? fault;
            foreach (var reading in buffer.AsSpan(0, result.Count)) readings[reading.Point] = reading;
        }
        return new DeviceReadings(site.Name, site.Kind, device.Points, readings, fault);
    }

    private static void Write(List<DeviceReadings> read, Terminal terminal)
    {
        var table = new TextTable("point", "value", "unit", "quality", "at");
        foreach (var device in read)
            foreach (var point in device.Points)
                if (device.Readings.TryGetValue(point.Id, out var reading))
                    table.Add(point.Name, double.IsNaN(reading.Value) ? "" : reading.Value.ToString("0.######", CultureInfo.InvariantCulture),
                        point.Quantity.Unit, Word(reading.Quality), reading.At.ToString());
                else table.Add(point.Name, "", point.Quantity.Unit, "missing", "");
        terminal.Output.Write(table);
        foreach (var device in read.Where(d => d.Fault is not null)) terminal.Errors.WriteLine($"{device.Name}: {device.Fault!.Text}");
    }

    private static void WriteJson(List<DeviceReadings> read, Terminal terminal) => terminal.WriteJson(read.Select(device => new
    {
        device = device.Name,
        model = device.Kind,
        fault = device.Fault?.Text,
        points = device.Points.Select(point =>
        {
            var came = device.Readings.TryGetValue(point.Id, out var reading);
            return new
            {
                name = point.Name,
                value = came && double.IsFinite(reading.Value) ? reading.Value : (double?)null,
                unit = point.Quantity.Unit,
                quality = came ? Word(reading.Quality) : "missing",
                at = came ? reading.At.ToString() : null,
            };
        }),
    }));

    private static string Word(Quality quality) => quality.ToString().ToLowerInvariant();

    private sealed record DeviceReadings(string Name, string Kind, ImmutableArray<Point> Points, Dictionary<PointId, Reading> Readings, Fault? Fault)
    {
        /// <summary>Each point came; a sensor that still warms up may say so.</summary>
        internal bool IsComplete => Fault is null && Points.All(p => Readings.TryGetValue(p.Id, out var r) && r.Quality < Quality.Invalid);
    }
}
