using Ecocentre.Edge.Outputs;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Outputs.Sparkplug;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge;

/// <summary>Tells Sparkplug hosts what the log says, of the points of one site.</summary>
internal sealed class SparkplugTelling : IAsyncDisposable
{
    private readonly MosquittoLink _link;
    private RunningTask? _work;

    internal SparkplugTelling(RunningCentre centre, SparkplugOptions options, FollowerSurroundings surroundings)
    {
        // Only this link makes a will for each connection and sends at QoS 0.
        _link = new MosquittoLink(options.Broker, null, surroundings.Time, Jitter.For(options.Broker.ClientId));
        var (picture, points) = (centre.Picture, centre.Points.Where(point => !point.Private));
        var indices = points.ToDictionary(point => point.Name, point => (int)point.Id.Value, StringComparer.Ordinal);
        Reading? Newest(string point) =>
            indices.TryGetValue(point, out var index) && picture.Latest.Latest[index] is var reading && reading.At != default ? reading : null;
        var sink = new SparkplugSink(
            options, _link, centre.Points, new SparkplugSurroundings(surroundings.Time, () => centre.Clock.Now, Newest)) { Name = Tellings.SparkplugName };
        Follower = new SinkFollower(sink, centre.Log, surroundings, Jitter.For(Tellings.SparkplugName));
    }

    internal SinkFollower Follower { get; }

    internal void Start(RunningTasks tasks)
    {
        if (_work is not null) return;
        _link.Start();
        _work = tasks.Begin(cancellation => [Follower.RunAsync(cancellation)]);
    }

    internal async Task EndAsync()
    {
        if (_work is not null) await _work.EndAsync();
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Follower.DisposeAsync();
        await _link.DisposeAsync();
    }
}
