using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Tests.Simulated;

namespace Ecocentre.Edge.Devices.Tests.Modbus;

/// <summary>What every Modbus transport owes, on its real wire and against the simulated server.</summary>
public abstract class ModbusTransportContract
{
    // Where every request is answered: no machine is too busy for that.
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(20);

    // Where some are not: short enough to wait for. A busy machine may be late with others too, so those are asked until they answer.
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);

    // Where the next answer must come in time, on a machine that may stand still for a moment.
    private static readonly TimeSpan Bearable = TimeSpan.FromSeconds(1.5);

    private static readonly ModbusRead Request = new(3, RegisterTable.Holding, 100, 10);

    /// <summary>A transport, the far end that answers it, and a way to cut the wire between them.</summary>
    protected abstract ValueTask<ITransportRig> StartAsync(TimeSpan replyTimeout, Func<ModbusRead, WireFault>? faults);

    [Fact]
    public async Task Every_table_is_read()
    {
        await using var rig = await StartAsync(Patient, null);
        foreach (var table in Enum.GetValues<RegisterTable>())
        {
            var request = new ModbusRead(17, table, 1_000, 37);
            var words = new ushort[37];

            Assert.Null(await rig.Transport.ReadAsync(request, words, CancellationToken.None));
            Assert.True(TellingBank.Tells(request, words));
        }
    }

    [Fact]
    public async Task The_largest_reads_come_whole()
    {
        await using var rig = await StartAsync(Patient, null);
        foreach (var request in new ModbusRead[] { new(1, RegisterTable.Input, 0, 125), new(1, RegisterTable.Coil, 0, 2000) })
        {
            var words = new ushort[request.Count];

            Assert.Null(await rig.Transport.ReadAsync(request, words, CancellationToken.None));
            Assert.True(TellingBank.Tells(request, words));
        }
    }

    [Fact]
    public async Task A_refusal_carries_its_exception()
    {
        await using var rig = await StartAsync(Patient, null);
        var fault = await rig.Transport.ReadAsync(Request with { Address = TellingBank.MissingAddress }, new ushort[10], CancellationToken.None);

        Assert.Equal(FaultKind.Refused, fault!.Kind);
        Assert.Equal(2, fault.Exception);
    }

    [Fact]
    public async Task Silence_is_no_answer_and_the_next_unit_is_heard()
    {
        await using var rig = await StartAsync(Bearable, null);
        var words = new ushort[10];
        var fault = await rig.Transport.ReadAsync(Request with { Unit = TellingBank.DeadUnit }, words, CancellationToken.None);

        Assert.Equal(FaultKind.NoAnswer, fault!.Kind);
        Assert.Contains("unit 200", fault.Text);
        await AnswersAsync(rig, Request);
    }

    [Fact]
    public async Task A_late_reply_is_not_taken_for_the_next_one_of_the_same_shape()
    {
        var count = 0;
        await using var rig = await StartAsync(Bearable, _ => count++ == 0 ? new WireFault(WireFaultKind.None, Delay: Bearable * 1.4) : default);
        var fault = await rig.Transport.ReadAsync(Request, new ushort[10], CancellationToken.None);

        Assert.Equal(FaultKind.NoAnswer, fault!.Kind);
        await AnswersAsync(rig, Request with { Address = 500 });
    }

    [Fact]
    public async Task Whatever_goes_wrong_an_answer_is_right_or_a_fault()
    {
        const int Seed = 41;
        var faults = new WireFaults(Seed)
        {
            Silent = 0.03, Late = 0.05, Truncated = 0.05, Flipped = 0.1, Refused = 0.1,
            LateMin = Short / 2, LateMax = Short * 2,
        };
        await using var rig = await StartAsync(Short, faults.Next);
        var random = new Random(Seed);
        var good = 0;
        for (var round = 0; round < 60; round++)
        {
            var request = new ModbusRead((byte)random.Next(1, 4), RegisterTable.Input, (ushort)(10 * random.Next(20)), 6);
            var words = new ushort[6];
            var fault = await rig.Transport.ReadAsync(request, words, CancellationToken.None);
            good += fault is null ? 1 : 0;
            // On TCP a turned bit inside the payload is the business of TCP's own checksum: nothing above could see it.
            Assert.True(fault is not null || TellingBank.Tells(request, words) || !rig.HasChecksum, $"seed {Seed}, round {round}: {request}");
        }
        Assert.InRange(good, 1, 59);
    }

    [Fact]
    public async Task A_cancelled_read_says_so_and_leaves_the_transport_usable()
    {
        await using var rig = await StartAsync(Patient, null);
        using var giveUp = new CancellationTokenSource();
        var pending = rig.Transport.ReadAsync(Request with { Unit = TellingBank.DeadUnit }, new ushort[10], giveUp.Token);
        giveUp.Cancel();
        Assert.Equal(FaultKind.Cancelled, (await pending)!.Kind);

        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Equal(FaultKind.Cancelled, (await rig.Transport.ReadAsync(Request, new ushort[10], cancelled.Token))!.Kind);

        Assert.Null(await rig.Transport.ReadAsync(Request, new ushort[10], CancellationToken.None));
    }

    [Fact]
    public async Task Callers_at_the_same_time_each_get_their_own()
    {
        await using var rig = await StartAsync(Patient, null);
        var asked = Enumerable.Range(0, 40).Select(async index =>
        {
            var request = new ModbusRead((byte)(1 + (index % 5)), RegisterTable.Holding, (ushort)(50 * index), 5);
            var words = new ushort[5];
            return await rig.Transport.ReadAsync(request, words, CancellationToken.None) is null && TellingBank.Tells(request, words);
        });

        Assert.All(await Task.WhenAll(asked), Assert.True);
    }

    [Fact]
    public async Task A_cut_wire_is_no_bus_and_heals_by_itself()
    {
        await using var rig = await StartAsync(Patient, null);
        var words = new ushort[10];
        Assert.Null(await rig.Transport.ReadAsync(Request, words, CancellationToken.None));

        await rig.CutAsync();
        Assert.Equal(FaultKind.NoBus, (await rig.Transport.ReadAsync(Request, words, CancellationToken.None))!.Kind);

        await rig.MendAsync();
        await AnswersAsync(rig, Request);
    }

    [Fact]
    public async Task Disposing_ends_a_read_that_is_under_way()
    {
        await using var rig = await StartAsync(Patient, null);
        Assert.Null(await rig.Transport.ReadAsync(Request, new ushort[10], CancellationToken.None));
        var pending = rig.Transport.ReadAsync(Request with { Unit = TellingBank.DeadUnit }, new ushort[10], CancellationToken.None);
        await rig.Transport.DisposeAsync();

        Assert.NotNull(await pending);
        Assert.Equal(FaultKind.Cancelled, (await rig.Transport.ReadAsync(Request, new ushort[10], CancellationToken.None))!.Kind);
    }

    [Fact]
    public async Task A_read_that_no_frame_can_carry_is_the_callers_mistake()
    {
        await using var rig = await StartAsync(Patient, null);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () =>
            await rig.Transport.ReadAsync(Request with { Count = 126 }, new ushort[126], CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () =>
            await rig.Transport.ReadAsync(Request, new ushort[9], CancellationToken.None));
    }

    /// <summary>Asks until an answer comes, which must be the right one.</summary>
    private static async Task AnswersAsync(ITransportRig rig, ModbusRead request)
    {
        var words = new ushort[request.Count];
        var begun = TimeProvider.System.GetTimestamp();
        while (await rig.Transport.ReadAsync(request, words, CancellationToken.None) is { } fault)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(60), fault.Text);
            await Task.Delay(10);
        }
        Assert.True(TellingBank.Tells(request, words));
    }

    /// <summary>One end, the other end and the wire between them.</summary>
    protected interface ITransportRig : IAsyncDisposable
    {
        ModbusTransport Transport { get; }
        bool HasChecksum { get; }
        ValueTask CutAsync();
        ValueTask MendAsync();
    }
}
