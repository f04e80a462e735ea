using System.Collections.Immutable;
using System.Globalization;
using Ecocentre.Edge.Outputs;
using Ecocentre.Edge.Outputs.HomeAssistant;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Reload;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Web;

namespace Ecocentre.Edge;

/// <summary>Everybody outside whom a site wants told: a follower of the log for each, and the live topics. A site may have none; they come and go with the
/// site while the others are told on.</summary>
internal sealed class Tellings(RunningCentre centre, Intake intake, TimeProvider network) : IAsyncDisposable
{
    /// <summary>Names of the sinks, and of their cursors.</summary>
    internal const string MqttName = "mqtt", InfluxName = "influx", SparkplugName = "sparkplug";

    // Devices are asked before anybody is told: what they said first is told too.
    private readonly long _openedAt = centre.Log.Head;

    private MqttTelling? _mqtt;
    private SinkFollower? _influx;
    private RunningTask? _influxWork, _webhookWork;
    private WebhookTargets? _webhooks;
    private string? _left;
    private HomeAssistantTelling? _home;
    private HomeAssistantFarewell? _farewell;
    private SparkplugTelling? _sparkplug;

    /// <summary>The sinks of a site, as the log is to know them.</summary>
    internal static ImmutableArray<string> SinksOf(Site site)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        if (site.Mqtt is not null) names.Add(MqttName);
        if (site.Influx is not null) names.Add(InfluxName);
        if (site.Sparkplug is not null) names.Add(SparkplugName);
        return names.ToImmutable();
    }

    /// <summary>Makes what the centre's site asks for and is not there; the log knows the sinks already.</summary>
    /// <param name="change">What made it necessary; null at the start.</param>
    internal void Make(SiteChange? change = null)
    {
        var site = centre.Site;
        var surroundings = new FollowerSurroundings(network, () => centre.Clock.Now, intake.Incidents.Writer, GatewayLimits.Default);
        if (_influx is null && site.Influx is { } influx)
            _influx = new SinkFollower(Adapters.InfluxSink(InfluxName, site.Centre, influx, network), centre.Log, surroundings,
                Jitter.For(InfluxName));
        var isNew = _mqtt is null;
        if (isNew && site.Mqtt is { } mqtt) _mqtt = new MqttTelling(centre, mqtt, surroundings);
        if (isNew || change?.Topics == true) _mqtt?.MakeTopics();
        if (_home is null && site is { Mqtt: { } broker, HomeAssistant: { } home }) _home = new HomeAssistantTelling(centre, broker, home, network);
        if (_farewell is null && _mqtt is not null && Left(site, change) is { } prefix)
            _farewell = new HomeAssistantFarewell((new Topics(site.Centre), site.Mqtt!), _mqtt.Link, prefix, network);
        if (_sparkplug is null && site.Sparkplug is { } sparkplug) _sparkplug = new SparkplugTelling(centre, sparkplug, surroundings);
        if (_webhooks is null && site.Webhooks.Length > 0) _webhooks = new WebhookTargets(centre, network, change is null ? _openedAt : centre.Log.Head);
    }

    /// <summary>Starts what does not run yet.</summary>
    internal void Start(RunningTasks tasks)
    {
        _mqtt?.Start(tasks);
        _home?.Start(tasks);
        _farewell?.Start(tasks);
        _sparkplug?.Start(tasks);
        if (_influx is { } influx) _influxWork ??= tasks.Begin(cancellation => [influx.RunAsync(cancellation)]);
        if (_webhooks is { } webhooks) _webhookWork ??= tasks.Begin(webhooks.Start);
    }

    /// <summary>Ends what does not go on as it is.</summary>
    internal async Task EndAsync(SiteChange change)
    {
        if ((change.Mqtt || change.HomeAssistant) && _farewell is not null)
        {
            await _farewell.EndAsync();
            _left = _farewell.IsDone ? null : _farewell.Prefix;
            _farewell = null;
        }
        if (change.Mqtt && _mqtt is not null)
        {
            await _mqtt.EndAsync();
            _mqtt = null;
        }
        if (change.Topics && _mqtt is not null) await _mqtt.EndTopicsAsync();
        if (change.Influx && _influx is not null)
        {
            if (_influxWork is not null) await _influxWork.EndAsync();
            await _influx.DisposeAsync();
            (_influx, _influxWork) = (null, null);
        }
        if (change.HomeAssistant && _home is not null)
        {
            await _home.EndAsync();
            _home = null;
        }
        if (change.Sparkplug && _sparkplug is not null)
        {
            await _sparkplug.EndAsync();
            _sparkplug = null;
        }
        if (change.Webhooks && _webhooks is not null)
        {
            if (_webhookWork is not null) await _webhookWork.EndAsync();
            _webhooks.Dispose();
            (_webhooks, _webhookWork) = (null, null);
        }
    }

    /// <summary>Hands a new picture of now to the live topics; returns at once.</summary>
    internal void Show(Snapshot snapshot)
    {
        _mqtt?.Show(snapshot);
        _webhooks?.Wake();
    }

    /// <summary>Hands the verdicts so far to their topics; returns at once.</summary>
    internal void Show(LabelPicture label) => _mqtt?.Show(label);

    /// <summary>What keeps the outside from being told.</summary>
    internal IEnumerable<Trouble> Troubles() =>
        (from sink in Conditions()
        where sink.Trouble is not null
        select new Trouble(sink.Name, $"Since {sink.TroubleSince}: {sink.Trouble} {sink.Behind} entries wait.{Room(sink)}", Fatal: false))
        .Concat(_home?.Trouble is { } trouble ? [new Trouble("home-assistant", $"It is not told what there is: {trouble}", Fatal: false)] : []);

    /// <summary>How each of them does.</summary>
    internal IReadOnlyList<SinkCondition> Conditions() =>
    [
        .. from follower in new[] { _influx, _mqtt?.Follower, _sparkplug?.Follower }.OfType<SinkFollower>()
           let health = follower.Health
           let room = centre.Log.Room(follower.Name)
           select new SinkCondition(follower.Name, health.Lag.Entries, health.Lag.Since, health.Trouble, health.TroubleSince)
           {
               BehindBytes = room.Bytes, FullIn = room.FullIn,
           },
        .. _webhooks?.Conditions() ?? [],
    ];

    /// <summary>Where Home Assistant has to be told that there is nothing any more. What it was told before the gateway was off is looked for where it is told
    /// unless somebody changed that.</summary>
    private string? Left(Site site, SiteChange? change)
    {
        var left = change is null ? new HomeAssistantOptions().Prefix : change.HomeAssistantLeft ?? _left;
        _left = null;
        return left == site.HomeAssistant?.Prefix ? null : left;
    }

    private static string Room(SinkCondition sink) => sink.FullIn is { } full
        ? string.Create(CultureInfo.InvariantCulture, $" The log has room for {full.TotalDays:0.0} days more at the present rate.") : "";

    public async ValueTask DisposeAsync()
    {
        if (_influx is not null) await _influx.DisposeAsync();
        if (_mqtt is not null) await _mqtt.DisposeAsync();
        if (_home is not null) await _home.DisposeAsync();
        if (_sparkplug is not null) await _sparkplug.DisposeAsync();
        _webhooks?.Dispose();
    }
}
