using System.Net;
using System.Net.Sockets;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Tests.Simulated;

namespace Ecocentre.Edge.Devices.Tests.Modbus;

public sealed class TcpTransportTests : ModbusTransportContract
{
    private static readonly ModbusRead Request = new(3, RegisterTable.Holding, 100, 10);

    [Fact]
    public async Task Nobody_listening_is_no_bus_with_host_and_port_in_the_words()
    {
        var port = FreePort();
        await using var transport = new TcpTransport(TcpDial.To("127.0.0.1", port), new TcpTiming(), TimeProvider.System);
        var fault = await transport.ReadAsync(Request, new ushort[10], CancellationToken.None);

        Assert.Equal(FaultKind.NoBus, fault!.Kind);
        Assert.Contains($"127.0.0.1:{port}", fault.Text);
        // The back-off: no second dial at once, and it says when.
        Assert.Contains("Next attempt in", (await transport.ReadAsync(Request, new ushort[10], CancellationToken.None))!.Text);
    }

    [Fact]
    public async Task Replies_in_any_order_find_their_requests()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var timing = new TcpTiming { OutstandingMax = 4 };
        await using var transport = new TcpTransport(TcpDial.To("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port), timing, TimeProvider.System);
        var requests = Enumerable.Range(0, 4).Select(index => Request with { Address = (ushort)(1_000 * index) }).ToArray();
        var words = requests.Select(_ => new ushort[10]).ToArray();
        var pending = requests.Select((request, index) => transport.ReadAsync(request, words[index], CancellationToken.None).AsTask()).ToArray();

        using var server = await listener.AcceptTcpClientAsync();
        var asked = new byte[4 * TcpFrame.RequestLength];
        await server.GetStream().ReadExactlyAsync(asked);
        for (var index = 3; index >= 0; index--)
            await server.GetStream().WriteAsync(ReplyTo(asked.AsSpan(index * TcpFrame.RequestLength, TcpFrame.RequestLength)));

        Assert.All(await Task.WhenAll(pending), Assert.Null);
        for (var index = 0; index < 4; index++)
            Assert.True(TellingBank.Tells(requests[index], words[index]));
    }

    [Fact]
    public async Task Cancelling_ends_all_reads_of_that_caller_and_no_other()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var timing = new TcpTiming { OutstandingMax = 4, ReplyTimeout = TimeSpan.FromMinutes(2) };
        await using var transport = new TcpTransport(TcpDial.To("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port), timing, TimeProvider.System);
        using CancellationTokenSource one = new(), other = new();
        Task<Fault?> Ask(CancellationTokenSource who) => transport.ReadAsync(Request, new ushort[10], who.Token).AsTask();
        var first = Ask(one);
        using var peer = await listener.AcceptTcpClientAsync();
        var asked = new byte[TcpFrame.RequestLength];
        // Connected: from here on a caller's reads are watched together.
        await peer.GetStream().ReadExactlyAsync(asked);
        await peer.GetStream().WriteAsync(ReplyTo(asked));
        Assert.Null(await first);
        for (var round = 0; round < 2; round++)
        {
            using var stop = new CancellationTokenSource();
            Task<Fault?>[] cancelled = [Ask(stop), Ask(stop)];
            var kept = Ask(other);
            var all = new byte[3 * TcpFrame.RequestLength];
            await peer.GetStream().ReadExactlyAsync(all);
            stop.Cancel();
            Assert.All(await Task.WhenAll(cancelled), fault => Assert.Equal(FaultKind.Cancelled, fault!.Kind));
            Assert.Equal(FaultKind.Cancelled, (await Ask(stop))!.Kind);
            Assert.False(kept.IsCompleted);
            await peer.GetStream().WriteAsync(ReplyTo(all.AsSpan(2 * TcpFrame.RequestLength)));
            Assert.Null(await kept);
        }
    }

    [Fact]
    public async Task What_is_asked_together_leaves_in_one_write_and_what_is_asked_after_at_once()
    {
        var wire = new CountedWire();
        await using var transport = new TcpTransport(_ => ValueTask.FromResult<Stream>(wire), new TcpTiming { OutstandingMax = 8 }, TimeProvider.System);
        var words = new ushort[10];
        // Dials; what is asked before there is a connection cannot be gathered.
        List<Task<Fault?>> pending = [transport.ReadAsync(Request, words, CancellationToken.None).AsTask()];
        Assert.Equal([TcpFrame.RequestLength], wire.Writes);

        transport.Gather(true);
        for (var i = 0; i < 5; i++) pending.Add(transport.ReadAsync(Request, words, CancellationToken.None).AsTask());
        Assert.Single(wire.Writes);
        transport.Gather(false);
        Assert.Equal([TcpFrame.RequestLength, 5 * TcpFrame.RequestLength], wire.Writes);

        pending.Add(transport.ReadAsync(Request, words, CancellationToken.None).AsTask());
        Assert.Equal(3, wire.Writes.Count);
        wire.End();
        Assert.All(await Task.WhenAll(pending), fault => Assert.Equal(FaultKind.NoBus, fault!.Kind));
    }

    [Fact]
    public async Task A_stream_that_is_no_modbus_is_closed_and_dialled_again()
    {
        var dials = 0;
        await using var server = new ModbusTcpServer(new TellingBank(), TimeProvider.System);
        server.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        using var web = new TcpListener(IPAddress.Loopback, 0);
        web.Start();
        var timing = new TcpTiming { BackOffMin = TimeSpan.FromMilliseconds(1) };
        await using var transport = new TcpTransport(
            token => TcpDial.To("127.0.0.1", dials++ == 0 ? ((IPEndPoint)web.LocalEndpoint).Port : server.EndPoint!.Port)(token),
            timing, TimeProvider.System);
        var pending = transport.ReadAsync(Request, new ushort[10], CancellationToken.None);
        using var client = await web.AcceptTcpClientAsync();
        await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        Assert.Equal(FaultKind.Garbled, (await pending)!.Kind);

        await Task.Delay(5);
        Assert.Null(await transport.ReadAsync(Request, new ushort[10], CancellationToken.None));
        Assert.Equal(2, dials);
    }

    protected override ValueTask<ITransportRig> StartAsync(TimeSpan replyTimeout, Func<ModbusRead, WireFault>? faults) =>
        ValueTask.FromResult<ITransportRig>(new Rig(replyTimeout, faults));

    private static byte[] ReplyTo(ReadOnlySpan<byte> frame)
    {
        Assert.Equal(0, Pdu.ReadRequest(TcpFrame.UnitOf(frame), frame[TcpFrame.HeaderLength..], out var request));
        var words = new ushort[request.Count];
        new TellingBank().Read(request, words);
        var reply = new byte[TcpFrame.HeaderLength + Pdu.ReplyLength(request)];
        TcpFrame.WriteHeader(TcpFrame.TransactionOf(frame), request.Unit, Pdu.ReplyLength(request), reply);
        Pdu.WriteReply(request, words, reply.AsSpan(TcpFrame.HeaderLength));
        return reply;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class Rig : ITransportRig
    {
        private readonly Func<ModbusRead, WireFault>? _faults;
        private readonly IPEndPoint _endPoint;
        private ModbusTcpServer _server;

        public Rig(TimeSpan replyTimeout, Func<ModbusRead, WireFault>? faults)
        {
            _faults = faults;
            _server = new ModbusTcpServer(new TellingBank(), TimeProvider.System, faults);
            _server.Listen(new IPEndPoint(IPAddress.Loopback, 0));
            _endPoint = _server.EndPoint!;
            var timing = new TcpTiming { ReplyTimeout = replyTimeout, OutstandingMax = 4, BackOffMin = TimeSpan.FromMilliseconds(10) };
            Transport = new TcpTransport(TcpDial.To("127.0.0.1", _endPoint.Port), timing, TimeProvider.System);
        }

        public ModbusTransport Transport { get; }

        public bool HasChecksum => false;

        public ValueTask CutAsync() => _server.DisposeAsync();

        public ValueTask MendAsync()
        {
            _server = new ModbusTcpServer(new TellingBank(), TimeProvider.System, _faults);
            _server.Listen(_endPoint);
            return ValueTask.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            await Transport.DisposeAsync();
            await _server.DisposeAsync();
        }
    }

    /// <summary>Takes all that is written, and brings nothing until it ends.</summary>
    private sealed class CountedWire : Stream
    {
        private readonly TaskCompletionSource<int> _end = new();

        public List<int> Writes { get; } = [];

        public override bool CanRead => true;
        public override bool CanWrite => true;
        public override bool CanSeek => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void End() => _end.TrySetResult(0);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(_end.Task);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Writes.Add(buffer.Length);
            return ValueTask.CompletedTask;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Flush() { }

        protected override void Dispose(bool disposing)
        {
            End();
            base.Dispose(disposing);
        }
    }
}
