using System.Collections.Frozen;
using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Tests.Modbus;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices.Tests.Meters;

public sealed class SunSpecWalkTests
{
    private static readonly MeterModel Model = MadeModel.Of(ReadLimits.Protocol, ("voltage.l1", 5)) with
    {
        SunSpecIds = [203],
        Capture = new MeterCapture(
            "invented",
            new[] { (0, 203), (5, 231), (9, 0) }.ToFrozenDictionary(r => (RegisterTable.Holding, r.Item1), r => (ushort)r.Item2),
            FrozenDictionary<string, double>.Empty),
    };

    [Theory]
    [InlineData(40_000)]
    [InlineData(50_000)]
    [InlineData(0)]
    public void The_marker_is_found_in_each_of_its_places(int marker)
    {
        var bench = new MeterBench(Model);
        bench.Bank.Add(MeterBench.Unit, Model, marker);
        Assert.Equal(231, bench.PollAll()["voltage.l1"].Value);
        Assert.Contains(bench.Transport.Log, r => r.Request.Address == marker + 70 + 5);
    }

    [Fact]
    public void The_walk_goes_from_header_to_header()
    {
        var walk = new SunSpecWalk();
        var asked = new List<int>();
        var answers = new Queue<ushort[]>([[], [0x5375, 0x6E53], [1, 66], [103, 50], [203, 105], [0xFFFF, 0]]);
        while (!walk.IsDone)
        {
            asked.Add(walk.Next);
            walk.Take(answers.Dequeue());
        }
        Assert.Equal([40_000, 50_000, 50_002, 50_070, 50_122, 50_229], asked);
        Assert.Equal([(1, 50_002), (103, 50_070), (203, 50_122)], walk.Found);
        Assert.Equal(50_122, walk.AddressOf([201, 203]));
        Assert.Null(walk.AddressOf([204]));
    }

    [Fact]
    public void A_walk_ends_whatever_the_registers_hold()
    {
        const int seed = 5;
        var random = new Random(seed);
        for (var round = 0; round < 2000; round++)
        {
            var walk = new SunSpecWalk();
            var steps = 0;
            while (!walk.IsDone)
            {
                Assert.True(++steps < 100, $"seed {seed}, round {round}");
                Assert.InRange(walk.Next, 0, 0xFFFE);
                var length = (ushort)random.Next(random.Next(2) == 0 ? 1 : 0x10000);
                walk.Take(random.Next(10) == 0 ? [] : steps == 1 ? [0x5375, 0x6E53] : [(ushort)random.Next(300), length]);
            }
        }
    }

    [Fact]
    public void A_device_without_the_model_is_a_fault_with_what_was_found_and_is_left_alone_for_a_while()
    {
        var bench = new MeterBench(Model with { SunSpecIds = [211] });
        bench.Bank.Add(MeterBench.Unit, Model);
        var faults = new List<Fault>();
        var missing = 0;
        while (bench.Time.Elapsed < TimeSpan.FromMinutes(5))
        {
            var (readings, fault) = bench.Poll();
            missing += readings.Count(r => r.Quality == Quality.Missing);
            if (fault is not null) faults.Add(fault);
        }
        Assert.Contains(faults, f => f.Text.Contains("no SunSpec model 211") && f.Text.Contains("1, 203"));
        Assert.InRange(missing, 250, 310);
        Assert.InRange(bench.Transport.Log.Count, 10, 100);
    }

    [Fact]
    public void After_a_silence_the_model_is_searched_again()
    {
        var bench = new MeterBench(Model);
        bench.Bank.Add(MeterBench.Unit, Model);
        bench.PollAll();
        bench.Bank.Dead.Add(MeterBench.Unit);
        while (bench.Time.Elapsed < TimeSpan.FromSeconds(20)) bench.Poll();
        // Another device: its models lie elsewhere.
        for (var address = 40_000; address < 40_100; address++) bench.Bank.Remove(MeterBench.Unit, RegisterTable.Holding, address);
        bench.Bank.Add(MeterBench.Unit, Model, marker: 50_000);
        bench.Bank.Dead.Clear();
        while (bench.Time.Elapsed < TimeSpan.FromSeconds(60)) bench.Poll();
        Assert.Equal((231.0, Quality.Good), bench.Poll().Readings.Select(r => (r.Value, r.Quality)).Single());
    }

    [Fact]
    public void A_silence_during_the_walk_is_reported_as_missing()
    {
        var bench = new MeterBench(Model);
        bench.Bank.Add(MeterBench.Unit, Model);
        var seen = 0;
        bench.Transport.Disturb = _ => seen++ == 1 ? new Fault(FaultKind.NoAnswer, "lost") : null;
        var readings = Enumerable.Range(0, 12).SelectMany(_ => bench.Poll().Readings).ToImmutableArray();
        Assert.Equal(Quality.Missing, readings[0].Quality);
        Assert.Contains(readings, r => r.Value == 231);
    }
}
