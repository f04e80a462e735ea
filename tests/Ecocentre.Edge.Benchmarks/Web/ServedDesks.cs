using System.Collections.Immutable;
using System.Net;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Web;
using Ecocentre.Edge.Web.Access;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecocentre.Edge.Benchmarks.Web;

/// <summary>A gateway loop with so many desks, one presence sensor each and without hold times, and the web server that shows them: what runs in a centre,
/// less the wires.</summary>
internal sealed class ServedDesks : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ecocentre-served-").FullName;
    private readonly CancellationTokenSource _ending = new();
    private readonly EvidenceLog _log;
    private readonly DeskLog _deskLog;
    private readonly Task _running;

    internal ServedDesks(int desks)
    {
        var (time, limits) = (TimeProvider.System, GatewayLimits.Default);
        Clock = new GatewayClock(time, limits);
        var presence = Quantity.All.Single(quantity => quantity.Name == "presence");
        var rules = DeskRules.Default with { Hold = TimeSpan.Zero, ChatterEdgesMax = 1_000_000 };
        var plan = OccupancyPlan.Of(
            [.. Enumerable.Range(0, desks).Select(i => new Point
            {
                Id = new PointId((ushort)i), Name = $"pir-{i}.presence", Quantity = presence, Device = $"pir-{i}",
                // Nobody polls here: no desk falls silent in between.
                Period = TimeSpan.FromHours(1),
            })],
            [new Space("open-space", "Open space", "0")],
            [.. Enumerable.Range(0, desks).Select(i =>
                new Desk($"d{i:000}", $"LYO-D{i:000}", "open-space", [new PointId((ushort)i)]) { Rules = rules })]);
        _log = EvidenceLog.Open(Path.Combine(_folder, "log.db"), "bench", LogOptions.Default, Clock.Now);
        _log.Declare(plan.Points.Where(p => !p.Private).Select(Series.Of), Clock.Now);
        _deskLog = DeskLog.Open(_log.FilePath, "bench", [.. plan.Desks.Select(d => d.Id)], Clock.Now);
        var gateway = new Gateway(plan, TimeZoneInfo.Utc, limits);
        gateway.RestoreDesks([], _deskLog.Sequence);
        var history = new DeskHistory();
        WebServer? server = null;
        var loop = new GatewayLoop(gateway, Clock, Intake, new Recorder(_log, plan.Points, NullLogger.Instance) { Desks = (_deskLog, plan.Desks) }, time)
        {
            DesksChanged = (_, changes) =>
            {
                Changed?.Invoke(changes);
                foreach (var change in changes) history.Append(change);
                server?.Show();
            },
            SnapshotTaken = _ => server?.Show(),
        };
        var view = new CentreView
        {
            Centre = "bench", Zone = "Europe/Paris", Version = "0", Since = Clock.Now, Points = plan.Points, Spaces = plan.Spaces, Desks = plan.Desks,
            Latest = () => loop.Latest, DeskChanges = history, Log = _log, Troubles = () => [], Now = () => Clock.Now, Time = time,
        };
        var free = new Rate(1e9, 1e9);
        var options = new WebOptions(new IPEndPoint(IPAddress.Loopback, 0))
        {
            TokensFile = Path.Combine(_folder, "tokens.json"), PerAddress = free, PerToken = free,
        };
        var token = "";
        TokenFile.Change(options.TokensFile, tokens => tokens.Add(TokenEntry.Make("bench", Roles.Admin, Clock.Now, null, out token)));
        (Token, Server) = (token, server = new WebServer(options, view, NullLogger.Instance));
        _running = loop.RunAsync(_ending.Token);
    }

    internal GatewayClock Clock { get; }

    internal Intake Intake { get; } = new(GatewayLimits.Default);

    internal WebServer Server { get; }

    internal string Token { get; }

    /// <summary>Told of changes before anybody else is.</summary>
    internal Action<ImmutableArray<DeskStatus>>? Changed { get; set; }

    /// <summary>Gives a reading of a desk's sensor, as a bus would.</summary>
    internal ValueTask ReadAsync(int desk, bool present) =>
        Intake.Readings.Writer.WriteAsync(new Reading(new PointId((ushort)desk), Clock.Now, present ? 1 : 0, Quality.Good));

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running;
        await Server.DisposeAsync();
        _deskLog.Dispose();
        _log.Dispose();
        _ending.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
