using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using Ecocentre.Edge.Buses;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Orders;
using Ecocentre.Edge.Packs;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Reload;
using Ecocentre.Edge.Signing;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Web;
using Microsoft.Extensions.Logging;

namespace Ecocentre.Edge;

/// <summary>One gateway at work: everything a site asks for, wired together. Made by <see cref="Open"/>, run once, then disposed.</summary>
public sealed class RunningCentre : IAsyncDisposable
{
    private readonly Intake _intake = new(GatewayLimits.Default);
    private readonly ILogger _logger;
    private readonly TimeProvider _time, _network;
    private readonly Recorder _recorder;
    private CentreParts _parts = null!;
    private CentreEvidence? _evidence;
    private Func<Series, bool> _isExact = static _ => false;
    private volatile bool _hasBegun;

    private RunningCentre(
        Site site, (EvidenceLog Log, EvidenceArchive Archive) past, GatewayClock clock, (TimeProvider Building, TimeProvider Network) times, ILogger logger)
    {
        (Site, Log, Archive, Clock, _logger) = (site, past.Log, past.Archive, clock, logger);
        History = new EvidenceHistory(Log, Archive);
        (_time, _network) = times;
        Label = site.Label is { } label ? new CentreLabel(site, label) : null;
        _recorder = new Recorder(Log, Points, _logger);
        (Since, Picture, Reloads) = (clock.Now, new CentrePicture(site, clock.Now), new Reloading(this, _intake, logger));
        RecordFact[] records = [.. Log.Records().Select(entry => (RecordFact)entry.Fact)];
        Keys = KeyRing.Open(site.LogPath, site.Origin, records, clock.Now);
        Signer = new Signer(Keys, site.LogPath, site.Origin, records);
        foreach (var fact in Keys.Begun) _recorder.Note(fact);
        if (CentreConfiguration.Begin(site, Archive.PutText, records, clock.Now) is { } configuration) _recorder.Note(configuration);
    }

    /// <summary>Version of this program.</summary>
    public static string Version { get; } =
        typeof(RunningCentre).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    /// <summary>As it was applied last.</summary>
    public Site Site { get; private set => Volatile.Write(ref field, value); }

    /// <summary>Desks and spaces, and all points.</summary>
    public OccupancyPlan Occupancy => Site.Occupancy;

    /// <summary>Index equals <see cref="PointId"/>.</summary>
    public ImmutableArray<Point> Points => Site.Points;

    /// <summary>The last day of desk changes; null where the site has no desks. Any thread.</summary>
    public DeskHistory? DeskHistory => _parts.Desks?.History;

    /// <summary>Ids of desks that were declared once and are no longer.</summary>
    public IReadOnlyList<string> DesksGone => _parts.Desks?.Log.Gone ?? [];

    public EvidenceLog Log { get; }

    /// <summary>The sealed past.</summary>
    public EvidenceArchive Archive { get; }

    /// <summary>Log and archive as one, for those who ask.</summary>
    public EvidenceHistory History { get; }

    public GatewayClock Clock { get; }

    public Instant Since { get; }

    /// <summary>How the centre stands against its label, or null where the site names none.</summary>
    public CentreLabel? Label { get; private set => Volatile.Write(ref field, value); }

    /// <summary>Now, for those who know this site's points by their numbers.</summary>
    internal CentrePicture Picture { get; private set => Volatile.Write(ref field, value); }

    /// <summary>How the site file is read again while the centre runs.</summary>
    internal Reloading Reloads { get; }

    /// <summary>How it goes over to a changed site.</summary>
    internal SiteSwap Swap => new(this, _parts);

    /// <inheritdoc cref="CentreParts.Break"/>
    internal void Break(Exception why) => _parts.Break(why);

    /// <summary>The keys that sign the evidence.</summary>
    internal KeyRing Keys { get; }

    /// <summary>Signs the head of the evidence tree.</summary>
    internal Signer Signer { get; }

    /// <summary>The loop that judges.</summary>
    public GatewayLoop Loop { get; private set; } = null!;

    /// <summary>Time of the building, and of all that waits on others.</summary>
    internal TimeProvider BuildingTime => _time;

    /// <inheritdoc cref="BuildingTime"/>
    internal TimeProvider Network => _network;

    /// <summary>Readings between the buses and the gateway loop. Any thread.</summary>
    internal int ReadingsWaiting => _intake.Readings.Count;

    /// <summary>How each bus does. Any thread.</summary>
    public IEnumerable<BusHealth> Buses => _parts.Buses.Health;

    /// <summary>Why nothing can be recorded now, in words, or null. Any thread.</summary>
    public string? RecordingTrouble => _recorder.UnavailableSince is { } since
        ? $"Nothing can be recorded since {since}: {Log.Health().Trouble}" : null;

    /// <summary>How it goes, in a line for whoever looks at the process from outside. Any thread.</summary>
    internal string Describe()
    {
        var devices = Buses.SelectMany(bus => bus.Devices).ToArray();
        var log = Log.Health();
        return RecordingTrouble ?? $"{devices.Count(d => d.IsAlive)} of {devices.Length} devices answer; {Loop.ReadingsAccepted} readings; "
            + $"{log.Undelivered} entries wait to be told.";
    }

    /// <summary>How often the loop that judges has finished a beat since everything runs that the site asks for; 0 until then. Any thread.</summary>
    internal long Beats => _hasBegun ? Loop.Beats : 0;

    /// <summary>Where HTTP is answered, or null; valid while running.</summary>
    public Uri? WebAddress => _parts.WebAddress;

    /// <summary>Opens the log, takes up what an earlier run knew and builds everything; nothing is asked or told yet.</summary>
    /// <param name="time">Time of the building: polls, windows and the gateway's clock.</param>
    /// <param name="network">Time of brokers and databases; another one only where a demo's building lives faster.</param>
    /// <param name="ports">How this machine's ports are opened; null for Linux's own.</param>
    /// <exception cref="LogRefusedException">The log belongs to another centre or process, or a point changed its unit.</exception>
    /// <exception cref="LogUnavailableException">The disk does not let the log be opened.</exception>
    public static RunningCentre Open(Site site, TimeProvider time, TimeProvider network, ILogger logger, PortOpener? ports = null)
    {
        var clock = new GatewayClock(time, GatewayLimits.Default);
        var log = EvidenceLog.Open(site.LogPath, site.Centre, site.Log, clock.Now);
        EvidenceArchive? archive = null;
        try
        {
            archive = EvidenceArchive.Open(EvidenceArchive.FolderOf(log.FilePath));
            LogMemory.RecallRecords(log, archive);
            var centre = new RunningCentre(site, (log, archive), clock, (time, network), logger);
            centre.Build(ports ?? new PortOpener());
            return centre;
        }
        catch
        {
            archive?.Dispose();
            log.Dispose();
            throw;
        }
    }

    /// <summary>Reads, judges, records and tells until cancelled; then stores what is known and says goodbye.</summary>
    /// <exception cref="IOException">The HTTP address cannot be listened on.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        // A start that cannot be is over before anything is asked or recorded.
        _parts.CheckAddress();
        // The gateway loop ends last, so that it records what the others still hand over.
        using var loopEnding = new CancellationTokenSource();
        var loop = Loop.RunAsync(loopEnding.Token);
        try
        {
            // Devices are asked first: whoever is told or asks waits some tenths of a second longer, and is answered with what they said.
            _parts.StartBuses();
            await StartAsync(cancellation);
            // Any of them ending by itself is a broken invariant: the process must die and be started again, not limp.
            var first = await Task.WhenAny(loop, _parts.Broken, WaitAsync(cancellation));
            await first;
            if (!cancellation.IsCancellationRequested) throw new InvalidOperationException("BUG: the gateway loop ended by itself.");
        }
        finally
        {
            await _parts.EndAsync();
            // Through the queue, because the recorder belongs to the loop, which still runs; all who filled it have ended.
            _intake.Incidents.Writer.TryWrite(
                new Incident(Clock.Now, IncidentKind.Stopped, "gateway", $"Stopped in good order after {Words(Clock.Now - Since)}."));
            loopEnding.Cancel();
            await loop;
        }
    }

    /// <summary>Everything but the buses, which run already.</summary>
    private async Task StartAsync(CancellationToken cancellation)
    {
        _parts.Tellings.Make();
        try
        {
            await _parts.ListenAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Stopped while it starts, it ends in good order.
            return;
        }
        _parts.Start();
        var orders = new OrderListener(new GatewayOffice(this, _parts.Buses, _intake), _network, _logger);
        _parts.Begin(ending =>
        [
            _parts.Instruments.WatchAsync(_parts.Buses, () => Clock.Now, _time, ending), orders.RunAsync(ending), Reloads.RunAsync(ending),
            _parts.Sealing.RunAsync(_intake, _time, ending), .. _evidence!.Start(ending),
        ]);
        _hasBegun = true;
    }

    /// <summary>The site is another one from now on; on the loop that judges.</summary>
    internal void GoOver(Site next, (CentreLabel? Label, Gateway Gateway) made, SiteChange change, Instant now)
    {
        (Site, Label) = (next, made.Label);
        if (change.Plan) Picture = new CentrePicture(next, now);
        if (change.Desks) _parts.ChangeDesks(next.Occupancy, made.Gateway);
        if (change.Label) _isExact = Sealing.ExactFor(Label?.Feeds ?? []);
    }

    public async ValueTask DisposeAsync()
    {
        await _parts.DisposeAsync();
        _evidence?.Dispose();
        Keys.Dispose();
        Archive.Dispose();
        Log.Dispose();
    }

    private void Build(PortOpener ports)
    {
        // A private point is in no window, so the log never hears of it.
        Log.Declare(Points.Where(point => !point.Private).Select(_recorder.SeriesOf), Clock.Now);
        foreach (var incident in Log.Sinks(Tellings.SinksOf(Site), Clock.Now)) _logger.LogWarning("{Subject}: {Text}", incident.Subject, incident.Text);
        var desks = DeskMemory.Open(Site.LogPath, Site.Centre, Occupancy.Desks, Clock.Now, _logger);
        if (desks is not null) _recorder.Desks = (desks.Log, Occupancy.Desks);
        var gateway = new Gateway(Occupancy, Site.Zone, GatewayLimits.Default);
        var newest = LogMemory.Restore(gateway, Log, Points.Length, Site.Zone, Clock.Now);
        desks?.Restore(gateway);
        LogMemory.AnnounceSwaps(gateway, Log, Points);
        Loop = new GatewayLoop(gateway, Clock, _intake, _recorder, _time)
        {
            ClockSynchronised = () => Site.Clock == ClockTrust.Trusted || KernelClock.IsSynchronised(),
            SnapshotTaken = Show,
            DesksChanged = (_, changes) => _parts.Desks?.Remember(changes),
            Recorded = JudgeLabel,
        };
        gateway.ClockTrusted = Site.Clock == ClockTrust.Trusted;
        var wiring = new Wiring(_time, () => Clock.Now, ports) { Carries = Log.Carries().ToDictionary(c => c.Point) };
        _evidence = new CentreEvidence(this);
        _isExact = Sealing.ExactFor(Label?.Feeds ?? []);
        _parts = new CentreParts(this, _intake, _recorder, _logger)
        {
            Buses = new RunningBuses(Site.Plans, wiring, _intake, _network),
            Instruments = new Instruments(Site, Log.Records(), _intake),
            Tellings = new Tellings(this, _intake, _network),
            Sealing = new Sealing(Log, Archive, Site.Archive, series => _isExact(series), Clock, _logger)
            {
                IsClockTrusted = () => Loop.Latest.ClockTrusted, Sign = _evidence.Sign,
            },
            View = () => new CentreShowing(this, Troubles, () => _parts.Tellings.Conditions()) { Evidence = _evidence.View }.View,
        };
        _parts.Remember(desks);
        _parts.Instruments.Begin(gateway, _recorder, Clock.Now);
        _parts.MakeLabelPast(Label);
        if (LogMemory.GapBefore(Clock.Now, newest) is { } gap) _recorder.Note(gap);
        _recorder.Note(new Incident(Clock.Now, IncidentKind.Started, "gateway",
            $"Version {Version} started with {Points.Length} points on {Site.Plans.Length} buses; configuration {Site.Digest}."));
    }

    /// <summary>Judges what the log took; a log that cannot be read now is read at the next beat.</summary>
    private void JudgeLabel(Instant now)
    {
        if (Label is null) return;
        try
        {
            foreach (var verdict in Label.Take(Log, now)) _recorder.Note(verdict);
            _parts.Tellings.Show(Label.Latest);
        }
        catch (LogUnavailableException)
        {
            // Said by the recorder already.
        }
    }

    private void Show(Snapshot snapshot)
    {
        Picture.Latest = snapshot;
        _parts.Show(snapshot);
    }

    private List<Trouble> Troubles()
    {
        var troubles = new List<Trouble>();
        if (RecordingTrouble is { } trouble) troubles.Add(new Trouble("log", trouble, Fatal: true));
        if (_recorder.DesksTrouble is { } untold) troubles.Add(new Trouble("desks", $"Changes of desks are told but not stored: {untold}", Fatal: false));
        troubles.AddRange(Reloads.Troubles());
        troubles.AddRange(_evidence!.Troubles());
        if (!Loop.Latest.ClockTrusted) troubles.Add(new Trouble("clock", "The clock is not synchronised; readings are questionable.", Fatal: false));
        foreach (var bus in Buses)
            foreach (var device in bus.Devices.Where(d => !d.IsAlive))
                troubles.Add(new Trouble(device.Name,
                    $"Does not answer on {bus.Name}; last good reading: {device.LastGoodAt?.ToString() ?? "never"}. {device.LastFault}",
                    Fatal: false));
        if (Archive.Health() is { Trouble: { } unsealed } archive)
            troubles.Add(new Trouble("archive", $"Since {archive.TroubleSince}: {unsealed}", Fatal: false));
        troubles.AddRange(Archive.Health().Damaged.Select(damage => new Trouble("archive", $"Damaged: {damage}", Fatal: false)));
        troubles.AddRange(_parts.Tellings.Troubles());
        return troubles;
    }

    private static string Words(TimeSpan time) => (time.Days > 0 ? $"{time.Days} d " : "") + time.ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture);

    private static async Task WaitAsync(CancellationToken cancellation)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = cancellation.Register(cancelled.SetResult);
        await cancelled.Task;
    }
}
