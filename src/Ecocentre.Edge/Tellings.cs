using Ecocentre.Edge.Outputs;
using Ecocentre.Edge.Outputs.HomeAssistant;
using Ecocentre.Edge.Outputs.Influx;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Outputs.Sparkplug;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Web;
using Microsoft.Extensions.Logging;

namespace Ecocentre.Edge;

/// <summary>Everybody outside whom a site wants told: a follower of the log for each, and the live topics. A site may have none.</summary>
internal sealed class Tellings : IAsyncDisposable
{
    /// <summary>Names of the sinks, and of their cursors.</summary>
    internal const string MqttName = "mqtt", InfluxName = "influx", SparkplugName = "sparkplug";

    private readonly RunningCentre _centre;
    private readonly TimeProvider _network;
    private readonly List<SinkFollower> _followers = [];
    private readonly List<Func<CancellationToken, Task>> _publishers = [];
    private readonly List<MqttLink> _links = [];
    private LivePoints? _live;
    private DeskTopics? _desks;
    private readonly WebhookTargets? _webhooks;
    private CriterionTopics? _criteria;
    private HomeAssistantDiscovery? _homeAssistant;
    private LabelPicture? _shownLabel;

    /// <param name="network">Time for what waits on others; real even where a demo's building lives faster.</param>
    internal Tellings(RunningCentre centre, Intake intake, TimeProvider network, ILogger logger)
    {
        (_centre, _network) = (centre, network);
        var site = centre.Site;
        var names = new List<string>();
        if (site.Mqtt is not null) names.Add(MqttName);
        if (site.Influx is not null) names.Add(InfluxName);
        if (site.Sparkplug is not null) names.Add(SparkplugName);
        foreach (var incident in centre.Log.Sinks(names, centre.Clock.Now)) logger.LogWarning("{Subject}: {Text}", incident.Subject, incident.Text);
        var surroundings = new FollowerSurroundings(network, () => centre.Clock.Now, intake.Incidents.Writer, GatewayLimits.Default);
        if (site.Influx is { } influx)
            _followers.Add(new SinkFollower(Adapters.InfluxSink(InfluxName, site.Centre, influx, network), centre.Log, surroundings,
                Jitter.For(InfluxName)));
        if (site.Mqtt is { } mqtt) TellMqtt(mqtt, surroundings);
        if (site is { Mqtt: { } broker, HomeAssistant: { } home }) TellHomeAssistant(broker, home);
        if (site.Sparkplug is { } sparkplug) TellSparkplug(sparkplug, surroundings);
        if (site.Webhooks.Length > 0) _webhooks = new WebhookTargets(centre, network);
    }

    /// <summary>Starts telling; the tasks end when cancelled.</summary>
    internal IEnumerable<Task> Start(CancellationToken cancellation)
    {
        foreach (var link in _links) link.Start();
        return [.. _followers.Select(f => f.RunAsync(cancellation)), .. _publishers.Select(p => p(cancellation)),
            .. _webhooks?.Start(cancellation) ?? []];
    }

    /// <summary>Hands a new picture of now to the live topics; returns at once.</summary>
    internal void Show(Snapshot snapshot)
    {
        _live?.Show(snapshot);
        _desks?.Show(snapshot);
        _webhooks?.Wake();
    }

    /// <summary>Hands the verdicts so far to their topics; returns at once.</summary>
    internal void Show(LabelPicture label)
    {
        if (ReferenceEquals(label, _shownLabel)) return;
        _shownLabel = label;
        _criteria?.Show([.. label.Labels.Values.SelectMany(l => l.Verdicts)]);
    }

    /// <summary>What keeps the outside from being told.</summary>
    internal IEnumerable<Trouble> Troubles() =>
        (from sink in Conditions()
        where sink.Trouble is not null
        select new Trouble(sink.Name, $"Since {sink.TroubleSince}: {sink.Trouble} {sink.Behind} entries wait.", Fatal: false))
        .Concat(_homeAssistant?.Trouble is { } trouble ? [new Trouble("home-assistant", $"It is not told what there is: {trouble}", Fatal: false)] : []);

    /// <summary>How each of them does.</summary>
    internal IReadOnlyList<SinkCondition> Conditions() =>
    [
        .. from follower in _followers
           let health = follower.Health
           select new SinkCondition(follower.Name, health.Lag.Entries, health.Lag.Since, health.Trouble, health.TroubleSince),
        .. _webhooks?.Conditions() ?? [],
    ];

    public async ValueTask DisposeAsync()
    {
        foreach (var follower in _followers) await follower.DisposeAsync();
        foreach (var link in _links) await link.DisposeAsync();
        _webhooks?.Dispose();
    }

    private void TellMqtt(MqttOptions options, FollowerSurroundings surroundings)
    {
        var topics = new Topics(_centre.Site.Centre);
        var link = Adapters.Link(options, Status().ToMessage(topics, online: false), _network, Jitter.For(options.ClientId));
        _links.Add(link);
        SinkFollower? follower = null;
        // A range that finds no room is asked for again by whoever misses it.
        var sink = new MqttSink(topics, link, options, _network) { Name = MqttName, Replay = (from, to) => follower?.Replay(from, to) };
        follower = new SinkFollower(sink, _centre.Log, surroundings, Jitter.For(MqttName));
        _followers.Add(follower);
        _live = new LivePoints(topics, link, _centre.Points, _network) { Period = options.LivePeriod, Refresh = options.LiveRefresh };
        _publishers.Add(_live.RunAsync);
        _desks = new DeskTopics(topics, link, _centre.Occupancy.Desks) { Gone = _centre.DesksGone };
        _publishers.Add(_desks.RunAsync);
        if (_centre.Label is not null)
        {
            _criteria = new CriterionTopics(topics, link);
            _publishers.Add(_criteria.RunAsync);
        }
        _publishers.Add(new CheckpointTopic(topics, link, options.LivePeriod, _network) { Note = () => _centre.Signer.Last?.ToString() }.RunAsync);
        _publishers.Add(new StatusTopic(topics, link, options.StatusPeriod, _network) { Status = Status }.RunAsync);
    }

    /// <summary>On a connection of its own: what arrives on the other belongs to the log's sink.</summary>
    private void TellHomeAssistant(MqttOptions options, HomeAssistantOptions home)
    {
        var own = options with { ClientId = $"{options.ClientId}-ha" };
        var link = Adapters.Link(own, null, _network, Jitter.For(own.ClientId));
        _links.Add(link);
        var site = _centre.Site;
        var plant = new AnnouncedPlant(site.Name, RunningCentre.Version, _centre.Points)
        {
            Spaces = site.Spaces, Desks = _centre.Occupancy.Desks, Instruments = site.Instruments,
        };
        _homeAssistant = new HomeAssistantDiscovery(new Topics(site.Centre), link, home, plant, _network);
        _publishers.Add(_homeAssistant.RunAsync);
    }

    private void TellSparkplug(SparkplugOptions options, FollowerSurroundings surroundings)
    {
        // Only this link makes a will for each connection and sends at QoS 0.
        var link = new MosquittoLink(options.Broker, null, _network, Jitter.For(options.Broker.ClientId));
        _links.Add(link);
        var indices = _centre.Points.Where(point => !point.Private).ToDictionary(point => point.Name, point => (int)point.Id.Value, StringComparer.Ordinal);
        Reading? Newest(string point) => indices.TryGetValue(point, out var index) && _centre.Loop.Latest.Latest is { IsDefaultOrEmpty: false } latest
            && latest[index] is var reading && reading.At != default ? reading : null;
        var sink = new SparkplugSink(options, link, _centre.Points, new SparkplugSurroundings(_network, () => _centre.Clock.Now, Newest))
        {
            Name = SparkplugName,
        };
        _followers.Add(new SinkFollower(sink, _centre.Log, surroundings, Jitter.For(SparkplugName)));
    }

    private CentreStatus Status() =>
        new(_centre.Since, RunningCentre.Version, _centre.Site.Label?.Profile.FullName, _centre.Log.Head, _centre.RecordingTrouble);
}
