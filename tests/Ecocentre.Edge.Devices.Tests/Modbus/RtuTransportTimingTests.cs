using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Tests.Simulated;

namespace Ecocentre.Edge.Devices.Tests.Modbus;

/// <summary>Silences, timeouts and late answers to the tick, in virtual time on a wire in memory.</summary>
public sealed class RtuTransportTimingTests
{
    private static readonly RtuTiming Timing = RtuTiming.Serial(new SerialSettings(Baud: 9_600)) with
    {
        ReplyTimeout = TimeSpan.FromMilliseconds(300), LateMax = TimeSpan.FromSeconds(2),
    };

    // 10 registers: 8 and 25 characters of 10 bits.
    private static readonly ModbusRead Request = new(3, RegisterTable.Holding, 100, 10);

    private readonly VirtualTime _time = new();
    private readonly ushort[] _words = new ushort[10];

    [Fact]
    public void A_read_takes_two_silences_and_two_frames() => Run(null, async transport =>
    {
        Assert.Null(await ReadAsync(transport, Request));
        var before = _time.Elapsed;
        Assert.Null(await ReadAsync(transport, Request));

        Assert.Equal(Timing.ExchangeMin(Request).TotalMicroseconds, (_time.Elapsed - before).TotalMicroseconds, tolerance: 1);
    });

    [Fact]
    public void Silence_counts_wire_and_thinking_time() => Run(null, async transport =>
    {
        await ReadAsync(transport, Request);
        var before = _time.Elapsed;
        var fault = await ReadAsync(transport, Request with { Unit = TellingBank.DeadUnit });

        Assert.Equal(FaultKind.NoAnswer, fault!.Kind);
        Assert.Contains("unit 200", fault.Text);
        var expected = Timing.Silence + Timing.OnWire(8 + 25) + Timing.ReplyTimeout;
        Assert.Equal(expected.TotalMicroseconds, (_time.Elapsed - before).TotalMicroseconds, tolerance: 1);
    });

    [Fact]
    public void A_unit_that_wants_more_silence_gets_it()
    {
        var silence = TimeSpan.FromMilliseconds(60);
        Run(null, async transport =>
        {
            await ReadAsync(transport, Request);
            var before = _time.Elapsed;
            await ReadAsync(transport, Request with { Unit = 9 });

            Assert.True(_time.Elapsed - before >= silence + Timing.OnWire(8 + 25));
        }, Timing with { UnitSilences = ImmutableDictionary<byte, TimeSpan>.Empty.Add(9, silence) });
    }

    [Fact]
    public void A_late_answer_of_another_unit_is_passed_over() => Run(Once(new(WireFaultKind.None, Delay: TimeSpan.FromMilliseconds(350))), async transport =>
    {
        Assert.Equal(FaultKind.NoAnswer, (await ReadAsync(transport, Request))!.Kind);
        var fault = await ReadAsync(transport, Request with { Unit = TellingBank.DeadUnit });

        Assert.Equal(FaultKind.NoAnswer, fault!.Kind);
        Assert.Contains("late one of unit 3", fault.Text);
    });

    [Fact]
    public void A_unit_that_owes_an_answer_is_asked_again_once_it_was_heard() => Run(
        Once(new(WireFaultKind.None, Delay: TimeSpan.FromMilliseconds(800))), async transport =>
        {
            Assert.NotNull(await ReadAsync(transport, Request));
            var other = Request with { Address = 500 };

            Assert.Null(await ReadAsync(transport, other));
            Assert.True(TellingBank.Tells(other, _words));
            Assert.Equal(1, transport.LateReplies);
            Assert.InRange(_time.Elapsed, TimeSpan.FromMilliseconds(800), TimeSpan.FromMilliseconds(950));
        });

    [Fact]
    public void A_unit_whose_answer_never_comes_is_left_alone_for_as_long_as_one_might() => Run(Once(new(WireFaultKind.Silent)), async transport =>
    {
        Assert.NotNull(await ReadAsync(transport, Request));
        Assert.Null(await ReadAsync(transport, Request));

        Assert.InRange(_time.Elapsed, Timing.LateMax, Timing.LateMax + TimeSpan.FromMilliseconds(60));
    });

    [Fact]
    public void Other_units_need_not_wait_for_what_one_owes() => Run(Once(new(WireFaultKind.Silent)), async transport =>
    {
        Assert.NotNull(await ReadAsync(transport, Request));
        var before = _time.Elapsed;
        Assert.Null(await ReadAsync(transport, Request with { Unit = 4 }));

        Assert.InRange(_time.Elapsed - before, TimeSpan.Zero, Timing.ExchangeMin(Request) + TimeSpan.FromMilliseconds(1));
    });

    [Fact]
    public void An_answer_that_was_heard_after_the_caller_gave_up_is_not_taken_for_the_next() => Run(
        Once(new(WireFaultKind.None, Delay: TimeSpan.FromMilliseconds(200))), async transport =>
        {
            using var giveUp = new CancellationTokenSource(TimeSpan.FromMilliseconds(100), _time);
            Assert.Equal(FaultKind.Cancelled, (await transport.ReadAsync(Request, _words, giveUp.Token))!.Kind);
            var other = Request with { Address = 500 };

            Assert.Null(await ReadAsync(transport, other));
            Assert.True(TellingBank.Tells(other, _words));
        });

    [Fact]
    public void A_spoilt_answer_is_known_before_the_timeout_and_nothing_is_owed() => Run(
        // Bit 40 lies in the first register: the frame's head is right.
        Once(new(WireFaultKind.Flipped, At: 40)), async transport =>
        {
            var fault = await ReadAsync(transport, Request);
            Assert.Equal(FaultKind.Garbled, fault!.Kind);
            Assert.InRange(_time.Elapsed, TimeSpan.Zero, TimeSpan.FromMilliseconds(150));

            Assert.Null(await ReadAsync(transport, Request));
            Assert.InRange(_time.Elapsed, TimeSpan.Zero, TimeSpan.FromMilliseconds(250));
        });

    [Fact]
    public void Half_an_answer_is_told_with_what_came() => Run(Once(new(WireFaultKind.Truncated, At: 4)), async transport =>
    {
        var fault = await ReadAsync(transport, Request);

        Assert.Equal(FaultKind.Garbled, fault!.Kind);
        Assert.Contains("4 bytes came (030314", fault.Text);
        Assert.Contains("25 were due", fault.Text);
    });

    [Fact]
    public void A_line_that_echoes_is_read_and_one_that_only_echoes_is_named()
    {
        foreach (var isAnswered in (bool[])[true, false])
        {
            var (one, other) = MemoryWire.Pair();
            _time.Run(async () =>
            {
                await using var transport = new RtuTransport(_ => ValueTask.FromResult<Stream>(one), Timing, _time);
                var answering = EchoAsync(other, isAnswered);
                var fault = await ReadAsync(transport, Request);
                if (isAnswered)
                    Assert.True(fault is null && TellingBank.Tells(Request, _words), fault?.Text);
                else
                    Assert.Contains("echoes", fault!.Text);
                await other.DisposeAsync();
                await answering;
            });
        }
    }

    private static async Task EchoAsync(MemoryWire line, bool isAnswered)
    {
        var request = new byte[RtuFrame.RequestLength];
        // In one piece, as it was written; ReadExactlyAsync would go on outside of virtual time.
        Assert.Equal(request.Length, await line.ReadAsync(request));
        await line.WriteAsync(request);
        if (!isAnswered)
            return;
        var words = new ushort[Request.Count];
        new TellingBank().Read(Request, words);
        var reply = new byte[RtuFrame.ReplyLength(Request)];
        reply[0] = Request.Unit;
        RtuFrame.Seal(reply, 1 + Pdu.WriteReply(Request, words, reply.AsSpan(1)));
        await line.WriteAsync(reply);
    }

    private static Func<ModbusRead, WireFault> Once(WireFault fault)
    {
        var count = 0;
        return _ => count++ == 0 ? fault : default;
    }

    private ValueTask<Fault?> ReadAsync(RtuTransport transport, ModbusRead request) => transport.ReadAsync(request, _words, CancellationToken.None);

    private void Run(Func<ModbusRead, WireFault>? faults, Func<RtuTransport, Task> work, RtuTiming? timing = null)
    {
        var (one, other) = MemoryWire.Pair();
        _time.Run(async () =>
        {
            await using var server = new ModbusRtuServer(new TellingBank(), Timing, _time, faults);
            server.Serve(other);
            await using var transport = new RtuTransport(_ => ValueTask.FromResult<Stream>(one), timing ?? Timing, _time);
            await work(transport);
        });
    }
}
