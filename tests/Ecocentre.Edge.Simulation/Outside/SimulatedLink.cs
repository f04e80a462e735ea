using System.Threading.Channels;
using Ecocentre.Edge.Outputs.Mqtt;

namespace Ecocentre.Edge.Simulation.Outside;

/// <summary>A process's connection to the simulated broker. It comes back by itself a second after the broker does.</summary>
public sealed class SimulatedLink(SimulatedBroker broker, TimeProvider time, string client) : MqttLink
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1), PublishTimeout = TimeSpan.FromSeconds(10);

    private readonly Channel<MqttMessage> _incoming = Channel.CreateBounded<MqttMessage>(10_000);
    private readonly HashSet<string> _filters = [];
    private readonly List<TaskCompletionSource> _waiting = [];
    private readonly List<TaskCompletionSource<string?>> _underWay = [];
    private readonly CancellationTokenSource _ending = new();
    private TaskCompletionSource? _lost;
    private long _connections;

    /// <summary>Its name with the broker.</summary>
    public string Client => client;

    public override bool IsConnected => IsUp;

    public override string? Trouble => IsUp ? null : "the simulated broker is away";

    public override ChannelReader<MqttMessage> Incoming => _incoming.Reader;

    internal IEnumerable<string> Filters => _filters;

    private bool IsUp { get; set; }

    public override void Start()
    {
        broker.Add(this);
        _ = ConnectAsync();
    }

    public override Task WaitForConnectionAsync(CancellationToken cancellation) => WaitForConnectionAsync(_connections - (IsUp ? 1 : 0), cancellation);

    public override async Task<long> WaitForConnectionAsync(long after, CancellationToken cancellation)
    {
        while (!IsUp || _connections <= after)
        {
            var connected = new TaskCompletionSource();
            _waiting.Add(connected);
            using (cancellation.UnsafeRegister(_ => connected.TrySetCanceled(cancellation), null)) await connected.Task;
        }
        return _connections;
    }

    public override void Subscribe(string filter) => _filters.Add(filter);

    public override async ValueTask<string?> PublishAsync(MqttMessage message, CancellationToken cancellation)
    {
        if (!IsUp) return "not connected";
        var done = new TaskCompletionSource<string?>();
        _underWay.Add(done);
        broker.Take(this, message, () => done.TrySetResult(null));
        using var patience = new CancellationTokenSource(PublishTimeout, time);
        using (patience.Token.UnsafeRegister(_ => done.TrySetResult("the broker did not acknowledge in time"), null))
        using (cancellation.UnsafeRegister(_ => done.TrySetCanceled(cancellation), null))
        {
            try
            {
                return await done.Task;
            }
            finally
            {
                _underWay.Remove(done);
            }
        }
    }

    public override ValueTask DisposeAsync()
    {
        _ending.Cancel();
        Cut();
        return default;
    }

    /// <summary>The process is dead: the broker no longer knows it.</summary>
    public void Cut()
    {
        IsUp = false;
        _lost?.TrySetResult();
        broker.Remove(this);
    }

    internal bool IsSubscribed(string topic) => IsUp && _filters.Any(filter => Matches(filter, topic));

    /// <summary>Whether messages of a topic go to a filter; one with a <c>+</c> is that of all logs.</summary>
    internal static bool Matches(string filter, string topic) =>
        filter == topic || filter == Topics.EveryLog && topic.EndsWith("/log", StringComparison.Ordinal);

    internal void Arrive(MqttMessage message)
    {
        if (IsUp && !_incoming.Writer.TryWrite(message)) throw new InvalidOperationException("BUG: nobody takes what arrives on this link.");
    }

    internal void Lose()
    {
        IsUp = false;
        _lost?.TrySetResult();
        foreach (var one in _underWay.ToArray()) one.TrySetResult("the connection was lost");
    }

    private async Task ConnectAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            if (broker.IsUp)
            {
                IsUp = true;
                _connections++;
                broker.Connected(this);
                var waiting = _waiting.ToArray();
                _waiting.Clear();
                foreach (var one in waiting) one.TrySetResult();
                await (_lost = new TaskCompletionSource()).Task;
            }
            await Task.Delay(RetryAfter, time);
        }
    }
}
