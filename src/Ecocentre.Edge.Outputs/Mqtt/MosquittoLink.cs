using System.Threading.Channels;

namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>The link on libmosquitto (Debian package <c>libmosquitto1</c>), MQTT 5.</summary>
/// <remarks>
/// <para>One thread of its own does everything with the broker; callers only queue and wait. Each connection is a fresh one: nothing
/// unacknowledged survives it, its publishers are told so. What they did not hear of may still have arrived; delivering twice is harmless
/// by design.</para>
/// <para>A broker that is there but does not answer is noticed by the keep-alive (within twice its time, also under steady publishing) or
/// by <see cref="TimeoutsMax"/> messages in a row without PUBACK, whichever is first.</para>
/// <para>Incoming messages are acknowledged to the broker when they arrive, before they are taken from <see cref="Incoming"/>; a process
/// that dies loses those waiting there. When it is full the broker is not read. After half a keep-alive of that the connection is ended,
/// and comes back when there is room (<see cref="Pauses"/>): with <see cref="MqttOptions.SessionExpiry"/> the broker keeps what arrives
/// meanwhile, without it that is lost. A PUBACK waits behind unread messages too, so whoever answers what he reads does it on a link of his
/// own.</para>
/// <para>Of a host with several addresses the first that accepts an attempt is used.</para>
/// </remarks>
public sealed class MosquittoLink : MqttLink
{
    /// <summary>Publications in a row without an answer that mean the connection is dead. One may be lost in the broker, three are not
    /// chance.</summary>
    public const int TimeoutsMax = 3;

    /// <summary>Publications waiting for others to be acknowledged. Each has a caller that waits, so a thousand would be many.</summary>
    public const int QueuedMax = 16_384;

    private const string NotConnected = "The broker is not connected.";

    // While nothing is connected: how soon an end or a wish is seen at the latest.
    private const int WaitMillisecondsMax = 1_000;

    // The library looks whether a ping is due when it is called. A fifth late, it is well within the one and a half keep-alives that a broker grants (MQTT
    // 5, 3.1.2.10).
    private const int CallsPerKeepAlive = 5;

    // How long PUBACKs may be waited for together; a broker nearby takes a fraction of it for all of them.
    private const int TogetherMilliseconds = 20;

    // A connection that ends sooner counts as a failed attempt: two clients with one id throw each other out for ever.
    private static readonly TimeSpan SettledAfter = TimeSpan.FromSeconds(5);

    // Longest orderly end: the will's message, and the same again for the goodbye, which is one packet. After that the broker publishes the
    // will.
    private static readonly TimeSpan GoodbyeMax = TimeSpan.FromSeconds(2);

    // The name look-up of the system is the one call that cannot be cut short; it gives up by itself.
    private static readonly TimeSpan DisposeMax = TimeSpan.FromSeconds(10);

    private readonly MqttOptions _options;
    private volatile MqttMessage? _will;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly Doorbell _doorbell = new();
    private readonly IncomingMessages _incoming;

    private readonly Lock _lock = new();
    private readonly Queue<Publication> _queued = new();
    private readonly List<string> _filters = [];
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isReady;
    private long _connections;
    private Thread? _thread;
    private volatile bool _isConnected;
    private volatile bool _isStopping;
    private volatile bool _saysGoodbye;
    private volatile bool _isRenewing;
    private volatile string? _trouble;
    private volatile int _packetBytesMax;

    // The link's own thread only, from here on.
    private readonly PublicationsUnderWay _underWay;
    private int _filtersAsked;
    private bool _overrun;
    private bool _isWillUsed;

    /// <param name="options">Checked already; the files in it are read with each attempt, so that a renewed certificate is used.</param>
    /// <param name="will">What the broker publishes when we vanish, and we when we go; or null.</param>
    /// <param name="time">Measures timeouts; the network itself runs in real time whatever it says.</param>
    /// <param name="random">For the link's thread alone from now on: spreads reconnections.</param>
    public MosquittoLink(MqttOptions options, MqttMessage? will, TimeProvider time, Random random)
    {
        _options = options;
        _will = will;
        _time = time;
        _random = random;
        _underWay = new PublicationsUnderWay(options.PublishTimeout, time);
        _incoming = new IncomingMessages(options.IncomingMax, options.IncomingBytesMax, _doorbell.Ring);
        _trouble = $"{options.Broker.Host}:{options.Port}: not tried yet.";
    }

    public override bool IsConnected => _isConnected;

    public override string? Trouble => _trouble;

    public override Func<MqttMessage>? NextWill { get; set; }

    public override int? PacketBytesMax => _packetBytesMax == 0 ? null : _packetBytesMax;

    public override ChannelReader<MqttMessage> Incoming => _incoming;

    /// <summary>How often the connection was ended because <see cref="Incoming"/> was not taken.</summary>
    public long Pauses { get; private set; }

    /// <summary>Messages acknowledged to the broker for which there was no place, not even beyond the bound: more than a thousand at one
    /// reading, or before a session was taken up again.</summary>
    public long IncomingDropped { get; private set; }

    /// <exception cref="DllNotFoundException">libmosquitto is not installed.</exception>
    public override void Start()
    {
        Libmosquitto.Load();
        lock (_lock)
        {
            if (_thread is not null) throw new InvalidOperationException("BUG: the link is started twice.");
            _thread = new Thread(Run) { IsBackground = true, Name = "mqtt" };
        }
        _thread.Start();
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
                ObjectDisposedException.ThrowIf(_isStopping, this);
                if (_isReady && _connections > after) return _connections;
                changed = _changed.Task;
            }
            await changed.WaitAsync(cancellation);
        }
    }

    public override void Subscribe(string filter)
    {
        lock (_lock)
        {
            if (_filters.Contains(filter)) return;
            _filters.Add(filter);
            _isReady = false;
        }
        _doorbell.Ring();
    }

    public override ValueTask<string?> PublishAsync(MqttMessage message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(message);
        return OfferAsync(new SinglePublication(message), cancellation);
    }

    public override ValueTask<string?> ConfirmAsync(long connection, CancellationToken cancellation) =>
        OfferAsync(new SinglePublication(new MqttMessage("", default) { Connection = connection }) { IsQuestion = true }, cancellation);

    public override async ValueTask RenewAsync(CancellationToken cancellation)
    {
        // A goodbye that the broker does not take is what the broker says by itself.
        if (_will is { } will) await PublishAsync(will, cancellation);
        _isRenewing = true;
        _doorbell.Ring();
    }

    private async ValueTask<string?> OfferAsync(SinglePublication publication, CancellationToken cancellation)
    {
        if (!_isConnected) return _trouble ?? NotConnected;
        if (!TryQueue([publication])) return $"{QueuedMax} messages wait to be sent already.";
        await using var registration = cancellation.UnsafeRegister(
            static (state, token) => ((SinglePublication)state!).Cancel(token), publication);
        return await publication.Outcome;
    }

    public override async ValueTask<IReadOnlyList<string?>> PublishAllAsync(IReadOnlyList<MqttMessage> messages, CancellationToken cancellation)
    {
        var batch = new PublicationBatch(messages);
        var refusal = !_isConnected ? _trouble ?? NotConnected
            : TryQueue(batch.Parts) ? null : $"{QueuedMax} messages wait to be sent already.";
        if (refusal is not null)
            foreach (var part in batch.Parts) part.Complete(refusal);
        await using var registration = cancellation.UnsafeRegister(static (state, token) => ((PublicationBatch)state!).Cancel(token), batch);
        return await batch.Outcome;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_isStopping)
        {
            await _stopped.Task;
            return;
        }
        // Without a goodbye the broker publishes the will itself.
        _saysGoodbye = _will is not { } will || _isConnected && await IsToldAsync(will);
        _isStopping = true;
        Change(ready: false);
        if (_thread is null)
        {
            _incoming.Complete();
            _stopped.TrySetResult();
            _doorbell.Dispose();
            return;
        }
        _doorbell.Ring();
        try
        {
            await _stopped.Task.WaitAsync(DisposeMax, _time);
        }
        catch (TimeoutException)
        {
            // The thread sits in the resolver. It frees what it holds when that returns.
        }
    }

    /// <returns>False when there is no room for all of them; then none was queued.</returns>
    private bool TryQueue(ReadOnlySpan<Publication> publications)
    {
        lock (_lock)
        {
            if (_queued.Count + publications.Length > QueuedMax) return false;
            foreach (var publication in publications) _queued.Enqueue(publication);
        }
        // The thread itself looks at the queue before it waits.
        if (Thread.CurrentThread != _thread) _doorbell.Ring();
        // The thread may have made its last round between the question whether it is connected and the queue.
        if (_stopped.Task.IsCompleted) FailQueued(NotConnected);
        return true;
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

    private void Run()
    {
        try
        {
            for (var failures = 0; !_isStopping;)
            {
                var begun = _time.GetTimestamp();
                var wasConnected = Attempt();
                failures = wasConnected && _time.GetElapsedTime(begun) >= SettledAfter ? 0 : failures + 1;
                if (_incoming.IsFull) WaitForRoom();
                Rest(Backoff(failures));
            }
        }
        finally
        {
            _incoming.Complete();
            _stopped.TrySetResult();
            FailQueued(NotConnected);
            _doorbell.Dispose();
        }
    }

    private TimeSpan Backoff(int failures)
    {
        // 2^20 of the shortest wait is beyond every longest one.
        var doublings = Math.Clamp(failures - 1, 0, 20);
        var whole = Math.Min(_options.BackoffMax.TotalMilliseconds, _options.BackoffFirst.TotalMilliseconds * (1 << doublings));
        return TimeSpan.FromMilliseconds(whole * (1 - _random.NextDouble() / 2));
    }

    /// <summary>Waits, and tells those who want to publish meanwhile that they cannot.</summary>
    private void Rest(TimeSpan wait)
    {
        var begun = _time.GetTimestamp();
        while (!_isStopping)
        {
            FailQueued(_trouble ?? NotConnected);
            var left = wait - _time.GetElapsedTime(begun);
            if (left <= TimeSpan.Zero) return;
            _doorbell.Wait(-1, 0, (int)Math.Min(Math.Ceiling(left.TotalMilliseconds), WaitMillisecondsMax));
        }
    }

    /// <summary>One connection from beginning to end.</summary>
    /// <returns>Whether it could be used.</returns>
    private bool Attempt()
    {
        (_overrun, _isRenewing) = (false, false);
        if (NextWill is { } next && (_will is null || _isWillUsed)) _will = next();
        using var connection = new MosquittoConnection(_options)
        {
            Acknowledged = _underWay.Acknowledge,
            Arrived = Arrive,
        };
        _filtersAsked = 0;
        connection.Open(_will);
        Serve(connection);
        _isWillUsed = connection.IsAccepted;
        var wasConnected = _isConnected;
        _isConnected = false;
        _trouble = $"{_options.Broker.Host}:{_options.Port}: {connection.Ended ?? "closed."}";
        Change(ready: false);
        _underWay.FailAll(_trouble);
        FailQueued(_trouble);
        if (connection.Failure is { } failure) throw new InvalidOperationException("BUG: a callback of the MQTT link failed.", failure);
        return wasConnected;
    }

    private void Serve(MosquittoConnection connection)
    {
        var begun = _time.GetTimestamp();
        long? unreadSince = null;
        var (isLate, isFlood) = (false, false);
        while (connection.Ended is null)
        {
            if (_isStopping)
            {
                if (_saysGoodbye) Goodbye(connection);
                return;
            }
            if (_isRenewing)
            {
                Goodbye(connection);
                connection.End("Connecting anew.");
                return;
            }
            if (connection.IsAccepted)
            {
                AskFilters(connection);
                if (connection.Subscribing == 0) Announce(connection);
            }
            if (_isConnected) SendQueued(connection);
            else FailQueued(NotConnected);
            if (!_isConnected && _time.GetElapsedTime(begun) >= _options.ConnectTimeout)
                connection.End($"No answer within {_options.ConnectTimeout.TotalSeconds} s.");
            _underWay.GiveUpLate();
            if (_underWay.TimeoutsInRow >= TimeoutsMax)
                connection.End($"The broker has not acknowledged {_underWay.TimeoutsInRow} messages in a row.");

            var read = MayRead();
            if (read) unreadSince = null;
            else unreadSince ??= _time.GetTimestamp();
            if (_overrun || unreadSince is { } since && _time.GetElapsedTime(since) >= _options.KeepAlive / 2) Pause(connection);
            if (connection.Ended is not null) return;
            if (_underWay.Count > 0) connection.AcknowledgeAtOnce();
            // Where nothing waits for a place, the answers to all may as well be read at once. A broker may hold back the second one until the first is
            // acknowledged, which not reading it puts off: the end of more than there are places for is not to wait for that.
            var hasMore = HasQueued();
            isFlood = hasMore || isFlood && _underWay.Count > 0;
            var isTogether = connection.AwaitAcknowledgements(isLate || isFlood ? 1 : _underWay.Count);
            // Who gave up waiting just now may have asked for something else.
            var wait = hasMore && _underWay.Count < _options.InFlightMax ? 0 : _underWay.MillisecondsToNext(isTogether ? TogetherMilliseconds : WaitMax());
            var ready = _doorbell.Wait(connection.Socket, connection.Interest(read), wait);
            isLate = isTogether && ready == 0;
            connection.Step(ready, read);
        }
    }

    private int WaitMax() => _isConnected ? (int)(_options.KeepAlive / CallsPerKeepAlive).TotalMilliseconds : WaitMillisecondsMax;

    private bool HasQueued()
    {
        lock (_lock) return _queued.Count > 0;
    }

    private bool MayRead()
    {
        // A session taken up again brings its messages before it can be used; there was room when the attempt began.
        if (!_incoming.IsFull || !_isConnected) return true;
        _incoming.WantRoom();
        return !_incoming.IsFull;
    }

    private void Pause(MosquittoConnection connection)
    {
        Pauses++;
        connection.End($"Paused: {_incoming.Count} messages that arrived have not been taken.");
    }

    private void WaitForRoom()
    {
        while (!_isStopping)
        {
            _incoming.WantRoom();
            if (_incoming.HasRoom) return;
            FailQueued(_trouble ?? NotConnected);
            _doorbell.Wait(-1, 0, WaitMillisecondsMax);
        }
    }

    private void Arrive(MqttMessage message)
    {
        if (_incoming.TryAdd(message)) return;
        IncomingDropped++;
        _overrun = true;
    }

    private void AskFilters(MosquittoConnection connection)
    {
        string[] filters;
        lock (_lock)
        {
            if (_filtersAsked == _filters.Count) return;
            filters = [.. _filters[_filtersAsked..]];
            _filtersAsked = _filters.Count;
        }
        foreach (var filter in filters) connection.Subscribe(filter);
    }

    private void Announce(MosquittoConnection connection)
    {
        lock (_lock)
        {
            if (_isReady || _filtersAsked != _filters.Count || connection.Ended is not null) return;
            if (!_isConnected) _connections++;
        }
        _packetBytesMax = connection.PacketBytesMax ?? 0;
        _trouble = null;
        _isConnected = true;
        Change(ready: true);
    }

    private void SendQueued(MosquittoConnection connection)
    {
        var isHeld = false;
        var now = _time.GetTimestamp();
        while (connection.Ended is null && _underWay.Count < _options.InFlightMax)
        {
            Publication? publication;
            bool hasMore;
            long present;
            lock (_lock)
            {
                if (!_queued.TryDequeue(out publication)) break;
                (hasMore, present) = (_queued.Count > 0, _connections);
            }
            if (publication.IsCompleted) continue;
            // The library writes each message by itself: held back until the last, they leave in as few packets as they fit.
            if (hasMore && !isHeld) isHeld = connection.Hold(true);
            if (publication.Message.Connection is { } wanted && wanted != present) publication.Complete("The connection it was meant for is over.");
            else if (publication.IsQuestion) Ask(connection, publication);
            else if (connection.Publish(publication.Message, out var id) is { } trouble) publication.Complete(trouble);
            else if (publication.Message.AtMostOnce) publication.Complete(null);
            else _underWay.Add(id, publication, now);
        }
        if (isHeld) connection.Hold(false);
    }

    private void Ask(MosquittoConnection connection, Publication publication)
    {
        string filter;
        lock (_lock) filter = _filters.FirstOrDefault() ?? "";
        if (filter.Length == 0) publication.Complete("BUG: a link that has subscribed to nothing cannot ask.");
        else if (connection.Subscribe(filter) is { } id) _underWay.Add(id, publication);
        else publication.Complete(connection.Ended);
    }

    private void Goodbye(MosquittoConnection connection)
    {
        var begun = _time.GetTimestamp();
        if (!connection.Disconnect(withWill: NextWill is not null)) return;
        while (connection.Ended is null && _time.GetElapsedTime(begun) < GoodbyeMax)
            connection.Step(_doorbell.Wait(connection.Socket, Doorbell.Writable, (int)GoodbyeMax.TotalMilliseconds), read: false);
    }

    private void FailQueued(string trouble)
    {
        while (true)
        {
            Publication? publication;
            lock (_lock)
                if (!_queued.TryDequeue(out publication)) return;
            publication.Complete(trouble);
        }
    }

    private void Change(bool ready)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _isReady = ready && !_isStopping;
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        changed.TrySetResult();
    }
}
