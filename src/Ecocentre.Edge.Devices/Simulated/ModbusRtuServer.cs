using System.Net.Sockets;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>The units on a serial line, answering from one register bank.</summary>
/// <remarks>Pseudo-terminals and streams pass bytes at once; with the timing of a serial line the server holds each reply until the request, the
/// silence after it and the reply itself would have passed over the wire, so a client meets the speed of a real line. The bank is asked under a
/// lock on the bank itself, so that several servers may share one.</remarks>
public sealed class ModbusRtuServer : IAsyncDisposable
{
    // 8: a unit that is slower than that many polls of it has lost the older ones.
    private const int HeldMax = 8;

    private readonly RegisterBank _bank;
    private readonly RtuTiming _timing;
    private readonly TimeProvider _time;
    private readonly Func<ModbusRead, WireFault>? _faults;
    private readonly CancellationTokenSource _closing = new();
    private readonly List<Task> _serving = [];
    private long _requests;
    private int _held;

    /// <param name="timing">The line to imitate; <see cref="RtuTiming.OverTcp"/> for one that takes no time.</param>
    /// <param name="faults">What goes wrong with each reply, for instance <see cref="WireFaults.Next"/>; null for a server without faults.</param>
    public ModbusRtuServer(RegisterBank bank, RtuTiming timing, TimeProvider time, Func<ModbusRead, WireFault>? faults = null)
    {
        _bank = bank;
        _timing = timing;
        _time = time;
        _faults = faults;
    }

    /// <summary>Requests recognised so far, answered or not.</summary>
    public long Requests => Volatile.Read(ref _requests);

    /// <summary>Serves a line until it ends or the server is disposed; then disposes it. Each call serves one more line.</summary>
    public void Serve(Stream line) => _serving.Add(ServeAsync(line));

    public async ValueTask DisposeAsync()
    {
        _closing.Cancel();
        await Task.WhenAll(_serving);
    }

    private async Task ServeAsync(Stream stream)
    {
        var buffer = new byte[2 * RtuFrame.LengthMax];
        var reply = new byte[RtuFrame.LengthMax];
        var line = new Wire(stream);
        var count = 0;
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer.AsMemory(count), _closing.Token)) > 0)
            {
                var arrived = _time.GetTimestamp();
                count += read;
                int length;
                while ((length = RtuFrame.FindRequest(buffer.AsSpan(0, count), out var start)) > 0)
                {
                    await AnswerAsync(line, buffer.AsMemory(start, length), reply, arrived);
                    count -= start + length;
                    buffer.AsSpan(start + length, count).CopyTo(buffer);
                }
                // What may still be the start of a request is at most one byte shorter than the longest one.
                var stale = Math.Max(0, count - (RtuFrame.LengthMax - 1));
                count -= stale;
                buffer.AsSpan(stale, count).CopyTo(buffer);
            }
        }
        catch (Exception failure) when (IsLoss(failure))
        {
            // The line is gone, or the server is closing: either way it has ended.
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }

    private async ValueTask AnswerAsync(Wire line, ReadOnlyMemory<byte> request, byte[] reply, long arrived)
    {
        Interlocked.Increment(ref _requests);
        var length = WriteReply(request.Span, reply, out var fault);
        if (length == 0)
            return;
        var hold = _timing.OnWire(request.Length) + _timing.Silence + _timing.OnWire(length);
        if (fault.Delay == TimeSpan.Zero)
            await SendAsync(line, reply.AsMemory(0, length), hold, arrived);
        else if (Interlocked.Increment(ref _held) <= HeldMax)
            _ = SendLateAsync(line, reply[..length], hold + fault.Delay, arrived);
        else
            Interlocked.Decrement(ref _held);
    }

    private int WriteReply(ReadOnlySpan<byte> request, Span<byte> reply, out WireFault fault)
    {
        var pduLength = BankAnswer.Write(_bank, request[0], request[1..^2], _faults, reply[1..], out fault);
        // Unit 0 is a broadcast, which nobody answers (MODBUS over Serial Line V1.02, 2.1).
        if (pduLength == 0 || request[0] == 0)
            return 0;
        reply[0] = fault.UnitOf(request[0]);
        return fault.Spoil(reply[..RtuFrame.Seal(reply, 1 + pduLength)]);
    }

    private async ValueTask SendAsync(Wire line, ReadOnlyMemory<byte> reply, TimeSpan hold, long arrived)
    {
        await line.Writing.TakeAsync(_closing.Token);
        try
        {
            if (line.Stream is SerialPort port)
            {
                await port.WriteAfterSilenceAsync(reply, hold, _closing.Token);
                return;
            }
            await _time.WaitUntilAsync(_time.After(arrived, hold), _closing.Token);
            await line.Stream.WriteAsync(reply, _closing.Token);
        }
        finally
        {
            line.Writing.Return();
        }
    }

    private async Task SendLateAsync(Wire line, byte[] reply, TimeSpan delay, long arrived)
    {
        try
        {
            await Task.Delay(delay, _time, _closing.Token);
            await SendAsync(line, reply, TimeSpan.Zero, arrived);
        }
        catch (Exception failure) when (IsLoss(failure))
        {
            // The line ended before the reply was due.
        }
        finally
        {
            Interlocked.Decrement(ref _held);
        }
    }

    private static bool IsLoss(Exception failure) =>
        failure is IOException or SocketException or ObjectDisposedException or OperationCanceledException;

    private sealed record Wire(Stream Stream)
    {
        public Places Writing { get; } = new(1);
    }
}
