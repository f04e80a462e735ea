using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Benchmarks;

/// <summary>What a reading costs the machine, and what a beat costs: gauges, counters and states of a period of one second, read in an order that
/// no cache can guess.</summary>
/// <remarks>Expectation: accepting takes at most 10 ns a reading, at 32,000 points too, on a machine of its own, where C needs 2 ns to
/// add to one of 10,000 sums at random: each reading touches three cold lines (its series, its place in the ring, the reading itself). An idle
/// beat takes under 5 ns a point. Closing a minute of 60 readings a point takes under 1 µs a point. Accepting and idle beats allocate nothing;
/// closing allocates what it puts out, 96 bytes a window, and once more while it gathers them.
/// <c>dotnet run -c Release --project tests/Ecocentre.Edge.Benchmarks -- --filter '*GatewayBenchmarks*'</c></remarks>
[MemoryDiagnoser]
[SimpleJob(RunStrategy.Throughput, launchCount: 1, warmupCount: 25, iterationCount: 30, invocationCount: 1)]
[MinColumn]
public class GatewayBenchmarks
{
    private const int Rounds = 20;

    private Gateway _gateway = null!;
    private Reading[] _inOrder = null!, _atRandom = null!;
    private Instant _now;

    [Params(10_000, 32_000)]
    public int Points { get; set; }

    [GlobalSetup]
    public void Make()
    {
        string[] quantities = ["power.active", "energy.active.import", "presence"];
        var points = Enumerable.Range(0, Points).Select(i => new Point
        {
            Id = new PointId((ushort)i), Name = $"p{i}", Quantity = Quantity.TryGet(quantities[i % 3], out var quantity) ? quantity
                : throw new InvalidOperationException(),
            Device = "d", Period = TimeSpan.FromSeconds(1), Min = 0, Max = 1e9, RateMaxPerHour = 1e6,
        });
        _gateway = new Gateway([.. points], TimeZoneInfo.Utc, GatewayLimits.Default);
        _now = new Instant(60_000L * 29_000_000);
        _gateway.Step(_now);
        _inOrder = new Reading[Rounds * Points];
        _atRandom = new Reading[Rounds * Points];
        var random = new Random(1);
        var order = Enumerable.Range(0, Points).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            random.Shuffle(order);
            for (var i = 0; i < Points; i++)
            {
                var at = new Instant(1_000 * round + i % 1_000);
                _inOrder[round * Points + i] = new Reading(new PointId((ushort)i), at, 1, Quality.Good);
                _atRandom[round * Points + i] = new Reading(new PointId((ushort)order[i]), at, 1, Quality.Good);
            }
        }
        Shift(_inOrder, _now - default(Instant));
        Shift(_atRandom, _now - default(Instant));
        // Once around the rings: the first touch of a page is the kernel's work.
        for (var i = 0; i < 600; i += Rounds)
        {
            Advance();
            _gateway.Accept(_inOrder);
        }
    }

    /// <summary>Each iteration lives twenty seconds that no other has lived.</summary>
    [IterationSetup(Targets = [nameof(AcceptInOrder), nameof(AcceptAtRandom), nameof(IdleStep)])]
    public void Advance()
    {
        var lived = TimeSpan.FromSeconds(Rounds);
        _now += lived;
        _gateway.Step(_now);
        Shift(_inOrder, lived);
        Shift(_atRandom, lived);
    }

    [IterationSetup(Target = nameof(CloseMinute))]
    public void FillMinute()
    {
        for (var i = 0; i < 3; i++)
        {
            Advance();
            _gateway.Accept(_inOrder);
        }
        // Up to the last moment before the minute is due.
        _now = new Instant(_now.UnixMilliseconds / 60_000 * 60_000 + 61_500);
        Shift(_inOrder, TimeSpan.FromMilliseconds(_now.UnixMilliseconds - _inOrder[0].At.UnixMilliseconds));
        _gateway.Step(_now);
    }

    [Benchmark(OperationsPerInvoke = Rounds)]
    public void AcceptInOrder()
    {
        for (var at = 0; at < _inOrder.Length; at += 1_000) _gateway.Accept(_inOrder.AsSpan(at, 1_000));
    }

    [Benchmark(OperationsPerInvoke = Rounds)]
    public void AcceptAtRandom()
    {
        for (var at = 0; at < _atRandom.Length; at += 1_000) _gateway.Accept(_atRandom.AsSpan(at, 1_000));
    }

    [Benchmark(OperationsPerInvoke = 100)]
    public void IdleStep()
    {
        for (var i = 0; i < 100; i++) _gateway.Step(_now);
    }

    [Benchmark]
    public StepOutput CloseMinute() => _gateway.Step(_now + TimeSpan.FromMilliseconds(500));

    private static void Shift(Reading[] readings, TimeSpan by)
    {
        for (var i = 0; i < readings.Length; i++) readings[i] = readings[i] with { At = readings[i].At + by };
    }

    /// <summary>For the suite: nanoseconds a reading in the best second of so many iterations.</summary>
    internal double BestAccept(int iterations, bool atRandom)
    {
        var readings = atRandom ? _atRandom : _inOrder;
        var best = double.MaxValue;
        for (var iteration = 0; iteration < iterations; iteration++)
        {
            Advance();
            for (var round = 0; round < Rounds; round++)
            {
                var second = readings.AsMemory(round * Points, Points);
                best = Math.Min(best, Suite.Rounds.Once(Points, () =>
                {
                    for (var at = 0; at < second.Length; at += 1_000) _gateway.Accept(second.Span.Slice(at, 1_000));
                }));
            }
        }
        return best;
    }

    /// <summary>For the suite: bytes a reading, after <see cref="Advance"/>.</summary>
    internal double Allocated()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        AcceptAtRandom();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)_atRandom.Length;
    }
}
