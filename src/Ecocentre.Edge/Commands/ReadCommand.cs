using System.CommandLine;
using System.Globalization;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;
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
            if (SiteArgument.Load(parsed.GetRequiredValue(site), parsed.GetValue(models), terminal.Errors) is not { } loaded) return ExitCode.FoundWrong;
            var wanted = parsed.GetValue(names) ?? [];
            var plans = BusPlan.Of(loaded);
            var known = plans.SelectMany(p => p.Meters).Select(m => m.Options.Name).ToArray();
            foreach (var name in wanted.Where(n => !known.Contains(n)))
                throw new CannotRunException($"There is no device \"{name}\" in {loaded.File}. It has {string.Join(", ", known)}.");
            var read = new List<DeviceReadings>();
            foreach (var plan in plans) await ReadBusAsync(plan, wanted, terminal, read, cancellation);
            if (parsed.GetValue(json)) WriteJson(read, terminal);
            else Write(read, terminal);
            return read.All(d => d.IsComplete) ? ExitCode.Ok : ExitCode.FoundWrong;
        });
        return command;

    }

    private static async Task ReadBusAsync(BusPlan plan, string[] wanted, Terminal terminal, List<DeviceReadings> read, CancellationToken cancellation)
    {
        foreach (var setup in plan.Meters)
        {
            if (wanted.Length > 0 && !wanted.Contains(setup.Options.Name)) continue;
            // Each gets a way of its own: what a dead device did to the last one (a wait before connecting again) is not the next one's fault.
            await using var transport = plan.Connect(terminal.Time);
            terminal.Progress($"reading {setup.Options.Name} …");
            read.Add(await ReadAsync(setup, transport, terminal.Time, cancellation));
            terminal.ProgressDone();
        }
    }

    private static async Task<DeviceReadings> ReadAsync(MeterSetup setup, ModbusTransport transport, TimeProvider time, CancellationToken cancellation)
    {
        await using var meter = new Meter(setup, transport, time, () => Instant.From(time.GetUtcNow()));
        var readings = new Dictionary<PointId, Reading>();
        var buffer = new Reading[setup.Points.Length];
        Fault? fault = null;
        var start = time.GetTimestamp();
        while (readings.Count < setup.Points.Length && time.GetElapsedTime(start) < DeviceTimeMax)
        {
            cancellation.ThrowIfCancellationRequested();
            var ahead = time.GetElapsedTime(time.GetTimestamp(), meter.DueAt);
            if (ahead > TimeSpan.Zero)
            {
                // Nothing is due any more: what has not come by now was refused or did not answer.
                if (fault is not null || ahead > DeviceTimeMax) break;
                await Task.Delay(ahead, time, cancellation);
            }
            var result = await meter.PollAsync(buffer, cancellation);
            fault = result.Fault ?? fault;
            foreach (var reading in buffer.AsSpan(0, result.Count)) readings[reading.Point] = reading;
        }
        return new DeviceReadings(setup, readings, fault);
    }

    private static void Write(List<DeviceReadings> read, Terminal terminal)
    {
        var table = new TextTable("point", "value", "unit", "quality", "at");
        foreach (var device in read)
            foreach (var point in device.Setup.Points)
                if (device.Readings.TryGetValue(point.Id, out var reading))
                    table.Add(point.Name, double.IsNaN(reading.Value) ? "" : reading.Value.ToString("0.######", CultureInfo.InvariantCulture),
                        point.Quantity.Unit, Word(reading.Quality), reading.At.ToString());
                else table.Add(point.Name, "", point.Quantity.Unit, "missing", "");
        terminal.Output.Write(table);
        foreach (var device in read.Where(d => d.Fault is not null)) terminal.Errors.WriteLine($"{device.Setup.Options.Name}: {device.Fault!.Text}");
    }

    private static void WriteJson(List<DeviceReadings> read, Terminal terminal) => terminal.WriteJson(read.Select(device => new
    {
        device = device.Setup.Options.Name,
        model = device.Setup.Model.Id,
        fault = device.Fault?.Text,
        points = device.Setup.Points.Select(point =>
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

    private sealed record DeviceReadings(MeterSetup Setup, Dictionary<PointId, Reading> Readings, Fault? Fault)
    {
        internal bool IsComplete => Fault is null && Setup.Points.All(p => Readings.TryGetValue(p.Id, out var r) && r.Quality == Quality.Good);
    }
}
