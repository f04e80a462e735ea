using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Tests.Simulated;

namespace Ecocentre.Edge.Devices.Tests.Modbus;

/// <summary>Timeouts, late replies and dialling to the tick, in virtual time on wires in memory.</summary>
public sealed class TcpTransportTimingTests
{
    private static readonly ModbusRead Request = new(3, RegisterTable.Holding, 100, 10);
    private static readonly TcpTiming Timing = new();

    private readonly VirtualTime _time = new();
    private readonly ushort[] _words = new ushort[10];
    private int _dials;

    [Fact]
    public void Silence_costs_the_timeout() => Run(Timing, null, async transport =>
    {
        Assert.Equal(FaultKind.NoAnswer, (await ReadAsync(transport, Request with { Unit = TellingBank.DeadUnit }))!.Kind);
        Assert.Equal(Timing.ReplyTimeout, _time.Elapsed);
    });

    [Fact]
    public void Each_of_several_on_their_way_has_its_own_timeout() => Run(Timing with { OutstandingMax = 3 }, null, async transport =>
    {
        var ended = new List<TimeSpan>();
        async Task AskAsync(int after)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(after), _time);
            Assert.NotNull(await transport.ReadAsync(Request with { Unit = TellingBank.DeadUnit }, new ushort[10], CancellationToken.None));
            ended.Add(_time.Elapsed - Timing.ReplyTimeout);
        }
        await Task.WhenAll(AskAsync(0), AskAsync(300), AskAsync(301));

        Assert.Equal([0, 300, 301], ended.Select(span => span.TotalMilliseconds));
    });

    [Fact]
    public void A_late_reply_is_dropped_and_counted() => Run(Timing, Delays(1.5, 0.75), async transport =>
    {
        Assert.NotNull(await ReadAsync(transport, Request));
        var other = Request with { Address = 500 };

        Assert.Null(await ReadAsync(transport, other));
        Assert.True(TellingBank.Tells(other, _words));
        Assert.Equal(1, transport.LateReplies);
    });

    [Fact]
    public void A_server_that_answers_nothing_any_more_is_dialled_again()
    {
        var count = 0;
        Run(Timing, _ => count++ is >= 1 and <= TcpTransport.TimeoutsInRowMax ? new WireFault(WireFaultKind.Silent) : default, async transport =>
        {
            Assert.Null(await ReadAsync(transport, Request));
            for (var round = 0; round < TcpTransport.TimeoutsInRowMax; round++)
                Assert.Equal(FaultKind.NoAnswer, (await ReadAsync(transport, Request))!.Kind);

            Assert.Null(await ReadAsync(transport, Request));
            Assert.Equal(2, _dials);
        });
    }

    [Fact]
    public void Who_asks_units_that_may_not_exist_keeps_the_connection_through_their_silences()
    {
        const int silences = 3 * TcpTransport.TimeoutsInRowMax;
        Run(Timing with { SilencesInRowMax = silences + 1 }, null, async transport =>
        {
            for (var round = 0; round < silences; round++)
                Assert.Equal(FaultKind.NoAnswer, (await ReadAsync(transport, Request with { Unit = TellingBank.DeadUnit }))!.Kind);

            Assert.Null(await ReadAsync(transport, Request));
            Assert.Equal(1, _dials);
        });
    }

    [Fact]
    public void Failed_dials_wait_longer_each_time()
    {
        var dialledAt = new List<double>();
        _time.Run(async () =>
        {
            await using var transport = new TcpTransport(_ =>
            {
                dialledAt.Add(_time.Elapsed.TotalSeconds);
                throw new IOException("meter-7:502: nobody listens.");
            }, Timing, _time);
            while (_time.Elapsed < TimeSpan.FromSeconds(20))
            {
                var fault = await ReadAsync(transport, Request);
                Assert.Equal(FaultKind.NoBus, fault!.Kind);
                Assert.StartsWith("meter-7:502: nobody listens.", fault.Text);
                await Task.Delay(TimeSpan.FromMilliseconds(100), _time);
            }
        });

        // 0.5 s, then doubled.
        Assert.Equal([0, 0.5, 1.5, 3.5, 7.5, 15.5], dialledAt.Select(at => Math.Round(at, 1)));
    }

    [Fact]
    public void A_connection_that_takes_too_long_is_given_up() => _time.Run(async () =>
    {
        await using var transport = new TcpTransport(async token =>
        {
            await Task.Delay(TimeSpan.FromHours(1), _time, token);
            throw new IOException("not reached");
        }, Timing, _time);

        Assert.Equal(FaultKind.NoBus, (await ReadAsync(transport, Request))!.Kind);
        Assert.Equal(Timing.ConnectTimeout, _time.Elapsed);
    });

    private Func<ModbusRead, WireFault> Delays(params double[] timeouts)
    {
        var count = 0;
        return _ => new WireFault(WireFaultKind.None, Delay: Timing.ReplyTimeout * timeouts[count++]);
    }

    private static void Serve(ModbusTcpServer server, Stream line) => _ = server.ServeAsync(line);

    private ValueTask<Fault?> ReadAsync(TcpTransport transport, ModbusRead request) => transport.ReadAsync(request, _words, CancellationToken.None);

    private void Run(TcpTiming timing, Func<ModbusRead, WireFault>? faults, Func<TcpTransport, Task> work) => _time.Run(async () =>
    {
        await using var server = new ModbusTcpServer(new TellingBank(), _time, faults);
        await using var transport = new TcpTransport(_ =>
        {
            _dials++;
            var (one, other) = MemoryWire.Pair();
            Serve(server, other);
            return ValueTask.FromResult<Stream>(one);
        }, timing, _time);
        await work(transport);
    });
}
