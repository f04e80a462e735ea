using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Modbus;

/// <summary>Modbus RTU client, on a serial line or through a TCP gateway: one request at a time, after silence.</summary>
/// <remarks>Any thread may ask; callers take turns. An answer counts only when unit, function, length and CRC fit and it came after its request.
/// A unit that owes an answer (timeout, garbled, cancelled) is not asked again until that answer has been heard or
/// <see cref="RtuTiming.LateMax"/> is over; others may be asked meanwhile, for its unit id tells its late answer from theirs. A lost line is
/// opened again by the next request: at once if it had worked, else after a wait that doubles.</remarks>
public sealed class RtuTransport : ModbusTransport
{
    // Bytes of one reply come together, but adapters and TCP gateways hand them over in pieces up to 16 ms apart (the latency timer of FTDI's
    // chips); three times that without a byte is the end.
    private static readonly TimeSpan QuietMin = TimeSpan.FromMilliseconds(50);

    private readonly Func<CancellationToken, ValueTask<Stream>> _open;
    private readonly RtuTiming _timing;
    private readonly TimeProvider _time;
    private readonly Places _turn = new(1);
    private readonly BackOff _backOff;
    private readonly CancellationTokenSource _disposing = new();
    private readonly Debt?[] _debts = new Debt?[256];
    private readonly byte[] _frame = new byte[RtuFrame.RequestLength];
    private readonly byte[] _heard = new byte[2 * RtuFrame.LengthMax];
    private RtuLine? _line;
    private Fault? _lastLoss;
    private bool _hasHeard;

    /// <param name="open">Opens the line; its stream must end a pending read when disposed. Throws <see cref="IOException"/> or
    /// <see cref="SocketException"/> with words for people when it cannot.</param>
    public RtuTransport(Func<CancellationToken, ValueTask<Stream>> open, RtuTiming timing, TimeProvider time)
    {
        _open = open;
        _timing = timing;
        _time = time;
        _backOff = new BackOff(timing.BackOffMin, timing.BackOffMax, time);
    }

    public override int OutstandingMax => 1;

    public override TimeSpan RestAfterMiss => _timing.LateMax;

    /// <summary>Answers heard after their request had been given up. Grows only.</summary>
    public long LateReplies { get; private set; }

    /// <summary>A transport on a serial port of Linux.</summary>
    public static RtuTransport OnSerialPort(string path, SerialSettings settings, RtuTiming timing, TimeProvider time) =>
        new(_ => ValueTask.FromResult<Stream>(SerialPort.Open(path, settings, time)), timing, time);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<Fault?> ReadAsync(ModbusRead request, Memory<ushort> destination, CancellationToken cancellation)
    {
        Pdu.Check(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, request.Count);
        try
        {
            await _turn.TakeAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return Cancelled;
        }
        try
        {
            return await ExchangeAsync(request, destination, cancellation);
        }
        catch (OperationCanceledException)
        {
            return Cancelled;
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException)
        {
            return await LoseAsync(failure.Message);
        }
        finally
        {
            _turn.Return();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        _disposing.Cancel();
        // What is under way ends by itself, because its line does.
        if (_line is { } running)
            await running.DisposeAsync();
        await _turn.TakeAsync(CancellationToken.None);
        if (_line is { } line)
            await line.DisposeAsync();
        _turn.Return();
    }

    private async ValueTask<Fault?> ExchangeAsync(ModbusRead request, Memory<ushort> destination, CancellationToken cancellation)
    {
        if (_disposing.IsCancellationRequested)
            return Closed;
        if (_line is { Broken: { } why })
            await LoseAsync(why);
        if (_line is null && await OpenAsync(cancellation) is { } fault)
            return fault;
        var line = _line!;
        await SettleAsync(line, request.Unit, cancellation);
        RtuFrame.WriteRequest(request, _frame);
        // Owed from here on: also a cancelled send may have reached the wire.
        _debts[request.Unit] = new Debt(request, line.Heard, _time.After(_time.GetTimestamp(), _timing.LateMax));
        var sent = await line.SendAsync(_frame, _timing.SilenceBefore(request.Unit), cancellation);
        _debts[request.Unit] = new Debt(request, sent.Received, _time.After(sent.At, _timing.LateMax));
        return await HearReplyAsync(line, request, sent, destination, cancellation);
    }

    private async ValueTask<Fault?> HearReplyAsync(RtuLine line, ModbusRead request, SentFrame sent, Memory<ushort> destination,
        CancellationToken cancellation)
    {
        var replyLength = RtuFrame.ReplyLength(request);
        var deadline = _time.After(sent.At, _timing.OnWire(RtuFrame.RequestLength) + _timing.ReplyTimeout + _timing.OnWire(replyLength));
        while (true)
        {
            var count = line.CopyHeardSince(sent.Received, _heard, out var total);
            var reply = RtuFrame.FindReply(request, _heard.AsSpan(0, count));
            if (!reply.IsEmpty)
            {
                _debts[request.Unit] = null;
                _hasHeard = true;
                _backOff.Worked();
                return RtuFrame.DecodeReply(request, reply, destination.Span);
            }
            cancellation.ThrowIfCancellationRequested();
            if (line.Broken is { } why)
                return await LoseAsync(why);
            // A whole frame that is not the answer is another unit's late one: the answer is still to come. Anything else of that length is not.
            var isSpoilt = count >= replyLength && !RtuFrame.IsSealed(_heard.AsSpan(0, count));
            var until = isSpoilt ? Math.Min(deadline, _time.After(line.HeardAt, Quiet)) : deadline;
            if (_time.Until(until) > TimeSpan.Zero)
                await line.WaitAsync(total, until, cancellation);
            else
                return Missed(request, count, replyLength);
        }
    }

    private Fault Missed(ModbusRead request, int count, int replyLength)
    {
        var start = _heard.AsSpan(0, count);
        if (count == 0)
        {
            return new Fault(FaultKind.NoAnswer,
                $"{Pdu.Describe(request)}: no answer in {_timing.ReplyTimeout.TotalMilliseconds:0} ms.");
        }
        if (start.SequenceEqual(_frame))
        {
            return new Fault(FaultKind.Garbled,
                $"{Pdu.Describe(request)}: only the request itself came back. The adapter echoes; nobody answered.");
        }
        if (RtuFrame.IsSealed(start))
            return new Fault(FaultKind.NoAnswer, $"{Pdu.Describe(request)}: no answer, but a late one of unit {start[0]}.");
        // As many bytes as were due, and they start as they should: the answer came, spoilt, and nothing more is owed.
        if (count == replyLength && start[0] == request.Unit && start[1] == (byte)request.Table)
            _debts[request.Unit] = null;
        // 16: enough of a stray frame to recognise it by eye.
        return new Fault(FaultKind.Garbled,
            $"{Pdu.Describe(request)}: {count} bytes came ({Convert.ToHexString(start[..Math.Min(count, 16)])}) where {replyLength} were due.");
    }

    /// <summary>Waits until a unit that owes an answer cannot answer the request before any more.</summary>
    private async ValueTask SettleAsync(RtuLine line, byte unit, CancellationToken cancellation)
    {
        if (_debts[unit] is not { } debt)
            return;
        while (true)
        {
            var count = line.CopyHeardSince(debt.Heard, _heard, out var total);
            if (!RtuFrame.FindReply(debt.Request, _heard.AsSpan(0, count)).IsEmpty)
            {
                LateReplies++;
                break;
            }
            cancellation.ThrowIfCancellationRequested();
            if (line.Broken is not null || _time.Until(debt.Until) <= TimeSpan.Zero)
                break;
            await line.WaitAsync(total, debt.Until, cancellation);
        }
        _debts[unit] = null;
    }

    private async ValueTask<Fault?> OpenAsync(CancellationToken cancellation)
    {
        var wait = _backOff.Remaining;
        if (wait > TimeSpan.Zero)
            return new Fault(FaultKind.NoBus, $"{_lastLoss?.Text} Next attempt in {wait.TotalSeconds:0.0} s.");
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _disposing.Token);
        try
        {
            _line = new RtuLine(await _open(either.Token), _timing.Character, _time);
            _hasHeard = false;
            Array.Clear(_debts);
            return null;
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            _backOff.Failed();
            return _lastLoss = new Fault(FaultKind.NoBus, failure.Message);
        }
    }

    private async ValueTask<Fault> LoseAsync(string why)
    {
        if (_line is { } line)
        {
            _line = null;
            if (!_hasHeard)
                _backOff.Failed();
            await line.DisposeAsync();
        }
        return _lastLoss = _disposing.IsCancellationRequested ? Closed : new Fault(FaultKind.NoBus, why);
    }

    private TimeSpan Quiet => _timing.Silence > QuietMin ? _timing.Silence : QuietMin;

    private static Fault Cancelled { get; } = new(FaultKind.Cancelled, "The caller gave up.");

    private static Fault Closed { get; } = new(FaultKind.Cancelled, "The transport was closed.");

    /// <summary>An answer that may still come.</summary>
    /// <param name="Heard">Bytes heard before its request was sent.</param>
    private sealed record Debt(ModbusRead Request, long Heard, long Until);
}
