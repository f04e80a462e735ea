using System.Net;
using System.Net.Sockets;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>A Modbus TCP server: any number of unit ids, several clients, pipelined requests answered in their order.</summary>
/// <remarks>The bank is asked under a lock on the bank itself, so that several servers may share one.</remarks>
public sealed class ModbusTcpServer : IAsyncDisposable
{
    /// <summary>32 connections; one more is closed at once.</summary>
    public const int ClientsMax = 32;

    // 8 KiB holds 682 requests: a burst of pipelined requests takes one read.
    private const int ReceiveLength = 8192;

    private readonly RegisterBank _bank;
    private readonly TimeProvider _time;
    private readonly Func<ModbusRead, WireFault>? _faults;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _clients = [];
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private long _requests;

    /// <param name="faults">What goes wrong with each reply, for instance <see cref="WireFaults.Next"/>; null for a server without faults.</param>
    public ModbusTcpServer(RegisterBank bank, TimeProvider time, Func<ModbusRead, WireFault>? faults = null)
    {
        _bank = bank;
        _time = time;
        _faults = faults;
    }

    /// <summary>Where it listens; null before <see cref="Listen"/>.</summary>
    public IPEndPoint? EndPoint => (IPEndPoint?)_listener?.LocalEndPoint;

    /// <summary>Requests taken so far, answered or not.</summary>
    public long Requests => Volatile.Read(ref _requests);

    /// <summary>Starts listening. Port 0 takes any free one, which <see cref="EndPoint"/> then tells.</summary>
    /// <exception cref="IOException">The port is taken or may not be opened.</exception>
    public void Listen(IPEndPoint endPoint)
    {
        var listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(endPoint);
            listener.Listen();
        }
        catch (SocketException failure)
        {
            listener.Dispose();
            throw new IOException($"Cannot serve Modbus on {endPoint}: {failure.Message}", failure);
        }
        _listener = listener;
        _accepting = AcceptAsync(listener);
    }

    /// <summary>Serves one client on <paramref name="stream"/> until either side closes; then disposes the stream.</summary>
    public async Task ServeAsync(Stream stream)
    {
        var buffer = new byte[ReceiveLength];
        var count = 0;
        using var client = new TcpReplies(stream, _time, _closing.Token);
        try
        {
            while (true)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(count), _closing.Token);
                if (read == 0)
                    return;
                count += read;
                var used = Answer(buffer.AsSpan(0, count), client);
                if (used < 0)
                    return;
                await client.FlushAsync();
                buffer.AsSpan(used, count - used).CopyTo(buffer);
                count -= used;
            }
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The client is gone, or the server is closing: either way this connection is over.
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _closing.Cancel();
        _listener?.Dispose();
        await _accepting;
        Task[] clients;
        lock (_gate)
            clients = [.. _clients];
        await Task.WhenAll(clients);
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_closing.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync(_closing.Token);
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                continue;
            }
            Admit(socket);
        }
    }

    private void Admit(Socket socket)
    {
        lock (_gate)
        {
            _clients.RemoveWhere(static client => client.IsCompleted);
            if (_clients.Count < ClientsMax)
                _clients.Add(ServeAsync(SocketStream.Over(socket)));
            else
                socket.Dispose();
        }
    }

    private int Answer(ReadOnlySpan<byte> received, TcpReplies client)
    {
        Span<byte> reply = stackalloc byte[TcpFrame.LengthMax];
        var used = 0;
        while (true)
        {
            var length = TcpFrame.LengthOf(received[used..]);
            if (length < 0)
                return -1;
            if (length == 0 || length > received.Length - used)
                return used;
            var frame = received.Slice(used, length);
            used += length;
            Interlocked.Increment(ref _requests);
            var unit = TcpFrame.UnitOf(frame);
            var pduLength = BankAnswer.Write(_bank, unit, frame[TcpFrame.HeaderLength..], _faults, reply[TcpFrame.HeaderLength..], out var fault);
            if (pduLength == 0)
                continue;
            var replyLength = TcpFrame.WriteHeader(TcpFrame.TransactionOf(frame), fault.UnitOf(unit), pduLength, reply);
            client.Add(reply[..fault.Spoil(reply[..replyLength])], fault.Delay);
        }
    }
}
