using Ecocentre.Edge.Buses;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Signing;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Orders;

/// <summary>Carries orders out while no gateway runs: on the log, and on a sensor reached for this alone.</summary>
internal sealed class AloneOffice : OrderOffice, IDisposable
{
    private readonly TimeProvider _time;
    private readonly PortOpener _ports;
    private readonly EvidenceLog _log;
    private KeyRing? _keys;

    /// <exception cref="LogRefusedException">The log belongs to another centre or process.</exception>
    /// <exception cref="LogUnavailableException">The disk does not let the log be opened.</exception>
    internal AloneOffice(Site site, TimeProvider time, PortOpener? ports = null)
    {
        (Site, _time, _ports) = (site, time, ports ?? new PortOpener());
        _log = EvidenceLog.Open(site.LogPath, site.Centre, site.Log, Now);
        if (_log.RecordsMissing.IsEmpty) return;
        using var archive = EvidenceArchive.OpenForReading(EvidenceArchive.FolderOf(_log.FilePath));
        LogMemory.RecallRecords(_log, archive);
    }

    internal override Site Site { get; }

    internal override Instant Now => Instant.From(_time.GetUtcNow());

    internal override KeyRing Keys =>
        _keys ??= KeyRing.Open(Site.LogPath, Site.Origin, _log.Records().Select(entry => (RecordFact)entry.Fact), Now, mayMake: false);

    public void Dispose()
    {
        _keys?.Dispose();
        _log.Dispose();
    }

    internal override IReadOnlyList<LogEntry> Records() => _log.Records();

    internal override CentreLabel? Label(IProgress<string> progress, CancellationToken cancellation)
    {
        if (Site.Label is not { } options) return null;
        var label = new CentreLabel(Site, options);
        using var archive = EvidenceArchive.OpenForReading(EvidenceArchive.FolderOf(_log.FilePath));
        var past = new LabelPast(label, new EvidenceHistory(_log, archive), () => Now);
        do
        {
            cancellation.ThrowIfCancellationRequested();
            progress.Report("Archive and log are read.");
        }
        while (past.Step());
        while (!label.IsCaughtUp) label.Take(_log, Now);
        // Windows that came late are told of as they are found.
        while (past.Step()) cancellation.ThrowIfCancellationRequested();
        label.Take(_log, Now + TimeSpan.FromMinutes(1));
        return label;
    }

    internal override CounterCarry? Carry(string point) => _log.Carries().Where(c => c.Point == point).Select(c => (CounterCarry?)c).FirstOrDefault();

    internal override Task<long> RecordAsync(
        IReadOnlyList<LogFact> facts, Action<Gateway>? apply, CancellationToken cancellation) =>
        Task.FromResult(_log.Append(facts, [], Now).First);

    internal override async Task<CalibrationResult> CalibrateAsync(
        string device, double target, IProgress<string> progress, CancellationToken cancellation)
    {
        var plan = Site.Plans.First(p => p.Devices.Contains(device));
        await using var bus = plan.Connect(new Wiring(_time, () => Now, _ports), new HashSet<string> { device });
        await using var sensor = (Sensor)bus.Devices.Single();
        // The first poll starts the chip, as it would be in a running gateway.
        await sensor.PollAsync(new Reading[sensor.Points.Length], cancellation);
        return await sensor.CalibrateAsync(target, progress, cancellation);
    }
}
