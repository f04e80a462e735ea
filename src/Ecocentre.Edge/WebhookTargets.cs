using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Outputs.Webhooks;
using Ecocentre.Edge.Web;

namespace Ecocentre.Edge;

/// <summary>The webhooks of a site, wired to its gateway.</summary>
internal sealed class WebhookTargets : IDisposable
{
    private readonly List<WebhookTarget> _targets = [];
    private readonly WebhookStandings _standings;
    private readonly RunningCentre _centre;

    /// <param name="askedAt">Sequence of the log's last entry when the site asked for them.</param>
    internal WebhookTargets(RunningCentre centre, TimeProvider network, long askedAt)
    {
        (_centre, _standings) = (centre, new WebhookStandings(WebhookStandings.PathOf(centre.Log.FilePath)));
        var sources = new WebhookSources
        {
            AskedAt = askedAt,
            Centre = centre.Site.Centre,
            Desks = centre.Occupancy.Desks,
            DeskChanges = centre.DeskHistory ?? new DeskHistory(),
            DesksNow = () => centre.Picture.Latest is var now ? (now.Desks, now.DeskSequence) : default,
            Log = centre.Log,
            OutboxSince = () => centre.Log.Health().UndeliveredSince,
            LabelNow = () => centre.Label?.Latest.Labels.GetValueOrDefault(PeriodKind.Month),
            Now = () => centre.Clock.Now,
        };
        _standings.Keep([.. centre.Site.Webhooks.Select(options => options.Name)]);
        foreach (var options in centre.Site.Webhooks)
            _targets.Add(new WebhookTarget(options, sources, _standings, network, Jitter.For($"webhook {options.Name}")));
    }

    /// <summary>Starts telling; the tasks end when cancelled.</summary>
    internal IEnumerable<Task> Start(CancellationToken cancellation) => _targets.Select(target => target.RunAsync(cancellation));

    /// <summary>There may be something new; returns at once.</summary>
    internal void Wake()
    {
        foreach (var target in _targets) target.Wake();
    }

    /// <summary>How each of them does.</summary>
    internal IEnumerable<SinkCondition> Conditions()
    {
        foreach (var target in _targets)
        {
            var health = target.Health;
            yield return new SinkCondition($"webhook {health.Name}", health.Behind, health.TroubleSince, health.Trouble, health.TroubleSince);
        }
        if (_standings.Trouble is { } trouble) yield return new SinkCondition("webhooks", 0, null, trouble, _centre.Since);
    }

    public void Dispose()
    {
        foreach (var target in _targets) target.Dispose();
    }
}
