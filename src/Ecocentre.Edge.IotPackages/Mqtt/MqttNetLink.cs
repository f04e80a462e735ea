using System.Threading.Channels;
using Ecocentre.Edge.Outputs.Mqtt;

namespace Ecocentre.Edge.IotPackages.Mqtt;

/// <summary>The link on MQTTnet 5.2, MQTT 5. It keeps what <see cref="MqttLink"/> promises, and what its default says of bounds.</summary>
/// <remarks>
/// <para>MQTTnet notices a dead wire only while nobody publishes, gives publications no time limit, keeps the broker's keep-alive to itself and
/// falls silent after a handler that threw. So one task of ours makes every connection anew, pings on its own, times every publication and
/// lets no exception into the client; nothing of MQTTnet outlives its connection.</para>
/// <para>A message is acknowledged to the broker when it has found a place in <see cref="Incoming"/>. Where there is none for half a keep-alive the
/// connection is ended, and comes back when there is room.</para>
/// </remarks>
public sealed class MqttNetLink : MqttLink
{
    /// <summary>Publications waiting for others to be acknowledged, as for the default link.</summary>
    public const int QueuedMax = MosquittoLink.QueuedMax;

    private const string NotConnected = "The broker is not connected.";

    // A connection that ends sooner counts as a failed attempt: two clients with one id throw each other out for ever.
    private static readonly TimeSpan SettledAfter = TimeSpan.FromSeconds(5);

    // Longest orderly end: the will's message, and the same again for the goodbye. After that the broker publishes the will.
    private static readonly TimeSpan GoodbyeMax = TimeSpan.FromSeconds(2);

    private readonly MqttOptions _options;
    private readonly MqttMessage? _will;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly IncomingMessages _incoming;
    private readonly Channel<SinglePublication> _queued = Channel.CreateBounded<SinglePublication>(QueuedMax);
    private readonly CancellationTokenSource _stopping = new();

    private readonly Lock _lock = new();
    private readonly List<string> _filters = [];
    private TaskCompletionSource _changed = NewSignal();
    private TaskCompletionSource _room = NewSignal();
    private int _filtersTaken;
    private long _connections;
    private bool _isDisposed;
    private Task _run = Task.CompletedTask;
    private volatile MqttNetConnection? _connection;
    private volatile bool _isConnected;
    private volatile string? _trouble;
    private volatile int _packetBytesMax;

    /// <inheritdoc cref="MosquittoLink(MqttOptions, MqttMessage?, TimeProvider, Random)"/>
    public MqttNetLink(MqttOptions options, MqttMessage? will, TimeProvider time, Random random)
    {
        (_options, _will, _time, _random) = (options, will, time, random);
        _incoming = new IncomingMessages(options.IncomingMax, options.IncomingBytesMax, () => Signal(ref _room));
        _trouble = $"{options.Broker.Host}:{options.Port}: not tried yet.";
    }

    public override bool IsConnected => _isConnected;

    public override string? Trouble => _trouble;

    public override int? PacketBytesMax => _packetBytesMax == 0 ? null : _packetBytesMax;

    public override ChannelReader<MqttMessage> Incoming => _incoming;

    public override void Start()
    {
        lock (_lock)
        {
            if (!_run.IsCompleted || _isDisposed) throw new InvalidOperationException("BUG: the link is started twice.");
            _run = RunAsync(_stopping.Token);
        }
    }

    public override Task WaitForConnectionAsync(CancellationToken cancellation) => WaitForConnectionAsync(0, cancellation);

    /// <exception cref="ObjectDisposedException">The link is closed.</exception>
    public override async Task<long> WaitForConnectionAsync(long after, CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                if (_isConnected && _filtersTaken == _filters.Count && _connections > after) return _connections;
                changed = _changed.Task;
            }
            await changed.WaitAsync(cancellation);
        }
    }

    public override void Subscribe(string filter)
    {
        lock (_lock)
            if (!_filters.Contains(filter)) _filters.Add(filter);
        Signal(ref _changed);
    }

    public override async ValueTask<string?> PublishAsync(MqttMessage message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!_isConnected) return _trouble ?? NotConnected;
        var publication = new SinglePublication(message);
        if (!_queued.Writer.TryWrite(publication))
            return _isDisposed ? NotConnected : $"{QueuedMax} messages wait to be sent already.";
        // The connection may have ended between the question above and the queue.
        if (!_isConnected) FailQueued(_trouble ?? NotConnected);
        await using var registration = cancellation.UnsafeRegister(
            static (state, token) => ((SinglePublication)state!).Cancel(token), publication);
        return await publication.Outcome;
    }

    public override async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_isDisposed) return;
            _isDisposed = true;
        }
        // Without a goodbye the broker publishes the will itself.
        if (_will is null || _isConnected && await IsToldAsync(_will)) await (_connection?.LeaveAsync(GoodbyeMax) ?? Task.CompletedTask);
        _stopping.Cancel();
        await _run;
        _isConnected = false;
        _queued.Writer.TryComplete();
        FailQueued(NotConnected);
        _incoming.Complete();
        Signal(ref _changed);
        _stopping.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Signal(ref TaskCompletionSource signal)
    {
        TaskCompletionSource old;
        lock (_lock) (old, signal) = (signal, NewSignal());
        old.TrySetResult();
    }

    private async ValueTask<bool> IsToldAsync(MqttMessage will)
    {
        using var patience = new CancellationTokenSource(GoodbyeMax, _time);
        try
        {
            return await PublishAsync(will, patience.Token) is null;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            for (var failures = 0; ;)
            {
                var begun = _time.GetTimestamp();
                var wasConnected = await AttemptAsync(stopping);
                failures = wasConnected && _time.GetElapsedTime(begun) >= SettledAfter ? 0 : failures + 1;
                FailQueued(_trouble ?? NotConnected);
                while (_incoming.IsFull || !_incoming.HasRoom && _incoming.Count > 0 && wasConnected) await RoomAsync(stopping);
                await Task.Delay(Backoff(failures), _time, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    private TimeSpan Backoff(int failures)
    {
        // 2^20 of the shortest wait is beyond every longest one.
        var doublings = Math.Clamp(failures - 1, 0, 20);
        var whole = Math.Min(_options.BackoffMax.TotalMilliseconds, _options.BackoffFirst.TotalMilliseconds * (1 << doublings));
        return TimeSpan.FromMilliseconds(whole * (1 - _random.NextDouble() / 2));
    }

    /// <summary>One connection from beginning to end.</summary>
    /// <returns>Whether it could be used.</returns>
    private async Task<bool> AttemptAsync(CancellationToken stopping)
    {
        using var connection = new MqttNetConnection(_options, _will, _time) { Arriving = ArriveAsync };
        _connection = connection;
        using var registration = stopping.Register(() => connection.End("The link is closed."));
        lock (_lock) _filtersTaken = 0;
        var wasConnected = false;
        if (await connection.OpenAsync() && await SubscribeAsync(connection))
        {
            _packetBytesMax = connection.PacketBytesMax ?? 0;
            lock (_lock) (_connections, _isConnected, _trouble) = (_connections + 1, true, null);
            wasConnected = true;
            Signal(ref _changed);
            await Task.WhenAll(SendAsync(connection), SubscribeLaterAsync(connection), connection.PingAsync());
        }
        _isConnected = false;
        _connection = null;
        _trouble = $"{_options.Broker.Host}:{_options.Port}: {connection.Ended}";
        Signal(ref _changed);
        return wasConnected;
    }

    /// <summary>Asks for every filter that this connection has not asked for.</summary>
    private async Task<bool> SubscribeAsync(MqttNetConnection connection)
    {
        while (true)
        {
            string filter;
            lock (_lock)
            {
                if (_filtersTaken == _filters.Count) return true;
                filter = _filters[_filtersTaken];
            }
            if (!await connection.SubscribeAsync(filter)) return false;
            lock (_lock) _filtersTaken++;
            Signal(ref _changed);
        }
    }

    private async Task SubscribeLaterAsync(MqttNetConnection connection)
    {
        try
        {
            while (await SubscribeAsync(connection))
            {
                Task changed;
                lock (_lock) changed = _filtersTaken == _filters.Count ? _changed.Task : Task.CompletedTask;
                await changed.WaitAsync(connection.Over);
            }
        }
        catch (OperationCanceledException) when (connection.Over.IsCancellationRequested)
        {
        }
    }

    /// <summary>Hands over what is queued, in its order; as much as may be under way at once.</summary>
    private async Task SendAsync(MqttNetConnection connection)
    {
        using var places = new SemaphoreSlim(connection.InFlightMax);
        var underWay = new HashSet<Task>();
        try
        {
            while (await _queued.Reader.WaitToReadAsync(connection.Over))
            {
                await places.WaitAsync(connection.Over);
                if (_queued.Reader.TryRead(out var publication) && !publication.Outcome.IsCompleted) underWay.Add(DeliverAsync(publication));
                else places.Release();
                underWay.RemoveWhere(delivery => delivery.IsCompleted);
            }
        }
        catch (OperationCanceledException) when (connection.Over.IsCancellationRequested)
        {
        }
        await Task.WhenAll(underWay);

        async Task DeliverAsync(SinglePublication publication)
        {
            publication.Complete(await connection.PublishAsync(publication.Message));
            places.Release();
        }
    }

    /// <returns>False when there is no place and the connection is over for it: the broker keeps the message.</returns>
    private async Task<bool> ArriveAsync(MqttNetConnection connection, MqttMessage message)
    {
        if (_incoming.IsFull)
        {
            using var patience = new CancellationTokenSource(_options.KeepAlive / 2, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, connection.Over);
            try
            {
                while (_incoming.IsFull) await RoomAsync(either.Token);
            }
            catch (OperationCanceledException)
            {
                connection.End($"Paused: {_incoming.Count} messages that arrived have not been taken.");
                return false;
            }
        }
        return _incoming.TryAdd(message);
    }

    private async Task RoomAsync(CancellationToken cancellation)
    {
        Task room;
        lock (_lock) room = _room.Task;
        _incoming.WantRoom();
        if (!_incoming.HasRoom) await room.WaitAsync(cancellation);
    }

    private void FailQueued(string trouble)
    {
        while (_queued.Reader.TryRead(out var publication)) publication.Complete(trouble);
    }
}
