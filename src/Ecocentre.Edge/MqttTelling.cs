using Ecocentre.Edge.Outputs;
using Ecocentre.Edge.Outputs.Mqtt;

namespace Ecocentre.Edge;

/// <summary>A centre's broker at work: the log's follower and what the gateway says of itself, which stay, and the topics made of points, desks and label,
/// which begin anew when those change.</summary>
internal sealed class MqttTelling : IAsyncDisposable
{
    private readonly RunningCentre _centre;
    private readonly MqttOptions _options;
    private readonly TimeProvider _network;
    private readonly Topics _topics;
    private readonly MqttLink _link;
    private LivePoints? _points;
    private DeskTopics? _desks;
    private CriterionTopics? _criteria;
    private GoneTopics? _gone;
    private LabelPicture? _shown;
    private RunningTask? _work, _topicWork;

    internal MqttTelling(RunningCentre centre, MqttOptions options, FollowerSurroundings surroundings)
    {
        (_centre, _options, _network, _topics) = (centre, options, surroundings.Time, new Topics(centre.Site.Centre));
        _link = Adapters.Link(options, Status().ToMessage(_topics, online: false), _network, Jitter.For(options.ClientId));
        SinkFollower? follower = null;
        // A range that finds no room is asked for again by whoever misses it.
        var sink = new MqttSink(_topics, _link, options, _network) { Name = Tellings.MqttName, Replay = (from, to) => follower?.Replay(from, to) };
        Follower = follower = new SinkFollower(sink, centre.Log, surroundings, Jitter.For(Tellings.MqttName));
    }

    internal SinkFollower Follower { get; }

    internal MqttLink Link => _link;

    /// <summary>Makes the topics of the site's points, desks and label.</summary>
    internal void MakeTopics()
    {
        _points = new LivePoints(_topics, _link, _centre.Points, _network)
        {
            Period = _options.LivePeriod, Refresh = _options.LiveRefresh, PerSecondMax = _options.LivePerSecondMax,
        };
        _desks = new DeskTopics(_topics, _link, _centre.Occupancy.Desks) { Gone = _centre.DesksGone };
        (_criteria, _shown) = (_centre.Label is null ? null : new CriterionTopics(_topics, _link), null);
        var (points, criteria) = (GonePlant.PointsOf(_centre), GonePlant.CriteriaOf(_centre));
        _gone = new GoneTopics(_link, [.. points.Select(_topics.Point), .. criteria.Select(_topics.Criterion)], _network);
    }

    /// <summary>Starts what does not run yet.</summary>
    internal void Start(RunningTasks tasks)
    {
        if (_work is null) _link.Start();
        _work ??= tasks.Begin(cancellation =>
        [
            Follower.RunAsync(cancellation),
            new CheckpointTopic(_topics, _link, _options.LivePeriod, _network) { Note = () => _centre.Signer.Last?.ToString() }.RunAsync(cancellation),
            new StatusTopic(_topics, _link, _options.StatusPeriod, _network) { Status = Status }.RunAsync(cancellation),
        ]);
        _topicWork ??= tasks.Begin(cancellation =>
        [
            _points!.RunAsync(cancellation), _desks!.RunAsync(cancellation), _gone!.RunAsync(cancellation),
            .. _criteria is null ? Array.Empty<Task>() : [_criteria.RunAsync(cancellation)],
        ]);
    }

    /// <summary>Ends the topics of points, desks and label.</summary>
    internal async Task EndTopicsAsync()
    {
        if (_topicWork is not null) await _topicWork.EndAsync();
        _topicWork = null;
    }

    internal async Task EndAsync()
    {
        await EndTopicsAsync();
        if (_work is not null) await _work.EndAsync();
        await DisposeAsync();
    }

    /// <summary>Hands a new picture of now to the topics; returns at once.</summary>
    internal void Show(Snapshot snapshot)
    {
        _points?.Show(snapshot);
        _desks?.Show(snapshot);
    }

    /// <summary>Hands the verdicts so far to their topics; returns at once.</summary>
    internal void Show(LabelPicture label)
    {
        if (ReferenceEquals(label, _shown)) return;
        _shown = label;
        _criteria?.Show([.. label.Labels.Values.SelectMany(l => l.Verdicts)]);
    }

    public async ValueTask DisposeAsync()
    {
        await Follower.DisposeAsync();
        await _link.DisposeAsync();
    }

    private CentreStatus Status() =>
        new(_centre.Since, RunningCentre.Version, _centre.Site.Label?.Profile.FullName, _centre.Log.Head, _centre.RecordingTrouble);
}
