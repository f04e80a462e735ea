using Ecocentre.Edge.Buses;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Web;
using Microsoft.Extensions.Logging;

namespace Ecocentre.Edge;

/// <summary>The parts of a running centre that follow from its site: how they begin, and end or are exchanged while the centre runs on.</summary>
internal sealed class CentreParts(RunningCentre centre, Intake intake, Recorder recorder, ILogger logger) : IAsyncDisposable
{
    private readonly RunningTasks _tasks = new();
    private RunningTask? _pastWork;
    private LabelPast? _past;
    private WebServer? _web;
    private Uri? _address;
    private DeskMemory? _admitted;

    internal Recorder Recorder => recorder;

    internal required RunningBuses Buses { get; init; }

    internal required Instruments Instruments { get; init; }

    internal required Tellings Tellings { get; init; }

    internal required Sealing Sealing { get; init; }

    /// <summary>Makes what the web sees of the centre as it is now.</summary>
    internal required Func<CentreView> View { get; init; }

    /// <summary>The last day of desk changes; null where the site has no desks and never had any.</summary>
    internal DeskMemory? Desks { get; private set; }

    /// <summary>Where HTTP is answered, or null; valid while running.</summary>
    internal Uri? WebAddress => Volatile.Read(ref _address);

    /// <summary>Fails when something ended by itself.</summary>
    internal Task Broken => _tasks.Broken;

    /// <summary>Takes up the desks of a start.</summary>
    internal void Remember(DeskMemory? desks) => Desks = desks;

    /// <summary>Begins something that runs as long as the centre.</summary>
    internal void Begin(Func<CancellationToken, IEnumerable<Task>> start) => _tasks.Begin(start);

    /// <summary>Starts the buses that do not run yet.</summary>
    internal void StartBuses() => Buses.Start(_tasks);

    /// <summary>Starts what does not run yet.</summary>
    internal void Start()
    {
        StartBuses();
        Tellings.Start(_tasks);
        if (_past is { } past) _pastWork ??= _tasks.Begin(cancellation => [past.RunAsync(centre.BuildingTime, cancellation)]);
    }

    /// <summary>Something went wrong half way: the process must die and be started again, not limp.</summary>
    internal void Break(Exception why) => _tasks.Break(why);

    /// <summary>Ends everything; what was handed over before is in the queues.</summary>
    internal Task EndAsync() => _tasks.EndAsync();

    /// <summary>Has the loop that judges do something, and waits until it did.</summary>
    internal async Task DoAsync(LoopWork work, CancellationToken cancellation)
    {
        await intake.Work.Writer.WriteAsync(work, cancellation);
        await work.Done.Task.WaitAsync(cancellation);
    }

    /// <summary>A label, if there is one, waits for its past from now on.</summary>
    internal void MakeLabelPast(CentreLabel? label) => _past = label is null ? null : new LabelPast(label, centre.History, () => centre.Clock.Now);

    /// <summary>As <see cref="MakeLabelPast"/>, after that of the label of before has ended.</summary>
    internal async Task ChangeLabelPastAsync(CentreLabel? label)
    {
        if (_pastWork is not null) await _pastWork.EndAsync();
        _pastWork = null;
        MakeLabelPast(label);
    }

    /// <summary>The file of desks learns those of a site; on the loop that judges.</summary>
    /// <exception cref="LogUnavailableException">The disk does not take them now; nothing has changed.</exception>
    internal void AdmitDesks(Site next, Instant now)
    {
        _admitted?.Dispose();
        _admitted = null;
        if (Desks is null) _admitted = DeskMemory.Open(next.LogPath, next.Centre, next.Occupancy.Desks, now, logger);
        else Desks.Log.Declare([.. next.Occupancy.Desks.Select(desk => desk.Id)]);
    }

    /// <summary>The desks are those of the site from now on; on the loop that judges.</summary>
    internal void ChangeDesks(OccupancyPlan plan, Gateway gateway)
    {
        if (Desks is { } desks) Desks = desks.Succeed(plan.Desks);
        else
        {
            // The first desks of this site: numbers go on after those that the file knows.
            (Desks, _admitted) = (_admitted, null);
            Desks?.Restore(gateway);
        }
        recorder.Desks = Desks is null ? null : (Desks.Log, plan.Desks);
    }

    /// <summary>Whether HTTP can be answered where the site says so.</summary>
    /// <exception cref="IOException">The certificate is not good, or somebody else has the address.</exception>
    internal void CheckAddress()
    {
        if (centre.Site.Http is { } http) WebServer.Check(http, null, centre.Network, logger);
    }

    /// <summary>Answers HTTP where the site says so.</summary>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    internal async Task ListenAsync(CancellationToken cancellation)
    {
        if (centre.Site.Http is not { } http) return;
        _web = new WebServer(http, View(), logger);
        await _web.StartAsync(cancellation);
        Volatile.Write(ref _address, _web.Address);
        logger.LogInformation("HTTP is answered at {Address}.", _web.Address);
    }

    /// <summary>Answers with what the site says now. Who holds a stream comes back by himself.</summary>
    internal async Task ShowAnewAsync(CancellationToken cancellation)
    {
        var before = _web;
        _web = null;
        Volatile.Write(ref _address, null);
        if (before is not null) await before.DisposeAsync();
        await ListenAsync(cancellation);
    }

    /// <summary>There is something new to be seen; on the loop that judges, returns at once.</summary>
    internal void Show(Snapshot snapshot)
    {
        Desks?.History.Forget(snapshot.At);
        Tellings.Show(snapshot);
        _web?.Show();
    }

    public async ValueTask DisposeAsync()
    {
        if (_web is not null) await _web.DisposeAsync();
        await Tellings.DisposeAsync();
        await Buses.DisposeAsync();
        Desks?.Dispose();
        _admitted?.Dispose();
        _tasks.Dispose();
    }
}
