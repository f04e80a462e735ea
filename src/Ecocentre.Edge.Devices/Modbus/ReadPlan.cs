using System.Collections.Immutable;

namespace Ecocentre.Edge.Devices.Modbus;

/// <summary>Registers that must come in one request, and how often.</summary>
/// <param name="Point">The caller's index.</param>
/// <param name="Count">At least 1.</param>
public readonly record struct ReadSpan(int Point, RegisterTable Table, int Address, int Count, TimeSpan Period)
{
    public int End => Address + Count;
}

/// <summary>One request of a plan.</summary>
/// <param name="Period">That of its fastest point.</param>
/// <param name="Points">The callers' indexes of the points that it brings whole, by address; slower ones ride along.</param>
public sealed record PlannedRead(RegisterTable Table, int Address, int Count, TimeSpan Period, ImmutableArray<int> Points)
{
    public int End => Address + Count;
}

/// <summary>The requests that bring all wanted points with the least use of the bus. Pure, immutable.</summary>
/// <remarks> Every point lies whole in one request; tables never mix; a request stays within <see cref="ReadLimits"/>. Points of one period
/// are cut into requests by the cheapest partition of the sorted addresses; points of a longer period ride along with a faster request
/// where that costs the bus less than a request of their own.
/// </remarks>
public sealed record ReadPlan(ImmutableArray<PlannedRead> Reads, ReadCost Cost)
{
    /// <summary>Share of the bus's time that the plan takes, 0 to 1 and beyond.</summary>
    public double Share => Reads.Sum(r => Cost.Milliseconds(r.Count) / r.Period.TotalMilliseconds);

    /// <summary>Whether a point can be read at all: alone, in an allowed request.</summary>
    public static bool Fits(ReadSpan span, ReadLimits limits) => Draft.Of([span], limits, span.Period) is not null;

    /// <summary>Plans.</summary>
    /// <exception cref="ArgumentException">A span does not fit the limits even alone: <see cref="Fits"/>.</exception>
    public static ReadPlan Make(IEnumerable<ReadSpan> spans, ReadLimits limits, ReadCost cost)
    {
        var reads = new List<Draft>();
        foreach (var period in spans.GroupBy(s => s.Period).OrderBy(g => g.Key))
            foreach (var table in period.GroupBy(s => s.Table).OrderBy(g => g.Key))
            {
                var riding = table.Where(s => Rides(s, reads)).ToHashSet();
                foreach (var draft in Partition(Sorted(table.Where(s => !riding.Contains(s))), limits, cost))
                    if (!Joins(draft, reads, limits, cost)) reads.Add(draft);
            }
        return new ReadPlan([.. reads.OrderBy(r => r.Table).ThenBy(r => r.Address).ThenBy(r => r.Period).Select(r => r.ToRead())], cost);
    }

    private static ReadSpan[] Sorted(IEnumerable<ReadSpan> spans) =>
        [.. spans.OrderBy(s => s.Address).ThenBy(s => s.End).ThenBy(s => s.Point)];

    private static bool Rides(ReadSpan span, List<Draft> faster)
    {
        var host = faster.Find(r => r.Table == span.Table && r.Address <= span.Address && r.End >= span.End);
        host?.Spans.Add(span);
        return host is not null;
    }

    /// <summary>Puts a slower request into a faster one where the longer reply costs less than the request saved.</summary>
    private static bool Joins(Draft slow, List<Draft> reads, ReadLimits limits, ReadCost cost)
    {
        var best = -1;
        var gainMost = 0.0;
        var ownRate = cost.Milliseconds(slow.Count) / slow.Period.TotalMilliseconds;
        foreach (var (index, fast) in reads.Index())
        {
            if (fast.Table != slow.Table || fast.Period >= slow.Period) continue;
            if (Draft.Of(Sorted(fast.Spans.Concat(slow.Spans)), limits, fast.Period) is not { } joined) continue;
            var gain = ownRate - (cost.Milliseconds(joined.Count) - cost.Milliseconds(fast.Count)) / fast.Period.TotalMilliseconds;
            if (gain > gainMost) (best, gainMost) = (index, gain);
        }
        if (best < 0) return false;
        reads[best] = Draft.Of(Sorted(reads[best].Spans.Concat(slow.Spans)), limits, reads[best].Period)!;
        return true;
    }

    /// <summary>The cheapest way to cut sorted spans into allowed requests (dynamic programming over the last cut).</summary>
    private static List<Draft> Partition(ReadSpan[] spans, ReadLimits limits, ReadCost cost)
    {
        var cheapest = new double[spans.Length + 1];
        var last = new Draft?[spans.Length + 1];
        for (var end = 1; end <= spans.Length; end++)
        {
            cheapest[end] = double.PositiveInfinity;
            for (var start = end - 1; start >= 0; start--)
            {
                if (Draft.Of(spans[start..end], limits, spans[0].Period) is not { } draft)
                {
                    if (start == end - 1)
                        throw new ArgumentException($"{spans[start]} fits no allowed request.");
                    // One point more towards smaller addresses may close a gap again, where points overlap.
                    continue;
                }
                var total = cheapest[start] + cost.Milliseconds(draft.Count);
                if (total < cheapest[end]) (cheapest[end], last[end]) = (total, draft);
            }
        }
        var drafts = new List<Draft>();
        for (var end = spans.Length; end > 0; end -= drafts[^1].Spans.Count) drafts.Add(last[end]!);
        return drafts;
    }

    /// <summary>A request while the plan is made.</summary>
    private sealed record Draft(RegisterTable Table, int Address, int Count, TimeSpan Period, List<ReadSpan> Spans)
    {
        public int End => Address + Count;

        /// <summary>The shortest allowed request that covers sorted spans, or null when there is none.</summary>
        public static Draft? Of(ReadSpan[] spans, ReadLimits limits, TimeSpan period)
        {
            var (table, address, end) = (spans[0].Table, spans[0].Address, spans[0].End);
            foreach (var span in spans.AsSpan(1))
            {
                if (span.Address - end > limits.GapMax) return null;
                end = Math.Max(end, span.End);
            }
            if (limits.IsCut(table, address, end)) return null;
            var count = end - address;
            if (limits.Allows(table, address, count)) return new Draft(table, address, count, period, [.. spans]);
            if (!limits.EvenCounts || count % 2 == 0) return null;
            if (limits.Allows(table, address, count + 1)) return new Draft(table, address, count + 1, period, [.. spans]);
            return limits.Allows(table, address - 1, count + 1) ? new Draft(table, address - 1, count + 1, period, [.. spans]) : null;
        }

        public PlannedRead ToRead() =>
            new(Table, Address, Count, Period, [.. Sorted(Spans).Select(s => s.Point)]);
    }
}
