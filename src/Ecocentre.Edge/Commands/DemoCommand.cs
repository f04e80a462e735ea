using System.CommandLine;
using System.Text.Json.Nodes;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Commands;

/// <summary><c>demo</c>: a simulated building on real wires and a gateway that reads it, from a site file like any other. With <c>--for</c> it ends
/// by itself and compares what was measured with what was true, and the database with the log; exit code 1 when they disagree.</summary>
internal static class DemoCommand
{
    private const double SpeedMax = 60;

    // Enough closed minutes for a comparison, and longer than a desk is held; a gateway that is watched for less real time lives faster.
    private const double ComparedSeconds = 600;

    // Somebody is there then.
    private const int BusyFromHour = 9, BusyToHour = 17;

    private static readonly Option<int> Seed = new("--seed") { Description = "Seed of the building's truth.", DefaultValueFactory = _ => 1 };
    private static readonly Option<double?> Speed = new("--speed") { Description = "Times as fast as real time, 1 to 60. With --for, as fast as "
        + "ten minutes of the building need, at most 10." };
    private static readonly Option<double?> For = new("--for") { Description = "End by itself after so many seconds and compare." };
    private static readonly Option<DateTime?> At = new("--at") { Description = "The building's local time, as in 2026-11-17T09:30. Without it: now, or the "
        + "last working day at ten when nobody is there now." };
    private static readonly Option<string?> Folder = new("--folder") { Description = "Where site file and log are written; a new temporary folder otherwise." };
    private static readonly Option<string?> Broker = new("--broker") { Description = "Tell this MQTT broker, mqtt://HOST:PORT." };
    private static readonly Option<string?> Influx = new("--influx") { Description = "The InfluxDB 1.x that an ingest fills (with --broker), or "
        + "that the gateway fills itself." };
    private static readonly Option<string> Database = new("--database") { Description = "Its database.", DefaultValueFactory = _ => "ecocentre" };
    private static readonly Option<string> Centre = new("--centre") { Description = "Id of the centre.", DefaultValueFactory = _ => "demo" };
    private static readonly Option<string?> Http = new("--http") { Description = "Answer HTTP here, as in 127.0.0.1:8480." };

    internal static Command Build(Terminal terminal)
    {
        var models = SiteArgument.Models();
        var command = new Command("demo", "Run a gateway on a simulated building.")
        {
            Seed, Speed, For, At, Folder, Broker, Influx, Database, Centre, Http, models,
        };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, parsed.GetValue(models), terminal, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string? models, Terminal terminal, CancellationToken cancellation)
    {
        var influx = parsed.GetValue(Influx) is { } address ? Server(address) : null;
        var limit = parsed.GetValue(For) is { } seconds ? TimeSpan.FromSeconds(Positive("--for", seconds, 1e6)) : (TimeSpan?)null;
        var speed = parsed.GetValue(Speed) is { } asked ? Positive("--speed", asked, SpeedMax) : limit is { } time
            ? Math.Clamp(ComparedSeconds / time.TotalSeconds, 1, 10) : 1;
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");
        // A faster building starts earlier, so that a demo of known length ends at now and a longer one is not far ahead of it.
        var start = Begin(parsed.GetValue(At), terminal.Time.GetUtcNow() - (limit ?? TimeSpan.Zero) * (speed - 1), zone);
        var buildingTime = new ScaledTime(terminal.Time, start, speed);
        Instant Now() => Instant.From(buildingTime.GetUtcNow());
        var catalogue = SiteArgument.Catalogue(models);
        var building = SimulatedBuilding.Default(parsed.GetValue(Seed), zone, catalogue, Now);
        var box = new SimulatedBox(building.Truth, buildingTime, Now);
        await using var wires = SimulateCommand.Open(building, 0, buildingTime, box);

        var folder = parsed.GetValue(Folder) ?? Directory.CreateTempSubdirectory("ecocentre-demo-").FullName;
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "site.json");
        wires.WriteSite(file, parsed.GetValue(Centre)!, Outputs(parsed));
        SimulateCommand.Describe(wires, terminal.Output);
        terminal.Output.WriteLine($"\nIt is {TimeZoneInfo.ConvertTime(start, zone):dddd yyyy-MM-dd HH:mm} in the building.");
        terminal.Output.WriteLine($"site and log in {folder}; `ecocentre-edge read --site {file} main` reads a meter beside the gateway.");

        var mistakes = new List<Mistake>();
        var site = SiteFile.Load(file, catalogue, mistakes) ?? throw new CannotRunException(string.Join(Environment.NewLine, mistakes));
        using var loggers = RunCommand.Loggers();
        await using var centre = RunCommand.Open(site, buildingTime, terminal.Time, loggers, new SimulatedPorts(box));
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var playing = box.PlayAsync(ending.Token);
        var run = RunCommand.RunAsync(centre, loggers, ending.Token);
        var comparison = new DemoComparison(
            centre, (building, box), influx is null ? null : (influx, parsed.GetValue(Database)!), speed);
        try
        {
            var agrees = await WatchAsync(comparison, limit, run, terminal, cancellation);
            return agrees ? ExitCode.Ok : ExitCode.FoundWrong;
        }
        finally
        {
            ending.Cancel();
            await run;
            await playing;
        }
    }

    /// <summary>The building's first instant.</summary>
    private static DateTimeOffset Begin(DateTime? asked, DateTimeOffset now, TimeZoneInfo zone)
    {
        var local = asked ?? TimeZoneInfo.ConvertTime(now, zone).DateTime;
        if (asked is null && BuildingCalendar.IsWorkday(DateOnly.FromDateTime(local)) && local.Hour is >= BusyFromHour and < BusyToHour) return now;
        if (asked is null)
        {
            var day = DateOnly.FromDateTime(local);
            while (!BuildingCalendar.IsWorkday(day) || day.ToDateTime(new TimeOnly(10, 0)) > local) day = day.AddDays(-1);
            local = day.ToDateTime(new TimeOnly(10, 0));
        }
        if (zone.IsInvalidTime(local)) throw new CannotRunException($"--at {local:s} is no time in {zone.Id}: clocks go forward then.");
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }

    private static async Task<bool> WatchAsync(DemoComparison comparison, TimeSpan? limit, Task run, Terminal terminal, CancellationToken cancellation)
    {
        var start = terminal.Time.GetTimestamp();
        try
        {
            while (limit is null || terminal.Time.GetElapsedTime(start) < limit)
            {
                await Task.WhenAny(run, Task.Delay(DemoComparison.WatchesEvery, terminal.Time, cancellation));
                if (run.IsCompleted) await run;
                cancellation.ThrowIfCancellationRequested();
                comparison.Watch();
                terminal.Progress(comparison.Progress);
            }
            terminal.ProgressDone();
            var report = await comparison.CompareAsync(terminal.Time, cancellation);
            terminal.Output.Write(report.Text);
            return report.Agrees;
        }
        catch (OperationCanceledException)
        {
            terminal.ProgressDone();
            return true;
        }
    }

    private static JsonObject Outputs(ParseResult parsed)
    {
        var outputs = new JsonObject();
        var (broker, influx) = (parsed.GetValue(Broker), parsed.GetValue(Influx));
        // With a database to look into, somebody must have acknowledged for it before the gateway forgets.
        if (broker is not null) outputs["mqtt"] = new JsonObject { ["broker"] = broker, ["acknowledge"] = influx is null ? "broker" : "database" };
        else if (influx is not null) outputs["influx"] = new JsonObject { ["url"] = influx, ["database"] = parsed.GetValue(Database),
            ["createDatabase"] = true };
        if (parsed.GetValue(Http) is { } listen) outputs["http"] = new JsonObject { ["listen"] = listen };
        return outputs;
    }

    private static Uri Server(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var server) && server.Scheme is "http" or "https" ? server
            : throw new CannotRunException($"--influx \"{address}\" is no address of a database. Write it with its scheme, as in http://127.0.0.1:8086.");

    private static double Positive(string option, double value, double max) =>
        value >= 1 && value <= max ? value : throw new CannotRunException($"{option} {value} is not possible. Write 1 to {max}.");
}
