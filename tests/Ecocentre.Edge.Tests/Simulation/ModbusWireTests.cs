using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Simulation.Scheduling;
using Ecocentre.Edge.Simulation.Wires;

namespace Ecocentre.Edge.Tests.Simulation;

/// <summary>Goal: an answer is never taken for another's, whatever the wire does, and the transports recover by themselves. Method: the real
/// transports and servers in virtual time, on wires that are late, silent, cut short and noisy by seed; every register tells whose it is.</summary>
public sealed class ModbusWireTests
{
    private const int Seeds = 60;
    private const int Reads = 150;
    private static readonly SerialSettings Settings = new(Baud: 9_600, Parity.Even);

    public enum Wire
    {
        Rtu,
        RtuOverTcp,
        Tcp,
    }

    [Theory]
    [InlineData(Wire.Rtu)]
    [InlineData(Wire.RtuOverTcp)]
    [InlineData(Wire.Tcp)]
    public void No_answer_is_taken_for_anothers(Wire wire)
    {
        var good = 0;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var run = new Run(wire, seed, holdsOff: true);
            run.ToTheEnd();
            Assert.True(run.Wrong is null, $"seed {seed}, {wire}: {run.Wrong}");
            Assert.True(run.RecoveredAfterFaults, $"seed {seed}, {wire}: still no answer when the faults had ended");
            good += run.Good;
        }
        // Faults hit one reply in three or four and hold the wire up; a transport that gives everything up would pass everything else.
        Assert.InRange(good, Seeds * Reads / 2, Seeds * Reads);
    }

    /// <summary>The test would see it: a client that asks a unit again although it owes an answer does take one for another's.</summary>
    [Fact]
    public void A_client_that_does_not_wait_for_what_is_owed_is_caught() =>
        Assert.Contains(Enumerable.Range(1, Seeds), seed =>
        {
            var run = new Run(Wire.Rtu, seed, holdsOff: false);
            run.ToTheEnd();
            return run.Wrong is not null;
        });

    [Fact]
    public void The_same_seed_makes_the_same_run()
    {
        foreach (var wire in Enum.GetValues<Wire>())
        {
            var (one, other) = (new Run(wire, 5, holdsOff: true), new Run(wire, 5, holdsOff: true));
            one.ToTheEnd();
            other.ToTheEnd();
            Assert.Equal((one.Good, one.EndedAt), (other.Good, other.EndedAt));
        }
    }

    /// <summary>Without faults, and in a time without jitter, a serial line is used to what its baud rate allows.</summary>
    [Theory]
    [InlineData(9_600)]
    [InlineData(19_200)]
    [InlineData(115_200)]
    public void A_line_is_used_to_its_limit(int baud)
    {
        var settings = new SerialSettings(baud);
        var timing = RtuTiming.Serial(settings);
        var agenda = new Agenda();
        var process = new SimulatedProcess(agenda, now => DateTimeOffset.UnixEpoch.AddTicks(now));
        var (one, other) = WireEnd.Pair(agenda, new Random(1), TimeSpan.Zero, TimeSpan.Zero);
        var count = 0;
        var request = new ModbusRead(1, RegisterTable.Input, 0, 20);
        process.Start(async () =>
        {
            new ModbusRtuServer(new TellingBank(), timing, process.Time).Serve(other);
            var transport = new RtuTransport(_ => ValueTask.FromResult<Stream>(one), timing, process.Time);
            var words = new ushort[20];
            while (true)
            {
                Assert.Null(await transport.ReadAsync(request, words, CancellationToken.None));
                count++;
            }
        });
        agenda.RunUntil(TimeSpan.FromSeconds(100).Ticks);

        Assert.Null(process.Failure);
        Assert.InRange(count / (100 / timing.ExchangeMin(request).TotalSeconds), 0.998, 1.001);
    }

    private sealed class Run
    {
        private readonly Agenda _agenda = new();
        private readonly SimulatedProcess _process;
        private readonly Wire _wire;
        private readonly Random _random;
        private readonly WireFaults _faults;
        private readonly RtuTiming _rtu;
        private readonly TcpTiming _tcp;
        private bool _faultsEnded;

        public Run(Wire wire, int seed, bool holdsOff)
        {
            _wire = wire;
            _random = new Random(seed);
            _process = new SimulatedProcess(_agenda, now => DateTimeOffset.UnixEpoch.AddTicks(now));
            var timeout = TimeSpan.FromMilliseconds(200);
            _rtu = (wire == Wire.Rtu ? RtuTiming.Serial(Settings) : RtuTiming.OverTcp) with
            {
                ReplyTimeout = timeout, LateMax = holdsOff ? TimeSpan.FromSeconds(1) : TimeSpan.Zero,
            };
            _tcp = new TcpTiming { ReplyTimeout = timeout, OutstandingMax = 4 };
            // Swarm: a run draws which kinds of fault it has at all.
            _faults = new WireFaults(seed)
            {
                Silent = _random.Next(2) * 0.05, Late = 0.15, Refused = _random.Next(2) * 0.05,
                // TCP itself guards its bytes: none is lost or turned, and nothing above could tell.
                Truncated = wire == Wire.Tcp ? 0 : _random.Next(2) * 0.05,
                Flipped = wire == Wire.Tcp ? 0 : _random.Next(2) * 0.1,
                LateMin = timeout / 2, LateMax = timeout * 4,
            };
        }

        public int Good { get; private set; }
        public string? Wrong { get; private set; }
        public bool RecoveredAfterFaults { get; private set; }
        public long EndedAt { get; private set; }

        public void ToTheEnd()
        {
            _process.Start(PollAsync);
            _agenda.RunUntil(TimeSpan.FromHours(1).Ticks);
            if (_process.Failure is { } failure) throw new InvalidOperationException("BUG: the run broke", failure);
            Assert.NotEqual(0, EndedAt);
        }

        private async Task PollAsync()
        {
            await using var transport = Transport();
            await Task.WhenAll(Enumerable.Range(0, transport.OutstandingMax).Select(_ => AskAsync(transport, Reads / transport.OutstandingMax)));
            _faultsEnded = true;
            for (var round = 0; round < 5 && !RecoveredAfterFaults; round++)
            {
                await Task.Delay(TimeSpan.FromSeconds(10), _process.Time);
                RecoveredAfterFaults = await OneAsync(transport) is null;
            }
            EndedAt = _agenda.Now;
        }

        private async Task AskAsync(ModbusTransport transport, int reads)
        {
            for (var round = 0; round < reads; round++)
            {
                using var giveUp = _random.Next(20) == 0 ? new CancellationTokenSource(TimeSpan.FromMilliseconds(_random.Next(1, 150)), _process.Time) : null;
                if (await OneAsync(transport, giveUp?.Token ?? CancellationToken.None) is null) Good++;
                if (_random.Next(3) == 0) await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(400)), _process.Time);
            }
        }

        private async Task<Fault?> OneAsync(ModbusTransport transport, CancellationToken cancellation = default)
        {
            // Few units, one table, one length: as easy to mix up as can be.
            var request = new ModbusRead((byte)_random.Next(1, 4), RegisterTable.Holding, (ushort)(10 * _random.Next(100)), 4);
            var words = new ushort[4];
            var fault = await transport.ReadAsync(request, words, cancellation);
            if (fault is null && !TellingBank.Tells(request, words)) Wrong ??= $"{Pdu.Describe(request)} came as {string.Join(' ', words)}";
            return fault;
        }

        private ModbusTransport Transport() => _wire == Wire.Tcp
            ? new TcpTransport(_ => ValueTask.FromResult(Dial()), _tcp, _process.Time)
            : new RtuTransport(_ => ValueTask.FromResult(Dial()), _rtu, _process.Time);

        private Stream Dial()
        {
            var (one, other) = WireEnd.Pair(_agenda, _random, TimeSpan.Zero, TimeSpan.FromMicroseconds(200));
            WireFault Fault(ModbusRead request) => _faultsEnded ? default : _faults.Next(request);
            if (_wire == Wire.Tcp)
                _ = new ModbusTcpServer(new TellingBank(), _process.Time, Fault).ServeAsync(other);
            else
                new ModbusRtuServer(new TellingBank(), _rtu, _process.Time, Fault).Serve(other);
            return one;
        }
    }

    /// <summary>Every register tells which unit and address it belongs to.</summary>
    private sealed class TellingBank : RegisterBank
    {
        public static bool Tells(ModbusRead request, ReadOnlySpan<ushort> words)
        {
            for (var index = 0; index < request.Count; index++)
                if (words[index] != Word(request.Unit, request.Address + index))
                    return false;
            return true;
        }

        public override int Read(ModbusRead request, Span<ushort> words)
        {
            for (var index = 0; index < request.Count; index++)
                words[index] = Word(request.Unit, request.Address + index);
            return 0;
        }

        private static ushort Word(byte unit, int address) => (ushort)((unit << 12) | address);
    }
}
