using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Reflection;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Tests.Modbus;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices.Tests.Meters;

public sealed class MeterTests
{
    private static readonly string[] Names = [.. Quantity.All.Select(q => q.Name).Order(StringComparer.Ordinal)];

    /// <summary>Goal: coalescing never changes a value. Method: random maps of random types behind a server as strict as the model says;
    /// the meter's values under its plan must equal those of each point decoded from the bank alone.</summary>
    [Fact]
    public void Every_point_has_the_value_it_has_when_read_singly_whatever_the_plan()
    {
        const int seed = 31;
        var random = new Random(seed);
        for (var round = 0; round < 400; round++)
        {
            var limits = new ReadLimits
            {
                RegistersMax = random.Next(12, 126), GapMax = random.Next(0, 40), EvenCounts = random.Next(3) == 0,
                Holes = [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(200))
                    .Select(first => (RegisterTable.Holding, new RegisterRange(first, first + random.Next(4))))],
            };
            var second = TimeSpan.FromSeconds(1);
            var points = RandomPoints(random).Where(p => ReadPlan.Fits(new ReadSpan(0, p.Table, p.Address, p.Length, second), limits)).ToArray();
            if (points.Length == 0) continue;
            var model = MadeModel.Of(limits, points);
            var options = MeterBench.Everything(model) with
            {
                Periods = points.ToFrozenDictionary(p => p.Quantity.Name, _ => TimeSpan.FromSeconds(1 << random.Next(3))),
            };
            var bench = new MeterBench(model, options, outstandingMax: random.Next(1, 5));
            bench.Bank.RegistersMax = limits.RegistersMax;
            bench.Bank.EvenCounts = limits.EvenCounts;
            for (var address = 0; address < 230; address++)
                foreach (var table in new[] { RegisterTable.Holding, RegisterTable.Input })
                    bench.Bank[MeterBench.Unit, table, address] = (ushort)random.Next(0x10000);
            foreach (var point in points.Where(p => p.ScaleRegister is not null))
                bench.Bank[MeterBench.Unit, point.Table, point.ScaleRegister!.Value] = (ushort)(short)random.Next(-3, 4);
            // A hole does exist here and there; touching it would show as an exception.
            foreach (var (table, range) in limits.Holes)
                for (var address = range.First; address <= range.Last; address++) bench.Bank.Remove(MeterBench.Unit, table, address);

            var latest = bench.PollAll();
            Assert.True(latest.Count == points.Length, $"seed {seed}, round {round}: {points.Length - latest.Count} points were never written");
            foreach (var point in points)
            {
                var words = Enumerable.Range(point.Address, point.Length)
                    .Select(address => bench.Bank[MeterBench.Unit, point.Table, address]).ToArray();
                Assert.True(latest[point.Quantity.Name].Value.Equals(point.Decode(words)), $"seed {seed}, round {round}: {point.Quantity.Name}");
            }
            Assert.True(bench.Transport.Log.Count(r => r.Request.Count == 0) == 0);
        }
    }

    [Fact]
    public void One_failed_request_shifts_nothing()
    {
        var bench = Bench(new ReadLimits { GapMax = 0 }, ("voltage.l1", 0), ("voltage.l2", 10), ("voltage.l3", 20));
        bench.Transport.Disturb = r => r.Address == 0 ? new Fault(FaultKind.NoAnswer, "lost") : null;
        var latest = bench.PollAll();
        Assert.Equal(Quality.Missing, latest["voltage.l1"].Quality);
        Assert.Equal((10.0, 20.0), (latest["voltage.l2"].Value, latest["voltage.l3"].Value));
    }

    [Fact]
    public void Readings_carry_the_instant_half_way_between_request_and_reply()
    {
        var bench = Bench(ReadLimits.Protocol, ("voltage.l1", 0));
        bench.Transport.Takes = _ => TimeSpan.FromMilliseconds(100);
        var before = bench.Time.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.Equal(before + 50, bench.Poll().Readings.Single().At.UnixMilliseconds);
    }

    [Fact]
    public void A_meter_mounted_the_other_way_round_swaps_directions_and_signs()
    {
        var model = MadeModel.Of(ReadLimits.Protocol,
        [
            MadeModel.Point("power.active", 0, RegisterType.Int16) with { Min = -100, Max = 5000 }, MadeModel.Point("current.l1", 1),
            MadeModel.Point("energy.active.import", 2), MadeModel.Point("energy.active.export", 3) with { RolloverAt = 1000 },
            MadeModel.Point("power.factor", 4),
        ]);
        var options = MeterBench.Everything(model) with { Reversed = true, TransformerRatio = 40 };
        var bench = new MeterBench(model, options);
        foreach (var (address, word) in new ushort[] { 1500, 7, 20, 30, 1 }.Index())
            bench.Bank[MeterBench.Unit, RegisterTable.Holding, address] = word;
        var latest = bench.PollAll().ToDictionary(r => r.Key, r => r.Value.Value);
        Assert.Equal(-60_000, latest["power.active"]);
        Assert.Equal(280, latest["current.l1"]);
        Assert.Equal((30 * 40, 20 * 40), (latest["energy.active.import"], latest["energy.active.export"]));
        Assert.Equal(1, latest["power.factor"]);
        var points = bench.Meter.Points.ToDictionary(p => p.Quantity.Name);
        Assert.Equal((-200_000.0, 4000.0), (points["power.active"].Min, points["power.active"].Max));
        Assert.Equal(40_000, points["energy.active.import"].RolloverAt);
    }

    [Fact]
    public void A_register_that_does_not_exist_costs_the_others_nothing_and_is_said_once()
    {
        var bench = Bench(ReadLimits.Protocol, [.. Enumerable.Range(0, 30).Select(i => (Names[i], i))]);
        bench.Bank.Remove(MeterBench.Unit, RegisterTable.Holding, 17);
        var faults = new List<Fault>();
        var latest = new Dictionary<string, Reading>();
        while (latest.Count < 30)
        {
            var (readings, fault) = bench.Poll();
            if (fault is not null) faults.Add(fault);
            foreach (var reading in readings)
            {
                if (latest.TryGetValue(bench.QuantityOf(reading), out var earlier)) Assert.Equal(earlier.Value, reading.Value);
                latest[bench.QuantityOf(reading)] = reading;
            }
        }
        // All within the first instant: nobody waits a period for the search.
        Assert.Equal(TimeSpan.Zero, bench.Time.Elapsed);
        foreach (var (name, reading) in latest)
            Assert.Equal(name == Names[17] ? double.NaN : Array.IndexOf(Names, name), reading.Value);
        var refusal = Assert.Single(faults);
        Assert.Contains(Names[17], refusal.Text);
        Assert.Equal([(0, 17), (18, 12)], bench.Meter.Plan.Reads.Select(r => (r.Address, r.Count)));

        // From then on two requests a period, no fault, and the missing point is still reported.
        var asked = bench.Transport.Log.Count;
        for (var i = 0; i < 30; i++)
        {
            var (readings, fault) = bench.Poll();
            Assert.Null(fault);
            Assert.All(readings, r => Assert.Equal(bench.QuantityOf(r) == Names[17], r.Quality == Quality.Missing));
        }
        Assert.Equal(20, bench.Transport.Log.Count - asked);
    }

    [Fact]
    public void A_gap_that_may_not_be_read_is_cut_out_and_nothing_is_missing()
    {
        var bench = Bench(ReadLimits.Protocol, ("voltage.l1", 0), ("voltage.l2", 1), ("voltage.l3", 5), ("frequency", 6));
        for (var address = 2; address < 5; address++) bench.Bank.Remove(MeterBench.Unit, RegisterTable.Holding, address);
        Assert.All(bench.PollAll().Values, r => Assert.Equal(Quality.Good, r.Quality));
        Assert.Equal([(0, 2), (5, 2)], bench.Meter.Plan.Reads.Select(r => (r.Address, r.Count)));
        Assert.Equal(3, bench.Transport.Log.Count);
    }

    [Fact]
    public void A_refused_point_is_asked_again_less_and_less_and_taken_back_when_it_answers()
    {
        var bench = Bench(ReadLimits.Protocol, ("voltage.l1", 0), ("voltage.l2", 1));
        bench.Bank.Remove(MeterBench.Unit, RegisterTable.Holding, 1);
        bench.PollAll();
        bench.Transport.Log.Clear();
        var start = bench.Time.GetTimestamp();
        while (bench.Time.Elapsed < TimeSpan.FromHours(4.2)) Assert.Null(bench.Poll().Fault);
        var asked = bench.Transport.Log.Where(r => r.Request.Address == 1).Select(r => Math.Floor((r.At - start) / (double)TimeSpan.TicksPerMinute));
        Assert.Equal([1, 3, 7, 15, 31, 63, 123, 183, 243], asked);

        bench.Bank[MeterBench.Unit, RegisterTable.Holding, 1] = 1;
        while (bench.Time.Elapsed < TimeSpan.FromHours(5.2)) bench.Poll();
        Assert.Equal(Quality.Good, bench.PollAll()["voltage.l2"].Quality);
        Assert.Single(bench.Meter.Plan.Reads);
    }

    [Fact]
    public void A_meter_that_refuses_everything_while_it_starts_is_whole_again_within_minutes()
    {
        var bench = Bench(ReadLimits.Protocol, [.. Enumerable.Range(0, 20).Select(i => (Names[i], i))]);
        bench.Transport.Disturb = _ => new Fault(FaultKind.Refused, "starting", 2);
        while (bench.Time.Elapsed < TimeSpan.FromSeconds(20)) bench.Poll();
        bench.Transport.Disturb = _ => null;
        while (bench.Time.Elapsed < TimeSpan.FromSeconds(70)) bench.Poll();
        Assert.All(bench.PollAll().Values, r => Assert.Equal(Quality.Good, r.Quality));
        Assert.Equal((0, 20), bench.Meter.Plan.Reads.Select(r => (r.Address, r.Count)).Single());
    }

    [Fact]
    public void An_optional_point_that_is_not_there_is_no_fault()
    {
        var model = MadeModel.Of(ReadLimits.Protocol, [MadeModel.Point("voltage.l1", 0), MadeModel.Point("voltage.l2", 1) with { Optional = true }]);
        var bench = new MeterBench(model, MeterBench.Everything(model));
        bench.Bank[MeterBench.Unit, RegisterTable.Holding, 0] = 230;
        for (var i = 0; i < 20; i++) Assert.Null(bench.Poll().Fault);
        Assert.Equal(Quality.Missing, bench.PollAll()["voltage.l2"].Quality);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_server_that_bears_less_than_its_model_says_is_read_in_smaller_requests(bool isSilent)
    {
        var bench = Bench(ReadLimits.Protocol, [.. Enumerable.Range(0, 40).Select(i => (Names[i], i)), ("voltage.l1", 1000)]);
        bench.Bank.RegistersMax = 12;
        bench.Bank.IsSilentWhenTooLong = isSilent;
        bench.Transport.Takes = _ => TimeSpan.FromMilliseconds(20);
        while (bench.Time.Elapsed < TimeSpan.FromSeconds(60)) bench.Poll();
        var values = new HashSet<string>();
        while (bench.Time.Elapsed < TimeSpan.FromSeconds(63))
            foreach (var reading in bench.Poll().Readings)
            {
                Assert.Equal(Quality.Good, reading.Quality);
                values.Add(bench.QuantityOf(reading));
            }
        Assert.Equal(bench.Meter.Points.Length, values.Count);
    }

    [Fact]
    public void A_single_block_that_gets_no_answer_is_halved_by_way_of_the_probe()
    {
        var bench = Bench(ReadLimits.Protocol, [.. Enumerable.Range(0, 40).Select(i => (Names[i], i))]);
        bench.Bank.RegistersMax = 25;
        bench.Bank.IsSilentWhenTooLong = true;
        while (bench.Time.Elapsed < TimeSpan.FromSeconds(30)) bench.Poll();
        Assert.All(bench.PollAll().Values, r => Assert.Equal(Quality.Good, r.Quality));
        Assert.All(bench.Meter.Plan.Reads, r => Assert.InRange(r.Count, 1, 25));
    }

    [Fact]
    public void A_dead_meter_is_probed_less_and_less_and_back_at_once()
    {
        var bench = Bench(ReadLimits.Protocol, ("voltage.l1", 0), ("voltage.l2", 1), ("frequency", 50));
        bench.Bank.Dead.Add(MeterBench.Unit);
        while (bench.Time.Elapsed < TimeSpan.FromMinutes(20)) bench.Poll();
        var asked = bench.Transport.Log.Select(r => TimeSpan.FromTicks(r.At - bench.Transport.Log[0].At).TotalSeconds).ToArray();
        // Three misses, then 2, 4, 6, … 60 s apart.
        Assert.InRange(asked.Length, 30, 40);
        Assert.InRange(asked[^1] - asked[^2], 55, 61);
        Assert.All(bench.Transport.Log.Skip(3), r => Assert.Equal(1, r.Request.Count));

        bench.Bank.Dead.Clear();
        var found = bench.Transport.Log.Count;
        while (bench.Transport.Log.Count == found) bench.Poll();
        var back = bench.Time.Elapsed;
        Assert.All(bench.PollAll().Values, r => Assert.Equal(Quality.Good, r.Quality));
        Assert.Equal(back, bench.Time.Elapsed);
    }

    [Fact]
    public void Exceptions_of_a_busy_meter_are_no_holes_and_those_of_a_gateway_without_its_device_are_silence()
    {
        var bench = Bench(ReadLimits.Protocol, ("voltage.l1", 0), ("voltage.l2", 1));
        bench.Transport.Disturb = _ => new Fault(FaultKind.Refused, "busy", 6);
        for (var i = 0; i < 10; i++) Assert.Equal(FaultKind.Refused, bench.Poll().Fault?.Kind);
        bench.Transport.Disturb = _ => null;
        Assert.All(bench.PollAll().Values, r => Assert.Equal(Quality.Good, r.Quality));
        bench.Transport.Disturb = _ => new Fault(FaultKind.Refused, "target did not respond", 11);
        for (var i = 0; i < 3; i++) bench.Poll();
        Assert.Equal(FaultKind.HeldBack, bench.Poll().Fault?.Kind);
    }

    [Fact]
    public void A_request_lost_once_is_repeated_before_its_long_period_ends()
    {
        var model = MadeModel.Of(ReadLimits.Protocol, ("voltage.l1", 0));
        var bench = new MeterBench(model, MeterBench.Everything(model, seconds: 60));
        bench.Bank[MeterBench.Unit, RegisterTable.Holding, 0] = 230;
        var lost = 1;
        bench.Transport.Disturb = _ => lost-- > 0 ? new Fault(FaultKind.NoAnswer, "lost") : null;
        Assert.Equal(Quality.Missing, bench.Poll().Readings.Single().Quality);
        Assert.Equal(Quality.Good, bench.Poll().Readings.Single().Quality);
        Assert.Equal(TimeSpan.FromSeconds(1), bench.Time.Elapsed);
    }

    [Fact]
    public void Polls_that_come_late_are_skipped_and_not_made_up_for()
    {
        var bench = Bench(ReadLimits.Protocol, ("voltage.l1", 0));
        bench.Poll();
        bench.Poll();
        bench.Time.Pass(TimeSpan.FromSeconds(10.5));
        var asked = bench.Transport.Log.Count;
        while (bench.Meter.DueAt <= bench.Time.GetTimestamp()) bench.Poll();
        Assert.Equal(1, bench.Transport.Log.Count - asked);
        Assert.InRange(bench.Meter.DueAt - bench.Time.GetTimestamp(), 1, TimeSpan.TicksPerSecond);
    }

    [Fact]
    public void Meters_of_different_names_ask_at_different_places_of_the_period()
    {
        var model = MadeModel.Of(ReadLimits.Protocol, ("voltage.l1", 0));
        var phases = Enumerable.Range(0, 20).Select(i =>
        {
            var bench = new MeterBench(model, MeterBench.Everything(model) with { Name = $"meter-{i}" });
            bench.Poll();
            return bench.Meter.DueAt % TimeSpan.TicksPerSecond / (TimeSpan.TicksPerSecond / 10);
        });
        Assert.InRange(phases.Distinct().Count(), 6, 10);
    }

    [Fact]
    public void A_slow_point_that_rides_along_is_written_in_its_own_period()
    {
        var model = MadeModel.Of(ReadLimits.Protocol,
        [
            MadeModel.Point("voltage.l1", 0), MadeModel.Point("voltage.l2", 1) with { Every = TimeSpan.FromSeconds(5) },
            MadeModel.Point("voltage.l3", 2),
        ]);
        var bench = new MeterBench(model, MeterBench.Everything(model));
        for (var i = 0; i < 3; i++) bench.Bank[MeterBench.Unit, RegisterTable.Holding, i] = 230;
        var slow = new List<TimeSpan>();
        while (bench.Time.Elapsed < TimeSpan.FromSeconds(60))
            foreach (var reading in bench.Poll().Readings)
                if (bench.QuantityOf(reading) == "voltage.l2") slow.Add(bench.Time.Elapsed);
        Assert.Single(bench.Meter.Plan.Reads);
        Assert.InRange(slow.Count, 12, 13);
        Assert.All(slow.Zip(slow.Skip(1)), pair => Assert.InRange((pair.Second - pair.First).TotalSeconds, 4.4, 5.6));
    }

    [Fact]
    public void Requests_go_out_together_as_far_as_the_server_bears()
    {
        var bench = Bench(new ReadLimits { GapMax = 0 }, 4, [.. Enumerable.Range(0, 10).Select(i => (Names[i], 3 * i))]);
        bench.Transport.Takes = _ => TimeSpan.FromMilliseconds(10);
        bench.PollAll();
        Assert.Equal(4, bench.Transport.OutstandingSeen);
        Assert.Equal(TimeSpan.FromMilliseconds(30), bench.Time.Elapsed);
    }

    [Fact]
    public void Two_points_of_one_register_share_it()
    {
        var bench = Bench(ReadLimits.Protocol, ("power.active", 0), ("power.active.l1", 0));
        Assert.Equal([0.0, 0.0], bench.Poll().Readings.Select(r => r.Value));
        bench.Bank[MeterBench.Unit, RegisterTable.Holding, 9] = 0;
        bench.Bank.Remove(MeterBench.Unit, RegisterTable.Holding, 0);
        var (_, fault) = bench.Poll();
        Assert.Equal(FaultKind.Refused, fault?.Kind);
    }

    [Fact]
    public void Nothing_is_allocated_by_a_poll_that_goes_well()
    {
        // In a debug build the compiler makes async state machines classes: one for the poll, one for the read, one for each request.
        var isDebug = typeof(Meter).Assembly.GetCustomAttribute<DebuggableAttribute>()?.IsJITOptimizerDisabled == true;
        var bytesMax = isDebug ? 2000 * 800 : 0;
        foreach (var outstandingMax in new[] { 1, 4 })
        {
            var bench = Bench(new ReadLimits { GapMax = 0 }, outstandingMax, [.. Enumerable.Range(0, 10).Select(i => (Names[i], 3 * i))]);
            bench.Transport.KeepsLog = false;
            var buffer = new Reading[10];
            void PollOnce()
            {
                bench.Time.Pass(TimeSpan.FromMilliseconds(100));
                var poll = bench.Meter.PollAsync(buffer, CancellationToken.None);
                Assert.True(poll.IsCompletedSuccessfully);
                if (poll.Result.Fault is not null) throw new InvalidOperationException();
            }
            for (var i = 0; i < 2000; i++) PollOnce();
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 2000; i++) PollOnce();
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, bytesMax);
        }
    }

    private static MeterBench Bench(ReadLimits limits, params (string Quantity, int Register)[] points) => Bench(limits, 1, points);

    /// <summary>Each register from the first to the last holds its own address.</summary>
    private static MeterBench Bench(ReadLimits limits, int outstandingMax, params (string Quantity, int Register)[] points)
    {
        var model = MadeModel.Of(limits, points.DistinctBy(p => p.Quantity).ToArray());
        var bench = new MeterBench(model, MeterBench.Everything(model), outstandingMax);
        for (var address = points.Min(p => p.Register); address <= points.Max(p => p.Register); address++)
            bench.Bank[MeterBench.Unit, RegisterTable.Holding, address] = (ushort)address;
        return bench;
    }

    private static IEnumerable<MeterPoint> RandomPoints(Random random)
    {
        foreach (var name in Names.OrderBy(_ => random.Next()).Take(random.Next(1, 30)))
        {
            var type = (RegisterType)random.Next(8);
            var words = new RegisterFormat(type, default).Words;
            var first = random.Next(200);
            ImmutableArray<int> registers = random.Next(6) == 0 ? [first, first + words] : [first];
            yield return MadeModel.Point(name, first, type) with
            {
                Table = random.Next(3) == 0 ? RegisterTable.Input : RegisterTable.Holding,
                Registers = registers,
                Format = new RegisterFormat(type, (WordOrder)random.Next(4)),
                Factor = random.Next(2) == 0 ? 0.1 : 1000,
                ScaleRegister = random.Next(6) == 0 ? first + words * registers.Length + random.Next(3) : null,
            };
        }
    }
}
