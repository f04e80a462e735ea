using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Packs;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Reload;

/// <summary>Brings a running centre over to a changed site. What did not change runs on: its buses poll, its windows stay open, its cursors and desks stand
/// where they stood. Everything that may fail comes first; then, between two steps and on the loop that judges, one gateway goes on from the other.</summary>
internal sealed class SiteSwap(RunningCentre centre, CentreParts parts)
{
    /// <returns>What changed, for people.</returns>
    /// <exception cref="SiteRefusedException">The log does not take it now; nothing has changed.</exception>
    internal async Task<string> ApplyAsync(Site next, SiteChange change, CancellationToken cancellation)
    {
        if (centre.RecordingTrouble is { } trouble) throw new SiteRefusedException($"{trouble} Reload again when it can be written.");
        var label = change.Label ? next.Label is { } options ? new CentreLabel(next, options) : null : centre.Label;
        var configuration = Configuration(next);
        // What changed is stopped before its successor may open the same port, or take the same place in the log.
        await parts.Buses.EndAsync(change.BusesKept);
        await parts.Tellings.EndAsync(change);
        try
        {
            await DoAsync(new LoopWork([], _ => Admit(next)), cancellation);
        }
        catch (Exception e) when (e is LogUnavailableException or LogRefusedException)
        {
            parts.Buses.Make(centre.Site.Plans, Registers([]));
            parts.Tellings.Make(change);
            parts.Start();
            throw new SiteRefusedException($"{e.Message} Reload again when the log can be written; nothing was changed.", e);
        }
        if (change.Label) await parts.ChangeLabelPastAsync(label);
        await DoAsync(new LoopWork([])
        {
            Succession = new GatewaySuccession(
                readings => parts.Buses.Move(readings, next.Plans), (gateway, now) => GoOver(gateway, next, change, (label, configuration), now)),
        }, cancellation);
        parts.Start();
        if (change.Shown) await parts.ShowAnewAsync(cancellation);
        return change.Describe();
    }

    private Task DoAsync(LoopWork work, CancellationToken cancellation) => parts.DoAsync(work, cancellation);

    private RecordFact? Configuration(Site next)
    {
        try
        {
            return CentreConfiguration.Begin(next, centre.Archive.PutText, centre.Log.Records().Select(entry => (RecordFact)entry.Fact), centre.Clock.Now);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SiteRefusedException($"The archive does not take the text of the site: {e.Message} Reload again when it can be written.", e);
        }
    }

    /// <summary>The log and the file of desks learn what is new; on the loop that judges, to which they belong.</summary>
    private void Admit(Site next)
    {
        var now = centre.Clock.Now;
        centre.Log.Declare(next.Points.Where(point => !point.Private).Select(Series.Of), now);
        parts.AdmitDesks(next, now);
        centre.Log.Sinks(Tellings.SinksOf(next), now);
    }

    /// <summary>On the loop that judges. Nothing in here waits or fails.</summary>
    private Gateway GoOver(Gateway before, Site next, SiteChange change, (CentreLabel? Label, RecordFact? Configuration) made, Instant now)
    {
        var registers = Registers(before.Carries());
        if (change.Plan) parts.Recorder.Note(before.EndSeries(next.Occupancy, now));
        var gateway = change.Plan ? new Gateway(before, next.Occupancy) : before;
        parts.Recorder.Change(next.Points);
        centre.GoOver(next, (made.Label, gateway), change, now);
        foreach (var point in next.Points.Where(p => p.Quantity.Kind == PointKind.Counter && change.Exchanged.Contains(p.Device)))
            gateway.AnnounceSwap(point.Id, now);
        parts.Instruments.Change(next, centre.Log.Records(), gateway, parts.Recorder, now);
        parts.Buses.Make(next.Plans, registers);
        parts.Tellings.Make(change);
        parts.Sealing.Options = next.Archive;
        if (made.Configuration is { } configuration) parts.Recorder.Note(configuration);
        parts.Recorder.Note(new Incident(now, IncidentKind.ConfigurationChanged, "gateway",
            $"The changed site file was applied: {change.Describe()}; configuration {next.Digest}."));
        return gateway;
    }

    /// <summary>Where pulse counters stand: those of a bus that is opened anew go on from there.</summary>
    private Dictionary<string, CounterCarry> Registers(IEnumerable<CounterCarry> newest) =>
        newest.Concat(centre.Log.Carries()).DistinctBy(carry => carry.Point).ToDictionary(carry => carry.Point, StringComparer.Ordinal);
}
