using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Simulated;

namespace Ecocentre.Edge.Devices.Tests.Modbus;

/// <summary>A bus in memory: answers from a register bank after the time the exchange takes, stays silent for the timeout where the bank
/// does, and throws when it is asked for more at once than it bears.</summary>
internal sealed class BankTransport(RegisterBank bank, TimeProvider time, int outstandingMax = 1) : ModbusTransport
{
    private int _outstanding;

    private readonly long[] _owedUntil = new long[256];

    public override int OutstandingMax => outstandingMax;

    public override TimeSpan RestAfterMiss => LateMax;

    /// <summary>A unit that did not answer must be left alone for this long after it was asked.</summary>
    public TimeSpan LateMax { get; init; }

    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long an answered exchange takes; zero answers at once, on the caller's stack.</summary>
    public Func<ModbusRead, TimeSpan> Takes { get; set; } = _ => TimeSpan.Zero;

    /// <summary>A fault to give instead of asking the bank, or null.</summary>
    public Func<ModbusRead, Fault?> Disturb { get; set; } = _ => null;

    public List<(long At, ModbusRead Request)> Log { get; } = [];

    public bool KeepsLog { get; set; } = true;

    public int OutstandingSeen { get; private set; }

    public override ValueTask<Fault?> ReadAsync(ModbusRead request, Memory<ushort> destination, CancellationToken cancellation)
    {
        if (request.Count is 0 or > 125 || destination.Length < request.Count) throw new InvalidOperationException($"No legal request: {request}");
        if (time.GetTimestamp() < _owedUntil[request.Unit]) throw new InvalidOperationException($"Unit {request.Unit} still owes an answer.");
        if (KeepsLog) Log.Add((time.GetTimestamp(), request));
        var fault = cancellation.IsCancellationRequested ? new Fault(FaultKind.Cancelled, "cancelled") : Disturb(request);
        var takes = Takes(request);
        if (fault is null)
        {
            var code = bank.Read(request, destination.Span[..request.Count]);
            if (code != 0) destination.Span.Fill(0xDEAD);
            if (code < 0) (fault, takes) = (new Fault(FaultKind.NoAnswer, $"{request.Unit}: no answer in {Timeout.TotalMilliseconds} ms."), Timeout);
            else if (code > 0) fault = new Fault(FaultKind.Refused, $"{request.Unit}: exception {code}.", (byte)code);
        }
        else destination.Span.Fill(0xDEAD);
        if (fault?.Kind == FaultKind.NoAnswer) _owedUntil[request.Unit] = time.GetTimestamp() + LateMax.Ticks;
        return takes == TimeSpan.Zero ? ValueTask.FromResult(fault) : AfterAsync(takes, fault, cancellation);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async ValueTask<Fault?> AfterAsync(TimeSpan takes, Fault? fault, CancellationToken cancellation)
    {
        if (++_outstanding > outstandingMax) throw new InvalidOperationException($"{_outstanding} requests on a bus that bears {outstandingMax}.");
        OutstandingSeen = Math.Max(OutstandingSeen, _outstanding);
        try
        {
            await Task.Delay(takes, time, cancellation);
            return fault;
        }
        catch (OperationCanceledException)
        {
            return new Fault(FaultKind.Cancelled, "cancelled");
        }
        finally
        {
            _outstanding--;
        }
    }
}
