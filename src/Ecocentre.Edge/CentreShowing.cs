using System.Collections.Immutable;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Packs;
using Ecocentre.Edge.Reports.Words;
using Ecocentre.Edge.Web;

namespace Ecocentre.Edge;

/// <summary>Shows a running centre to the web: what it may see, in its own words.</summary>
internal sealed class CentreShowing(RunningCentre centre, Func<IReadOnlyList<Trouble>> troubles, Func<IReadOnlyList<SinkCondition>> sinks)
{
    /// <summary>What is signed.</summary>
    internal EvidenceView? Evidence { get; init; }

    /// <summary>The centre as its site is now; when that changes, another one is made.</summary>
    internal CentreView View => Of(centre.Picture);

    private CentreView Of(CentrePicture picture) => new()
    {
        Centre = centre.Site.Centre, Name = centre.Site.Name, Zone = centre.Site.Zone.Id, Version = RunningCentre.Version, Since = centre.Since,
        Points = centre.Points, Desks = centre.Occupancy.Desks,
        Spaces = centre.Occupancy.Spaces is { Length: > 0 } spaces ? spaces : centre.Site.Spaces,
        Instruments = centre.Site.Instruments,
        Opening = centre.Site.Opening ?? new OpeningHours([], []),
        PointRoles = centre.Label?.Centre.Roles ?? ImmutableDictionary<string, ImmutableArray<string>>.Empty,
        Latest = () => picture.Latest, Log = centre.History,
        DeskChanges = centre.DeskHistory ?? new DeskHistory(), Troubles = troubles,
        Buses = Buses, Self = Self, Sinks = sinks, Measure = Measure, Now = () => centre.Clock.Now, Time = centre.Network,
        Sentences = ToldSentences.All,
        Label = centre.Label is { } label ? Show(label) : null, Evidence = Evidence, Packs = CentrePacks.View(centre.Site, () => centre.Clock.Now),
    };

    private static LabelView Show(CentreLabel label) => new(
        label.Latest.Profile, kind => label.Latest.Labels.GetValueOrDefault(kind),
        period => label.IsCaughtUp && !label.Latest.Labels.IsEmpty ? label.Judge(period) : null) { Criteria = [.. label.Criteria] };

    private GatewayCondition Self()
    {
        var log = centre.Log.Health();
        return new GatewayCondition(
            (centre.BuildingTime.GetUtcNow() - centre.Clock.Now.ToDateTimeOffset()).TotalSeconds, log.Bytes, log.BytesMax, log.Undelivered,
            log.UndeliveredSince, log.Dropped);
    }

    private IReadOnlyList<BusCondition> Buses()
    {
        var calibrations = centre.Log.Records().Select(entry => CalibrationRecord.From((RecordFact)entry.Fact)).OfType<CalibrationRecord>().ToArray();
        var instruments = centre.Site.Instruments.ToDictionary(
            one => one.Device, one => new InstrumentCondition(one.Maker, one.Type, one.Serial, Instruments.ValidUntil(one, calibrations)));
        return [.. centre.Buses.Select(bus => new BusCondition(
            bus.Name, bus.UseShare, [.. bus.Devices.Select(device => Describe(device) with { Instrument = instruments.GetValueOrDefault(device.Name) })]))];
    }

    private static DeviceCondition Describe(DeviceHealth device) => new(
        device.Name, device.IsAlive, device.LastGoodAt, device.Polls, device.Readings, device.Faults.Values.Sum(), device.LastFault,
        device.LatencyMilliseconds, device.DelayMilliseconds);

    private void Measure(Figures figures)
    {
        var log = centre.Log.Health();
        figures.Counter("ecocentre_readings", "Readings accepted.", centre.Loop.ReadingsAccepted);
        figures.Gauge("ecocentre_readings_waiting", "Readings between the buses and the gateway loop.", centre.ReadingsWaiting);
        figures.Gauge("ecocentre_log_bytes", "What the log takes.", log.Bytes);
        figures.Gauge("ecocentre_log_max_bytes", "What it may take.", log.BytesMax);
        figures.Gauge("ecocentre_log_undelivered", "Entries the slowest receiver has not taken.", log.Undelivered);
        figures.Gauge("ecocentre_log_undelivered_seconds", "Age of the oldest of them.",
            log.UndeliveredSince is { } since ? (centre.Clock.Now - since).TotalSeconds : 0);
        figures.Counter("ecocentre_log_dropped", "Entries given up.", log.Dropped);
        figures.Gauge("ecocentre_log_writable", "1 when the last write succeeded.", log.Trouble is null ? 1 : 0);
        foreach (var sink in sinks().Where(sink => sink.BehindBytes is not null))
        {
            figures.Gauge("ecocentre_outbox_bytes", "About what waits for a receiver.", sink.BehindBytes!.Value, ("sink", sink.Name));
            figures.Gauge("ecocentre_outbox_full_in_seconds", "Until what a receiver has not taken would be given up, at the present rate.",
                sink.FullIn?.TotalSeconds ?? double.NaN, ("sink", sink.Name));
        }
        var archive = centre.Archive.Health();
        figures.Gauge("ecocentre_log_unsealed", "Entries that are not sealed yet.", log.Head - (log.Held ?? log.Head));
        figures.Gauge("ecocentre_archive_bytes", "What the archive takes.", archive.Bytes);
        figures.Gauge("ecocentre_archive_max_bytes", "What it may take.", centre.Site.Archive.BytesMax);
        figures.Gauge("ecocentre_archive_days", "Sealed days.", archive.Days);
        figures.Gauge("ecocentre_archive_leaves", "Leaves of the evidence tree.", archive.Leaves);
        figures.Gauge("ecocentre_archive_writable", "1 when the last day that was due could be sealed.", archive.Trouble is null ? 1 : 0);
        figures.Gauge("ecocentre_archive_damaged", "Days found to be damaged since the start.", archive.Damaged.Length);
        figures.Gauge("ecocentre_clock_offset_seconds", "Wall clock less the gateway's clock.",
            (centre.BuildingTime.GetUtcNow() - centre.Clock.Now.ToDateTimeOffset()).TotalSeconds);
        figures.Counter("ecocentre_clock_eras", "Times the clock was set.", centre.Clock.Era);
    }
}
