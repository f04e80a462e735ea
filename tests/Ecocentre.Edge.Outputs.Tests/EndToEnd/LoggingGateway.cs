using System.Threading.Channels;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Outputs.Tests.Ingest;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Tests.EndToEnd;

/// <summary>The outer half of a gateway: a log on disk that grows step by step, and a follower that tells it over MQTT and waits for the word of a
/// database.</summary>
public sealed class LoggingGateway : IAsyncDisposable
{
    // Between two steps, so that whatever is killed is killed in the middle of traffic.
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(10);

    private readonly EvidenceLog _log;
    private readonly MqttSink _sink;
    private readonly SinkFollower _follower;
    private readonly MqttLink _link;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _following;

    public LoggingGateway(string centre, MqttOptions options, MqttLink link, Scratch scratch)
    {
        _link = link;
        _log = EvidenceLog.Open(scratch.File(centre + ".db"), centre, LogOptions.Default, Facts.Start);
        _log.Sinks(["mqtt"], Facts.Start);
        SinkFollower? follower = null;
        _sink = new MqttSink(new Topics(centre), link, options, TimeProvider.System) { Replay = (from, to) => follower!.Replay(from, to) };
        var incidents = Channel.CreateBounded<Incident>(64);
        var surroundings = new FollowerSurroundings(
            TimeProvider.System, () => Instant.From(TimeProvider.System.GetUtcNow()), incidents.Writer, GatewayLimits.Default);
        _follower = follower = new SinkFollower(_sink, _log, surroundings, new Random(centre.Length));
        link.Start();
        _following = _follower.RunAsync(_ending.Token);
    }

    /// <summary>Entries that a database has acknowledged, all before them included.</summary>
    public long Acknowledged => _log.Cursor("mqtt");

    /// <summary>Messages the broker took, repetitions included.</summary>
    public long MessagesSent => _sink.Health.MessagesSent;

    /// <summary>Appends entries 1 to <paramref name="last"/> and returns when a database has acknowledged all of them.</summary>
    public async Task RunAsync(int last, CancellationToken deadline)
    {
        while (_log.Head < last)
        {
            var step = Enumerable.Range((int)_log.Head + 1, (int)Math.Min(20, last - _log.Head));
            _log.Append([.. step.Select(sequence => LogBatches.Entry(sequence).Fact)], [], Facts.Start);
            await Task.Delay(Beat, deadline);
        }
        while (Acknowledged < last) await Task.Delay(Beat, deadline);
    }

    public async ValueTask DisposeAsync()
    {
        _ending.Cancel();
        await _following;
        await _follower.DisposeAsync();
        await _link.DisposeAsync();
        _log.Dispose();
    }
}
