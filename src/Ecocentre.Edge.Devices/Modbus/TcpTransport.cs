using System.Net.Sockets;
using System.Numerics;

namespace Ecocentre.Edge.Devices.Modbus;

/// <summary>Modbus TCP client: one connection, requests matched to replies by transaction id, up to
/// <see cref="ModbusTransport.OutstandingMax"/> of them on their way at once.</summary>
/// <remarks>Any thread may ask. A reply that comes after its timeout is recognised by its id and dropped. A lost connection is dialled
/// again by the next request: at once if it had worked, else after a wait that doubles; until then requests come back at once with
/// <see cref="FaultKind.NoBus"/>. Whoever awaits a reply without a context of his own goes on on the thread that received it, and must not block
/// it.</remarks>
public sealed class TcpTransport : ModbusTransport
{
    /// <summary>64: twice what was found to gain anything on a fast server, and 1/1000 of the transaction ids.</summary>
    public const int OutstandingLimit = 64;

    /// <summary>3: a server that answers nothing three times in a row may have restarted without closing; dialling again finds out.</summary>
    public const int TimeoutsInRowMax = 3;

    // Ids whose reply may still come; with more of them than this the connection is not worth keeping.
    private const int AbandonedMax = 256;

    private readonly Func<CancellationToken, ValueTask<Stream>> _connect;
    private readonly TcpTiming _timing;
    private readonly TimeProvider _time;
    private readonly Places _places;
    private readonly TcpTransaction[] _transactions;
    private readonly Stack<TcpTransaction> _free;
    private readonly HashSet<ushort> _abandoned = [];
    private readonly BackOff _backOff;
    private readonly ITimer _watch;
    private readonly CancellationTokenSource _disposing = new();
    private TcpConnection? _connection;
    private Task<Fault?>? _connecting;
    private Task _reader = Task.CompletedTask;
    private Fault? _lastLoss;
    private readonly int _placeBits;
    private CancellationToken _watched;
    private CancellationTokenRegistration _watching;
    private uint _nextId;
    private bool _isWatching;

    /// <param name="connect">Opens a connection; its stream must end a pending read when disposed. Throws <see cref="IOException"/> or
    /// <see cref="SocketException"/> with words for people when it cannot.</param>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="TcpTiming.OutstandingMax"/> out of 1 to <see cref="OutstandingLimit"/>.</exception>
    public TcpTransport(Func<CancellationToken, ValueTask<Stream>> connect, TcpTiming timing, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timing.OutstandingMax, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timing.OutstandingMax, OutstandingLimit);
        _connect = connect;
        _timing = timing;
        _time = time;
        _places = new Places(timing.OutstandingMax, Gate);
        _transactions = new TcpTransaction[timing.OutstandingMax];
        for (var index = 0; index < _transactions.Length; index++)
            _transactions[index] = new TcpTransaction(this, index);
        _placeBits = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)_transactions.Length));
        _free = new Stack<TcpTransaction>(_transactions);
        _backOff = new BackOff(timing.BackOffMin, timing.BackOffMax, time);
        _watch = time.CreateTimer(static state => ((TcpTransport)state!).GiveUpLate(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public override int OutstandingMax => _transactions.Length;

    /// <summary>A second: one stretch of work for all meters of all connections, with everything in the processor's caches. A server sees as many requests at
    /// once as it may have outstanding, however many meters are behind it.</summary>
    public override TimeSpan TogetherWithin => TimeSpan.FromSeconds(1);

    /// <summary>Guards the transactions and what is queued to be sent.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>Replies that came after their request had been given up. Grows only.</summary>
    public long LateReplies { get; private set; }

    public override void Gather(bool isGathering) => Volatile.Read(ref _connection)?.Gather(isGathering);

    public override ValueTask<Fault?> ReadAsync(ModbusRead request, Memory<ushort> destination, CancellationToken cancellation)
    {
        Pdu.Check(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, request.Count);
        var connection = Volatile.Read(ref _connection);
        if (connection is null) return ReadWhenPossibleAsync(request, destination, cancellation);
        if (!IsWatched(cancellation))
            return _places.TryTake() ? Send(connection, request, destination, cancellation)
                : ReadWhenPossibleAsync(request, destination, cancellation);
        TcpTransaction? transaction = null;
        var isFlushed = false;
        lock (Gate)
            if (connection == _connection && !cancellation.IsCancellationRequested && _places.TryTake())
            {
                transaction = Take(request, destination);
                transaction.Watched = cancellation;
                isFlushed = Start(transaction, connection);
            }
        if (transaction is null) return ReadWhenPossibleAsync(request, destination, cancellation);
        if (isFlushed) connection.Flush();
        return transaction.Completion;
    }

    public override async ValueTask DisposeAsync()
    {
        // Outside the lock: whoever waits for the connection goes on inside this call.
        _disposing.Cancel();
        Task? connecting;
        lock (Gate)
            connecting = _connecting;
        if (connecting is not null)
            await connecting;
        if (_connection is { } connection)
            Lost(connection, Closed);
        await _watch.DisposeAsync();
        _watching.Unregister();
        await _reader;
    }

    internal void Received(TcpConnection connection, ReadOnlySpan<byte> frame)
    {
        TcpTransaction? transaction;
        Fault? fault;
        lock (Gate)
        {
            if (connection != _connection)
                return;
            connection.TimeoutsInRow = 0;
            _backOff.Worked();
            transaction = PendingWith(TcpFrame.TransactionOf(frame));
            if (transaction is null)
            {
                _abandoned.Remove(TcpFrame.TransactionOf(frame));
                LateReplies++;
                return;
            }
            transaction.IsPending = false;
            // Under the lock: a cancelled caller may take its memory back at any time after.
            fault = TcpFrame.DecodeReply(transaction.Request, frame, transaction.Destination.Span);
        }
        transaction.Complete(fault);
    }

    internal void Lost(TcpConnection connection, Fault fault)
    {
        List<TcpTransaction> orphans = [];
        lock (Gate)
        {
            if (connection == _connection)
            {
                _connection = null;
                _lastLoss = fault;
                if (!connection.HasAnswered)
                    _backOff.Failed();
                _abandoned.Clear();
                Claim(orphans, static _ => true);
            }
        }
        connection.Close();
        foreach (var orphan in orphans)
            orphan.Complete(fault);
    }

    internal void Release(TcpTransaction transaction)
    {
        lock (Gate)
        {
            transaction.Watched = default;
            _free.Push(transaction);
            if (_places.TryReturn()) return;
        }
        _places.Return();
    }

    private async ValueTask<Fault?> ReadWhenPossibleAsync(ModbusRead request, Memory<ushort> destination, CancellationToken cancellation)
    {
        try
        {
            await _places.TakeAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return Cancelled;
        }
        TcpConnection? connection;
        try
        {
            if (await ConnectAsync(cancellation) is { } fault)
            {
                _places.Return();
                return fault;
            }
            connection = Volatile.Read(ref _connection);
        }
        catch (OperationCanceledException)
        {
            _places.Return();
            return Cancelled;
        }
        if (connection is not null)
            return await Send(connection, request, destination, cancellation);
        _places.Return();
        return _lastLoss;
    }

    /// <summary>Requires: one of <see cref="_places"/> is held.</summary>
    private ValueTask<Fault?> Send(TcpConnection connection, ModbusRead request, Memory<ushort> destination, CancellationToken cancellation)
    {
        TcpTransaction transaction;
        lock (Gate) transaction = Take(request, destination);
        // Before the request becomes pending: a cancellation from here on either finds it pending or is seen below.
        transaction.Registration = cancellation.UnsafeRegister(
            static state => ((TcpTransaction)state!).Owner.GiveUpCancelled((TcpTransaction)state), transaction);
        Fault? fault = null;
        var isFlushed = false;
        lock (Gate)
        {
            if (cancellation.IsCancellationRequested)
                fault = Cancelled;
            else if (connection != _connection)
                fault = _lastLoss;
            else
                isFlushed = Start(transaction, connection);
        }
        if (fault is not null) transaction.Complete(fault);
        else if (isFlushed) connection.Flush();
        return transaction.Completion;
    }

    /// <summary>Requires: one of <see cref="_places"/>, and the lock, are held.</summary>
    private TcpTransaction Take(ModbusRead request, Memory<ushort> destination)
    {
        var transaction = _free.Pop();
        (transaction.Request, transaction.Destination) = (request, destination);
        return transaction;
    }

    /// <summary>Requires: the lock is held.</summary>
    /// <returns>Whether it is to be flushed.</returns>
    private bool Start(TcpTransaction transaction, TcpConnection connection)
    {
        // The lowest bits say whose it is.
        do
            transaction.Id = (ushort)(_nextId++ << _placeBits | (uint)transaction.Place);
        while (_abandoned.Count > 0 && _abandoned.Contains(transaction.Id));
        transaction.IsPending = true;
        transaction.SentAt = _time.GetTimestamp();
        var isFlushed = connection.Enqueue(transaction.Id, transaction.Request);
        if (!_isWatching)
        {
            _isWatching = true;
            _watch.Change(_timing.ReplyTimeout, Timeout.InfiniteTimeSpan);
        }
        return isFlushed;
    }

    private TcpTransaction? PendingWith(ushort id)
    {
        var place = id & (1 << _placeBits) - 1;
        return place < _transactions.Length && _transactions[place] is { IsPending: true } transaction && transaction.Id == id ? transaction : null;
    }

    /// <summary>Whether a token is watched for all requests that carry it. The first one that comes is: that of the loop which asks all devices of a
    /// bus.</summary>
    private bool IsWatched(CancellationToken cancellation)
    {
        if (cancellation == _watched) return true;
        if (_watched != default || cancellation.IsCancellationRequested) return false;
        lock (Gate)
        {
            if (_watched != default || _disposing.IsCancellationRequested) return false;
            _watched = cancellation;
        }
        _watching = cancellation.UnsafeRegister(static state => ((TcpTransport)state!).GiveUpWatched(), this);
        return true;
    }

    private void GiveUpWatched()
    {
        List<TcpTransaction> cancelled = [];
        lock (Gate)
        {
            Claim(cancelled, static transaction => transaction.Watched.IsCancellationRequested);
            foreach (var transaction in cancelled) _abandoned.Add(transaction.Id);
            // Another one may be watched from now on.
            _watched = default;
        }
        foreach (var transaction in cancelled) transaction.Complete(Cancelled);
    }

    private void GiveUpCancelled(TcpTransaction transaction)
    {
        lock (Gate)
        {
            if (!transaction.IsPending)
                return;
            transaction.IsPending = false;
            _abandoned.Add(transaction.Id);
        }
        transaction.Complete(Cancelled);
    }

    /// <summary>Called by the one timer of the transport: at the earliest deadline of all that is on its way, or at one that has been met.</summary>
    private void GiveUpLate()
    {
        List<TcpTransaction> late = [];
        TcpConnection? dead = null;
        lock (Gate)
        {
            _isWatching = false;
            if (!Array.Exists(_transactions, static transaction => transaction.IsPending)) return;
            var now = _time.GetTimestamp();
            Claim(late, transaction => _time.GetElapsedTime(transaction.SentAt, now) >= _timing.ReplyTimeout);
            foreach (var transaction in late)
                _abandoned.Add(transaction.Id);
            WatchEarliest(now);
            if (late.Count > 0 && _connection is { } connection)
            {
                connection.TimeoutsInRow += late.Count;
                if (connection.TimeoutsInRow >= _timing.SilencesInRowMax * _transactions.Length || _abandoned.Count > AbandonedMax)
                    dead = connection;
            }
        }
        // First, because what is completed may ask again at once and must not be given the connection that is going.
        if (dead is not null)
            Lost(dead, new Fault(FaultKind.NoBus, "The connection was closed because the server answered nothing on it."));
        foreach (var transaction in late)
            transaction.Complete(new Fault(FaultKind.NoAnswer,
                $"{Pdu.Describe(transaction.Request)}: no answer in {_timing.ReplyTimeout.TotalMilliseconds:0} ms."));
    }

    private void WatchEarliest(long now)
    {
        var earliest = TimeSpan.MaxValue;
        foreach (var transaction in _transactions)
        {
            var left = _timing.ReplyTimeout - _time.GetElapsedTime(transaction.SentAt, now);
            if (transaction.IsPending && left < earliest)
                earliest = left;
        }
        if (earliest == TimeSpan.MaxValue)
            return;
        _isWatching = true;
        // Timers count whole milliseconds and cut off the rest; rounding up keeps the last one from being spent in circles.
        _watch.Change(TimeSpan.FromMilliseconds(Math.Ceiling(earliest.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Requires: the lock is held.</summary>
    private void Claim(List<TcpTransaction> claimed, Predicate<TcpTransaction> which)
    {
        foreach (var transaction in _transactions)
        {
            if (!transaction.IsPending || !which(transaction))
                continue;
            transaction.IsPending = false;
            claimed.Add(transaction);
        }
    }

    private Task<Fault?> ConnectAsync(CancellationToken cancellation)
    {
        TaskCompletionSource<Fault?> attempt;
        lock (Gate)
        {
            if (_disposing.IsCancellationRequested)
                return Task.FromResult<Fault?>(Closed);
            if (_connection is not null)
                return Task.FromResult<Fault?>(null);
            if (_connecting is { IsCompleted: false } running)
                return running.WaitAsync(cancellation);
            var wait = _backOff.Remaining;
            if (wait > TimeSpan.Zero)
                return Task.FromResult<Fault?>(new Fault(FaultKind.NoBus, $"{_lastLoss?.Text} Next attempt in {wait.TotalSeconds:0.0} s."));
            attempt = new TaskCompletionSource<Fault?>();
            _connecting = attempt.Task;
        }
        _ = FinishAsync(attempt);
        return attempt.Task.WaitAsync(cancellation);

        async Task FinishAsync(TaskCompletionSource<Fault?> shared) => shared.SetResult(await DialAsync());
    }

    private async Task<Fault?> DialAsync()
    {
        using var timeout = new CancellationTokenSource(_timing.ConnectTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _disposing.Token);
        try
        {
            var stream = await _connect(either.Token);
            var connection = new TcpConnection(this, stream, _transactions.Length);
            lock (Gate)
                _connection = connection;
            _reader = connection.RunAsync();
            return null;
        }
        catch (OperationCanceledException)
        {
            return Refused($"No connection within {_timing.ConnectTimeout.TotalSeconds:0.0} s.");
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            return Refused(failure.Message);
        }
    }

    private Fault Refused(string why)
    {
        lock (Gate)
        {
            _backOff.Failed();
            return _lastLoss = new Fault(FaultKind.NoBus, why);
        }
    }

    private static Fault Cancelled { get; } = new(FaultKind.Cancelled, "The caller gave up.");

    private static Fault Closed { get; } = new(FaultKind.Cancelled, "The transport was closed.");
}
