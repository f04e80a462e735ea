using Ecocentre.Edge.Devices.Modbus;

namespace Ecocentre.Edge.Devices.Tests.Modbus;

public sealed class ReadPlanTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly ReadCost Line9600 = ReadCost.Rtu(9600, 10, TimeSpan.Zero, TimeSpan.Zero);

    [Fact]
    public void A_small_gap_is_read_across_and_a_large_one_is_not()
    {
        // At 9600 8N1 a request costs 21.6 ms before its first register and 2.08 ms for each: ten registers of gap are the break-even.
        Assert.Single(Plan(ReadLimits.Protocol, (0, 2), (11, 2)).Reads);
        Assert.Equal(2, Plan(ReadLimits.Protocol, (0, 2), (13, 2)).Reads.Length);
    }

    [Fact]
    public void The_gap_limit_of_a_model_goes_before_the_cost() =>
        Assert.Equal(2, Plan(new ReadLimits { GapMax = 3 }, (0, 2), (6, 2)).Reads.Length);

    [Fact]
    public void A_hole_is_never_touched() =>
        Assert.Equal([(0, 4), (5, 2)], Cut(new ReadLimits { Holes = [(RegisterTable.Holding, new RegisterRange(4, 4))] }, (0, 2), (2, 2), (5, 2)));

    [Fact]
    public void A_hole_of_another_table_does_not_matter() =>
        Assert.Single(Cut(new ReadLimits { Holes = [(RegisterTable.Input, new RegisterRange(4, 4))] }, (0, 2), (5, 2)));

    [Fact]
    public void A_cut_keeps_its_sides_apart() =>
        Assert.Equal([(0, 4), (4, 2)], Cut(new ReadLimits { Cuts = [(RegisterTable.Holding, 4)] }, (0, 2), (2, 2), (4, 2)));

    [Fact]
    public void Odd_counts_become_even_where_the_server_wants_it()
    {
        var even = new ReadLimits { EvenCounts = true, GapMax = 0 };
        Assert.Equal([(7, 4)], Cut(even, (7, 3)));
        Assert.Equal([(65534, 2)], Cut(even, (65535, 1)));
        Assert.Equal([(6, 2)], Cut(even with { Holes = [(RegisterTable.Holding, new RegisterRange(8, 8))] }, (7, 1)));
    }

    [Fact]
    public void A_point_that_no_allowed_request_can_hold_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Plan(new ReadLimits { RegistersMax = 3 }, (0, 4)));
        Assert.False(ReadPlan.Fits(new ReadSpan(0, RegisterTable.Holding, 0, 4, Second), new ReadLimits { RegistersMax = 3 }));
    }

    [Fact]
    public void A_long_map_is_cut_at_point_borders_where_it_costs_least()
    {
        // 5 points of 4 registers, at most 10 in a request: 2 + 2 + 1, never 2.5.
        Assert.Equal(3, Plan(new ReadLimits { RegistersMax = 10 }, (0, 4), (4, 4), (8, 4), (12, 4), (16, 4)).Reads.Length);
        // Greedy from the left would read 0..9 and 9..19 across the gap; cutting at the gap saves its registers.
        Assert.Equal([(0, 4), (8, 10)], Cut(new ReadLimits { RegistersMax = 10 }, (0, 4), (8, 2), (10, 4), (14, 4)));
    }

    [Fact]
    public void Tables_never_mix()
    {
        var plan = ReadPlan.Make([Span(0, 0, 2), Span(1, 2, 2) with { Table = RegisterTable.Input }, Span(2, 4, 2)], ReadLimits.Protocol, Line9600);
        Assert.Equal([(RegisterTable.Holding, 0, 6), (RegisterTable.Input, 2, 2)], plan.Reads.Select(r => (r.Table, r.Address, r.Count)));
    }

    [Fact]
    public void A_slower_point_rides_along_where_that_is_cheaper_than_going_alone()
    {
        var minute = TimeSpan.FromMinutes(1);
        ReadPlan With(int address, TimeSpan period) =>
            ReadPlan.Make([Span(0, 0, 2), Span(1, 6, 2), Span(2, address, 2) with { Period = period }], ReadLimits.Protocol, Line9600);
        // In the gap of a faster request it is free.
        Assert.Equal([(0, 8)], With(3, minute).Reads.Select(r => (r.Address, r.Count)));
        // Two registers more every second cost more than one request a minute, but less than one every two seconds.
        Assert.Equal([(0, 8), (8, 2)], With(8, minute).Reads.Select(r => (r.Address, r.Count)));
        Assert.Equal([(0, 10)], With(8, 2 * Second).Reads.Select(r => (r.Address, r.Count)));
        Assert.Equal([0, 1, 2], With(8, 2 * Second).Reads[0].Points);
    }

    [Fact]
    public void Serial_cost_is_characters_and_silences()
    {
        // 9600 8N1, 20 registers: 8 + 45 bytes of 10 bits and 7 characters of 11 bits are 63.2 ms (64.2 ms were measured on a real sender).
        Assert.Equal((53 * 10 + 77) / 9.6, Line9600.Milliseconds(20), 6);
        Assert.Equal(53, Line9600.Bytes(20));
        // Above 19,200 baud the silence is fixed.
        Assert.Equal(13 * 10 / 115.2 + 3.5, ReadCost.Rtu(115_200, 10, TimeSpan.Zero, TimeSpan.Zero).Milliseconds(0), 6);
        // A meter's own frame delay replaces the first silence.
        Assert.Equal(Line9600.Milliseconds(0) - 38.5 / 9.6 + 60, ReadCost.Rtu(9600, 10, TimeSpan.FromMilliseconds(60), TimeSpan.Zero).Milliseconds(0), 6);
    }

    [Fact]
    public void The_share_is_time_over_period() =>
        Assert.Equal(Line9600.Milliseconds(2) / 1000 + Line9600.Milliseconds(100) / 1000, Plan(new ReadLimits { GapMax = 0 }, (0, 2), (1000, 100)).Share, 9);

    [Fact]
    public void Any_legal_plan_brings_every_point_whole_and_unshifted()
    {
        const int seed = 99;
        var random = new Random(seed);
        for (var round = 0; round < 3000; round++)
        {
            var why = $"seed {seed}, round {round}";
            var (spans, limits) = RandomMap(random);
            var cost = random.Next(2) == 0 ? Line9600 : ReadCost.Tcp(ReadCost.UsualRoundTrip);
            var plan = ReadPlan.Make(spans, limits, cost);
            foreach (var read in plan.Reads)
            {
                Assert.True(limits.Allows(read.Table, read.Address, read.Count), $"{why}: {read}");
                Assert.True(read.Points.Length > 0, why);
                var own = read.Points.Select(p => spans[p]).OrderBy(s => s.Address).ToArray();
                Assert.True(own.All(s => s.Table == read.Table && s.Period >= read.Period), $"{why}: {read}");
                Assert.True(own.All(s => s.Address >= read.Address && s.End <= read.End), $"{why}: {read}");
                Assert.True(own.Any(s => s.Period == read.Period), $"{why}: {read}");
                Assert.False(limits.IsCut(read.Table, own[0].Address, own.Max(s => s.End)), $"{why}: {read}");
            }
            Assert.True(plan.Reads.SelectMany(r => r.Points).Order().SequenceEqual(spans.Select(s => s.Point)), why);
        }
    }

    [Fact]
    public void No_partition_of_a_map_is_cheaper_than_the_plan()
    {
        const int seed = 7;
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var (all, limits) = RandomMap(random);
            var spans = all.Take(8).Select(s => s with { Period = Second, Table = RegisterTable.Holding })
                .OrderBy(s => s.Address).ThenBy(s => s.End).ToArray();
            if (!spans.All(s => ReadPlan.Fits(s, limits))) continue;
            var least = double.PositiveInfinity;
            for (var cuts = 0; cuts < 1 << (spans.Length - 1); cuts++)
            {
                var total = 0.0;
                for (int start = 0, end = 1; end <= spans.Length; end++)
                {
                    if (end < spans.Length && (cuts >> (end - 1) & 1) == 0) continue;
                    total += Alone(spans[start..end], limits);
                    start = end;
                }
                least = Math.Min(least, total);
            }
            var planned = ReadPlan.Make(spans, limits, Line9600).Reads.Sum(r => Line9600.Milliseconds(r.Count));
            Assert.True(planned <= least + 1e-9, $"seed {seed}, round {round}: {planned} > {least}");
        }
    }

    /// <summary>Cost of one request for all the spans, written down a second time and without cleverness.</summary>
    private static double Alone(ReadSpan[] spans, ReadLimits limits)
    {
        var (first, end) = (spans.Min(s => s.Address), spans.Max(s => s.End));
        for (var register = first; register < end; register++)
            if (spans.All(s => register < s.Address || register >= s.End)
                && Enumerable.Range(register, limits.GapMax + 1).All(r => r < end && spans.All(s => r < s.Address || r >= s.End)))
                return double.PositiveInfinity;
        if (limits.IsCut(RegisterTable.Holding, first, end)) return double.PositiveInfinity;
        var count = end - first;
        if (limits.EvenCounts && count % 2 == 1)
        {
            count++;
            return limits.Allows(RegisterTable.Holding, first, count) || limits.Allows(RegisterTable.Holding, first - 1, count)
                ? Line9600.Milliseconds(count) : double.PositiveInfinity;
        }
        return limits.Allows(RegisterTable.Holding, first, count) ? Line9600.Milliseconds(count) : double.PositiveInfinity;
    }

    private static (ReadSpan[] Spans, ReadLimits Limits) RandomMap(Random random)
    {
        var limits = new ReadLimits
        {
            RegistersMax = random.Next(4, 126),
            GapMax = random.Next(0, 30),
            EvenCounts = random.Next(3) == 0,
            Holes = [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(300))
                .Select(first => ((RegisterTable)random.Next(3, 5), new RegisterRange(first, first + random.Next(6))))],
            Cuts = [.. Enumerable.Range(0, random.Next(3)).Select(_ => ((RegisterTable)random.Next(3, 5), random.Next(300)))],
        };
        var spans = Enumerable.Range(0, random.Next(1, 40))
            .Select(_ => new ReadSpan(0, (RegisterTable)random.Next(3, 5), random.Next(300), 1 << random.Next(3), Second * (1 << random.Next(3))))
            .Where(s => ReadPlan.Fits(s, limits)).Select((s, index) => s with { Point = index }).ToArray();
        return (spans, limits);
    }

    private static ReadSpan Span(int point, int address, int count) => new(point, RegisterTable.Holding, address, count, Second);

    private static ReadPlan Plan(ReadLimits limits, params (int Address, int Count)[] spans) =>
        ReadPlan.Make(spans.Select((s, index) => Span(index, s.Address, s.Count)), limits, Line9600);

    private static IEnumerable<(int, int)> Cut(ReadLimits limits, params (int Address, int Count)[] spans) =>
        Plan(limits, spans).Reads.Select(r => (r.Address, r.Count));
}
